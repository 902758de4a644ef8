"""Commands that take in many records at once: all of them, or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lndesk.domain.errors import RuleViolation
from lndesk.domain.patient import Patient
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction
from lndesk.services.patients import AT_THE_DESK, RegisterPatient


@dataclass(frozen=True, kw_only=True)
class ImportPatients(Command):
    """Register the patients of a list. Each one goes the way of a single registration."""

    roles: ClassVar = AT_THE_DESK

    patients: tuple[Patient, ...]

    def apply(self, tx: Transaction) -> Changes:
        """Register one after the other; the first that is refused undoes them all."""
        for number, patient in enumerate(self.patients, 1):
            registration = RegisterPatient(
                family_name=patient.family_name,
                given_name=patient.given_name,
                latin_family=patient.latin_family,
                latin_given=patient.latin_given,
                sex=patient.sex,
                born_on=patient.born_on,
                hospital_no=patient.hospital_no,
                allergy_state=patient.allergy_state,
                allergies=patient.allergies,
            )
            try:
                registration.apply(tx)
            except RuleViolation as refusal:
                raise RuleViolation(
                    Sentence("Patient {number} of the list: {why}", number=number, why=refusal.sentence)
                ) from refusal
        return Changes.PATIENTS
