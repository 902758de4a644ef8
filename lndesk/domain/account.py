"""The people who use the program, and what their roles do."""

from __future__ import annotations

import datetime as dt
import enum
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from lndesk.domain.errors import RuleViolation
from lndesk.i18n import N_, Sentence, _
from lndesk.settings import resources

MIN_PASSWORD = 12
MAX_NAME_COLUMNS = 26
LOGIN = re.compile(r"[a-z][a-z0-9.-]{1,31}")


class Role(enum.StrEnum):
    """What a person does at this site (ux: one person with two roles has two accounts)."""

    NURSE = "nurse"
    INVESTIGATOR = "investigator"
    TECHNICIAN = "technician"
    MONITOR = "monitor"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """Name the role."""
        return _(_ROLE_WORDS[self])


_ROLE_WORDS = {
    Role.NURSE: N_("Nurse"),
    Role.INVESTIGATOR: N_("Investigator"),
    Role.TECHNICIAN: N_("Technician"),
    Role.MONITOR: N_("Monitor"),
    Role.ADMINISTRATOR: N_("Administrator"),
}

EVERYONE = frozenset(Role)
UNATTENDED = "*backup*"
"""In the place of a login: the backup that nobody sits beside. No account can be called so."""
CLINICAL = frozenset({Role.NURSE, Role.INVESTIGATOR, Role.TECHNICIAN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One login. It is never deleted, and its login is never given to another person."""

    id: int | None = None
    login: str
    name: str
    role: str
    reset_at: dt.datetime | None = None
    """When the password was reset; the one-time code that was given must be replaced at the next sign-in."""
    ended_at: dt.datetime | None = None
    ended_by: str | None = None
    person_id: int | None = None
    """The first account of the same person, as an administrator declared; None while nobody has."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has signed in; with a one-time code, only to choose a password."""

    account_id: int
    login: str
    name: str
    role: Role
    must_change_password: bool = False


def unattended() -> Person:
    """Return who stands for the backup that nobody sits beside; it does nothing but note backups."""
    return Person(0, UNATTENDED, _("Unattended backup"), Role.ADMINISTRATOR)


def check_account(login: str, name: str) -> Account:
    """Check the parts of a new account that people choose.

    Raises:
        RuleViolation: the login or the name cannot be used.
    """
    if not LOGIN.fullmatch(login):
        raise RuleViolation(
            Sentence("Choose a login of 2 to 32 small letters, digits, points or hyphens that starts with a letter."),
            field="login",
        )
    if not name.strip():
        raise RuleViolation(Sentence("Enter the person's full name."), field="name")
    if _columns(name.strip()) > MAX_NAME_COLUMNS:
        raise RuleViolation(
            Sentence(
                "The name does not fit beside a signature on paper. Use at most {n} letters; a Chinese one counts"
                " twice.",
                n=MAX_NAME_COLUMNS,
            ),
            field="name",
        )
    return Account(login=login, name=name.strip(), role="")


def check_password(password: str, *, login: str) -> str:
    """Return a password in the one form that is hashed.

    Raises:
        RuleViolation: it is too short, or says the login.
    """
    plain = one_form(password)
    if len(plain) < MIN_PASSWORD:
        raise RuleViolation(
            Sentence("The password has {n} characters. Use at least {least}; a short sentence is good.",
                     n=len(plain), least=MIN_PASSWORD),
            field="password",
        )  # fmt: skip
    bare = re.sub(r"[\W_]", "", plain.casefold())
    if (login and login in plain.lower()) or len(set(plain)) < MIN_PASSWORD // 3 or bare in _common_passwords():
        raise RuleViolation(Sentence("This password is easily guessed. Choose another."), field="password")
    return plain


def check_can_lose_role(account: Account, everyone: Sequence[Account], *, by: Person) -> None:
    """Refuse to end, or to change the role of, oneself or the last administrator.

    Raises:
        RuleViolation: the account has ended already, is one's own, or is the last administrator's.
    """
    if account.ended_at is not None:
        raise RuleViolation(Sentence("The account of {name} has ended already.", name=account.name), field="login")
    if account.id == by.account_id:
        raise RuleViolation(Sentence("Another administrator does this for your own account."), field="login")
    administrators = [item for item in everyone if item.role == Role.ADMINISTRATOR and item.ended_at is None]
    if account.role == Role.ADMINISTRATOR and len(administrators) == 1:
        raise RuleViolation(Sentence("This is the last administrator. Create another one first."), field="login")


def alike(name: str, other: str) -> bool:
    """Tell whether two names are the same to a reader, whatever their case, width and spaces."""
    return _folded(name) == _folded(other)


def same_person(account: Account, other: Account) -> bool:
    """Tell whether two accounts are one person's: declared so, or of one name and not declared otherwise."""
    if account.id == other.id:
        return True
    if account.person_id is not None and other.person_id is not None:
        return account.person_id == other.person_id
    return alike(account.name, other.name)


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


@cache
def _common_passwords() -> frozenset[str]:
    return frozenset((resources() / "common_passwords.txt").read_text(encoding="utf-8").split())


def one_form(password: str) -> str:
    """Return a password in the form that is hashed, whichever input method typed it."""
    return unicodedata.normalize("NFKC", password)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
