"""The audit trail as a list."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lndesk.queries.act_filter import EVERY_ACT, ActFilter, ActScope, conditions
from lndesk.store.acts import changes_of
from lndesk.store.codecs import decode_instant
from lndesk.store.database import rows, value
from lndesk.store.driver import Database

PAGE = 200
EVERYTHING = ActScope()

__all__ = ["ActFilter", "ActRow", "ChangeRow", "act_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRow:
    """One act: who, what, when, why."""

    id: int
    at: dt.datetime
    login: str
    name: str
    role: str
    station: str
    command: str
    inputs: str
    reason: str
    clock_behind_s: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One column of one row, before and after."""

    table: str
    row_id: int
    column: str
    before: Any
    after: Any


def act_rows(
    db: Database,
    wanted: ActFilter = EVERY_ACT,
    scope: ActScope = EVERYTHING,
    *,
    before_id: int | None = None,
    limit: int = PAGE,
) -> list[ActRow]:
    """Return a page of acts, newest first, older than an id."""
    where = conditions(wanted, scope)
    found = rows(
        db,
        f"select act.* from act where {where.sql} and act.id < ? order by act.id desc limit ?",  # noqa: S608  # values are bound
        [*where.parameters, before_id if before_id is not None else 2**62, limit],
    )
    return [_act_row(row) for row in found]


def act_count(db: Database, wanted: ActFilter = EVERY_ACT, scope: ActScope = EVERYTHING) -> int:
    """Return how many acts there are."""
    where = conditions(wanted, scope)
    return int(value(db, f"select count(*) from act where {where.sql}", where.parameters))  # noqa: S608  # as above


def is_visible(db: Database, act_id: int, scope: ActScope) -> bool:
    """Tell whether an act lies within a scope."""
    where = conditions(EVERY_ACT, scope)
    return bool(value(db, f"select 1 from act where id = ? and {where.sql}", [act_id, *where.parameters]))  # noqa: S608  # as above


def act_changes(db: Database, act_id: int) -> list[ChangeRow]:
    """Return what an act changed, column by column."""
    found: list[ChangeRow] = []
    for change in changes_of(db, act_id):
        before, after = json.loads(change["before"] or "{}"), json.loads(change["after"] or "{}")
        found += [
            ChangeRow(
                table=change["table_name"],
                row_id=change["row_id"],
                column=column,
                before=before.get(column),
                after=after.get(column),
            )
            for column in (after or before)
            if before.get(column) != after.get(column)
        ]
    return found


def act_subjects(db: Database, act_ids: Iterable[int]) -> dict[int, str]:
    """Return the Subject IDs of the patients whom acts are about, by act; acts about several name the first."""
    found = rows(
        db,
        """
        select act_id, min(subject_id) as subject_id from json_each(?) as wanted
        join act_subject on act_id = wanted.value join patient on patient.id = patient_id group by act_id
        """,
        [json.dumps(list(act_ids))],
    )
    return {row["act_id"]: row["subject_id"] for row in found}


def act_commands(db: Database) -> list[str]:
    """Return the kinds of act that have ever been done."""
    # from one to the next by the index, for the acts themselves are many
    found = rows(
        db,
        """
        with recursive kind (command) as (
            select min(command) from act
            union all
            select (select min(command) from act where command > kind.command) from kind where command is not null
        )
        select command from kind where command is not null
        """,
    )
    return [row["command"] for row in found]


def _act_row(row: dict[str, Any]) -> ActRow:
    kept = {name: row[name] for name in ActRow.__dataclass_fields__ if name != "at"}
    return ActRow(at=decode_instant(row["at"], row["at_offset_min"]), **kept)
