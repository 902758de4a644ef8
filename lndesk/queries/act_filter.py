"""Which acts of the audit trail are wanted, and which of them a role may see: both as conditions of SQL."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any

from lndesk.domain.account import Person, Role

_FARTHEST = dt.timedelta(hours=14)
"""How far a clock can stand from UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActFilter:
    """What somebody looks for in the audit trail; nothing given means every act."""

    patient_id: int | None = None
    login: str = ""
    command: str = ""
    first_on: dt.date | None = None
    last_on: dt.date | None = None
    """The last day, itself included, as the clock of the act's desk showed it."""
    text: str = ""
    """What the reason or the inputs contain."""

    @property
    def is_empty(self) -> bool:
        """Tell whether every act is wanted."""
        return not any(getattr(self, field.name) for field in fields(self))


EVERY_ACT = ActFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActScope:
    """What a role sees of the audit trail."""

    about_patients: bool = False
    own: str = ""

    @classmethod
    def of(cls, who: Person) -> ActScope:
        """Return a nurse's patients, a technician's own acts, and all of it for the others."""
        return cls(
            about_patients=who.role is Role.NURSE,
            own=who.login if who.role is Role.TECHNICIAN else "",
        )


@dataclass(frozen=True, slots=True)
class Conditions:
    """The part of a query after `where`, with its parameters."""

    sql: str
    parameters: list[Any]


def conditions(wanted: ActFilter, scope: ActScope) -> Conditions:
    """Return what an act has to fulfil. Each condition is answered by an index, save the search in texts."""
    parts: list[tuple[str, list[Any]]] = [("1", [])]
    if scope.about_patients:
        parts.append(("exists (select 1 from act_subject where act_id = act.id)", []))
    if scope.own:
        parts.append(("login = ?", [scope.own]))
    if wanted.patient_id is not None:
        parts.append(("act.id in (select act_id from act_subject where patient_id = ?)", [wanted.patient_id]))
    if wanted.login:
        parts.append(("login = ?", [wanted.login]))
    if wanted.command:
        parts.append(("command = ?", [wanted.command]))
    parts += _within(wanted)
    if wanted.text.strip():
        like = f"%{_literal(wanted.text.strip())}%"
        parts.append(("(reason like ? escape '\\' or inputs like ? escape '\\')", [like, like]))
    return Conditions(
        " and ".join(sql for sql, _given in parts), [content for _sql, given in parts for content in given]
    )


def _within(wanted: ActFilter) -> list[tuple[str, list[Any]]]:
    # The numbers of the acts bound the walk: they are in the order of the list, even where a clock stepped back.
    parts: list[tuple[str, list[Any]]] = []
    if wanted.first_on is not None:
        start = _text(wanted.first_on, -_FARTHEST)
        parts.append(("act.id >= (select coalesce(min(id), 0) from act where at >= ?)", [start]))
        parts.append((f"{_DAY} >= ?", [wanted.first_on.isoformat()]))
    if wanted.last_on is not None:
        end = _text(wanted.last_on, dt.timedelta(days=1) + _FARTHEST)
        parts.append(("act.id <= (select coalesce(max(id), 0) from act where at < ?)", [end]))
        parts.append((f"{_DAY} <= ?", [wanted.last_on.isoformat()]))
    return parts


_DAY = "date(at, at_offset_min || ' minutes')"


def _text(day: dt.date, shift: dt.timedelta) -> str:
    return f"{dt.datetime.combine(day, dt.time()) + shift:%Y-%m-%dT%H:%M:%S}"


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
