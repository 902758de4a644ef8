"""The audit trail as a list."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from lndesk.store.acts import changes_of
from lndesk.store.codecs import decode_instant
from lndesk.store.database import rows
from lndesk.store.driver import Database

PAGE = 200


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


def act_rows(db: Database, *, before_id: int | None = None, limit: int = PAGE) -> list[ActRow]:
    """Return a page of acts, newest first, older than an id."""
    found = rows(
        db,
        "select * from act where id < ? order by id desc limit ?",
        [before_id if before_id is not None else 2**62, limit],
    )
    return [_act_row(row) for row in found]


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


def acts_about(db: Database, patient_id: int) -> list[ActRow]:
    """Return the acts that changed something of one patient, newest first."""
    found = rows(
        db,
        """
        select act.* from act join act_subject on act_id = act.id where patient_id = ? order by act.id desc
        """,
        [patient_id],
    )
    return [_act_row(row) for row in found]


def act_subjects(db: Database, first_id: int, last_id: int) -> dict[int, str]:
    """Return the Subject IDs of the patients whom acts are about, by act; acts about several name the first."""
    found = rows(
        db,
        """
        select act_id, min(subject_id) as subject_id from row_change
        left join preparation on preparation.id = json_extract(coalesce(after, before), '$.preparation_id')
        join patient on patient.id = case
            when table_name = 'patient' then row_id
            else coalesce(json_extract(coalesce(after, before), '$.patient_id'), preparation.patient_id)
        end
        where act_id between ? and ? group by act_id
        """,
        [first_id, last_id],
    )
    return {row["act_id"]: row["subject_id"] for row in found}


def _act_row(row: dict[str, Any]) -> ActRow:
    kept = {name: row[name] for name in ActRow.__dataclass_fields__ if name != "at"}
    return ActRow(at=decode_instant(row["at"], row["at_offset_min"]), **kept)
