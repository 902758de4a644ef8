"""Patients as lists and records show them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from lndesk.domain.contraception import Contraception, contraception_of
from lndesk.domain.course import CourseVisit, next_infusion_no, next_visit
from lndesk.domain.infusion import Infusion
from lndesk.domain.likeness import could_be_one
from lndesk.domain.patient import Assignment, Consent, Patient, Statement, Weight, looks_alike, status_of
from lndesk.domain.preparation import Preparation
from lndesk.domain.screening import Screening, consent_of
from lndesk.domain.withdrawal import Withdrawal
from lndesk.queries.notices import Notice, notices_of
from lndesk.store import infusions, patients, preparations, protocols, screenings, visits, withdrawals
from lndesk.store.care_cases import contraception_case
from lndesk.store.codecs import from_row, select
from lndesk.store.database import rows
from lndesk.store.driver import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientRow:
    """One line of the list of patients."""

    patient: Patient
    status: str
    next_visit: CourseVisit | None
    weight_kg: Decimal | None
    alike: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientRecord:
    """All that is on record about one patient."""

    patient: Patient
    status: str
    consents: tuple[Consent, ...]
    statement: Statement | None
    assignment: Assignment | None
    weights: tuple[Weight, ...]
    course: tuple[CourseVisit, ...]
    infusions: tuple[Infusion, ...]
    preparations: tuple[Preparation, ...]
    contraception: Contraception
    withdrawal: Withdrawal | None
    screening: Screening | None
    """The newest one; None of a patient from before screenings were kept."""
    notices: tuple[Notice, ...]

    @property
    def is_consented(self) -> bool:
        """Tell whether there is a consent for the newest screening."""
        if self.screening is None:
            return bool(self.consents)
        return consent_of(self.consents, self.screening) is not None

    @property
    def next_visit(self) -> CourseVisit | None:
        """Return the visit that comes next."""
        return next_visit(self.course)

    @property
    def infuses(self) -> bool:
        """Tell whether an infusion still waits."""
        return any(visit.kind == "infusion" and visit.outcome is None for visit in self.course)

    @property
    def next_infusion_no(self) -> int:
        """Return the number of the next infusion."""
        return next_infusion_no(self.course)


def patient_rows(db: Database) -> list[PatientRow]:
    """Return all patients by Subject ID."""
    planned = protocols.current_version(db).parsed().schedule.infusions
    everyone = select(db, Patient, "select * from patient order by id")
    consented = {row["patient_id"] for row in rows(db, "select distinct patient_id from consent")}
    statements = {item.patient_id: item for item in select(db, Statement, "select * from statement order by id")}
    arms = {row["patient_id"]: row["arm"] for row in rows(db, "select patient_id, arm from assignment")}
    given = Counter(row["patient_id"] for row in rows(db, "select patient_id from infusion where given = 1"))
    weights = {
        row["patient_id"]: Decimal(row["kg"])
        for row in rows(db, "select patient_id, kg from weight order by measured_at, id")
    }
    upcoming, left = _next_visits(db), withdrawals.withdrawn(db)
    screened = {key: item.status for key, item in screenings.newest_screenings(db).items()}
    alike = alike_among(everyone)
    return [
        PatientRow(
            patient=patient,
            status=status_of(
                consented=patient.id in consented,
                statement=statements.get(patient.id or 0),
                arm=arms.get(patient.id),
                given=given[patient.id],
                planned=planned,
                withdrawn=patient.id in left,
                screening=screened.get(patient.id or 0),
            ),
            next_visit=upcoming.get(patient.id or 0),
            weight_kg=weights.get(patient.id),
            alike=patient.id in alike,
        )
        for patient in everyone
    ]


def patient_record(db: Database, patient_id: int, *, today: dt.date) -> PatientRecord:
    """Return all that is on record about one patient.

    Raises:
        LookupError: there is none of this id.
    """
    protocol = protocols.current_version(db).parsed()
    consents = tuple(patients.consents(db, patient_id))
    statement, assignment = patients.statement(db, patient_id), patients.assignment(db, patient_id)
    treated = tuple(infusions.infusions_of(db, patient_id))
    withdrawal = withdrawals.withdrawal(db, patient_id)
    screening = screenings.newest_screening(db, patient_id)
    return PatientRecord(
        patient=patients.patient(db, patient_id),
        status=status_of(
            consented=bool(consents),
            statement=statement,
            arm=assignment.arm if assignment else None,
            given=sum(infusion.given for infusion in treated),
            planned=protocol.schedule.infusions,
            withdrawn=withdrawal is not None,
            screening=screening.status if screening else None,
        ),
        consents=consents,
        statement=statement,
        assignment=assignment,
        weights=tuple(patients.weights(db, patient_id)),
        course=tuple(visits.course(db, patient_id)),
        infusions=treated,
        preparations=tuple(preparations.preparations_of(db, patient_id)),
        contraception=contraception_of(contraception_case(db, patient_id, protocol), protocol),
        withdrawal=withdrawal,
        screening=screening,
        notices=notices_of(db, patient_id, today),
    )


def people_alike(db: Database, newcomer: Patient) -> list[Patient]:
    """Return those on record who could be the same person as a newcomer; the same birth date comes first."""
    alike = [
        other for other in select(db, Patient, "select * from patient order by id") if could_be_one(newcomer, other)
    ]
    return sorted(alike, key=lambda other: other.born_on != newcomer.born_on)


def alike_among(people: list[Patient]) -> set[int]:
    """Return the ids of those whose names can be taken for another's among them."""
    found: set[int] = set()
    seen: dict[str, Patient] = {}
    for person in people:
        for key in (person.han_name, f"{person.latin_family}{person.latin_given}".casefold().replace(" ", "")):
            other = seen.setdefault(key, person)
            if other is not person and looks_alike(person, other):
                found |= {person.id or 0, other.id or 0}
    return found


def _next_visits(db: Database) -> dict[int, CourseVisit]:
    first: dict[int, CourseVisit] = {}
    waiting = rows(
        db,
        "select *, min(coalesce(booked_on, target_on)) from visit where outcome is null group by patient_id",
    )
    for row in waiting:
        visit = from_row(CourseVisit, row)
        first[visit.patient_id] = visit
    return first
