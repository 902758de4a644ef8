"""The backups that were made and verified, where they go, and the rehearsals, as rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lndesk.store.codecs import get, insert, select, update
from lndesk.store.driver import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupRow:
    """One backup that was reopened and found whole."""

    id: int | None = None
    file: str
    size_bytes: int
    sha256: str
    head: str
    acts: int
    patients: int
    verified_at: dt.datetime
    made_by: str
    target_id: int | None = None
    removed_at: dt.datetime | None = None
    """When it was removed because newer ones took its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
    """A medium that backups go to, known by a marker that lies on it."""

    id: int | None = None
    name: str
    folder: str
    marker: str
    added_at: dt.datetime
    added_by: str
    ended_at: dt.datetime | None = None
    ended_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalRow:
    """One trial restore into memory, and what came of it."""

    id: int | None = None
    file: str
    whole: bool
    opened_by: str
    """`password`, `recovery_code` or `site_key`."""
    head: str
    acts: int
    problem: str
    rehearsed_at: dt.datetime
    rehearsed_by: str


def add_backup(db: Database, row: BackupRow) -> int:
    """Put a backup on record."""
    return insert(db, "backup", row)


def backups(db: Database) -> list[BackupRow]:
    """Return all backups, newest first."""
    return select(db, BackupRow, "select * from backup order by verified_at desc, id desc")


def last_backup(db: Database, target_id: int | None = None) -> BackupRow | None:
    """Return the newest backup that is kept, of all or of one target."""
    at = "" if target_id is None else "and target_id = ?"
    sql = f"select * from backup where removed_at is null {at} order by verified_at desc, id desc limit 1"  # noqa: S608  # no value in it
    return next(iter(select(db, BackupRow, sql, [] if target_id is None else [target_id])), None)


def backups_at(db: Database, target_id: int) -> list[BackupRow]:
    """Return the backups that are kept at a target, oldest first."""
    return select(
        db,
        BackupRow,
        "select * from backup where target_id = ? and removed_at is null order by verified_at, id",
        [target_id],
    )


def backup(db: Database, backup_id: int) -> BackupRow:
    """Return one backup.

    Raises:
        LookupError: there is no such backup.
    """
    return get(db, BackupRow, "backup", backup_id)


def set_removed(db: Database, backup_id: int, at: dt.datetime) -> None:
    """Note that a backup was removed."""
    update(db, "backup", backup_id, removed_at=at)


def add_target(db: Database, row: TargetRow) -> int:
    """Put a target on record."""
    return insert(db, "backup_target", row)


def targets(db: Database) -> list[TargetRow]:
    """Return the targets in use, in the order in which they were added."""
    return select(db, TargetRow, "select * from backup_target where ended_at is null order by id")


def set_target(db: Database, target_id: int, **changes: object) -> None:
    """Change columns of a target."""
    update(db, "backup_target", target_id, **changes)


def add_rehearsal(db: Database, row: RehearsalRow) -> int:
    """Put a rehearsal on record."""
    return insert(db, "rehearsal", row)


def rehearsals(db: Database) -> list[RehearsalRow]:
    """Return all rehearsals, newest first."""
    return select(db, RehearsalRow, "select * from rehearsal order by id desc")
