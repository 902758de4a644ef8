"""The people of a site: accounts, passwords, the recovery code."""

from __future__ import annotations

from dataclasses import replace

from lndesk.domain.account import Role, check_password
from lndesk.domain.errors import StoreProblem
from lndesk.funnel import CLOCK_TOLERANCE, Funnel, person_of
from lndesk.i18n import Sentence
from lndesk.services.accounts import (
    ChangePassword,
    ChangeRole,
    CreateAccount,
    EndAccount,
    RenewRecoveryCode,
    ResetPassword,
    RotateKey,
)
from lndesk.services.command import Changes
from lndesk.services.stock import DestroyContainers
from lndesk.store import keys
from lndesk.store.database import connect, writing
from lndesk.store.rotation import rotate


class Crew(Funnel):
    """Commands on accounts that change the keys file too. The record comes first, the slot after it."""

    def clock_stops(self) -> bool:
        """Tell whether the clock lies so far before the last act that an administrator has to explain it."""
        behind = self.clock_behind()
        return behind is not None and behind > CLOCK_TOLERANCE

    def add_user(  # as the command that it gives
        self,
        *,
        login: str,
        name: str,
        role: Role,
        password: str,
        same_person_as: str = "",
        another_person: bool = False,
    ) -> Changes:
        """Create an account with its key slot.

        Raises:
            RuleViolation: the login is taken, login, name or password cannot be used, or somebody of that name is
                here and it is not said whether it is the same person.
        """
        secret = check_password(password, login=login)
        changes = self.run(
            CreateAccount(
                login=login, name=name, role=role, same_person_as=same_person_as, another_person=another_person
            )
        )
        self._access.give(login, secret, self._file.key)
        return changes

    def invite_user(
        self, *, login: str, name: str, role: Role, same_person_as: str = "", another_person: bool = False
    ) -> str:
        """Create an account and return its one-time code: nobody but its owner ever knows the password.

        Raises:
            RuleViolation: the login is taken, or login or name cannot be used.
        """
        self.run(
            CreateAccount(
                login=login,
                name=name,
                role=role,
                chooses_password=True,
                same_person_as=same_person_as,
                another_person=another_person,
            )
        )
        return self._give_code(login)

    def run_witnessed(self, command: DestroyContainers, *, login: str, password: str) -> Changes:
        """Destroy containers before a witness who signs in; the first person stays signed in.

        Raises:
            WrongPassword: login and password do not fit; nothing was changed.
            RuleViolation: the witness is the same person, or as for `run`.
        """
        seen_by = self.authenticate(login, password)
        return self.run(replace(command, witness=seen_by.name, witness_account_id=seen_by.account_id))

    def end_account(self, login: str, *, reason: str) -> Changes:
        """End a person's account and take the way into the file from it.

        Raises:
            RuleViolation: it is one's own or the last administrator's, has ended, or no reason is given.
        """
        changes = self.run(EndAccount(login=login, reason=reason))
        self._access.take_away(login)
        return changes

    def change_role(self, login: str, role: Role, *, reason: str) -> Changes:
        """Give a person another role, from the next sign-in on.

        Raises:
            RuleViolation: as for `end_account`.
        """
        return self.run(ChangeRole(login=login, role=role, reason=reason))

    def reset_password(self, login: str, *, reason: str) -> str:
        """Return a one-time code that opens the file until its owner has chosen a password with it.

        Raises:
            RuleViolation: the account has ended, or no reason is given.
        """
        self.run(ResetPassword(login=login, reason=reason))
        return self._give_code(login)

    def new_recovery_code(self, *, reason: str) -> str:
        """Make a new recovery code and return it; the old one opens nothing from then on.

        Raises:
            RuleViolation: no reason is given.
        """
        self.run(RenewRecoveryCode(reason=reason))
        return self._access.new_code(self._file.key)

    def rotate_key(self, *, reason: str) -> None:
        """Encrypt the file with a new key, as when somebody who has left may have kept a copy of the old one.

        Raises:
            RuleViolation: no reason is given.
            StoreProblem: the disk stands in the way; the file is as it was, or is to be opened again.
        """
        self.run(RotateKey(reason=reason))
        key = self._file.key
        self._db.close()
        try:
            key = rotate(self.path, key)
        finally:
            self._open_again(key)

    def change_password(self, *, old: str, new: str) -> Changes:
        """Give the signed-in person a new password; only the slot is written anew.

        Raises:
            WrongPassword: the old one does not fit.
            RuleViolation: the new one cannot be used.
        """
        self.authenticate(self.who.login, old)
        secret = check_password(new, login=self.who.login)
        changes = self.run(ChangePassword())
        self._access.give(self.who.login, secret, self._file.key)
        self.who = person_of(self._file, self.who.login)
        return changes

    def _open_again(self, key: bytes) -> None:
        self._file = replace(self._file, key=key)
        try:
            self._db = connect(self.path, key)
            self._file = replace(self._file, db=self._db)
            with writing(self._db):
                self._db.conn.execute(
                    "delete from open_act"
                )  # there is none; a failing disk may have left it read-only
        except StoreProblem as error:
            raise StoreProblem(
                Sentence(
                    "The disk does not let the site's file be opened again just now. Nothing on record is lost; close"
                    " the window and open the file again."
                )
            ) from error

    def _give_code(self, login: str) -> str:
        code = keys.new_recovery_code()[: keys.ONE_TIME_LENGTH]
        self._access.give(login, code, self._file.key)
        return code
