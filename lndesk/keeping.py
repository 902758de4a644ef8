"""Keeping the record: verification, backups, and drafts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from lndesk.reads import BackupRow
from lndesk.services.backups import RecordBackup
from lndesk.services.command import Changes
from lndesk.sight import OF_BACKUPS, OF_DRAFTS, Sight
from lndesk.store import backup, drafts
from lndesk.store.database import connect
from lndesk.store.heads import read_head
from lndesk.store.verification import Verification, quick_check, verify


class Keeping(Sight):
    """Copies of an open site, and what is not yet on record in it."""

    def verify(self) -> Verification:
        """Replay every act and compare with what the file holds. May run on a worker: its connection is its own."""
        kept = read_head(self.path)
        db = connect(self.path, self._file.key, read_only=True)
        try:
            return verify(db, kept, partial(read_head, self.path))
        finally:
            db.close()

    def quick_check(self) -> Verification:
        """Look whether the end of the chain, the head kept beside the file and the guards are as they were left."""
        return quick_check(self._db, read_head(self.path))

    def back_up(
        self, folder: Path, *, on_stage: Callable[[backup.Stage], object] = lambda _stage: None
    ) -> backup.Backup:
        """Copy the file into a folder and verify the copy. May run on a worker; `note_backup` puts it on record.

        Args:
            folder: where the copy goes.
            on_stage: told when it copies and when it verifies, on the thread that this runs on.

        Raises:
            NotPermitted: the role makes no backups.
            StoreProblem: the folder cannot take it, or the copy is not what was copied.
        """
        self.refuse_unless(OF_BACKUPS)
        return backup.back_up(self.path, self._file.key, folder, now=self.clock(), on_stage=on_stage)

    def verify_backup(self, file: Path) -> Verification:
        """Reopen a backup of this site from its medium and replay it. May run on a worker.

        Raises:
            StoreProblem: it is no backup of this site, or is damaged.
        """
        return backup.verify_backup(file, self._file.key)

    def backup_receipt(self, row: BackupRow) -> bytes:
        """Compose the page that vouches for a backup on record.

        Raises:
            RuleViolation: a text does not fit, or the font lacks a letter.
        """
        from lndesk.reports.backup_receipt_of import receipt_of  # heavy: loads the fonts

        return receipt_of(row, self.site())

    def note_backup(self, made: backup.Backup) -> Changes:
        """Put a verified backup on record."""
        return self.run(
            RecordBackup(
                file=str(made.file),
                size_bytes=made.size_bytes,
                sha256=made.sha256,
                head=made.verification.head,
                acts=made.verification.acts,
            )
        )

    def save_draft(self, kind: str, subject: str, content: dict[str, Any]) -> None:
        """Keep what the signed-in person has typed."""
        self.refuse_unless(OF_DRAFTS)
        drafts.save_draft(self._db, self.who.login, kind, subject, content, now=self.clock())

    def draft(self, kind: str, subject: str) -> dict[str, Any] | None:
        """Return what the signed-in person had typed."""
        self.refuse_unless(OF_DRAFTS)
        return drafts.draft(self._db, self.who.login, kind, subject)

    def drafts(self) -> list[tuple[str, str]]:
        """Return the kinds and subjects of the signed-in person's drafts."""
        self.refuse_unless(OF_DRAFTS)
        return drafts.drafts_of(self._db, self.who.login)

    def drop_draft(self, kind: str, subject: str) -> None:
        """Forget a draft that was sent."""
        self.refuse_unless(OF_DRAFTS)
        drafts.drop_draft(self._db, self.who.login, kind, subject)
