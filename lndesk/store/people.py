"""The site and its accounts, as rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lndesk.domain.account import Account
from lndesk.store.codecs import from_row, insert, select, update
from lndesk.store.database import one
from lndesk.store.driver import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The one site of a file."""

    id: int | None = 1
    store_id: str
    name: str
    name_zh: str
    training: bool
    sheet_language: str
    created_at: dt.datetime
    keep_all_days: int | None = None
    """How long every backup is kept; None is the program's own proposal. So is the next one."""
    keep_weekly_days: int | None = None
    """How long one backup a week is kept; one a month is kept for ever."""


def add_site(db: Database, site: Site) -> None:
    """Put the site on record."""
    insert(db, "site", site)


def site(db: Database) -> Site:
    """Return the site.

    Raises:
        LookupError: the file has none yet.
    """
    row = one(db, "select * from site")
    if row is None:
        raise LookupError("site")
    return from_row(Site, row)


def set_site(db: Database, **changes: object) -> None:
    """Change columns of the site."""
    update(db, "site", 1, **changes)


def add_account(db: Database, account: Account) -> int:
    """Put an account on record."""
    return insert(db, "account", account)


def account_of(db: Database, login: str) -> Account | None:
    """Return the account of a login."""
    row = one(db, "select * from account where login = ?", [login])
    return None if row is None else from_row(Account, row)


def account(db: Database, account_id: int) -> Account | None:
    """Return an account by its id."""
    row = one(db, "select * from account where id = ?", [account_id])
    return None if row is None else from_row(Account, row)


def accounts(db: Database) -> list[Account]:
    """Return every account, by name."""
    return select(db, Account, "select * from account order by name, id")


def set_account(db: Database, account_id: int, **changes: object) -> None:
    """Change columns of an account."""
    update(db, "account", account_id, **changes)
