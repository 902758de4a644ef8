"""The backups that were made and verified, as rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lndesk.store.codecs import insert, select
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


def add_backup(db: Database, row: BackupRow) -> int:
    """Put a backup on record."""
    return insert(db, "backup", row)


def backups(db: Database) -> list[BackupRow]:
    """Return all backups, newest first."""
    return select(db, BackupRow, "select * from backup order by id desc")


def last_backup(db: Database) -> BackupRow | None:
    """Return the newest backup."""
    return next(iter(select(db, BackupRow, "select * from backup order by id desc limit 1")), None)
