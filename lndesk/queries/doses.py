"""Doses: the case of a patient, what a request would give, and the preparations on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from lndesk.domain.blind import ATTEMPTS, named
from lndesk.domain.course import CourseVisit
from lndesk.domain.dose import Dose, Finding
from lndesk.domain.dosing import compute_dose
from lndesk.domain.evaluation import DoseRequest, Evaluation, evaluate, order_of, propose
from lndesk.domain.ledger import GONE
from lndesk.domain.patient import Patient, Weight
from lndesk.domain.preparation import AcceptedWarning, Check, Draw, Preparation, find
from lndesk.domain.product import Container, Lot, LotContainer, why_unusable
from lndesk.domain.protocol import Protocol
from lndesk.domain.protocol_file import parse_protocol
from lndesk.domain.thaw import ThawPlan, plan_thaw
from lndesk.i18n import Sentence
from lndesk.store import patients, preparations, product, protocols, visits
from lndesk.store.blind import asked_for
from lndesk.store.cases import circumstances
from lndesk.store.codecs import get
from lndesk.store.driver import Database
from lndesk.store.history import act_of, as_it_was


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A container that may be chosen, or why not."""

    item: LotContainer
    why_not: Sentence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseCase:
    """What the dose page opens with. The weight is the newest one on record."""

    patient: Patient
    protocol: Protocol
    infusion_no: int
    visit: CourseVisit | None
    weight: Weight | None
    reference_weight: Weight | None
    choices: tuple[Choice, ...]
    findings: tuple[Finding, ...]
    open_preparation: Preparation | None
    proposal: tuple[int, ...] = ()
    """The fewest containers of the first lot to expire that hold the dose; empty when none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedDose:
    """A preparation with all that belongs to it; the dose is computed from what was on record at its moment."""

    preparation: Preparation
    patient: Patient
    weight: Weight
    dose: Dose
    draws: tuple[tuple[Draw, LotContainer], ...]
    warnings: tuple[AcceptedWarning, ...]
    check: Check | None
    sheet_no: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseToCheck:
    """What the second person's page shows: whose dose, which sources to read, and which fields differed before."""

    preparation_id: int
    status: str
    infusion_no: int
    prepared_by: str
    subject_id: str
    asks: tuple[str, ...]
    graduation_ml: Decimal
    attempts_left: int
    differed: Sentence | None


def dose_case(db: Database, patient_id: int, *, now: dt.datetime) -> DoseCase:
    """Return the case of a patient's next infusion.

    Raises:
        LookupError: there is no such patient.
    """
    readings = patients.weights(db, patient_id)
    weight = readings[0] if readings else None
    case = circumstances(db, patient_id, weight=weight, container_ids=())
    protocol = protocols.current_version(db).parsed()
    course = visits.course(db, patient_id)
    items = [item for item in product.lot_containers(db) if item.container.status not in GONE]
    choices = tuple(
        Choice(item=item, why_not=why_unusable(item, on=now.date(), patient_id=patient_id)) for item in items
    )
    return DoseCase(
        patient=patients.patient(db, patient_id),
        protocol=protocol,
        infusion_no=case.infusion_no,
        visit=next((visit for visit in course if visit.code == f"infusion-{case.infusion_no}"), None),
        weight=weight,
        reference_weight=case.reference_weight,
        choices=choices,
        findings=find(case, protocol, now=now),
        open_preparation=preparations.open_preparation(db, patient_id),
        proposal=()
        if weight is None
        else propose(weight.kg, [choice.item for choice in choices if choice.why_not is None], protocol.dose),
    )


def thaw_plan(db: Database, patient_id: int, *, now: dt.datetime) -> ThawPlan | None:
    """Plan what to thaw for a patient's next dose; None without a weight, a rule for it, or cryopreserved stock."""
    readings, protocol = patients.weights(db, patient_id), protocols.current_version(db).parsed()
    if not readings or protocol.thaw is None:
        return None
    stock = [
        item
        for item in product.lot_containers(db)
        if item.lot.form == "cryopreserved" and why_unusable(item, on=now.date(), patient_id=patient_id) is None
    ]
    return plan_thaw(readings[0].kg, stock, protocol.dose, protocol.thaw)


def dose_to_check(db: Database, preparation_id: int) -> DoseToCheck:
    """Return what the second person may know before the own reading agrees: not one figure of the first.

    Raises:
        LookupError: there is none of this id.
    """
    preparation = preparations.preparation(db, preparation_id)
    attempts = preparations.attempts(db, preparation_id)
    return DoseToCheck(
        preparation_id=preparation_id,
        status=preparation.status,
        infusion_no=preparation.infusion_no,
        prepared_by=preparation.prepared_by,
        subject_id=patients.patient(db, preparation.patient_id).subject_id,
        asks=asked_for(preparation),
        graduation_ml=protocol_of(db, preparation).dose.graduation_ml,
        attempts_left=max(0, ATTEMPTS - len(attempts)),
        differed=named(attempts[-1].fields) if attempts else None,
    )


def preview_dose(
    db: Database, patient_id: int, container_ids: Sequence[int], request: DoseRequest, *, now: dt.datetime
) -> Evaluation:
    """Judge a request as the command would, without recording anything.

    Raises:
        RuleViolation: the chosen containers cannot go together.
    """
    readings = patients.weights(db, patient_id)
    case = circumstances(db, patient_id, weight=readings[0] if readings else None, container_ids=container_ids)
    return evaluate(case, request, protocols.current_version(db).parsed(), now=now)


def prepared_dose(db: Database, preparation_id: int) -> PreparedDose:
    """Return a preparation with all that belongs to it.

    Raises:
        LookupError: there is none of this id.
    """
    preparation = preparations.preparation(db, preparation_id)
    act_id = act_of(db, "preparation", preparation_id)
    weight = as_it_was(db, Weight, "weight", preparation.weight_id, act_id=act_id)
    draws = tuple((draw, _drawn_from(db, draw.container_id, act_id)) for draw in preparations.draws(db, preparation_id))
    sheet = preparations.sheet_of(db, preparation_id)
    return PreparedDose(
        preparation=preparation,
        patient=patients.patient(db, preparation.patient_id),
        weight=weight,
        dose=_computed(
            preparation,
            weight,
            [item for _draw, item in draws],
            protocol_of(db, preparation),
            _reference(db, weight, act_id),
        ),
        draws=draws,
        warnings=tuple(preparations.warnings(db, preparation_id)),
        check=preparations.check_of(db, preparation_id),
        sheet_no=sheet.number if sheet else None,
    )


def prepared_doses(db: Database, status: str) -> list[PreparedDose]:
    """Return the preparations that stand somewhere, oldest first."""
    return [prepared_dose(db, item.id or 0) for item in preparations.with_status(db, status)]


def protocol_of(db: Database, preparation: Preparation) -> Protocol:
    """Return the rules that a preparation was computed by."""
    version = get(db, protocols.ProtocolVersion, "protocol", preparation.protocol_id)
    return parse_protocol(version.content)


def _drawn_from(db: Database, container_id: int, act_id: int) -> LotContainer:
    now = product.lot_container(db, container_id)
    container = as_it_was(db, Container, "container", container_id, act_id=act_id)
    lot = as_it_was(db, Lot, "lot", container.lot_id, act_id=act_id)
    # where the container stands is of today; what its label said is of that day
    return LotContainer(
        lot, replace(container, status=now.container.status, preparation_id=now.container.preparation_id)
    )


def _reference(db: Database, weight: Weight, act_id: int) -> Weight | None:
    reference = patients.reference_weight(db, weight)
    if reference is None or reference.id is None:
        return None
    return as_it_was(db, Weight, "weight", reference.id, act_id=act_id)


def _computed(
    preparation: Preparation,
    weight: Weight,
    items: Sequence[LotContainer],
    protocol: Protocol,
    reference: Weight | None,
) -> Dose:
    request = DoseRequest(
        final_ml=preparation.final_ml,
        minutes=preparation.minutes,
        drops_per_ml=preparation.drops_per_ml,
        thawed_at=preparation.thawed_at,
        count=preparation.count,
        filter_um=preparation.filter_um,
    )
    return compute_dose(order_of(weight.kg, reference, items, request, protocol.dose), protocol.dose)
