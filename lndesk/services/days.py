"""Commands on the end of a day, a restore, and an archive."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.domain.errors import RuleViolation
from lndesk.domain.signature import Meaning
from lndesk.i18n import Sentence
from lndesk.services.backups import ADMINISTRATION, BACK_UP
from lndesk.services.command import Changes, Command, Transaction
from lndesk.store import days

MOST_CONTAINERS = 1_000_000


@dataclass(frozen=True, kw_only=True)
class CloseDay(Command):
    """Close the day with what is open, and with the backup or why there is none. Nothing open stands in its way."""

    roles: ClassVar = BACK_UP

    items: tuple[Mapping[str, str], ...]
    """The open items as they were shown: kind, and the Subject ID or number."""
    containers_expected: int
    containers_counted: int | None = None
    backup_id: int | None = None
    why_no_backup: str = ""
    remark: str = ""

    def apply(self, tx: Transaction) -> Changes:
        """Write the day as it was left."""
        if self.containers_counted is not None and not 0 <= self.containers_counted <= MOST_CONTAINERS:
            raise RuleViolation(Sentence("Enter how many containers are there."), field="counted")
        days.add_day_close(
            tx.db,
            days.DayCloseRow(
                day_on=tx.today,
                items=json.dumps([dict(item) for item in self.items], ensure_ascii=False),
                containers_expected=self.containers_expected,
                containers_counted=self.containers_counted,
                backup_id=self.backup_id,
                why_no_backup=self.why_no_backup.strip(),
                remark=self.remark.strip(),
                closed_at=tx.now,
                closed_by=tx.who.name,
            ),
        )
        return Changes.BACKUPS


@dataclass(frozen=True, kw_only=True)
class RestoreBackup(Command):
    """Put a restore on record in the restored file, signed by who answers for it."""

    roles: ClassVar = ADMINISTRATION
    meaning: ClassVar = Meaning.AUTHORISED

    file: str
    backup_sha256: str
    backup_head: str
    backup_acts: int
    replaced_head: str | None
    replaced_acts: int | None
    acts_missing: int | None
    safety_copy: str | None
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Write from which file, and what it took the place of."""
        if not self.reason.strip():
            raise RuleViolation(Sentence("Give the reason."), field="reason")
        restore_id = days.add_restore(
            tx.db,
            days.RestoreRow(
                file=self.file,
                backup_sha256=self.backup_sha256,
                backup_head=self.backup_head,
                backup_acts=self.backup_acts,
                replaced_head=self.replaced_head,
                replaced_acts=self.replaced_acts,
                acts_missing=self.acts_missing,
                safety_copy=self.safety_copy,
                reason=self.reason.strip(),
                restored_at=tx.now,
                restored_by=tx.who.name,
            ),
        )
        tx.signed.append(("restore", restore_id))
        return Changes.BACKUPS


@dataclass(frozen=True, kw_only=True)
class ExportArchive(Command):
    """Put on record that the whole file left it in open formats, signed by who answers for it."""

    roles: ClassVar = frozenset({Role.INVESTIGATOR, Role.ADMINISTRATOR})
    meaning: ClassVar = Meaning.AUTHORISED

    folder: str
    names: bool
    tables: int
    rows: int
    sha256: str
    head: str

    def apply(self, tx: Transaction) -> Changes:
        """Write where it went and how to know it again."""
        archive_id = days.add_archive(
            tx.db,
            days.ArchiveRow(
                folder=self.folder,
                names=self.names,
                tables=self.tables,
                rows=self.rows,
                sha256=self.sha256,
                head=self.head,
                exported_at=tx.now,
                exported_by=tx.who.name,
            ),
        )
        tx.signed.append(("archive", archive_id))
        return Changes.SITE
