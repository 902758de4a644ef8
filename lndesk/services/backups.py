"""Commands on backups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.services.command import Changes, Command, Transaction
from lndesk.store.backups import BackupRow, add_backup
from lndesk.store.database import value


@dataclass(frozen=True, kw_only=True)
class RecordBackup(Command):
    """Note a backup that was reopened and found whole."""

    roles: ClassVar = frozenset(Role) - {Role.MONITOR}

    file: str
    size_bytes: int
    sha256: str
    head: str
    acts: int

    def apply(self, tx: Transaction) -> Changes:
        """Write where it lies and how to know it again."""
        add_backup(
            tx.db,
            BackupRow(
                file=self.file,
                size_bytes=self.size_bytes,
                sha256=self.sha256,
                head=self.head,
                acts=self.acts,
                patients=int(value(tx.db, "select count(*) from patient")),
                verified_at=tx.now,
                made_by=tx.who.name,
            ),
        )
        return Changes.BACKUPS
