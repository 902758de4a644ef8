"""Days that were closed, restores and archives, as rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lndesk.store.codecs import insert, select
from lndesk.store.driver import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCloseRow:
    """The end of one day at the desk, and what was open then."""

    id: int | None = None
    day_on: dt.date
    items: str
    """JSON: the open items as they were shown, each with its kind and its Subject ID or number."""
    containers_expected: int
    containers_counted: int | None
    backup_id: int | None
    why_no_backup: str
    remark: str
    closed_at: dt.datetime
    closed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreRow:
    """One restore: from which file, and what it took the place of."""

    id: int | None = None
    file: str
    backup_sha256: str
    backup_head: str
    backup_acts: int
    replaced_head: str | None
    """None when what was replaced could not be read, or there was nothing."""
    replaced_acts: int | None
    acts_missing: int | None
    safety_copy: str | None
    reason: str
    restored_at: dt.datetime
    restored_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRow:
    """One archive that was taken out of the file in open formats."""

    id: int | None = None
    folder: str
    names: bool
    tables: int
    rows: int
    sha256: str
    head: str
    exported_at: dt.datetime
    exported_by: str


def add_day_close(db: Database, row: DayCloseRow) -> int:
    """Put the end of a day on record."""
    return insert(db, "day_close", row)


def day_closes(db: Database) -> list[DayCloseRow]:
    """Return the days that were closed, newest first."""
    return select(db, DayCloseRow, "select * from day_close order by id desc")


def last_close_of(db: Database, day: dt.date) -> DayCloseRow | None:
    """Return how a day was closed the last time."""
    sql = "select * from day_close where day_on = ? order by id desc limit 1"
    return next(iter(select(db, DayCloseRow, sql, [day.isoformat()])), None)


def add_restore(db: Database, row: RestoreRow) -> int:
    """Put a restore on record, in the restored file."""
    return insert(db, "restore", row)


def restores(db: Database) -> list[RestoreRow]:
    """Return all restores that this file has seen, newest first."""
    return select(db, RestoreRow, "select * from restore order by id desc")


def add_archive(db: Database, row: ArchiveRow) -> int:
    """Put an archive on record."""
    return insert(db, "archive", row)


def archives(db: Database) -> list[ArchiveRow]:
    """Return all archives, newest first."""
    return select(db, ArchiveRow, "select * from archive order by id desc")
