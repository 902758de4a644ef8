"""Commands on doses: prepare, check by a second person, void."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from lndesk.domain.account import CLINICAL, Role
from lndesk.domain.dose import Dose, Finding
from lndesk.domain.errors import RuleViolation
from lndesk.domain.evaluation import DoseRequest, Evaluation, evaluate
from lndesk.domain.preparation import (
    MIN_REASON,
    AcceptedWarning,
    Draw,
    Preparation,
    check_reasons,
)
from lndesk.domain.product import LotContainer
from lndesk.domain.signature import Meaning
from lndesk.i18n import Amount, Sentence, speaking
from lndesk.services.checks import refuse_to_go_on, return_to_preparer, second_person
from lndesk.services.command import Changes, Command, Transaction, found
from lndesk.services.ledger import move
from lndesk.services.voiding import void_open_dose
from lndesk.store import contents, patients, preparations, protocols
from lndesk.store.cases import circumstances

PREPARERS = frozenset({Role.NURSE, Role.TECHNICIAN})


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenReason:
    """Why a soft warning was passed."""

    reason: str
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class PrepareDose(Command):
    """Send a dose to be checked. It is computed anew here, and must come out as the person saw it."""

    roles: ClassVar = PREPARERS
    meaning: ClassVar = Meaning.PREPARED

    patient_id: int
    weight_id: int
    container_ids: tuple[int, ...]
    seen_volume_ml: Decimal
    request: DoseRequest = field(default_factory=DoseRequest)
    reasons: dict[str, GivenReason] = field(default_factory=dict)

    def apply(self, tx: Transaction) -> Changes:
        """Judge the case, write the preparation with its draws and warnings, and reserve the containers."""
        readings = patients.weights(tx.db, self.patient_id)
        weight = found(
            next((item for item in readings if item.id == self.weight_id), None),
            Sentence("This weight is not the patient's."),
            field="weight",
        )
        if readings[0].id != weight.id:
            raise RuleViolation(Sentence("There is a newer weight on record. Look at the dose again."), field="weight")
        case = circumstances(tx.db, self.patient_id, weight=weight, container_ids=self.container_ids)
        result = evaluate(case, self.request, tx.protocol, now=tx.now)
        check_reasons(result.findings, {code: (item.reason, item.remark) for code, item in self.reasons.items()})
        dose = self._dose_as_seen(result)
        preparation_id = self._write(tx, dose, case.infusion_no)
        self._write_draws(tx, preparation_id, result.draws)
        for finding in result.findings:
            self._write_warning(tx, preparation_id, finding)
        for item in case.containers:
            self._reserve(tx, item, preparation_id)
        tx.signed.append(("preparation", preparation_id))
        return Changes.DOSES | Changes.PRODUCT

    def _reserve(self, tx: Transaction, item: LotContainer, preparation_id: int) -> None:
        container_id, thawed_at = item.container.id or 0, self.request.thawed_at
        if thawed_at is not None and item.container.status == "released":
            move(tx, container_id, "thaw", happened_at=thawed_at, patient_id=self.patient_id)
        move(tx, container_id, "reserve", preparation_id=preparation_id, patient_id=self.patient_id)

    def _dose_as_seen(self, result: Evaluation) -> Dose:
        dose = found(result.dose, Sentence("Choose the container that the dose is drawn from."), field="container")
        if dose.volume_ml != self.seen_volume_ml:
            raise RuleViolation(
                Sentence(
                    "The dose has changed from {seen} to {volume} meanwhile. Look at it again.",
                    seen=Amount(self.seen_volume_ml, "mL"),
                    volume=Amount(dose.volume_ml, "mL"),
                )
            )
        return dose

    def _write(self, tx: Transaction, dose: Dose, infusion_no: int) -> int:
        count = self.request.count
        return preparations.add_preparation(
            tx.db,
            Preparation(
                patient_id=self.patient_id,
                infusion_no=infusion_no,
                weight_id=self.weight_id,
                protocol_id=found(protocols.current_version(tx.db).id, Sentence("There is no protocol.")),
                final_ml=self.request.final_ml,
                minutes=self.request.minutes,
                drops_per_ml=self.request.drops_per_ml,
                thawed_at=self.request.thawed_at,
                second_weight_kg=self.request.second_weight_kg,
                target_cells=dose.target_cells,
                volume_ml=dose.volume_ml,
                prepared_by=tx.who.name,
                prepared_by_id=tx.who.account_id,
                prepared_at=tx.now,
                count_cells_per_ml=count.cells_per_ml if count else None,
                count_viable=count.viability.viable if count else None,
                count_counted=count.viability.counted if count else None,
                filter_um=self.request.filter_um,
            ),
        )

    def _write_draws(self, tx: Transaction, preparation_id: int, draws: tuple[Decimal, ...]) -> None:
        for container_id, use in zip(self.container_ids, draws, strict=True):
            preparations.add_draw(tx.db, Draw(preparation_id=preparation_id, container_id=container_id, use_ml=use))

    def _write_warning(self, tx: Transaction, preparation_id: int, finding: Finding) -> None:
        with speaking("en"):
            warning_en = str(finding.text)
        with speaking("zh_CN"):
            warning_zh = str(finding.text)
        preparations.add_warning(
            tx.db,
            AcceptedWarning(
                preparation_id=preparation_id,
                code=finding.code,
                warning_en=warning_en,
                warning_zh=warning_zh,
                reason=self.reasons[finding.code].reason,
                remark=self.reasons[finding.code].remark.strip(),
                accepted_by=tx.who.name,
                accepted_at=tx.now,
            ),
        )


@dataclass(frozen=True, kw_only=True)
class ReturnDose(Command):
    """Return a dose to its preparer, as the second person, saying what is wrong."""

    roles: ClassVar = CLINICAL

    preparation_id: int
    remark: str

    def apply(self, tx: Transaction) -> Changes:
        """Write the check and free the containers."""
        if len(self.remark.strip()) < MIN_REASON:
            raise RuleViolation(
                Sentence("Write what is wrong in at least {n} characters.", n=MIN_REASON), field="remark"
            )
        second_person(tx, preparations.preparation(tx.db, self.preparation_id))
        return return_to_preparer(tx, self.preparation_id, self.remark)


@dataclass(frozen=True, kw_only=True)
class VoidDose(Command):
    """Void a dose that is under way; it stays readable, and its sheet no longer holds."""

    roles: ClassVar = CLINICAL

    preparation_id: int
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Write the reason and free the containers that were not opened."""
        preparation = preparations.preparation(tx.db, self.preparation_id)
        if preparation.status not in {"awaiting_check", "checked", "issued"}:
            raise RuleViolation(Sentence("This dose is not under way."))
        if len(self.reason.strip()) < MIN_REASON:
            raise RuleViolation(Sentence("Write the reason in at least {n} characters.", n=MIN_REASON), field="reason")
        return void_open_dose(tx, preparation.patient_id, self.reason)


@dataclass(frozen=True, kw_only=True)
class IssueSheet(Command):
    """Put a composed sheet on record: what it says, and its bytes."""

    roles: ClassVar = CLINICAL

    preparation_id: int
    number: str
    snapshot: str = field(repr=False)
    content: bytes = field(repr=False)
    composed_at: dt.datetime

    def apply(self, tx: Transaction) -> Changes:
        """Refuse a dose that is not checked and a number out of turn; write the sheet."""
        preparation = preparations.preparation(tx.db, self.preparation_id)
        if preparation.status != "checked":
            raise RuleViolation(Sentence("A sheet is issued once, after a second person has checked the dose."))
        refuse_to_go_on(tx, preparation)
        found(preparations.check_of(tx.db, self.preparation_id), Sentence("This dose was never checked."))
        if self.number != preparations.next_sheet_number(tx.db, self.composed_at.year):
            raise RuleViolation(Sentence("Another sheet was issued meanwhile. Issue this one again."))
        kept = contents.keep_content(tx.db, self.content)
        sheet_id = preparations.add_sheet(
            tx.db,
            preparations.Sheet(
                number=self.number,
                preparation_id=self.preparation_id,
                snapshot=self.snapshot,
                sha256=kept[1],
                composed_by=tx.who.name,
                composed_at=self.composed_at,
            ),
        )
        preparations.add_sheet_file(tx.db, sheet_id, kept)
        preparations.set_preparation(tx.db, self.preparation_id, status="issued")
        return Changes.SHEETS | Changes.DOSES
