"""The end of the day, and the rehearsal of the worst one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lndesk.domain.account import one_form
from lndesk.domain.errors import Cancelled, NotVerified, OtherKey, StoreProblem, WrongPassword
from lndesk.domain.watch import QUIET, Watch
from lndesk.queries.day_end import DayItems, day_items
from lndesk.queries.patients import patient_rows
from lndesk.services.backups import RecordRehearsal
from lndesk.services.command import Changes
from lndesk.services.days import CloseDay
from lndesk.sight import OF_BACKUPS, Sight
from lndesk.store.backup import open_unpacked, unpacked, verify_unpacked
from lndesk.store.database import into_memory
from lndesk.store.days import DayCloseRow
from lndesk.store.keys import RECOVERY, KeyRing, read_code
from lndesk.store.migrations import migrate
from lndesk.store.rotation import fitting_key
from lndesk.store.verification import Verification, verify


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A full restore into memory, and what came of it."""

    file: Path
    whole: bool
    opened_by: str
    head: str
    acts: int
    patients: int
    problem: str


class DayEnd(Sight):
    """Closing the day, and trying whether a backup would give everything back."""

    def day_items(self) -> DayItems:
        """Return what is open at the end of this day, and whether it is backed up."""
        return day_items(self._db, self.today())

    def close_day(self, *, counted: int | None = None, why_no_backup: str = "", remark: str = "") -> Changes:
        """Close the day as it is left; nothing open stands in the way.

        Args:
            counted: how many containers were counted, when they were.
            why_no_backup: why there is no verified backup of today.
            remark: whatever else is worth knowing.

        Raises:
            NotPermitted: the role does not close a day.
            RuleViolation: the number counted cannot be.
        """
        found = self.day_items()
        return self.run(
            CloseDay(
                items=tuple(item.as_kept() for item in found.items),
                containers_expected=found.expected,
                containers_counted=counted,
                backup_id=found.backup.id if found.backup else None,
                why_no_backup="" if found.backup else why_no_backup,
                remark=remark,
            )
        )

    def day_receipt(self, row: DayCloseRow) -> bytes:
        """Compose the page on a day that was closed: what was open, the product, the backup and the head.

        Raises:
            RuleViolation: a text does not fit, or the font lacks a letter.
        """
        from lndesk.reports.day_receipt_of import day_receipt_of  # heavy: loads the fonts

        return day_receipt_of(self._db, row)

    def rehearse(
        self, file: Path, *, login: str = "", password: str = "", code: str = "", watch: Watch = QUIET
    ) -> Rehearsal:
        """Restore a backup into memory by its own keys and replay it there. May run on a worker.

        Without a password or the recovery code the site's own key opens it, which tries everything but the keys.

        Raises:
            NotPermitted: the role makes no backups.
            WrongPassword: neither the password nor the code opens the backup.
            Cancelled: the person has stopped it.
        """
        self.refuse_unless(OF_BACKUPS)
        by = "recovery_code" if code else "password" if password else "site_key"
        try:
            with unpacked(file, watch=watch) as (store, manifest):
                key = self._key_of(store, login or self.who.login, password, code)
                verification = verify_unpacked(file, store, manifest, key, watch=watch)
                patients = _tried_in_memory(file, store, manifest, key, watch)
        except (Cancelled, WrongPassword, OtherKey):
            raise
        except StoreProblem as problem:
            return Rehearsal(file=file, whole=False, opened_by=by, head="", acts=0, patients=0, problem=str(problem))
        return Rehearsal(
            file=file,
            whole=verification.ok,
            opened_by=by,
            head=verification.head,
            acts=verification.acts,
            patients=patients,
            problem=_first(verification),
        )

    def note_rehearsal(self, done: Rehearsal) -> Changes:
        """Put a rehearsal on record, whole or not."""
        return self.run(
            RecordRehearsal(
                file=str(done.file),
                whole=done.whole,
                opened_by=done.opened_by,
                head=done.head,
                acts=done.acts,
                problem=done.problem,
            )
        )

    def _key_of(self, store: Path, login: str, password: str, code: str) -> bytes:
        if not password and not code:
            return self._file.key
        ring = KeyRing.read(store)
        found = ring.unlock(RECOVERY, read_code(code)) if code else ring.unlock(login, one_form(password))
        return fitting_key(store, found)


def _tried_in_memory(file: Path, store: Path, manifest: dict[str, object], key: bytes, watch: Watch) -> int:
    source = open_unpacked(file, store, manifest, key)
    try:
        copy = into_memory(source, key)
    finally:
        source.close()
    try:
        migrate(copy)  # a backup of an older version has to be one that this version works with
        restored = verify(copy, watch=watch)
        if restored.problems:
            raise NotVerified(restored.problems[0])
        return len(patient_rows(copy))
    finally:
        copy.close()


def _first(verification: Verification) -> str:
    return str(verification.problems[0]) if verification.problems else ""
