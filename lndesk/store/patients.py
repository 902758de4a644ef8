"""Patients and what is recorded of them before an infusion, as rows."""

from __future__ import annotations

from collections.abc import Iterable

from lndesk.domain.patient import Assignment, Consent, Patient, Statement, Weight
from lndesk.store.codecs import from_row, get, insert, select
from lndesk.store.database import one, value
from lndesk.store.driver import Database


def next_number(db: Database) -> int:
    """Return the running number of the next Subject ID; patients are never removed, so none comes twice."""
    return 1 + int(value(db, "select count(*) from patient"))


def add_patient(db: Database, patient: Patient) -> int:
    """Put a patient on record."""
    return insert(db, "patient", patient)


def patient(db: Database, patient_id: int) -> Patient:
    """Return a patient.

    Raises:
        LookupError: there is none of this id.
    """
    return get(db, Patient, "patient", patient_id)


def with_ids(db: Database, ids: Iterable[int]) -> dict[int, Patient]:
    """Return some patients by their id."""
    wanted = sorted(set(ids))
    marks = ", ".join("?" * len(wanted))
    found = select(db, Patient, f"select * from patient where id in ({marks})", wanted)  # noqa: S608  # question marks
    return {item.id: item for item in found if item.id is not None}


def without_arm(db: Database) -> list[Patient]:
    """Return the patients who have no arm yet, by Subject ID."""
    return select(db, Patient, "select * from patient where id not in (select patient_id from assignment) order by id")


def with_hospital_no(db: Database, hospital_no: str) -> Patient | None:
    """Return the patient of a Hospital No."""
    row = one(db, "select * from patient where hospital_no = ?", [hospital_no])
    return None if row is None else from_row(Patient, row)


def add_consent(db: Database, consent: Consent) -> int:
    """Put a consent on record."""
    return insert(db, "consent", consent)


def consents(db: Database, patient_id: int) -> list[Consent]:
    """Return a patient's consents, newest first."""
    return select(db, Consent, "select * from consent where patient_id = ? order by consented_at desc", [patient_id])


def add_statement(db: Database, statement: Statement) -> int:
    """Put an investigator's statement on record."""
    return insert(db, "statement", statement)


def statement(db: Database, patient_id: int) -> Statement | None:
    """Return the last statement on a patient's eligibility; those of earlier screenings count no more."""
    row = one(
        db,
        "select * from statement where patient_id = :id"
        " and screening_id is (select max(id) from screening where patient_id = :id) order by id desc limit 1",
        {"id": patient_id},
    )
    return None if row is None else from_row(Statement, row)


def add_assignment(db: Database, assignment: Assignment) -> int:
    """Put an arm on record."""
    return insert(db, "assignment", assignment)


def assignment(db: Database, patient_id: int) -> Assignment | None:
    """Return a patient's arm."""
    row = one(db, "select * from assignment where patient_id = ?", [patient_id])
    return None if row is None else from_row(Assignment, row)


def add_weight(db: Database, weight: Weight) -> int:
    """Put a reading of the scale on record."""
    return insert(db, "weight", weight)


def weights(db: Database, patient_id: int) -> list[Weight]:
    """Return a patient's weights, newest first."""
    return select(
        db, Weight, "select * from weight where patient_id = ? order by measured_at desc, id desc", [patient_id]
    )


def reference_weight(db: Database, weight: Weight) -> Weight | None:
    """Return the last weight from an earlier day than this one, which the visit was planned with."""
    earlier = [
        other for other in weights(db, weight.patient_id) if other.measured_at.date() < weight.measured_at.date()
    ]
    return earlier[0] if earlier else None
