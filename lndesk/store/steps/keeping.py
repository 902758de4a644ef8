"""What keeping the record takes: targets of backups, rehearsals, closed days, restores, archives."""

from __future__ import annotations

from lndesk.store.acts import guard
from lndesk.store.driver import Database
from lndesk.store.steps.script import run_script


def m019_keeping(db: Database) -> None:
    """Add where backups go, how long they are kept, and what was tried, closed, restored and taken out."""
    run_script(
        db,
        """
        create table backup_target (
            id integer primary key, name text not null, folder text not null, marker text not null,
            added_at text not null, added_at_offset_min integer not null, added_by text not null,
            ended_at text, ended_at_offset_min integer, ended_by text
        ) strict;
        create table rehearsal (
            id integer primary key, file text not null, whole integer not null check (whole in (0, 1)),
            opened_by text not null check (opened_by in ('password', 'recovery_code', 'site_key')),
            head text not null, acts integer not null, problem text not null,
            rehearsed_at text not null, rehearsed_at_offset_min integer not null, rehearsed_by text not null
        ) strict;
        create table day_close (
            id integer primary key, day_on text not null, items text not null,
            containers_expected integer not null, containers_counted integer,
            backup_id integer references backup (id), why_no_backup text not null, remark text not null,
            closed_at text not null, closed_at_offset_min integer not null, closed_by text not null
        ) strict;
        create table restore (
            id integer primary key, file text not null, backup_sha256 text not null,
            backup_head text not null, backup_acts integer not null,
            replaced_head text, replaced_acts integer, acts_missing integer, safety_copy text, reason text not null,
            restored_at text not null, restored_at_offset_min integer not null, restored_by text not null
        ) strict;
        create table archive (
            id integer primary key, folder text not null, names integer not null check (names in (0, 1)),
            tables integer not null, rows integer not null, sha256 text not null, head text not null,
            exported_at text not null, exported_at_offset_min integer not null, exported_by text not null
        ) strict;
        create index day_close_day on day_close (day_on);
        alter table backup add column target_id integer references backup_target (id);
        alter table backup add column removed_at text;
        alter table backup add column removed_at_offset_min integer;
        alter table site add column keep_all_days integer;
        alter table site add column keep_weekly_days integer;
        """,
    )
    guard(db, "backup_target", "rehearsal", "day_close", "restore", "archive", "backup", "site")


STEPS = (m019_keeping,)
