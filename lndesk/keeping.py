"""Keeping the record: verification, backups and where they go, and drafts."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from lndesk.domain.account import unattended
from lndesk.domain.errors import MediumMissing, RuleViolation, StoreProblem, WrongMedium
from lndesk.domain.thinning import KeepRule
from lndesk.domain.watch import QUIET, Watch
from lndesk.i18n import Sentence
from lndesk.queries.protection import is_on_record, keep_rule, thinnable
from lndesk.reads import BackupRow
from lndesk.services.backups import (
    AddBackupTarget,
    EndBackupTarget,
    RecordBackup,
    RecordThinning,
    SetKeeping,
    check_target_name,
)
from lndesk.services.command import Changes
from lndesk.sight import OF_BACKUPS, OF_DRAFTS, Sight
from lndesk.store import backup, backups, drafts, pending
from lndesk.store.backups import TargetRow
from lndesk.store.database import connect
from lndesk.store.driver import Database
from lndesk.store.files import flush_folder, free_bytes
from lndesk.store.heads import read_head
from lndesk.store.keys import KeyRing
from lndesk.store.markers import Found, State, look_for, new_marker, read_marker, write_marker
from lndesk.store.verification import Verification, quick_check, verify


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetState:
    """A target, whether its medium is there, and how old its newest backup is."""

    target: TargetRow
    state: State
    folder: Path | None
    free_bytes: int | None
    last: BackupRow | None
    days: int | None
    """How many days ago the newest backup was made; None when there is none."""
    said: Sentence | None
    """What is wrong, in words; None while the medium is there."""


class Keeping(Sight):
    """Copies of an open site, and what is not yet on record in it."""

    def verify(self, *, watch: Watch = QUIET) -> Verification:
        """Replay every act and compare with what the file holds. May run on a worker: its connection is its own."""
        kept = read_head(self.path)
        with self._reading() as db:
            return verify(db, kept, partial(read_head, self.path), watch=watch)

    def quick_check(self) -> Verification:
        """Look whether the end of the chain, the head kept beside the file and the guards are as they were left."""
        return quick_check(self._db, read_head(self.path))

    def back_up(self, place: Path | TargetRow, *, watch: Watch = QUIET) -> backup.Backup:
        """Copy the file into a folder or to a target and verify the copy. May run on a worker; `note_backup` follows.

        Raises:
            NotPermitted: the role makes no backups.
            MediumMissing, WrongMedium, MediumFull: the medium is not there, is another one, or has no room.
            NotVerified: the copy is not what was copied.
            StoreInUse: another backup of this file is being made.
            Cancelled: the person has stopped it.
            StoreProblem: the folder cannot take it.
        """
        self.refuse_unless(OF_BACKUPS)
        folder, target_id = self._place(place)
        made = backup.back_up(self.path, self._file.key, folder, now=self.clock(), by=self.who.name, watch=watch)
        return replace(made, target_id=target_id)

    def note_backup(self, made: backup.Backup) -> Changes:
        """Put a verified backup on record."""
        return self.run(_command(made))

    def leave_note(self, made: backup.Backup) -> None:
        """Leave word of a backup for whoever has the file open for writing; it goes on record there.

        Raises:
            StoreProblem: the folder takes no file.
        """
        note = pending.Note(
            file=str(made.file),
            size_bytes=made.size_bytes,
            sha256=made.sha256,
            head=made.verification.head,
            acts=made.verification.acts,
            target_id=made.target_id,
            made_at=made.made_at.isoformat(),
        )
        try:
            pending.leave_note(self.path, self._file.key, note)
        except OSError as error:
            why = error.strerror or error
            raise StoreProblem(Sentence("{path} cannot be written: {why}.", path=self.path, why=why)) from error

    def note_pending(self) -> Changes:
        """Put backups on record that were made beside this window by a job that nobody sat beside."""
        changes = Changes.NOTHING
        known = {target.id for target in self.targets()}
        for place, note in pending.notes(self.path, self._file.key):
            if not is_on_record(self._db, note.file, note.sha256):
                changes |= self.run(
                    RecordBackup(
                        file=note.file,
                        size_bytes=note.size_bytes,
                        sha256=note.sha256,
                        head=note.head,
                        acts=note.acts,
                        target_id=note.target_id if note.target_id in known else None,
                        made_at=note.instant,
                    ),
                    by=unattended(),
                )
            pending.drop_note(place)
        return changes

    def verify_backup(self, file: Path, *, watch: Watch = QUIET) -> Verification:
        """Reopen a backup of this site from its medium and replay it. May run on a worker.

        Raises:
            OtherKey: it is whole, but was made under another key.
            StoreProblem: it is no backup of this site, or is damaged.
            Cancelled: the person has stopped it.
        """
        return backup.verify_backup(file, self._file.key, watch=watch)

    def backup_receipt(self, row: BackupRow) -> bytes:
        """Compose the page that vouches for a backup on record.

        Raises:
            RuleViolation: a text does not fit, or the font lacks a letter.
        """
        from lndesk.reports.backup_receipt_of import receipt_of  # heavy: loads the fonts

        return receipt_of(row, self.site())

    def target_states(self) -> list[TargetState]:
        """Look for each target. May run on a worker, for a network folder can take its time."""
        today = self.clock().date()
        with self._reading() as db:
            rows = [(target, backups.last_backup(db, target.id)) for target in backups.targets(db)]
        return [self._state(target, last, today) for target, last in rows]

    def add_target(self, name: str, folder: Path) -> Changes:
        """Mark a medium or a folder, and put it on record as a place that backups go to.

        Raises:
            RuleViolation: there is such a name already, or the medium is a target already.
            WrongMedium: it is another site's.
            MediumMissing: there is no such folder.
            StoreProblem: it cannot be written to.
        """
        self.refuse_unless(OF_BACKUPS)
        tidy = check_target_name(name)
        if not folder.is_dir():
            raise MediumMissing(
                Sentence("There is no folder {folder}. Choose another, or plug the medium in.", folder=folder)
            )
        if folder.resolve() == self.path.parent.resolve():
            raise RuleViolation(
                Sentence("Choose a folder on another disk or on a USB stick, not beside the file itself."),
                field="folder",
            )
        there = read_marker(folder)
        if there is not None:
            self._refuse_other_site(folder, there.store_id)
        known = {target.marker for target in self.targets()}
        marker = there if there is not None and there.target not in known else None
        if marker is None and there is not None:
            marker = there  # in use already: the command says so, with its name
        if marker is None:
            marker = new_marker(self._store_id, tidy)
            _mark(folder, marker)
        return self.run(AddBackupTarget(name=tidy, folder=str(folder), marker=marker.target))

    def end_target(self, target_id: int, *, reason: str) -> Changes:
        """Use a target no more; its backups stay where they are.

        Raises:
            RuleViolation: no reason is given, or it is no target.
        """
        return self.run(EndBackupTarget(target_id=target_id, reason=reason))

    def keeping(self) -> KeepRule:
        """Return how long backups are kept."""
        return keep_rule(self._db)

    def set_keeping(self, *, all_days: int, weekly_days: int) -> Changes:
        """Say how long every backup is kept, and how long one a week.

        Raises:
            RuleViolation: a number cannot be.
        """
        return self.run(SetKeeping(all_days=all_days, weekly_days=weekly_days))

    def to_thin(self, target: TargetRow) -> tuple[BackupRow, ...]:
        """Return the backups of a target that newer ones make superfluous, oldest first."""
        return thinnable(self._db, target.id or 0, self.today())

    def thin(self, target: TargetRow) -> Changes:
        """Remove what is superfluous at a target, and put on record what was removed.

        Nothing goes while the newest backup there is not found whole in size and place.

        Raises:
            NotPermitted: the role makes no backups.
            MediumMissing, WrongMedium: the medium is not there, or is another one.
        """
        self.refuse_unless(OF_BACKUPS)
        folder, _target_id = self._place(target)
        removable = self.to_thin(target)
        newest = backups.last_backup(self._db, target.id)
        if not removable or newest is None or not _lies_there(folder, newest):
            return Changes.NOTHING
        removed = [row for row in removable if _removed(folder / Path(row.file).name)]
        flush_folder(folder)
        if not removed:
            return Changes.NOTHING
        return self.run(
            RecordThinning(
                backup_ids=tuple(row.id or 0 for row in removed), files=tuple(Path(row.file).name for row in removed)
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

    @property
    def _store_id(self) -> str:
        return KeyRing.read(self.path).store_id

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Database]:
        """Give a connection of this thread's own."""
        db = connect(self.path, self._file.key, read_only=True)
        try:
            yield db
        finally:
            db.close()

    def _place(self, place: Path | TargetRow) -> tuple[Path, int | None]:
        if isinstance(place, TargetRow):
            found = look_for(place.marker, self._store_id, Path(place.folder))
            if found.state != "present" or found.folder is None:
                said = _said(place, found)
                raise (MediumMissing if found.state == "missing" else WrongMedium)(said)
            return found.folder, place.id
        marker = read_marker(place)
        if marker is None:
            return place, None
        self._refuse_other_site(place, marker.store_id)
        with self._reading() as db:
            return place, next((row.id for row in backups.targets(db) if row.marker == marker.target), None)

    def _refuse_other_site(self, folder: Path, store_id: str) -> None:
        if store_id != self._store_id:
            raise WrongMedium(
                Sentence("{folder} is a medium for the backups of another site. Take one of this site.", folder=folder)
            )

    def _state(self, target: TargetRow, last: BackupRow | None, today: dt.date) -> TargetState:
        found = look_for(target.marker, self._store_id, Path(target.folder))
        present = found.state == "present" and found.folder is not None
        free = None
        if present and found.folder is not None:
            with contextlib.suppress(OSError):
                free = free_bytes(found.folder)
        return TargetState(
            target=target,
            state=found.state,
            folder=found.folder if present else None,
            free_bytes=free,
            last=last,
            days=None if last is None else (today - last.verified_at.date()).days,
            said=None if present else _said(target, found),
        )


def _command(made: backup.Backup) -> RecordBackup:
    return RecordBackup(
        file=str(made.file),
        size_bytes=made.size_bytes,
        sha256=made.sha256,
        head=made.verification.head,
        acts=made.verification.acts,
        target_id=made.target_id,
    )


def _said(target: TargetRow, found: Found) -> Sentence:
    match found.state:
        case "wrong" if found.other is not None:
            return Sentence(
                "This is not {name}, it is {other}. Plug in {name}.", name=target.name, other=found.other.name
            )
        case "missing":
            return Sentence("{name} is not plugged in: there is no {folder}.", name=target.name, folder=target.folder)
    return Sentence(
        "This is not {name}: {folder} does not carry its marker. Plug in {name}.",
        name=target.name,
        folder=target.folder,
    )


def _mark(folder: Path, marker: Any) -> None:
    try:
        write_marker(folder, marker)
    except OSError as error:
        raise StoreProblem(Sentence("{folder} cannot be written to. Choose another folder.", folder=folder)) from error


def _lies_there(folder: Path, row: BackupRow) -> bool:
    file = folder / Path(row.file).name
    try:
        return file.stat().st_size == row.size_bytes
    except OSError:
        return False


def _removed(file: Path) -> bool:
    """Remove a backup; tell whether it is gone. One that somebody took away before is."""
    try:
        file.unlink(missing_ok=True)
    except OSError:
        return False
    return True
