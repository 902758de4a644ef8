"""The first shape: acts, the site, patients, visits, product, sheets, infusions and signatures."""

from __future__ import annotations

from lndesk.store.acts import guard, note_subjects
from lndesk.store.driver import Database
from lndesk.store.steps.script import run_script


def m001_acts(db: Database) -> None:
    """Add the audit trail that refuses to be changed."""
    run_script(
        db,
        """
        create table open_act (id integer primary key check (id = 1), act_id integer not null) strict;
        create table act (
            id integer primary key,
            at text not null, at_offset_min integer not null,
            login text not null, name text not null, role text not null, station text not null,
            command text not null, inputs text not null, reason text not null,
            clock_behind_s integer not null, app_version text not null,
            previous_hash text not null, hash text not null unique
        ) strict;
        create table row_change (
            id integer primary key,
            act_id integer not null references act (id) deferrable initially deferred,
            table_name text not null, row_id integer not null, before text, after text
        ) strict;
        create index row_change_act on row_change (act_id);
        create index row_change_row on row_change (table_name, row_id);
        create trigger act_in_open_act before insert on act
            when not exists (select 1 from open_act where act_id = new.id)
            begin select raise(abort, 'no open act'); end;
        create trigger act_no_update before update on act begin select raise(abort, 'an act is never changed'); end;
        create trigger act_no_delete before delete on act begin select raise(abort, 'an act is never removed'); end;
        create trigger row_change_in_open_act before insert on row_change
            when not exists (select 1 from open_act where act_id = new.act_id)
            begin select raise(abort, 'no open act'); end;
        create trigger row_change_no_update before update on row_change
            begin select raise(abort, 'an act is never changed'); end;
        create trigger row_change_no_delete before delete on row_change
            begin select raise(abort, 'an act is never removed'); end;
        """,
    )


def m002_site(db: Database) -> None:
    """Add the site, its people and its protocol versions."""
    run_script(
        db,
        """
        create table site (
            id integer primary key check (id = 1), store_id text not null, name text not null, name_zh text not null,
            training integer not null check (training in (0, 1)),
            sheet_language text not null check (sheet_language in ('en', 'zh_CN', 'both')),
            created_at text not null, created_at_offset_min integer not null
        ) strict;
        create table account (
            id integer primary key, login text not null unique, name text not null,
            role text not null check (role in ('nurse', 'investigator', 'technician', 'monitor', 'administrator'))
        ) strict;
        create table protocol (
            id integer primary key, trial_id text not null, version text not null,
            content text not null, sha256 text not null unique,
            added_at text not null, added_at_offset_min integer not null,
            approved_at text, approved_at_offset_min integer, approved_by text
        ) strict;
        """,
    )
    guard(db, "site", "account", "protocol")


def m003_patients(db: Database) -> None:
    """Add patients and what is recorded of them before an infusion."""
    run_script(
        db,
        """
        create table patient (
            id integer primary key, subject_id text not null unique,
            family_name text not null, given_name text not null, latin_family text not null, latin_given text not null,
            sex text not null check (sex in ('female', 'male')), born_on text not null,
            hospital_no text not null unique,
            allergy_state text not null check (allergy_state in ('none_known', 'known', 'not_recorded')),
            allergies text not null, registered_at text not null, registered_at_offset_min integer not null
        ) strict;
        create table consent (
            id integer primary key, patient_id integer not null references patient (id), form_version text not null,
            consented_at text not null, consented_at_offset_min integer not null, taken_by text not null,
            guardian text not null, child_assented integer not null,
            recorded_at text not null, recorded_at_offset_min integer not null
        ) strict;
        create table statement (
            id integer primary key, patient_id integer not null references patient (id),
            eligible integer not null check (eligible in (0, 1)), remark text not null, signed_by text not null,
            signed_at text not null, signed_at_offset_min integer not null
        ) strict;
        create table assignment (
            id integer primary key, patient_id integer not null unique references patient (id),
            arm text not null check (arm in ('treatment', 'control')), enrolled_on text not null,
            first_infusion_planned_on text, reason text not null, assigned_by text not null,
            assigned_at text not null, assigned_at_offset_min integer not null
        ) strict;
        create table weight (
            id integer primary key, patient_id integer not null references patient (id), kg text not null,
            measured_at text not null, measured_at_offset_min integer not null, scale text not null,
            measured_by text not null, recorded_at text not null, recorded_at_offset_min integer not null
        ) strict;
        create index consent_patient on consent (patient_id);
        create index statement_patient on statement (patient_id);
        create index weight_patient on weight (patient_id, measured_at);
        """,
    )
    guard(db, "patient", "consent", "statement", "assignment", "weight")


def m004_visits(db: Database) -> None:
    """Add the planned visits."""
    run_script(
        db,
        """
        create table visit (
            id integer primary key, patient_id integer not null references patient (id), code text not null,
            kind text not null check (kind in ('infusion', 'control', 'followup')), number integer not null,
            anchor_on text not null, steps integer not null,
            unit text not null check (unit in ('months', 'days', 'weeks')),
            target_on text not null, opens_on text not null, closes_on text not null,
            booked_on text, booking_reason text not null,
            outcome text check (outcome in ('done', 'missed', 'not_given')), visited_on text, reason text not null,
            unique (patient_id, code)
        ) strict;
        """,
    )
    guard(db, "visit")


def m005_product(db: Database) -> None:
    """Add lots, containers, and the doses drawn from them."""
    run_script(
        db,
        """
        create table lot (
            id integer primary key, lot_no text not null unique,
            form text not null check (form in ('cryopreserved', 'fresh')),
            cells_per_ml text not null, viable text not null, counted text not null, expires_on text not null,
            certificate_no text not null, received_at text not null, received_at_offset_min integer not null,
            released_at text, released_at_offset_min integer, released_by text
        ) strict;
        create table preparation (
            id integer primary key, patient_id integer not null references patient (id), infusion_no integer not null,
            weight_id integer not null references weight (id), protocol_id integer not null references protocol (id),
            final_ml text, minutes text, drops_per_ml text, thawed_at text, thawed_at_offset_min integer,
            second_weight_kg text, target_cells text not null, volume_ml text not null,
            status text not null
                check (status in ('awaiting_check', 'checked', 'returned', 'issued', 'done', 'voided')),
            prepared_by text not null, prepared_by_id integer not null references account (id),
            prepared_at text not null, prepared_at_offset_min integer not null, void_reason text
        ) strict;
        create unique index one_open_preparation on preparation (patient_id, infusion_no)
            where status in ('awaiting_check', 'checked', 'issued', 'done');
        create table container (
            id integer primary key, lot_id integer not null references lot (id), container_no text not null,
            volume_ml text not null,
            status text not null check (status in ('quarantine', 'released', 'reserved', 'used', 'destroyed')),
            preparation_id integer references preparation (id), unique (lot_id, container_no)
        ) strict;
        create table draw (
            id integer primary key, preparation_id integer not null references preparation (id),
            container_id integer not null references container (id), use_ml text not null
        ) strict;
        create table accepted_warning (
            id integer primary key, preparation_id integer not null references preparation (id), code text not null,
            warning_en text not null, warning_zh text not null, reason text not null, remark text not null,
            accepted_by text not null, accepted_at text not null, accepted_at_offset_min integer not null
        ) strict;
        create table dose_check (
            id integer primary key, preparation_id integer not null references preparation (id),
            agreed integer not null check (agreed in (0, 1)), remark text not null,
            checked_by text not null, checked_by_id integer not null references account (id),
            checked_at text not null, checked_at_offset_min integer not null
        ) strict;
        create index draw_preparation on draw (preparation_id);
        create index accepted_warning_preparation on accepted_warning (preparation_id);
        create index dose_check_preparation on dose_check (preparation_id);
        """,
    )
    guard(db, "lot", "preparation", "container", "draw", "accepted_warning", "dose_check")


def m006_sheets_and_infusions(db: Database) -> None:
    """Add sheets, infusions and backups."""
    run_script(
        db,
        """
        create table sheet (
            id integer primary key, number text not null unique,
            preparation_id integer not null references preparation (id),
            snapshot text not null, sha256 text not null, composed_by text not null,
            composed_at text not null, composed_at_offset_min integer not null
        ) strict;
        create table infusion (
            id integer primary key, patient_id integer not null references patient (id), infusion_no integer not null,
            preparation_id integer references preparation (id), given integer not null check (given in (0, 1)),
            happened_on text not null, started_at text, started_at_offset_min integer,
            ended_at text, ended_at_offset_min integer, volume_ml text, cells text, given_by text not null,
            witness text not null, reaction text not null, reason text not null, remark text not null,
            recorded_by text not null, recorded_at text not null, recorded_at_offset_min integer not null,
            unique (patient_id, infusion_no)
        ) strict;
        create table backup (
            id integer primary key, file text not null, size_bytes integer not null, sha256 text not null,
            head text not null, acts integer not null, patients integer not null,
            verified_at text not null, verified_at_offset_min integer not null, made_by text not null
        ) strict;
        create table draft (
            id integer primary key, login text not null, kind text not null, subject text not null,
            content text not null,
            saved_at text not null, saved_at_offset_min integer not null, unique (login, kind, subject)
        ) strict;
        """,
    )
    guard(db, "sheet", "infusion", "backup")  # a draft is no record yet: nobody has said that it is true


def m007_account_care(db: Database) -> None:
    """Let passwords be reset and accounts end."""
    run_script(
        db,
        """
        alter table account add column reset_at text;
        alter table account add column reset_at_offset_min integer;
        alter table account add column ended_at text;
        alter table account add column ended_at_offset_min integer;
        alter table account add column ended_by text;
        """,
    )
    guard(db, "account")


def m008_signatures(db: Database) -> None:
    """Add signatures, and find the acts about a patient quickly."""
    run_script(
        db,
        """
        create table signature (
            id integer primary key, act_id integer not null, table_name text not null, row_id integer not null,
            meaning text not null check (meaning in ('prepared', 'checked', 'approved', 'authorised', 'reviewed')),
            signer_id integer not null references account (id), name text not null, role text not null,
            signed_at text not null, signed_at_offset_min integer not null, content_sha256 text not null
        ) strict;
        create index signature_row on signature (table_name, row_id);
        create table act_subject (
            act_id integer not null, patient_id integer not null, primary key (patient_id, act_id)
        ) strict, without rowid;
        create index act_login on act (login, id);
        create index act_at on act (at, id);
        create index act_command on act (command, id);
        """,
    )
    guard(db, "signature")
    note_subjects(db)  # of the acts so far; from here on each act notes its own


def m009_act_pages(db: Database) -> None:
    """Find whom an act is about, and who signed in it, quickly."""
    run_script(
        db,
        """
        create index act_subject_act on act_subject (act_id);
        create index signature_act on signature (act_id);
        """,
    )


STEPS = (
    m001_acts,
    m002_site,
    m003_patients,
    m004_visits,
    m005_product,
    m006_sheets_and_infusions,
    m007_account_care,
    m008_signatures,
    m009_act_pages,
)
