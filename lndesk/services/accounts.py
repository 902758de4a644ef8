"""Commands on the site and its people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from lndesk.domain.account import Account, Role, alike, check_account, check_can_lose_role
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
    same_person_as: str = ""
    """The login of another account of the same person, who then never checks own work under either."""
    another_person: bool = False
    """Said of somebody who only has the same name as a person who is here already."""

    def apply(self, tx: Transaction) -> Changes:
        """Write the account; a login is never given twice."""
        account = check_account(self.login, self.name)
        if people.account_of(tx.db, self.login) is not None:
            raise RuleViolation(
                Sentence("The login “{login}” is taken. Choose another.", login=self.login), field="login"
            )
        namesakes = [item for item in people.accounts(tx.db) if alike(item.name, account.name)]
        if namesakes and not self.same_person_as and not self.another_person:
            raise RuleViolation(
                Sentence(
                    "{name} has the account “{login}” already. Say whether this is the same person: nobody checks own"
                    " work under a second account.",
                    name=namesakes[0].name,
                    login=namesakes[0].login,
                ),
                field="same_person",
            )
        reset_at = tx.now if self.chooses_password else None
        account_id = people.add_account(tx.db, replace(account, role=Role(self.role).value, reset_at=reset_at))
        if self.same_person_as:
            _join(tx, account_id, self.same_person_as)
        elif self.another_person:
            _part(tx, replace(account, id=account_id))
        return Changes.ACCOUNTS


@dataclass(frozen=True, kw_only=True)
class DeclareSamePerson(Command):
    """Say that two accounts are one person's, or that an account is of a person of its own.

    What was checked before stays as it is.
    """

    roles: ClassVar = frozenset({Role.ADMINISTRATOR})

    login: str
    same_as: str
    """The other login; empty to say that the account is a person's of its own."""
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Write it at both accounts."""
        account = found(
            people.account_of(tx.db, self.login),
            Sentence("There is no user “{login}”.", login=self.login),
            field="login",
        )
        _refuse_without_reason(self.reason)
        if self.same_as:
            _join(tx, account.id or 0, self.same_as)
            return Changes.ACCOUNTS
        _part(tx, account)
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


def _join(tx: Transaction, account_id: int, login: str) -> None:
    other = found(
        people.account_of(tx.db, login), Sentence("There is no user “{login}”.", login=login), field="same_person"
    )
    if other.id == account_id:
        raise RuleViolation(Sentence("Choose another account."), field="same_person")
    person_id = other.person_id or other.id
    account = found(people.account(tx.db, account_id), Sentence("There is no such user."))
    ours = account.person_id
    for item in people.accounts(tx.db):
        if item.id in {account_id, other.id} or (ours is not None and item.person_id == ours):
            people.set_account(tx.db, item.id or 0, person_id=person_id)


def _part(tx: Transaction, account: Account) -> None:
    others = [item for item in people.accounts(tx.db) if item.id != account.id]
    left_behind = [item.id for item in others if item.id and item.person_id == account.id]
    for other in others:
        if other.id in left_behind:
            people.set_account(tx.db, other.id or 0, person_id=min(left_behind))
        elif other.person_id is None and alike(other.name, account.name):
            people.set_account(tx.db, other.id or 0, person_id=other.id)
    people.set_account(tx.db, account.id or 0, person_id=account.id)


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
