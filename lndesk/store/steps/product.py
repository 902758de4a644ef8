"""Product accountability and the blind check: ledger, thaw, excursions, counts, certificates, attempts."""

from __future__ import annotations

from lndesk.store.acts import guard
from lndesk.store.driver import Database
from lndesk.store.steps.script import run_script


def m015_ledger(db: Database) -> None:
    """Add the ledger of every container's moves; a container's state never changes past it."""
    run_script(
        db,
        """
        pragma defer_foreign_keys = on;
        create temp table held as select * from container;
        drop table container;
        create table container (
            id integer primary key, lot_id integer not null references lot (id), container_no text not null,
            volume_ml text not null,
            status text not null check (status in (
                'quarantine', 'released', 'reserved', 'thawed', 'issued', 'used', 'returned', 'destroyed', 'expired',
                'rejected', 'missing')),
            preparation_id integer references preparation (id), patient_id integer references patient (id),
            donation_no text, serial text, place text, unique (lot_id, container_no)
        ) strict;
        insert into container (id, lot_id, container_no, volume_ml, status, preparation_id)
            select id, lot_id, container_no, volume_ml, status, preparation_id from held;
        drop table held;
        create table ledger_entry (
            id integer primary key, container_id integer not null references container (id),
            kind text not null check (kind in (
                'receive', 'quarantine', 'release', 'reject', 'reserve', 'unreserve', 'thaw', 'issue', 'infuse',
                'return', 'destroy', 'expire', 'adjust')),
            from_state text not null, to_state text not null, who text not null, witness text not null,
            happened_at text not null, happened_at_offset_min integer not null,
            recorded_at text not null, recorded_at_offset_min integer not null,
            reason text not null, method text not null,
            preparation_id integer references preparation (id), patient_id integer references patient (id)
        ) strict;
        create index ledger_entry_container on ledger_entry (container_id, id);
        create trigger ledger_entry_no_update before update on ledger_entry
            begin select raise(abort, 'a ledger entry is never changed'); end;
        create trigger ledger_entry_no_delete before delete on ledger_entry
            begin select raise(abort, 'a ledger entry is never removed'); end;
        create trigger container_by_the_ledger before update of status on container
            when new.status <> old.status and new.status is not (
                select to_state from ledger_entry where container_id = new.id order by id desc limit 1)
            begin select raise(abort, 'no ledger entry'); end;
        alter table lot add column received_from text;
        alter table lot add column received_by text;
        alter table lot add column transit text;
        alter table lot add column condition text;
        alter table lot add column gtin text;
        alter table lot add column label_cells text;
        alter table lot add column ready_at text;
        alter table lot add column ready_at_offset_min integer;
        """,
    )
    guard(db, "container", "ledger_entry", "lot")


def m016_stock(db: Database) -> None:
    """Add temperature excursions, stock counts and certificates."""
    run_script(
        db,
        """
        create table excursion (
            id integer primary key, began_at text not null, began_at_offset_min integer not null,
            ended_at text not null, ended_at_offset_min integer not null, reading text not null, reason text not null,
            recorded_by text not null, recorded_at text not null, recorded_at_offset_min integer not null,
            usable integer check (usable in (0, 1)), decision text, decided_by text,
            decided_at text, decided_at_offset_min integer
        ) strict;
        create table excursion_container (
            id integer primary key, excursion_id integer not null references excursion (id),
            container_id integer not null references container (id), unique (excursion_id, container_id)
        ) strict;
        create table stock_count (
            id integer primary key, expected integer not null, scanned integer not null, counted_by text not null,
            counted_at text not null, counted_at_offset_min integer not null
        ) strict;
        create table stock_difference (
            id integer primary key, stock_count_id integer not null references stock_count (id),
            container_id integer references container (id), read_text text not null,
            kind text not null check (kind in ('missing', 'unexpected')),
            resolution text, resolved_by text, resolved_at text, resolved_at_offset_min integer
        ) strict;
        create table attachment (
            id integer primary key, lot_id integer not null references lot (id), name text not null,
            media_type text not null check (media_type in ('application/pdf', 'image/png', 'image/jpeg')),
            size_bytes integer not null, sha256 text not null,
            added_by text not null, added_at text not null, added_at_offset_min integer not null,
            unique (lot_id, sha256)
        ) strict;
        create table attachment_bytes (sha256 text primary key, content blob not null) strict;
        create trigger attachment_bytes_in_open_act before insert on attachment_bytes
            when not exists (select 1 from open_act)
            begin select raise(abort, 'no open act'); end;
        create trigger attachment_bytes_no_update before update on attachment_bytes
            begin select raise(abort, 'an attached file is never changed'); end;
        create trigger attachment_bytes_no_delete before delete on attachment_bytes
            begin select raise(abort, 'an attached file is never removed'); end;
        """,
    )
    # the bytes are held once: the chain covers their hash, and the verification compares
    guard(db, "excursion", "excursion_container", "stock_count", "stock_difference", "attachment")


def m017_blind_check(db: Database) -> None:
    """Add what a preparation was asked, the attempts at its check, authorisations, and who is the same person."""
    run_script(
        db,
        """
        alter table preparation add column count_cells_per_ml text;
        alter table preparation add column count_viable text;
        alter table preparation add column count_counted text;
        alter table preparation add column filter_um text;
        create table check_attempt (
            id integer primary key, preparation_id integer not null references preparation (id),
            differing text not null, entered text not null, on_record text not null,
            checked_by text not null, checked_by_id integer not null references account (id),
            checked_at text not null, checked_at_offset_min integer not null
        ) strict;
        create index check_attempt_preparation on check_attempt (preparation_id);
        create table authorisation (
            id integer primary key, patient_id integer not null references patient (id), infusion_no integer not null,
            what text not null check (what in ('several_lots')), reason text not null,
            authorised_by text not null, authorised_at text not null, authorised_at_offset_min integer not null,
            unique (patient_id, infusion_no, what)
        ) strict;
        alter table account add column person_id integer references account (id);
        """,
    )
    guard(db, "preparation", "check_attempt", "authorisation", "account")


STEPS = (m015_ledger, m016_stock, m017_blind_check)
