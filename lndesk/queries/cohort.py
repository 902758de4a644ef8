"""The year of the whole cohort: one line a patient."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lndesk.domain.course import CourseVisit, VisitStatus
from lndesk.domain.patient import Patient
from lndesk.domain.visit import Target, contraception_end
from lndesk.queries.calendar import CalendarRow, with_patients
from lndesk.store import infusions, protocols, visits
from lndesk.store.driver import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortVisit:
    """One visit on a patient's line."""

    visit: CourseVisit
    status: VisitStatus
    provisional: bool
    in_progress: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortRow:
    """One patient's year: the visits whose day or window touches it, and until when contraception is agreed."""

    patient: Patient
    treated: bool
    visits: tuple[CohortVisit, ...]
    contraception_end: Target | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortYear:
    """A year of the cohort, by Subject ID; who has no visit in it is left out."""

    year: int
    today: dt.date
    rows: tuple[CohortRow, ...]


def cohort_year(db: Database, year: int, *, today: dt.date) -> CohortYear:
    """Return the visits of a year, one line a patient."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    protocol = protocols.current_version(db).parsed()
    found: dict[int, list[CalendarRow]] = {}
    for row in with_patients(db, visits.touching(db, first, last), today):
        found.setdefault(row.visit.patient_id, []).append(row)
    given = infusions.last_given(db)
    return CohortYear(
        year=year,
        today=today,
        rows=tuple(
            CohortRow(
                patient=rows[0].patient,
                treated=any(row.visit.kind == "infusion" for row in rows) or patient_id in given,
                visits=tuple(_visit(row) for row in rows),
                contraception_end=(
                    contraception_end(protocol, last_infusion_on=given[patient_id]) if patient_id in given else None
                ),
            )
            for patient_id, rows in sorted(found.items())
        ),
    )


def _visit(row: CalendarRow) -> CohortVisit:
    return CohortVisit(visit=row.visit, status=row.status, provisional=row.provisional, in_progress=row.in_progress)
