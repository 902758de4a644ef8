"""How well the record is protected: days without a backup, media that lag behind, the last rehearsal."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lndesk.domain.thinning import ALL_DAYS, WEEKLY_DAYS, Copy, KeepRule, superfluous
from lndesk.store import people
from lndesk.store.backups import BackupRow, RehearsalRow, backups, backups_at, last_backup, rehearsals, targets
from lndesk.store.codecs import decode_instant
from lndesk.store.database import one, rows
from lndesk.store.days import last_close_of
from lndesk.store.driver import Database

STALE_DAYS = 2
REHEARSAL_DAYS = 31
ENOUGH_TARGETS = 2
HOUSEKEEPING = (
    "RecordBackup", "RecordThinning", "CloseDay", "RecordRehearsal", "AddBackupTarget", "EndBackupTarget",
    "ChangePassword",
)  # fmt: skip
"""Acts that follow a backup and are no reason for another one."""


@dataclass(frozen=True, slots=True)
class StaleTarget:
    """A target whose last backup is some days old; None when it never had one."""

    name: str
    days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What Today says about backups."""

    unbacked_since: dt.date | None
    """The first day before today with an act that no verified backup holds."""
    stale_targets: tuple[StaleTarget, ...]
    targets: int
    rehearsal_overdue: bool
    last_rehearsal: RehearsalRow | None
    day_closed: bool

    @property
    def wants_second_copy(self) -> bool:
        """Tell whether there is no second medium yet."""
        return self.targets < ENOUGH_TARGETS


def protection(db: Database, today: dt.date) -> Protection:
    """Read how well the record is protected."""
    last_whole = next((row for row in rehearsals(db) if row.whole), None)
    return Protection(
        unbacked_since=unbacked_since(db, today),
        stale_targets=stale_targets(db, today),
        targets=len(targets(db)),
        rehearsal_overdue=_rehearsal_overdue(db, today, last_whole),
        last_rehearsal=last_whole,
        day_closed=last_close_of(db, today) is not None,
    )


def unbacked_since(db: Database, today: dt.date) -> dt.date | None:
    """Return the first day before today with an act that no verified backup holds."""
    backup = last_backup(db)
    places = ", ".join("?" * len(HOUSEKEEPING))
    row = one(
        db,
        f"select at, at_offset_min from act where id > ? and command not in ({places}) order by id limit 1",  # noqa: S608  # only places
        [backup.acts if backup else 0, *HOUSEKEEPING],
    )
    if row is None:
        return None
    day = decode_instant(row["at"], row["at_offset_min"]).date()
    return day if day < today else None


def stale_targets(db: Database, today: dt.date) -> tuple[StaleTarget, ...]:
    """Return the targets that had no backup for two days."""
    found = []
    for target in targets(db):
        last = last_backup(db, target.id)
        days = None if last is None else (today - last.verified_at.date()).days
        since = (today - target.added_at.date()).days if days is None else days
        if since >= STALE_DAYS:
            found.append(StaleTarget(target.name, days))
    return tuple(found)


def keep_rule(db: Database) -> KeepRule:
    """Return how long backups are kept at this site."""
    site = people.site(db)
    return KeepRule(all_days=site.keep_all_days or ALL_DAYS, weekly_days=site.keep_weekly_days or WEEKLY_DAYS)


def thinnable(db: Database, target_id: int, today: dt.date) -> tuple[BackupRow, ...]:
    """Return the backups of a target that newer ones make superfluous, oldest first."""
    there = {row.id: row for row in backups_at(db, target_id) if row.id is not None}
    copies = [Copy(id=row_id, made_at=row.verified_at) for row_id, row in there.items()]
    return tuple(there[copy.id] for copy in superfluous(copies, today, keep_rule(db)))


def is_on_record(db: Database, file: str, sha256: str) -> bool:
    """Tell whether a backup was noted already."""
    return bool(rows(db, "select 1 from backup where file = ? and sha256 = ?", [file, sha256]))


def _rehearsal_overdue(db: Database, today: dt.date, last_whole: RehearsalRow | None) -> bool:
    first = next(iter(backups(db)[-1:]), None)
    if first is None:
        return False
    since = last_whole.rehearsed_at.date() if last_whole else first.verified_at.date()
    return (today - since).days > REHEARSAL_DAYS
