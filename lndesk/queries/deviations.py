"""Deviations from the calendar with the patients and visits that they are of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lndesk.domain.course import CourseVisit
from lndesk.domain.deviation import Deviation
from lndesk.domain.patient import Patient
from lndesk.store import deviations, patients, visits
from lndesk.store.driver import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviationRow:
    """One deviation; its visit is None once the course that it belonged to was planned anew."""

    deviation: Deviation
    patient: Patient
    visit: CourseVisit | None


def deviation_rows(db: Database, status: str) -> list[DeviationRow]:
    """Return the deviations that stand somewhere, oldest first."""
    return _rows(db, deviations.with_status(db, status))


def deviations_of(db: Database, patient_id: int) -> list[DeviationRow]:
    """Return all deviations of a patient, newest first."""
    return _rows(db, deviations.of_patient(db, patient_id))


def _rows(db: Database, found: Sequence[Deviation]) -> list[DeviationRow]:
    people = patients.with_ids(db, (item.patient_id for item in found))
    courses = {patient_id: {visit.id: visit for visit in visits.course(db, patient_id)} for patient_id in people}
    return [
        DeviationRow(deviation=item, patient=people[item.patient_id], visit=courses[item.patient_id].get(item.visit_id))
        for item in found
    ]
