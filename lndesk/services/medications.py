"""Commands on the other drugs that patients take."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.domain.errors import RuleViolation
from lndesk.domain.medication import (
    Medication,
    MedicationDecision,
    check_decision,
    check_ended,
    check_medication,
)
from lndesk.domain.signature import Meaning
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction
from lndesk.services.corrections import AT_THE_DESK, Correction, demand_reason
from lndesk.store import medications, patients
from lndesk.store.codecs import update


@dataclass(frozen=True, kw_only=True)
class RecordMedication(Command):
    """Record a drug that a patient takes or took. What it is flagged for is derived; nothing is refused for it."""

    roles: ClassVar = AT_THE_DESK

    patient_id: int
    drug: str
    drug_name: str = ""
    route: str
    dose: str
    dose_unit: str
    how_often: str = ""
    started_on: dt.date
    ended_on: dt.date | None = None
    purpose: str

    def apply(self, tx: Transaction) -> Changes:
        """Check it and write."""
        patients.patient(tx.db, self.patient_id)
        medication = Medication(
            patient_id=self.patient_id,
            drug=self.drug,
            drug_name=self.drug_name,
            route=self.route,
            dose=self.dose,
            dose_unit=self.dose_unit,
            how_often=self.how_often,
            started_on=self.started_on,
            ended_on=self.ended_on,
            purpose=self.purpose,
            recorded_by=tx.who.name,
            recorded_at=tx.now,
        )
        medications.add_medication(tx.db, check_medication(medication, tx.protocol.medication, today=tx.today))
        return Changes.CARE


@dataclass(frozen=True, kw_only=True)
class EndMedication(Command):
    """Note the last day of a drug."""

    roles: ClassVar = AT_THE_DESK

    medication_id: int
    ended_on: dt.date

    def apply(self, tx: Transaction) -> Changes:
        """Check the day and write it."""
        medication = _standing(tx, self.medication_id)
        check_ended(medication, self.ended_on, today=tx.today)
        update(tx.db, "medication", self.medication_id, ended_on=self.ended_on)
        return Changes.CARE


@dataclass(frozen=True, kw_only=True)
class DecideMedication(Command):
    """Decide, as investigator, whether an intravenous glucocorticoid was pulse therapy (registry entry, line 46)."""

    roles: ClassVar = frozenset({Role.INVESTIGATOR})
    meaning: ClassVar = Meaning.AUTHORISED

    medication_id: int
    pulse: bool
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Write the decision with its reason."""
        medication = _standing(tx, self.medication_id)
        decision = MedicationDecision(
            patient_id=medication.patient_id,
            medication_id=self.medication_id,
            pulse=self.pulse,
            reason=self.reason.strip(),
            decided_by=tx.who.name,
            decided_at=tx.now,
        )
        check_decision(medication, decision)
        tx.signed.append(("medication_decision", medications.add_decision(tx.db, decision)))
        return Changes.CARE


@dataclass(frozen=True, kw_only=True)
class CorrectMedication(Correction):
    """Correct a drug. What was decided on it before is to be decided anew."""

    roles: ClassVar = AT_THE_DESK
    table: ClassVar = "medication"
    correctable: ClassVar = frozenset(
        {"drug", "drug_name", "route", "dose", "dose_unit", "how_often", "started_on", "ended_on", "purpose"}
    )

    def apply(self, tx: Transaction) -> Changes:
        """Check the drug anew and write."""
        medication: Medication = self.corrected(_standing(tx, self.row_id))
        checked = check_medication(medication, tx.protocol.medication, today=tx.today)
        self.write(tx, checked, "drug", "drug_name")
        return Changes.CARE


@dataclass(frozen=True, kw_only=True)
class TakeBackMedication(Command):
    """Take back a drug that was recorded by mistake; it stays readable."""

    roles: ClassVar = AT_THE_DESK

    medication_id: int
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Write why it does not count."""
        _standing(tx, self.medication_id)
        demand_reason(self.reason)
        update(tx.db, "medication", self.medication_id, void_reason=self.reason.strip())
        return Changes.CARE


def _standing(tx: Transaction, medication_id: int) -> Medication:
    medication = medications.medication(tx.db, medication_id)
    if medication.void_reason is not None:
        raise RuleViolation(Sentence("This drug was taken back as recorded by mistake."))
    return medication
