"""Other drugs with what they are flagged for, and what stands before an infusion."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lndesk.domain.before_infusion import (
    LIFTABLE,
    BeforeInfusion,
    Questions,
    StopDecision,
    questions,
    stops,
)
from lndesk.domain.dose import Finding
from lndesk.domain.medication import (
    DrugName,
    Medication,
    MedicationDecision,
    Standing,
    flag_of,
    standing_of,
)
from lndesk.domain.patient import Patient
from lndesk.store import before_infusions, medications, patients, protocols
from lndesk.store.care_cases import before_case, pregnancy_possible
from lndesk.store.driver import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationRow:
    """One drug of a patient, how it stands against the registry entry, and what it is flagged for."""

    medication: Medication
    name: DrugName
    standing: Standing
    flag: Finding | None
    decision: MedicationDecision | None

    @property
    def counts(self) -> bool:
        """Tell whether it was not taken back."""
        return self.medication.void_reason is None


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeView:
    """What is asked before one infusion, of whom, what was answered, and what that stops."""

    patient: Patient
    infusion_no: int
    asks: Questions
    pregnancy_possible: bool | None
    """As known so far."""
    asked: BeforeInfusion | None
    earlier: tuple[BeforeInfusion, ...]
    findings: tuple[Finding, ...]
    decisions: tuple[StopDecision, ...]
    """On the answers that count."""

    @property
    def stopped(self) -> bool:
        """Tell whether something stops the infusion."""
        return any(finding.level == "stop" for finding in self.findings)

    @property
    def liftable(self) -> tuple[Finding, ...]:
        """Return the stops that an investigator may decide on."""
        return tuple(finding for finding in self.findings if finding.level == "stop" and finding.code in LIFTABLE)


def medication_rows(db: Database, patient_id: int) -> list[MedicationRow]:
    """Return a patient's drugs, the latest begun first; those taken back at the end."""
    rules = protocols.current_version(db).parsed().medication
    found = []
    for item in medications.medications_of(db, patient_id):
        decision = medications.decision_on(db, item.id or 0)
        found.append(
            MedicationRow(
                medication=item,
                name=DrugName(item, rules),
                standing=standing_of(item, rules, decision),
                flag=None if item.void_reason is not None else flag_of(item, rules, decision),
                decision=decision,
            )
        )
    return sorted(found, key=lambda row: not row.counts)


def before_infusion(db: Database, patient_id: int, infusion_no: int, *, now: dt.datetime) -> BeforeView:
    """Return what stands before one infusion of a patient.

    Raises:
        LookupError: there is no such patient.
    """
    patient, protocol = patients.patient(db, patient_id), protocols.current_version(db).parsed()
    case = before_case(db, patient_id, infusion_no, protocol)
    known = pregnancy_possible(db, patient_id)
    asked_id = None if case.asked is None else case.asked.id
    return BeforeView(
        patient=patient,
        infusion_no=infusion_no,
        asks=questions(patient.sex, pregnancy_possible=known),
        pregnancy_possible=known,
        asked=case.asked,
        earlier=tuple(item for item in before_infusions.answers_of(db, patient_id) if item.id != asked_id),
        findings=stops(case, protocol, now=now),
        decisions=tuple(item for item in case.decisions if item.before_infusion_id == asked_id),
    )
