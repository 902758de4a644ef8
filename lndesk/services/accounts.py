"""Commands on the site and its people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from lndesk.domain.account import Role, check_account
from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction
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

    def apply(self, tx: Transaction) -> Changes:
        """Write the account; a login is never given twice."""
        account = check_account(self.login, self.name)
        if people.account_of(tx.db, self.login) is not None:
            raise RuleViolation(
                Sentence("The login “{login}” is taken. Choose another.", login=self.login), field="login"
            )
        people.add_account(tx.db, replace(account, role=Role(self.role).value))
        return Changes.ACCOUNTS


@dataclass(frozen=True, kw_only=True)
class ChangePassword(Command):
    """Note that a person has a new password; the slot itself is in the keys file."""

    roles: ClassVar = frozenset(Role)

    def apply(self, tx: Transaction) -> Changes:
        """Leave the act as the only trace."""
        del tx
        return Changes.ACCOUNTS
