"""The history of one record's values: what stood there, until when, who changed it and why."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, fields
from typing import Any, Final

from lndesk.domain.before_infusion import BeforeInfusion
from lndesk.domain.course import CourseVisit
from lndesk.domain.deviation import Deviation
from lndesk.domain.infusion import Infusion
from lndesk.domain.medication import Medication
from lndesk.domain.open_days import ClosedDay
from lndesk.domain.patient import Assignment, Consent, Patient, Weight
from lndesk.domain.product import Container, Lot
from lndesk.domain.screening import Answer
from lndesk.store.codecs import decode_instant, from_kept
from lndesk.store.database import rows
from lndesk.store.driver import Database

RECORDS: Final[dict[str, type[Any]]] = {
    "patient": Patient,
    "answer": Answer,
    "consent": Consent,
    "assignment": Assignment,
    "weight": Weight,
    "lot": Lot,
    "container": Container,
    "infusion": Infusion,
    "visit": CourseVisit,
    "medication": Medication,
    "before_infusion": BeforeInfusion,
    "deviation": Deviation,
    "closed_day": ClosedDay,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierValue:
    """A value that was replaced: by whom, when, why, and by which act."""

    column: str
    before: Any
    after: Any
    changed_at: dt.datetime
    changed_by: str
    reason: str
    command: str


def value_history(db: Database, table: str, row_id: int) -> list[EarlierValue]:
    """Return the values of one record that were replaced, newest first.

    Raises:
        KeyError: records of this table have no such history.
    """
    kind = RECORDS[table]
    found = rows(
        db,
        "select row_change.before, row_change.after, act.at, act.at_offset_min, act.name, act.reason, act.command"
        " from row_change join act on act.id = act_id"
        " where table_name = ? and row_id = ? and row_change.before is not null and row_change.after is not null"
        " order by row_change.id desc",
        [table, row_id],
    )
    earlier: list[EarlierValue] = []
    for change in found:
        before, after = (from_kept(kind, json.loads(change[side])) for side in ("before", "after"))
        earlier += [
            EarlierValue(
                column=field.name,
                before=getattr(before, field.name),
                after=getattr(after, field.name),
                changed_at=decode_instant(change["at"], change["at_offset_min"]),
                changed_by=change["name"],
                reason=change["reason"],
                command=change["command"],
            )
            for field in fields(kind)
            if getattr(before, field.name) != getattr(after, field.name)
        ]
    return earlier
