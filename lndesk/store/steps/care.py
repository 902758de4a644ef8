"""Other drugs, what is asked before each infusion, and withdrawals."""

from __future__ import annotations

from lndesk.store.acts import guard
from lndesk.store.driver import Database
from lndesk.store.steps.script import run_script


def m011_care(db: Database) -> None:
    """Add other drugs, the questions before an infusion, withdrawals, and visits that are cancelled."""
    run_script(
        db,
        """
        create table medication (
            id integer primary key, patient_id integer not null references patient (id),
            drug text not null, drug_name text not null,
            route text not null check (route in ('oral', 'iv', 'im', 'sc', 'inhaled', 'topical', 'other')),
            dose text not null, dose_unit text not null, how_often text not null,
            started_on text not null, ended_on text,
            purpose text not null check (purpose in ('treatment', 'premedication', 'other')),
            recorded_by text not null, recorded_at text not null, recorded_at_offset_min integer not null,
            void_reason text
        ) strict;
        create table medication_decision (
            id integer primary key, patient_id integer not null references patient (id),
            medication_id integer not null references medication (id),
            pulse integer not null check (pulse in (0, 1)), reason text not null,
            decided_by text not null, decided_at text not null, decided_at_offset_min integer not null
        ) strict;
        create table before_infusion (
            id integer primary key, patient_id integer not null references patient (id), infusion_no integer not null,
            pregnancy_possible integer check (pregnancy_possible in (0, 1)),
            pregnancy_test text not null check (pregnancy_test in ('', 'negative', 'positive')), tested_on text,
            contraception text not null check (contraception in ('', 'kept', 'not_kept', 'not_needed')),
            contraception_method text not null,
            albumin_allergy integer not null check (albumin_allergy in (0, 1)),
            dmso_allergy integer not null check (dmso_allergy in (0, 1)),
            infection_or_fever integer not null check (infection_or_fever in (0, 1)),
            new_medication integer not null check (new_medication in (0, 1)),
            remark text not null, asked_at text not null, asked_at_offset_min integer not null,
            asked_by text not null, recorded_at text not null, recorded_at_offset_min integer not null
        ) strict;
        create table stop_decision (
            id integer primary key, patient_id integer not null references patient (id),
            before_infusion_id integer not null references before_infusion (id),
            code text not null, reason text not null,
            decided_by text not null, decided_at text not null, decided_at_offset_min integer not null
        ) strict;
        create table withdrawal (
            id integer primary key, patient_id integer not null references patient (id), withdrawn_on text not null,
            requested_by text not null check (requested_by in ('patient', 'investigator', 'other')),
            reason text not null, follow_up integer not null check (follow_up in (0, 1)),
            decided_by text not null, decided_at text not null, decided_at_offset_min integer not null,
            taken_back_at text, taken_back_at_offset_min integer, taken_back_by text, taken_back_reason text
        ) strict;
        create index medication_patient on medication (patient_id);
        create index medication_decision_medication on medication_decision (medication_id);
        create index before_infusion_patient on before_infusion (patient_id, infusion_no);
        create index stop_decision_before on stop_decision (before_infusion_id);
        create unique index one_withdrawal on withdrawal (patient_id) where taken_back_at is null;
        create table visit_next (
            id integer primary key, patient_id integer not null references patient (id), code text not null,
            kind text not null check (kind in ('infusion', 'control', 'followup')), number integer not null,
            anchor_on text not null, steps integer not null,
            unit text not null check (unit in ('months', 'days', 'weeks')),
            target_on text not null, opens_on text not null, closes_on text not null,
            booked_on text, booking_reason text not null,
            outcome text check (outcome in ('done', 'missed', 'not_given', 'cancelled')), visited_on text,
            reason text not null, unique (patient_id, code)
        ) strict;
        insert into visit_next
            select id, patient_id, code, kind, number, anchor_on, steps, unit, target_on, opens_on, closes_on,
                booked_on, booking_reason, outcome, visited_on, reason from visit;
        drop table visit;
        alter table visit_next rename to visit;
        """,
    )
    guard(db, "medication", "medication_decision", "before_infusion", "stop_decision", "withdrawal", "visit")


STEPS = (m011_care,)
