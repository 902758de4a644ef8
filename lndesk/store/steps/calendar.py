"""The calendar: visits that the protocol does not ask for, arrivals, closed days, deviations, early infusions."""

from __future__ import annotations

from lndesk.store.acts import guard
from lndesk.store.driver import Database
from lndesk.store.steps.script import run_script


def m012_visits_beyond_the_plan(db: Database) -> None:
    """Let a visit be unscheduled, cancelled, or arrived."""
    run_script(
        db,
        """
        create table visit_next (
            id integer primary key, patient_id integer not null references patient (id), code text not null,
            kind text not null check (kind in ('infusion', 'control', 'followup', 'unscheduled')),
            number integer not null, anchor_on text not null, steps integer not null,
            unit text not null check (unit in ('months', 'days', 'weeks')),
            target_on text not null, opens_on text not null, closes_on text not null,
            booked_on text, booking_reason text not null,
            outcome text check (outcome in ('done', 'missed', 'not_given', 'cancelled')),
            visited_on text, reason text not null,
            arrived_at text, arrived_at_offset_min integer,
            unique (patient_id, code)
        ) strict;
        insert into visit_next
            select id, patient_id, code, kind, number, anchor_on, steps, unit, target_on, opens_on, closes_on,
                booked_on, booking_reason, outcome, visited_on, reason, null, null
            from visit;
        drop table visit;
        alter table visit_next rename to visit;
        create index visit_day on visit (coalesce(visited_on, booked_on, target_on));
        """,
    )
    guard(db, "visit")


def m013_closed_days(db: Database) -> None:
    """Add the days on which the site sees nobody."""
    run_script(
        db,
        """
        create table closed_day (
            id integer primary key, closed_on text not null unique, reason text not null,
            added_by text not null, added_at text not null, added_at_offset_min integer not null
        ) strict;
        """,
    )
    guard(db, "closed_day")


def m014_deviations(db: Database) -> None:
    """Add deviations from the calendar, and what an investigator allowed before its time."""
    run_script(
        db,
        """
        create table deviation (
            id integer primary key, patient_id integer not null references patient (id),
            visit_id integer not null, code text not null check (code in ('outside_window', 'too_early', 'missed')),
            on_day text not null, text_en text not null, text_zh text not null, reason text not null,
            status text not null check (status in ('draft', 'confirmed', 'withdrawn')),
            drafted_by text not null, drafted_at text not null, drafted_at_offset_min integer not null,
            assessment text not null, confirmed_by text, confirmed_at text, confirmed_at_offset_min integer
        ) strict;
        create table early_infusion (
            id integer primary key, patient_id integer not null references patient (id),
            visit_id integer not null, earliest_on text not null, reason text not null,
            authorised_by text not null, authorised_at text not null, authorised_at_offset_min integer not null
        ) strict;
        create index deviation_visit on deviation (visit_id);
        create index early_infusion_visit on early_infusion (visit_id);
        """,
    )
    guard(db, "deviation", "early_infusion")


STEPS = (m012_visits_beyond_the_plan, m013_closed_days, m014_deviations)
