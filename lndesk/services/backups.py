"""Commands on backups, their targets, and their rehearsal."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.domain.errors import RuleViolation
from lndesk.domain.thinning import KeepRule, check_rule
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction
from lndesk.store import backups, people
from lndesk.store.database import value

BACK_UP = frozenset(Role) - {Role.MONITOR}
ADMINISTRATION = frozenset({Role.ADMINISTRATOR})
LONGEST_NAME = 40


@dataclass(frozen=True, kw_only=True)
class RecordBackup(Command):
    """Note a backup that was reopened and found whole."""

    roles: ClassVar = BACK_UP

    file: str
    size_bytes: int
    sha256: str
    head: str
    acts: int
    target_id: int | None = None
    made_at: dt.datetime | None = None
    """When it was made, where that was before now: a backup that nobody sat beside, noted when the file was free."""

    def apply(self, tx: Transaction) -> Changes:
        """Write where it lies and how to know it again."""
        made_at = min(self.made_at or tx.now, tx.now)
        backups.add_backup(
            tx.db,
            backups.BackupRow(
                file=self.file,
                size_bytes=self.size_bytes,
                sha256=self.sha256,
                head=self.head,
                acts=self.acts,
                patients=int(value(tx.db, "select count(*) from patient")),
                verified_at=made_at,
                made_by=tx.who.name,
                target_id=self.target_id,
            ),
        )
        return Changes.BACKUPS


@dataclass(frozen=True, kw_only=True)
class RecordThinning(Command):
    """Note which backups were removed from a target because newer ones took their place."""

    roles: ClassVar = BACK_UP

    backup_ids: tuple[int, ...]
    files: tuple[str, ...]

    def apply(self, tx: Transaction) -> Changes:
        """Write when each was removed."""
        for backup_id in self.backup_ids:
            backups.set_removed(tx.db, backup_id, tx.now)
        return Changes.BACKUPS


@dataclass(frozen=True, kw_only=True)
class AddBackupTarget(Command):
    """Add a medium that backups go to; its marker is on it already."""

    roles: ClassVar = BACK_UP

    name: str
    folder: str
    marker: str

    def apply(self, tx: Transaction) -> Changes:
        """Write the target; a name and a marker are those of one target."""
        name = check_target_name(self.name)
        for other in backups.targets(tx.db):
            if other.name.casefold() == name.casefold():
                raise RuleViolation(Sentence("There is a target “{name}” already.", name=name), field="name")
            if other.marker == self.marker:
                raise RuleViolation(
                    Sentence("This medium is a target already: “{name}”.", name=other.name), field="folder"
                )
        backups.add_target(
            tx.db,
            backups.TargetRow(name=name, folder=self.folder, marker=self.marker, added_at=tx.now, added_by=tx.who.name),
        )
        return Changes.BACKUPS


@dataclass(frozen=True, kw_only=True)
class EndBackupTarget(Command):
    """Use a target no more. Its backups stay where they are and on record."""

    roles: ClassVar = BACK_UP

    target_id: int
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Write who ended it and when."""
        if not self.reason.strip():
            raise RuleViolation(Sentence("Give the reason."), field="reason")
        if self.target_id not in {target.id for target in backups.targets(tx.db)}:
            raise LookupError(self.target_id)
        backups.set_target(tx.db, self.target_id, ended_at=tx.now, ended_by=tx.who.name)
        return Changes.BACKUPS


@dataclass(frozen=True, kw_only=True)
class SetKeeping(Command):
    """Say how long backups are kept."""

    roles: ClassVar = ADMINISTRATION

    all_days: int
    weekly_days: int

    def apply(self, tx: Transaction) -> Changes:
        """Write both spans."""
        rule = check_rule(KeepRule(all_days=self.all_days, weekly_days=self.weekly_days))
        people.set_site(tx.db, keep_all_days=rule.all_days, keep_weekly_days=rule.weekly_days)
        return Changes.SITE | Changes.BACKUPS


@dataclass(frozen=True, kw_only=True)
class RecordRehearsal(Command):
    """Note a full restore of a backup into memory, whole or not."""

    roles: ClassVar = BACK_UP

    file: str
    whole: bool
    opened_by: str
    head: str
    acts: int
    problem: str

    def apply(self, tx: Transaction) -> Changes:
        """Write what came of it."""
        backups.add_rehearsal(
            tx.db,
            backups.RehearsalRow(
                file=self.file,
                whole=self.whole,
                opened_by=self.opened_by,
                head=self.head,
                acts=self.acts,
                problem=self.problem,
                rehearsed_at=tx.now,
                rehearsed_by=tx.who.name,
            ),
        )
        return Changes.BACKUPS


@dataclass(frozen=True, kw_only=True)
class AllowUnattendedBackup(Command):
    """Note that backups may be made with a secret in a file of this machine, without anybody's password."""

    roles: ClassVar = ADMINISTRATION

    file: str
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Leave the act as the trace; the secret is never on record."""
        del tx
        if not self.reason.strip():
            raise RuleViolation(Sentence("Give the reason."), field="reason")
        return Changes.BACKUPS


@dataclass(frozen=True, kw_only=True)
class EndUnattendedBackup(Command):
    """Note that the secret of the unattended backup opens nothing from now on."""

    roles: ClassVar = ADMINISTRATION

    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Leave the act as the trace."""
        del tx
        if not self.reason.strip():
            raise RuleViolation(Sentence("Give the reason."), field="reason")
        return Changes.BACKUPS


def check_target_name(name: str) -> str:
    """Return the name of a target as it is kept.

    Raises:
        RuleViolation: there is none, or it is too long.
    """
    tidy = " ".join(name.split())
    if not 1 <= len(tidy) <= LONGEST_NAME:
        raise RuleViolation(Sentence("Name the medium with 1 to {n} letters.", n=LONGEST_NAME), field="name")
    return tidy
