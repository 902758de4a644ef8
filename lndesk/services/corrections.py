"""Corrections: a value on record is put right with a reason; what stood there stays readable in the act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, ClassVar

from lndesk.domain.account import CLINICAL, Role
from lndesk.domain.errors import RuleViolation
from lndesk.domain.patient import Consent, Patient, Weight, check_consent, check_identity, check_weight
from lndesk.domain.preparation import MIN_REASON
from lndesk.domain.product import Container, Lot, check_lot
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction
from lndesk.services.ledger import move
from lndesk.services.voiding import void_doses_of, void_open_dose
from lndesk.store import patients, product
from lndesk.store.codecs import get, update

Value = Decimal | dt.datetime | dt.date | str | bool | None
AT_THE_DESK = frozenset({Role.NURSE, Role.INVESTIGATOR})
STOCK = frozenset({Role.TECHNICIAN})


def demand_reason(reason: str) -> None:
    """Refuse a correction that does not say why.

    Raises:
        RuleViolation: the reason is too short.
    """
    if len(reason.strip()) < MIN_REASON:
        raise RuleViolation(Sentence("Write the reason in at least {n} characters.", n=MIN_REASON), field="reason")


@dataclass(frozen=True, kw_only=True)
class Correction(Command):
    """One record, the fields of it that were wrong with their right values, and why."""

    table: ClassVar[str]
    correctable: ClassVar[frozenset[str]]

    row_id: int
    changes: Mapping[str, Value] = field(default_factory=dict)
    reason: str

    def corrected(self, record: Any) -> Any:
        """Return the record with the right values.

        Raises:
            RuleViolation: nothing changes, a field is not to be corrected so, or the reason is too short.
        """
        for name in self.changes:
            if name not in self.correctable:
                raise RuleViolation(Sentence("{field} is not corrected here.", field=name), field=name)
        if all(getattr(record, name) == value for name, value in self.changes.items()):
            raise RuleViolation(Sentence("Nothing differs from what is on record."))
        demand_reason(self.reason)
        return replace(record, **self.changes)

    def write(self, tx: Transaction, record: Any, *also: str) -> None:
        """Write the corrected fields, and others that follow from them."""
        update(tx.db, self.table, self.row_id, **{name: getattr(record, name) for name in (*self.changes, *also)})


@dataclass(frozen=True, kw_only=True)
class CorrectPatient(Correction):
    """Correct who a patient is. A dose under way is voided, since its papers name the patient."""

    roles: ClassVar = AT_THE_DESK
    table: ClassVar = "patient"
    correctable: ClassVar = frozenset(
        {"family_name", "given_name", "latin_family", "latin_given", "sex", "born_on", "hospital_no"}
    )

    def apply(self, tx: Transaction) -> Changes:
        """Check the identity anew and write."""
        patient: Patient = check_identity(self.corrected(patients.patient(tx.db, self.row_id)), today=tx.today)
        taken = patients.with_hospital_no(tx.db, patient.hospital_no)
        if taken is not None and taken.id != self.row_id:
            raise RuleViolation(
                Sentence(
                    "Hospital No. {number} belongs to {subject}.", number=taken.hospital_no, subject=taken.subject_id
                ),
                field="hospital_no",
            )
        self.write(tx, patient)
        return Changes.PATIENTS | void_open_dose(tx, self.row_id, self.reason)


@dataclass(frozen=True, kw_only=True)
class CorrectConsent(Correction):
    """Correct a consent."""

    roles: ClassVar = AT_THE_DESK
    table: ClassVar = "consent"
    correctable: ClassVar = frozenset(
        {"form_version", "consented_at", "taken_by", "copy_given", "guardian", "child_assented"}
    )

    def apply(self, tx: Transaction) -> Changes:
        """Check it against the patient's age anew and write."""
        consent: Consent = self.corrected(get(tx.db, Consent, self.table, self.row_id))
        patient = patients.patient(tx.db, consent.patient_id)
        self.write(tx, check_consent(consent, patient, tx.protocol.eligibility, now=tx.now))
        return Changes.PATIENTS


@dataclass(frozen=True, kw_only=True)
class CorrectWeight(Correction):
    """Correct a reading of the scale. A dose under way that rests on it is voided."""

    roles: ClassVar = CLINICAL
    table: ClassVar = "weight"
    correctable: ClassVar = frozenset({"kg", "measured_at", "scale"})

    def apply(self, tx: Transaction) -> Changes:
        """Check the reading anew and write."""
        weight: Weight = self.corrected(get(tx.db, Weight, self.table, self.row_id))
        self.write(tx, check_weight(weight, tx.protocol.dose, now=tx.now))
        return Changes.WEIGHTS | void_open_dose(tx, weight.patient_id, self.reason)


@dataclass(frozen=True, kw_only=True)
class CorrectLot(Correction):
    """Correct a lot. It goes back into quarantine, and doses under way that draw on it are voided."""

    roles: ClassVar = STOCK
    table: ClassVar = "lot"
    correctable: ClassVar = frozenset(
        {"form", "cells_per_ml", "viable", "counted", "expires_on", "certificate_no", "label_cells"}
    )

    def apply(self, tx: Transaction) -> Changes:
        """Check the lot anew, write, and ask for a new release."""
        lot: Lot = replace(self.corrected(product.lot(tx.db, self.row_id)), released_at=None, released_by=None)
        containers = product.of_lot(tx.db, self.row_id)
        check_lot(lot, containers, today=lot.received_at.date())
        void_doses_of(tx, [item.id or 0 for item in containers], self.reason)
        self.write(tx, lot, "released_at", "released_by")
        for item in product.of_lot(tx.db, self.row_id):
            if item.status == "released":
                move(tx, item.id or 0, "quarantine", reason=self.reason)
        return Changes.PRODUCT | Changes.DOSES


@dataclass(frozen=True, kw_only=True)
class CorrectContainer(Correction):
    """Correct a container. A dose under way that draws on it is voided."""

    roles: ClassVar = STOCK
    table: ClassVar = "container"
    correctable: ClassVar = frozenset({"container_no", "volume_ml", "donation_no", "serial", "place"})

    def apply(self, tx: Transaction) -> Changes:
        """Check the lot's containers anew and write."""
        container: Container = self.corrected(get(tx.db, Container, self.table, self.row_id))
        others = [item for item in product.of_lot(tx.db, container.lot_id) if item.id != self.row_id]
        lot = product.lot(tx.db, container.lot_id)
        check_lot(lot, [*others, container], today=lot.received_at.date())
        void_doses_of(tx, [self.row_id], self.reason)
        self.write(tx, container)
        return Changes.PRODUCT | Changes.DOSES
