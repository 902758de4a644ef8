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
from lndesk.services.voiding import void_open_dose
from lndesk.store import patients, preparations, product
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
    correctable: ClassVar = frozenset({"form", "cells_per_ml", "viable", "counted", "expires_on", "certificate_no"})

    def apply(self, tx: Transaction) -> Changes:
        """Check the lot anew, write, and ask for a new release."""
        lot: Lot = replace(self.corrected(product.lot(tx.db, self.row_id)), released_at=None, released_by=None)
        containers = product.of_lot(tx.db, self.row_id)
        check_lot(lot, containers, today=lot.received_at.date())
        for held_by in {item.preparation_id for item in containers if item.status == "reserved"}:
            void_open_dose(tx, preparations.preparation(tx.db, held_by or 0).patient_id, self.reason)
        self.write(tx, lot, "released_at", "released_by")
        on_hand = [item.id for item in product.of_lot(tx.db, self.row_id) if item.id and item.status == "released"]
        product.set_containers(tx.db, on_hand, status="quarantine")
        return Changes.PRODUCT | Changes.DOSES


@dataclass(frozen=True, kw_only=True)
class CorrectContainer(Correction):
    """Correct a container. A dose under way that draws on it is voided."""

    roles: ClassVar = STOCK
    table: ClassVar = "container"
    correctable: ClassVar = frozenset({"container_no", "volume_ml"})

    def apply(self, tx: Transaction) -> Changes:
        """Check the lot's containers anew and write."""
        before = get(tx.db, Container, self.table, self.row_id)
        container: Container = self.corrected(before)
        others = [item for item in product.of_lot(tx.db, container.lot_id) if item.id != self.row_id]
        lot = product.lot(tx.db, container.lot_id)
        check_lot(lot, [*others, container], today=lot.received_at.date())
        if before.status == "reserved" and before.preparation_id is not None:
            preparation = preparations.preparation(tx.db, before.preparation_id)
            void_open_dose(tx, preparation.patient_id, self.reason)
        self.write(tx, container)
        return Changes.PRODUCT | Changes.DOSES
