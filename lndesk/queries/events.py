"""Visits as entries of a calendar elsewhere: each with how often and when it was last changed."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from lndesk.domain.course import CourseVisit
from lndesk.domain.patient import Patient
from lndesk.store import patients
from lndesk.store.codecs import decode_instant, from_kept, select
from lndesk.store.database import rows
from lndesk.store.driver import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """One visit, its patient, and its history in figures that never go back.

    A visit that is gone, since its course was planned anew for another arm, is kept so that it can be called off.
    """

    visit: CourseVisit
    patient: Patient
    changes: int
    changed_at: dt.datetime
    gone: bool


def calendar_events(db: Database) -> list[CalendarEvent]:
    """Return every visit that is or was on the calendar, by patient and code.

    A code keeps its count of changes when its row was removed and made again.
    """
    live = {(visit.patient_id, visit.code): visit for visit in select(db, CourseVisit, "select * from visit")}
    history = rows(
        db,
        "select json_extract(coalesce(after, before), '$.patient_id') as patient_id,"
        " json_extract(coalesce(after, before), '$.code') as code, count(*) as changes, max(row_change.id) as last_id"
        " from row_change where table_name = 'visit' group by 1, 2 order by 1, 2",
    )
    kept = {
        row["id"]: row
        for row in rows(
            db,
            "select row_change.id, before, at, at_offset_min from row_change join act on act.id = act_id"
            " where row_change.id in (select max(id) from row_change where table_name = 'visit'"
            " group by json_extract(coalesce(after, before), '$.patient_id'),"
            " json_extract(coalesce(after, before), '$.code'))",
        )
    }
    people = patients.with_ids(db, (row["patient_id"] for row in history))
    return [
        CalendarEvent(
            visit=live.get((row["patient_id"], row["code"]))
            or from_kept(CourseVisit, json.loads(kept[row["last_id"]]["before"])),
            patient=people[row["patient_id"]],
            changes=row["changes"],
            changed_at=decode_instant(kept[row["last_id"]]["at"], kept[row["last_id"]]["at_offset_min"]),
            gone=(row["patient_id"], row["code"]) not in live,
        )
        for row in history
    ]
