"""Commands on patients, up to the arm and the weights."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar

from lndesk.domain.account import CLINICAL, Role
from lndesk.domain.course import start
from lndesk.domain.errors import RuleViolation
from lndesk.domain.patient import (
    Assignment,
    Consent,
    Patient,
    Statement,
    Weight,
    check_consent,
    check_identity,
    check_statement,
    check_weight,
    subject_id,
)
from lndesk.domain.screening_case import as_signed
from lndesk.domain.signature import Meaning
from lndesk.domain.visit import plan_control, plan_treatment
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction
from lndesk.services.screenings import open_screening, refuse_unless_still_met, sign_screening
from lndesk.store import closed_days, patients, visits
from lndesk.store.codecs import update

AT_THE_DESK = frozenset({Role.NURSE, Role.INVESTIGATOR})


@dataclass(frozen=True, kw_only=True)
class RegisterPatient(Command):
    """Put a new patient on record, give the next Subject ID, and open the first screening."""

    roles: ClassVar = AT_THE_DESK

    family_name: str
    given_name: str
    latin_family: str
    latin_given: str
    sex: str
    born_on: dt.date
    hospital_no: str
    allergy_state: str = "not_recorded"
    allergies: str = ""

    def apply(self, tx: Transaction) -> Changes:
        """Check the identity, refuse a Hospital No. that is taken, and write."""
        patient = check_identity(
            Patient(
                family_name=self.family_name,
                given_name=self.given_name,
                latin_family=self.latin_family,
                latin_given=self.latin_given,
                sex=self.sex,
                born_on=self.born_on,
                hospital_no=self.hospital_no,
                allergy_state=self.allergy_state,
                allergies=self.allergies,
            ),
            today=tx.today,
        )
        taken = patients.with_hospital_no(tx.db, patient.hospital_no)
        if taken is not None:
            raise RuleViolation(
                Sentence(
                    "Hospital No. {number} belongs to {name}, {subject}. Open that record instead.",
                    number=patient.hospital_no,
                    name=f"{taken.han_name} {taken.latin_name}",
                    subject=taken.subject_id,
                ),
                field="hospital_no",
            )
        number = patients.next_number(tx.db)
        newcomer = replace(patient, subject_id=subject_id(number), registered_at=tx.now)
        open_screening(tx, patients.add_patient(tx.db, newcomer))
        return Changes.PATIENTS | Changes.SCREENINGS


@dataclass(frozen=True, kw_only=True)
class RecordAllergies(Command):
    """Note what is known of a patient's allergies."""

    roles: ClassVar = AT_THE_DESK

    patient_id: int
    allergy_state: str
    allergies: str
    reason: str = ""

    def apply(self, tx: Transaction) -> Changes:
        """Check and write; the act keeps what stood there before."""
        before = patients.patient(tx.db, self.patient_id)
        if before.allergy_state != "not_recorded" and not self.reason.strip():
            raise RuleViolation(
                Sentence("Something is on record already. Give the reason to change it."), field="reason"
            )
        patient = replace(before, allergy_state=self.allergy_state, allergies=self.allergies)
        checked = check_identity(patient, today=tx.today)
        update(tx.db, "patient", self.patient_id, allergy_state=checked.allergy_state, allergies=checked.allergies)
        return Changes.PATIENTS


@dataclass(frozen=True, kw_only=True)
class RecordConsent(Command):
    """Record a signed consent."""

    roles: ClassVar = AT_THE_DESK

    patient_id: int
    form_version: str
    consented_at: dt.datetime
    taken_by: str
    guardian: str = ""
    child_assented: bool = False
    copy_given: bool | None = None

    def apply(self, tx: Transaction) -> Changes:
        """Check it against the patient's age and write."""
        consent = Consent(
            patient_id=self.patient_id,
            form_version=self.form_version.strip(),
            consented_at=self.consented_at,
            taken_by=self.taken_by.strip(),
            guardian=self.guardian.strip(),
            child_assented=self.child_assented,
            copy_given=self.copy_given,
            recorded_at=tx.now,
        )
        patient = patients.patient(tx.db, self.patient_id)
        patients.add_consent(tx.db, check_consent(consent, patient, tx.protocol.eligibility, now=tx.now))
        return Changes.PATIENTS


@dataclass(frozen=True, kw_only=True)
class SignEligibility(Command):
    """Sign, as investigator, whether a patient is eligible."""

    roles: ClassVar = frozenset({Role.INVESTIGATOR})
    meaning: ClassVar = Meaning.APPROVED

    patient_id: int
    eligible: bool
    remark: str = ""

    def apply(self, tx: Transaction) -> Changes:
        """Check that consent came first and that every criterion is met, and write the statement as it is signed."""
        if patients.assignment(tx.db, self.patient_id) is not None:
            raise RuleViolation(Sentence("The patient already has an arm; the statement stands."))
        case = sign_screening(tx, self.patient_id, eligible=self.eligible, remark=self.remark.strip())
        statement = Statement(
            patient_id=self.patient_id,
            eligible=self.eligible,
            remark=self.remark.strip(),
            signed_by=tx.who.name,
            signed_at=tx.now,
            screening_id=case.screening.id,
            protocol_id=case.screening.protocol_id,
            verdict=case.verdict(),
            judgements=as_signed(case),
        )
        consented_on = case.consent.consented_at.date() if case.consent else None
        statement = check_statement(statement, case.patient, case.protocol.eligibility, consented_on=consented_on)
        tx.signed.append(("statement", patients.add_statement(tx.db, statement)))
        return Changes.PATIENTS | Changes.SCREENINGS


@dataclass(frozen=True, kw_only=True)
class AssignArm(Command):
    """Assign the arm and put the course on the calendar. There is no randomization (registry entry, line 100).

    Infusion 1 may be planned for a day on which the site is closed; the reason then stands beside its booking as well.
    """

    roles: ClassVar = frozenset({Role.INVESTIGATOR})
    meaning: ClassVar = Meaning.AUTHORISED

    patient_id: int
    arm: str
    reason: str
    first_infusion_on: dt.date | None = None

    def apply(self, tx: Transaction) -> Changes:
        """Write the arm and every planned visit of it."""
        self._check(tx)
        assignment_id = patients.add_assignment(
            tx.db,
            Assignment(
                patient_id=self.patient_id,
                arm=self.arm,
                enrolled_on=tx.today,
                first_infusion_planned_on=self.first_infusion_on,
                reason=self.reason.strip(),
                assigned_by=tx.who.name,
                assigned_at=tx.now,
            ),
        )
        if self.first_infusion_on is not None:
            plan = plan_treatment(tx.protocol, first_infusion_on=self.first_infusion_on)
            booked = {"infusion-1": self.first_infusion_on}
        else:
            plan, booked = plan_control(tx.protocol, enrolled_on=tx.today), {}
        course = start(self.patient_id, plan, booked=booked)
        if self.first_infusion_on is not None and self._closed(tx, self.first_infusion_on):
            course[0] = replace(course[0], booking_reason=self.reason.strip())
        visits.add_visits(tx.db, course)
        tx.signed.append(("assignment", assignment_id))
        return Changes.PATIENTS | Changes.VISITS

    @staticmethod
    def _closed(tx: Transaction, on: dt.date) -> bool:
        return not closed_days.open_days(tx.db, tx.protocol.calendar, on, on).is_open(on)

    def _check(self, tx: Transaction) -> None:
        statement = patients.statement(tx.db, self.patient_id)
        if statement is None or not statement.eligible:
            raise RuleViolation(Sentence("The investigator has not signed that the patient is eligible."))
        refuse_unless_still_met(tx, self.patient_id)
        if patients.assignment(tx.db, self.patient_id) is not None:
            raise RuleViolation(Sentence("The patient already has an arm."))
        if self.arm not in tx.protocol.arms:
            raise RuleViolation(Sentence("Choose the arm."), field="arm")
        if not self.reason.strip():
            raise RuleViolation(Sentence("Give the reason for the arm."), field="reason")
        infused = tx.protocol.arms[self.arm].infused
        if infused and self.first_infusion_on is None:
            raise RuleViolation(Sentence("Enter the day planned for infusion 1."), field="first_infusion_on")
        if infused and self.first_infusion_on is not None and self.first_infusion_on < tx.today:
            raise RuleViolation(
                Sentence("{day} is past. Plan infusion 1 for today or later.", day=self.first_infusion_on),
                field="first_infusion_on",
            )
        if not infused and self.first_infusion_on is not None:
            raise RuleViolation(Sentence("A control patient has no infusion to plan."), field="first_infusion_on")


@dataclass(frozen=True, kw_only=True)
class RecordWeight(Command):
    """Record a reading of the scale, kg."""

    roles: ClassVar = CLINICAL

    patient_id: int
    kg: Decimal
    measured_at: dt.datetime
    scale: str

    def apply(self, tx: Transaction) -> Changes:
        """Check it and write."""
        weight = Weight(
            patient_id=self.patient_id,
            kg=self.kg,
            measured_at=self.measured_at,
            scale=self.scale.strip(),
            measured_by=tx.who.name,
            recorded_at=tx.now,
        )
        patients.patient(tx.db, self.patient_id)
        patients.add_weight(tx.db, check_weight(weight, tx.protocol.dose, now=tx.now))
        return Changes.WEIGHTS
