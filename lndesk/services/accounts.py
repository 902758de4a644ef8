"""Commands on the site and its people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from lndesk.domain.account import Account, Role, check_account, check_can_lose_role
from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction, found
from lndesk.store import people


@dataclass(frozen=True, kw_only=True)
class FoundSite(Command):
    """Put a new site and its first administrator on record."""

    roles: ClassVar = frozenset({Role.ADMINISTRATOR})

    store_id: str
    name: str
    name_zh: str
    training: bool
    sheet_language: str
    administrator: str
    login: str

    def apply(self, tx: Transaction) -> Changes:
        """Write the site, and the account of whoever founds it."""
        if not self.name.strip() and not self.name_zh.strip():
            raise RuleViolation(Sentence("Enter the name of the site."), field="name")
        people.add_site(
            tx.db,
            people.Site(
                store_id=self.store_id,
                name=self.name.strip() or self.name_zh.strip(),
                name_zh=self.name_zh.strip() or self.name.strip(),
                training=self.training,
                sheet_language=self.sheet_language,
                created_at=tx.now,
            ),
        )
        people.add_account(
            tx.db, replace(check_account(self.login, self.administrator), id=None, role=Role.ADMINISTRATOR.value)
        )
        return Changes.SITE | Changes.ACCOUNTS


@dataclass(frozen=True, kw_only=True)
class CreateAccount(Command):
    """Give a person a login. The password goes to the keys file, never here."""

    roles: ClassVar = frozenset({Role.ADMINISTRATOR})

    login: str
    name: str
    role: Role
    chooses_password: bool = False
    """Whether the person was given a one-time code, to choose a password with at the first sign-in."""

    def apply(self, tx: Transaction) -> Changes:
        """Write the account; a login is never given twice."""
        account = check_account(self.login, self.name)
        if people.account_of(tx.db, self.login) is not None:
            raise RuleViolation(
                Sentence("The login “{login}” is taken. Choose another.", login=self.login), field="login"
            )
        reset_at = tx.now if self.chooses_password else None
        people.add_account(tx.db, replace(account, role=Role(self.role).value, reset_at=reset_at))
        return Changes.ACCOUNTS


@dataclass(frozen=True, kw_only=True)
class ChangePassword(Command):
    """Note that a person has a new password; the slot itself is in the keys file."""

    roles: ClassVar = frozenset(Role)

    def apply(self, tx: Transaction) -> Changes:
        """Take back what a reset asked for; the act itself is the trace."""
        people.set_account(tx.db, tx.who.account_id, reset_at=None)
        return Changes.ACCOUNTS


@dataclass(frozen=True, kw_only=True)
class ResetPassword(Command):
    """Note that a person was given a one-time code in place of a forgotten password."""

    roles: ClassVar = frozenset({Role.ADMINISTRATOR})

    login: str
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Ask for a new password at the next sign-in."""
        account = _active(tx, self.login)
        _refuse_without_reason(self.reason)
        people.set_account(tx.db, account.id or 0, reset_at=tx.now)
        return Changes.ACCOUNTS


@dataclass(frozen=True, kw_only=True)
class ChangeRole(Command):
    """Give a person another role."""

    roles: ClassVar = frozenset({Role.ADMINISTRATOR})

    login: str
    role: Role
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Write the role; what the person did before stands under the role of that day."""
        account = _active(tx, self.login)
        check_can_lose_role(account, people.accounts(tx.db), by=tx.who)
        _refuse_without_reason(self.reason)
        people.set_account(tx.db, account.id or 0, role=Role(self.role).value)
        return Changes.ACCOUNTS


@dataclass(frozen=True, kw_only=True)
class EndAccount(Command):
    """End a person's account. It is never deleted, and its login is never given again."""

    roles: ClassVar = frozenset({Role.ADMINISTRATOR})

    login: str
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Write who ended it and when."""
        account = _active(tx, self.login)
        check_can_lose_role(account, people.accounts(tx.db), by=tx.who)
        _refuse_without_reason(self.reason)
        people.set_account(tx.db, account.id or 0, ended_at=tx.now, ended_by=tx.who.name)
        return Changes.ACCOUNTS


@dataclass(frozen=True, kw_only=True)
class UseRecoveryCode(Command):
    """Note that an administrator came in by the recovery code, every password being lost."""

    roles: ClassVar = frozenset({Role.ADMINISTRATOR})

    def apply(self, tx: Transaction) -> Changes:
        """Take back what a reset asked for; the act itself is the trace."""
        people.set_account(tx.db, tx.who.account_id, reset_at=None)
        return Changes.ACCOUNTS


@dataclass(frozen=True, kw_only=True)
class ExplainClock(Command):
    """Say why the clock lies before the last act. Acts go on from there, each with its own instant."""

    roles: ClassVar = frozenset({Role.ADMINISTRATOR})

    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Leave the act as the trace, with how far the clock was behind."""
        del tx
        _refuse_without_reason(self.reason)
        return Changes.SITE


@dataclass(frozen=True, kw_only=True)
class RotateKey(Command):
    """Note that the file is encrypted with a new key."""

    roles: ClassVar = frozenset({Role.ADMINISTRATOR})

    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Leave the act as the trace; no key is ever on record."""
        del tx
        _refuse_without_reason(self.reason)
        return Changes.SITE


@dataclass(frozen=True, kw_only=True)
class RenewRecoveryCode(Command):
    """Note that a new recovery code was made; the old one opens nothing."""

    roles: ClassVar = frozenset({Role.ADMINISTRATOR})

    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Leave the act as the trace; the code itself is stored nowhere."""
        del tx
        _refuse_without_reason(self.reason)
        return Changes.ACCOUNTS


def _active(tx: Transaction, login: str) -> Account:
    account = found(
        people.account_of(tx.db, login), Sentence("There is no user “{login}”.", login=login), field="login"
    )
    if account.ended_at is not None:
        raise RuleViolation(Sentence("The account of {name} has ended already.", name=account.name), field="login")
    return account


def _refuse_without_reason(reason: str) -> None:
    if not reason.strip():
        raise RuleViolation(Sentence("Give the reason."), field="reason")
