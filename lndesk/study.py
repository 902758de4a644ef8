"""One open site: the only way to write, and the only way to read."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from dataclasses import dataclass
from pathlib import Path

from lndesk import settings
from lndesk.access import Access
from lndesk.archive import Archive
from lndesk.crew import Crew
from lndesk.day_end import DayEnd
from lndesk.domain.account import Person, Role, check_account, check_password
from lndesk.domain.errors import LnDeskError, StoreProblem
from lndesk.domain.sheet import SheetLanguage
from lndesk.export import Export
from lndesk.funnel import person_of
from lndesk.i18n import Sentence
from lndesk.keeping import Keeping
from lndesk.papers import Papers
from lndesk.reads import Clock
from lndesk.services.accounts import FoundSite, UseRecoveryCode
from lndesk.services.protocols import AddProtocol
from lndesk.site_file import claimed, create_file, finish_restore, open_file
from lndesk.store import backup, keys

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


class Study(Crew, Papers, Keeping, DayEnd, Export, Archive):
    """One open store and the person who is signed in.

    Every write is a command given to `run`; every read is a method of `Reads`, named after what it returns.
    """

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
        key, code = keys.new_key(), keys.new_recovery_code()
        store_id = uuid.uuid4().hex
        work = cost or keys.measured_cost()
        who = Person(1, site.login, site.administrator.strip(), Role.ADMINISTRATOR)
        ring = keys.KeyRing(keys.keys_file(path), store_id, {})
        ring.lock(keys.RECOVERY, code, key, work)
        ring.lock(site.login, secret, key, work)
        with claimed(path):
            ring.write()
            study = cls(create_file(path, key, who=who.name, at=clock()), who, clock, cost)
            study._found(store_id, site)
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
        finish_restore(path, who=login, at=clock())
        if not path.is_file():
            raise StoreProblem(Sentence("There is no file {path}.", path=path))
        key = Access(path, clock, cost).unlock(login, password)
        file = open_file(path, key, who=login, at=clock(), read_only=read_only)
        try:
            study = cls(file, person_of(file, login), clock, cost)
        except BaseException:
            file.close()
            raise
        if not read_only:
            study._tidy()
            study._take_notes()
        return study

    @classmethod
    def recover(
        cls, path: Path, *, code: str, login: str, new_password: str, clock: Clock = local_now,
        cost: keys.Cost | None = None,
    ) -> Study:  # fmt: skip
        """Open a site's file by its recovery code, and give one of its administrators a new password.

        Raises:
            WrongPassword: the code does not fit.
            NotPermitted: the login is not an administrator's.
            RuleViolation: the password cannot be used.
            StoreProblem: as for `open`.
        """
        finish_restore(path, who=login, at=clock())
        if not path.is_file():
            raise StoreProblem(Sentence("There is no file {path}.", path=path))
        secret = check_password(new_password, login=login)
        key = Access(path, clock, cost).recover(code)
        file = open_file(path, key, who=login, at=clock(), read_only=False)
        try:
            study = cls(file, person_of(file, login), clock, cost)
            study.run(UseRecoveryCode())
            study._access.give(login, secret, key)
            study._tidy()
            study.who = person_of(file, login)
        except BaseException:
            file.close()
            raise
        return study

    @staticmethod
    def logins(path: Path) -> tuple[str, ...]:
        """Return the logins that can open a site's file, without opening it.

        Raises:
            StoreProblem: the keys file is missing or damaged.
        """
        finish_restore(path, who="", at=local_now())
        return keys.KeyRing.read(path).logins

    @staticmethod
    def unpacked(file: Path, folder: Path) -> Path:
        """Unpack a backup with its keys into an empty folder; return the site's file, to be opened or recovered there.

        Raises:
            StoreProblem: it is no backup, is damaged, or there is a site's file in the folder already.
        """
        if (folder / backup.STORE).exists() or (folder / backup.KEYS).exists():
            raise StoreProblem(
                Sentence("There already is a file {path}. Choose another name.", path=folder / backup.STORE)
            )
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            why = error.strerror or error
            raise StoreProblem(Sentence("{path} cannot be written: {why}.", path=folder, why=why)) from error
        backup.unpack(file, folder)
        return folder / backup.STORE

    @staticmethod
    def wait(path: Path, *, clock: Clock = local_now) -> dt.timedelta:
        """Return how long nobody may try to sign in to a site's file, after tries that failed."""
        return Access(path, clock, None).wait()

    def _tidy(self) -> None:
        self._access.tidy(self._file.key, [item.login for item in self.accounts() if item.ended_at is not None])

    def _take_notes(self) -> None:
        with contextlib.suppress(LnDeskError):  # a clock that lies behind: they wait until it is explained
            self.note_pending()

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
