"""The visits of a span of days, with the patients they belong to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lndesk.domain.course import CourseVisit, VisitStatus
from lndesk.domain.patient import Patient
from lndesk.store import visits
from lndesk.store.codecs import select
from lndesk.store.database import rows
from lndesk.store.driver import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRow:
    """One visit on its day. Provisional: infusion 1, which it is counted from, has not been given yet."""

    visit: CourseVisit
    patient: Patient
    status: VisitStatus
    provisional: bool


def calendar_rows(db: Database, first: dt.date, last: dt.date, *, today: dt.date) -> list[CalendarRow]:
    """Return the visits whose day lies between two days, both included."""
    people = {item.id: item for item in select(db, Patient, "select * from patient")}
    begun = {
        row["patient_id"]
        for row in rows(db, "select patient_id from visit where code = 'infusion-1' and outcome = 'done'")
    }
    treated = {row["patient_id"] for row in rows(db, "select patient_id from assignment where arm = 'treatment'")}
    return [
        CalendarRow(
            visit=visit,
            patient=people[visit.patient_id],
            status=visit.status(today),
            provisional=visit.patient_id in treated - begun and visit.code != "infusion-1",
        )
        for visit in visits.between(db, first, last)
    ]
