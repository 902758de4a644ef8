"""One open site: the only way to write, and the only way to read."""

from __future__ import annotations

import datetime as dt
import hashlib
import platform
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, cast

from lndesk import __version__, settings
from lndesk.domain.account import Person, Role, check_account, check_password, one_form
from lndesk.domain.errors import NotPermitted, RuleViolation, StoreProblem, WrongPassword
from lndesk.domain.sheet import SheetLanguage, SheetSnapshot
from lndesk.domain.visit import month_span
from lndesk.i18n import Sentence
from lndesk.queries import sheets as sheet_queries
from lndesk.reads import BackupRow, Clock, Reads
from lndesk.services.accounts import ChangePassword, CreateAccount, FoundSite
from lndesk.services.backups import RecordBackup
from lndesk.services.command import Changes, Command, Transaction
from lndesk.services.preparations import IssueSheet
from lndesk.services.protocols import AddProtocol
from lndesk.site_file import SiteFile, create_file, open_file
from lndesk.store import acts, backup, drafts, keys, people, preparations
from lndesk.store.database import connect, writing
from lndesk.store.verification import Verification, verify

PROTOCOL = "nct04318600.toml"


def local_now() -> dt.datetime:
    """Return the instant of this machine's clock, with its offset."""
    return dt.datetime.now().astimezone()


@dataclass(frozen=True, kw_only=True)
class NewSite:
    """What it takes to found a site: its name, its administrator, and how sheets are printed."""

    name: str
    name_zh: str = ""
    administrator: str
    login: str
    training: bool = False
    sheet_language: SheetLanguage = "both"


class Study(Reads):
    """One open store and the person who is signed in.

    Every write is a command given to `run`; every read is a method of `Reads`, named after what it returns.
    """

    def __init__(self, file: SiteFile, who: Person, clock: Clock, cost: keys.Cost) -> None:
        super().__init__(file.db, clock)
        self.path = file.path
        self.who = who
        self.listeners: list[Callable[[Changes], None]] = []
        self._file = file
        self._cost = cost

    @classmethod
    def create(
        cls, path: Path, site: NewSite, password: str, *, clock: Clock = local_now, cost: keys.Cost | None = None
    ) -> tuple[Study, str]:
        """Found a site in a new file; return it, signed in as its administrator, and the recovery code.

        The code is shown once and stored nowhere.

        Raises:
            RuleViolation: a name, the login or the password cannot be used.
            StoreProblem: there is such a file already, or the folder cannot be written to.
        """
        check_account(site.login, site.administrator)
        secret = check_password(password, login=site.login)
        if path.exists() or keys.keys_file(path).exists():
            raise StoreProblem(Sentence("There already is a file {path}. Choose another name.", path=path))
        key, code = keys.new_key(), keys.new_recovery_code()
        store_id = uuid.uuid4().hex
        work = cost or keys.Cost()
        who = Person(1, site.login, site.administrator.strip(), Role.ADMINISTRATOR)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            ring = keys.KeyRing(keys.keys_file(path), store_id, {})
            ring.lock(keys.RECOVERY, code, key, work)
            ring.lock(site.login, secret, key, work)
            ring.write()
            study = cls(create_file(path, key, who=who.name, at=clock()), who, clock, work)
            study._found(store_id, site)
        except BaseException as error:
            path.unlink(missing_ok=True)
            keys.keys_file(path).unlink(missing_ok=True)
            if isinstance(error, OSError):
                why = error.strerror or error
                raise StoreProblem(Sentence("{path} cannot be written: {why}.", path=path, why=why)) from error
            raise
        return study, code

    @classmethod
    def open(
        cls, path: Path, *, login: str, password: str, read_only: bool = False, clock: Clock = local_now,
        cost: keys.Cost | None = None,
    ) -> Study:  # fmt: skip
        """Open a site's file as one of its users.

        Raises:
            WrongPassword: login and password do not fit.
            StoreInUse: another window writes to it; says who.
            StoreProblem: it is missing, damaged, or of a newer version.
        """
        if not path.is_file():
            raise StoreProblem(Sentence("There is no file {path}.", path=path))
        key = keys.KeyRing.read(path).unlock(login, one_form(password))
        file = open_file(path, key, who=login, at=clock(), read_only=read_only)
        try:
            return cls(file, _person(file, login), clock, cost or keys.Cost())
        except BaseException:
            file.close()
            raise

    @staticmethod
    def logins(path: Path) -> tuple[str, ...]:
        """Return the logins that can open a site's file, without opening it.

        Raises:
            StoreProblem: the keys file is missing or damaged.
        """
        return keys.KeyRing.read(path).logins

    def close(self) -> None:
        """Close the file and let others write."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        self.close()

    def run(self, command: Command, *, by: Person | None = None) -> Changes:
        """Apply one command: all of it or none, as one sealed act.

        Args:
            command: what is to be done.
            by: who does it, when it is not the person signed in: a second person, authenticated.

        Raises:
            NotPermitted: the person's role does not do this.
            RuleViolation: a rule forbids it; nothing was changed.
            StoreProblem: the file could not be written; nothing was changed.
        """
        who = by or self.who
        if who.role not in command.roles:
            raise _not_permitted(who, command)
        tx = Transaction(db=self._db, who=who, now=self.clock())
        try:
            with writing(self._db):
                act_id = acts.open_act(self._db)
                changes = command.apply(tx)
                acts.seal_act(self._db, act_id, _act(tx, command))
        except LookupError as error:
            raise RuleViolation(Sentence("This is no longer on record. Open the page again.")) from error
        for listener in tuple(self.listeners):
            listener(changes)
        return changes

    def permits(self, command: type[Command]) -> bool:
        """Tell whether the signed-in person's role does this."""
        return self.who.role in command.roles

    def authenticate(self, login: str, password: str) -> Person:
        """Return the person behind a login and password, without ending anyone's session.

        Raises:
            WrongPassword: they do not fit.
        """
        if keys.KeyRing.read(self.path).unlock(login, one_form(password)) != self._file.key:
            raise WrongPassword(Sentence("The user and the password do not match."))
        return _person(self._file, login)

    def sign_in(self, login: str, password: str) -> Person:
        """Let another person, or the same one again, take over the desk.

        Raises:
            WrongPassword: login and password do not fit.
        """
        self.who = self.authenticate(login, password)
        return self.who

    def add_user(self, *, login: str, name: str, role: Role, password: str) -> Changes:
        """Create an account with its key slot.

        Raises:
            RuleViolation: the login is taken, or login, name or password cannot be used.
        """
        secret = check_password(password, login=login)
        changes = self.run(CreateAccount(login=login, name=name, role=role))
        self._lock_key_for(login, secret)
        return changes

    def change_password(self, *, old: str, new: str) -> Changes:
        """Give the signed-in person a new password; only the slot is written anew.

        Raises:
            WrongPassword: the old one does not fit.
            RuleViolation: the new one cannot be used.
        """
        self.authenticate(self.who.login, old)
        secret = check_password(new, login=self.who.login)
        changes = self.run(ChangePassword())
        self._lock_key_for(self.who.login, secret)
        return changes

    def issue_sheet(self, preparation_id: int, *, language: SheetLanguage | None = None) -> str:
        """Compose the sheet of a checked dose and put it on record; return its number.

        Raises:
            RuleViolation: the dose is not checked, a text does not fit, or the font lacks a letter.
        """
        from lndesk.reports.dose_sheet import dose_sheet  # heavy: loads the fonts

        try:
            snapshot = sheet_queries.new_snapshot(
                self._db, preparation_id, language=language, composed_by=self.who.name, now=self.clock()
            )
        except LookupError as error:
            refusal = Sentence("A sheet is issued once, after a second person has checked the dose.")
            raise RuleViolation(refusal) from error
        pdf = dose_sheet(snapshot)
        self.run(
            IssueSheet(
                preparation_id=preparation_id,
                number=snapshot.number,
                snapshot=snapshot.to_json(),
                sha256=_sha256(pdf),
                composed_at=snapshot.composed_at,
            )
        )
        return snapshot.number

    def sheet_pdf(self, number: str) -> bytes:
        """Return the bytes of an issued sheet, built anew from its snapshot and compared with their hash.

        Raises:
            RuleViolation: there is no such sheet.
            StoreProblem: the bytes are not those that were issued.
        """
        from lndesk.reports.dose_sheet import dose_sheet  # as above

        sheet = preparations.sheet_numbered(self._db, number)
        if sheet is None:
            raise RuleViolation(Sentence("There is no sheet {number}.", number=number))
        pdf = dose_sheet(SheetSnapshot.from_json(sheet.snapshot))
        if _sha256(pdf) != sheet.sha256:
            raise StoreProblem(Sentence("Sheet {number} cannot be rebuilt as it was issued.", number=number))
        return pdf

    def month_pdf(self, month_on: dt.date, language: SheetLanguage | None = None) -> bytes:
        """Return the calendar of the month that a day lies in, in the site's language of sheets unless told.

        Raises:
            RuleViolation: the font lacks a letter, or a text does not fit.
        """
        from lndesk.reports.calendar_entries import calendar_entries  # heavy: loads the fonts
        from lndesk.reports.month_calendar import month_calendar  # as above

        site = self.site()
        return month_calendar(
            calendar_entries(self.calendar(*month_span(month_on))),
            month_on=month_on,
            language=language or cast("SheetLanguage", site.sheet_language),
            site=self.site_name(),
            training=site.training,
            composed_at=self.now(),
        )

    def verify(self) -> Verification:
        """Replay every act and compare with what the file holds. May run on a worker: its connection is its own."""
        db = connect(self.path, self._file.key, read_only=True)
        try:
            return verify(db)
        finally:
            db.close()

    def back_up(
        self, folder: Path, *, on_stage: Callable[[backup.Stage], object] = lambda _stage: None
    ) -> backup.Backup:
        """Copy the file into a folder and verify the copy. May run on a worker; `note_backup` puts it on record.

        Args:
            folder: where the copy goes.
            on_stage: told when it copies and when it verifies, on the thread that this runs on.

        Raises:
            StoreProblem: the folder cannot take it, or the copy is not what was copied.
        """
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
        drafts.save_draft(self._db, self.who.login, kind, subject, content, now=self.clock())

    def draft(self, kind: str, subject: str) -> dict[str, Any] | None:
        """Return what the signed-in person had typed."""
        return drafts.draft(self._db, self.who.login, kind, subject)

    def drafts(self) -> list[tuple[str, str]]:
        """Return the kinds and subjects of the signed-in person's drafts."""
        return drafts.drafts_of(self._db, self.who.login)

    def drop_draft(self, kind: str, subject: str) -> None:
        """Forget a draft that was sent."""
        drafts.drop_draft(self._db, self.who.login, kind, subject)

    def _found(self, store_id: str, site: NewSite) -> None:
        protocol = settings.resources() / "protocols" / PROTOCOL
        try:
            self.run(
                FoundSite(
                    store_id=store_id,
                    name=site.name,
                    name_zh=site.name_zh,
                    training=site.training,
                    sheet_language=site.sheet_language,
                    administrator=site.administrator,
                    login=site.login,
                )
            )
            self.run(AddProtocol(content=protocol.read_text(encoding="utf-8")))
        except BaseException:
            self.close()
            raise

    def _lock_key_for(self, login: str, secret: str) -> None:
        ring = keys.KeyRing.read(self.path)
        ring.lock(login, secret, self._file.key, self._cost)
        ring.write()


def _person(file: SiteFile, login: str) -> Person:
    account = people.account_of(file.db, login)
    if account is None or account.id is None:
        raise WrongPassword(Sentence("The user and the password do not match."))
    return Person(account.id, account.login, account.name, Role(account.role))


def _not_permitted(who: Person, command: Command) -> NotPermitted:
    roles = ", ".join(role.label for role in Role if role in command.roles)
    return NotPermitted(
        Sentence(
            "{name} is signed in as {role}. This is done by: {roles}.", name=who.name, role=who.role.label, roles=roles
        )
    )


def _act(tx: Transaction, command: Command) -> acts.Act:
    return acts.Act(
        at=tx.now,
        login=tx.who.login,
        name=tx.who.name,
        role=tx.who.role.value,
        station=platform.node(),
        command=type(command).__name__,
        inputs=command.inputs(),
        reason=command.why,
        app_version=__version__,
    )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
