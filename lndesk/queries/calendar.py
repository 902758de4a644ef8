"""The visits of a span of days, with the patients they belong to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from lndesk.domain.course import CourseVisit, VisitStatus
from lndesk.domain.patient import Patient
from lndesk.store import patients, preparations, visits
from lndesk.store.database import rows
from lndesk.store.driver import Database

LOOK_AHEAD = dt.timedelta(days=28)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRow:
    """One visit on its day.

    Provisional: infusion 1, which it is counted from, has not been given yet. In progress: its dose is being prepared.
    """

    visit: CourseVisit
    patient: Patient
    status: VisitStatus
    provisional: bool
    in_progress: bool = False


def calendar_rows(db: Database, first: dt.date, last: dt.date, *, today: dt.date) -> list[CalendarRow]:
    """Return the visits whose day lies between two days, both included."""
    return with_patients(db, visits.between(db, first, last), today)


def unbooked_rows(db: Database, *, today: dt.date) -> list[CalendarRow]:
    """Return the visits that still need a day: not booked, and their window opens within four weeks or is past."""
    waiting = [visit for visit in visits.waiting_until(db, today + LOOK_AHEAD) if visit.booked_on is None]
    return [row for row in with_patients(db, waiting, today) if not row.provisional]


def overdue_rows(db: Database, *, today: dt.date) -> list[CalendarRow]:
    """Return the visits whose window is past and that nothing has come of."""
    waiting = with_patients(db, visits.waiting_until(db, today), today)
    return [row for row in waiting if row.status == "overdue"]


def with_patients(db: Database, found: Sequence[CourseVisit], today: dt.date) -> list[CalendarRow]:
    """Return visits with the patients they belong to and where they stand."""
    people = patients.with_ids(db, (visit.patient_id for visit in found))
    begun = {
        row["patient_id"]
        for row in rows(db, "select patient_id from visit where code = 'infusion-1' and outcome = 'done'")
    }
    treated = {row["patient_id"] for row in rows(db, "select patient_id from assignment where arm = 'treatment'")}
    under_way = preparations.under_way(db)
    return [
        CalendarRow(
            visit=visit,
            patient=people[visit.patient_id],
            status=visit.status(today),
            provisional=visit.patient_id in treated - begun and visit.code != "infusion-1",
            in_progress=(visit.patient_id, visit.code) in under_way,
        )
        for visit in found
    ]
