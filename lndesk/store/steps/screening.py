"""Screenings: their answers, questions, decisions, what an amendment changed, and the statement as it was signed."""

from __future__ import annotations

from lndesk.store.acts import guard
from lndesk.store.driver import Database
from lndesk.store.steps.script import run_script


def m010_screenings(db: Database) -> None:
    """Add screenings, to the investigator's statement what it was signed on, and to a consent its copy."""
    run_script(
        db,
        """
        create table screening (
            id integer primary key, patient_id integer not null references patient (id),
            screening_no text not null unique, protocol_id integer not null references protocol (id),
            opened_at text not null, opened_at_offset_min integer not null, opened_by text not null,
            status text not null check (status in (
                'open', 'sent', 'returned', 'eligible', 'not_eligible', 'failed', 'withdrawn'
            )),
            reason text not null, closed_at text, closed_at_offset_min integer, closed_by text
        ) strict;
        create unique index one_open_screening on screening (patient_id)
            where status in ('open', 'sent', 'returned', 'eligible');
        create table answer (
            id integer primary key, patient_id integer not null references patient (id),
            screening_id integer not null references screening (id), item text not null, value text not null,
            unit text not null, upper_limit text, "on" text, detail text not null,
            saved_by text not null, saved_at text not null, saved_at_offset_min integer not null,
            unique (screening_id, item)
        ) strict;
        create table question_answer (
            id integer primary key, patient_id integer not null references patient (id),
            screening_id integer not null references screening (id), code text not null, facts text not null,
            question_en text not null, question_zh text not null, reason text not null,
            answered_by text not null, answered_at text not null, answered_at_offset_min integer not null
        ) strict;
        create table determination (
            id integer primary key, patient_id integer not null references patient (id),
            screening_id integer not null references screening (id), criterion_id text not null,
            passes text not null check (passes in ('yes', 'no')), reason text not null, facts text not null,
            decided_by text not null, decided_at text not null, decided_at_offset_min integer not null,
            void_at text, void_at_offset_min integer
        ) strict;
        create table reevaluation (
            id integer primary key, patient_id integer not null references patient (id),
            screening_id integer not null references screening (id),
            protocol_id integer not null references protocol (id), criterion_id text not null,
            before text not null, after text not null, why_en text not null, why_zh text not null,
            made_at text not null, made_at_offset_min integer not null
        ) strict;
        create index screening_patient on screening (patient_id);
        create index question_answer_screening on question_answer (screening_id);
        create index determination_screening on determination (screening_id);
        create index reevaluation_screening on reevaluation (screening_id);
        alter table statement add column screening_id integer references screening (id);
        alter table statement add column protocol_id integer references protocol (id);
        alter table statement add column verdict text;
        alter table statement add column judgements text;
        alter table consent add column copy_given integer;
        """,
    )
    guard(db, "screening", "answer", "question_answer", "determination", "reevaluation", "statement", "consent")


STEPS = (m010_screenings,)
