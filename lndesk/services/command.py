"""What every command is: a frozen wish, the roles that may have it, and what it changed."""

from __future__ import annotations

import datetime as dt
import enum
import json
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar, TypeVar

from lndesk.domain.account import Person, Role
from lndesk.domain.errors import RuleViolation
from lndesk.domain.protocol import Protocol
from lndesk.domain.quantity import plain
from lndesk.domain.signature import Meaning
from lndesk.i18n import Sentence
from lndesk.store import protocols
from lndesk.store.driver import Database

Item = TypeVar("Item")


class Changes(enum.Flag):
    """What a command changed, so that each screen can decide whether to read again."""

    NOTHING = 0
    SITE = enum.auto()
    ACCOUNTS = enum.auto()
    PROTOCOL = enum.auto()
    PATIENTS = enum.auto()
    WEIGHTS = enum.auto()
    VISITS = enum.auto()
    PRODUCT = enum.auto()
    DOSES = enum.auto()
    SHEETS = enum.auto()
    INFUSIONS = enum.auto()
    BACKUPS = enum.auto()
    SCREENINGS = enum.auto()
    CARE = enum.auto()
    CLOSED_DAYS = enum.auto()
    DEVIATIONS = enum.auto()


@dataclass(frozen=True, kw_only=True)
class Transaction:
    """One open act: the file, who acts, and when."""

    db: Database
    who: Person
    now: dt.datetime
    signed: list[tuple[str, int]] = field(default_factory=list)
    """The rows that the person signs by this command: table and id."""

    @property
    def today(self) -> dt.date:
        """Return the day at the desk."""
        return self.now.date()

    @cached_property
    def protocol(self) -> Protocol:
        """Return the rules in force."""
        return protocols.current_version(self.db).parsed()


@dataclass(frozen=True, kw_only=True)
class Command(ABC):
    """One thing that a person can do. It orchestrates; the rules are the domain's."""

    roles: ClassVar[frozenset[Role]]
    meaning: ClassVar[Meaning | None] = None
    """What its signature says; a command with a meaning is signed with login and password."""

    @abstractmethod
    def apply(self, tx: Transaction) -> Changes:
        """Do it inside an open act, all or nothing."""

    @property
    def why(self) -> str:
        """Return the reason that goes beside the act."""
        return str(getattr(self, "reason", ""))

    def inputs(self) -> str:
        """Return what was asked for, as the act keeps it."""
        content = {field.name: _as_kept(getattr(self, field.name)) for field in fields(self) if field.repr}
        return json.dumps(content, ensure_ascii=False, sort_keys=True)


def found(item: Item | None, what: Sentence, *, field: str | None = None) -> Item:
    """Return what a command refers to, or refuse because there is none."""
    if item is None:
        raise RuleViolation(what, field=field)
    return item


def _as_kept(value: Any) -> Any:
    match value:
        case Decimal():
            return plain(value)
        case dt.date():
            return value.isoformat()
        case dict():
            return {name: _as_kept(content) for name, content in value.items()}
        case list() | tuple():
            return [_as_kept(content) for content in value]
        case None | str() | int():
            return value
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _as_kept(getattr(value, field.name)) for field in fields(value) if field.repr}
    raise TypeError(type(value))
