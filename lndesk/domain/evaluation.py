"""A patient's case and a request become a dose, with everything that stops it or asks for a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lndesk.domain.dose import Dose, DoseOrder, Finding, Verdict, WholeDraw, verdict_of
from lndesk.domain.dosing import compute_dose
from lndesk.domain.patient import Weight
from lndesk.domain.preparation import Circumstances, ThawCount, check_containers, find
from lndesk.domain.product import Lot, LotContainer
from lndesk.domain.protocol import DoseRules, Protocol
from lndesk.domain.quantity import EXACT
from lndesk.i18n import Amount, Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseRequest:
    """What the preparer chooses, asks and counts beyond weight and containers: mL, minutes, drops per mL, um."""

    final_ml: Decimal | None = None
    minutes: Decimal | None = None
    drops_per_ml: Decimal | None = None
    thawed_at: dt.datetime | None = None
    second_weight_kg: Decimal | None = None
    count: ThawCount | None = None
    filter_um: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The findings of a case; the dose and what each container gives to it, once nothing bars computing them."""

    findings: tuple[Finding, ...]
    dose: Dose | None = None
    draws: tuple[Decimal, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Say whether the dose may be prepared: as it is, with a reason, or not at all."""
        return verdict_of(self.findings)


def evaluate(case: Circumstances, request: DoseRequest, protocol: Protocol, *, now: dt.datetime) -> Evaluation:
    """Judge a case and compute its dose. The same for the screen that shows it and the command that records it.

    Raises:
        RuleViolation: the chosen containers cannot go together, or an amount is not more than 0.
    """
    findings = find(case, protocol, now=now)
    if case.weight is None or not case.containers or verdict_of(findings) == "stop":
        return Evaluation(findings)
    check_containers(case.containers)
    dose = compute_dose(order_of(case.weight.kg, case.reference_weight, case.containers, request, protocol.dose),
                        protocol.dose)  # fmt: skip
    draws = share_out(dose.measured_ml, case.containers, pooled=request.count is not None)
    findings += (
        *_lots(case),
        *_in_figures(dose, case.containers, draws, now),
        *_thaw(case, request, protocol, now),
        *dose.findings,
        *_second_reading(dose, request),
    )
    return Evaluation(findings, dose, draws)


def order_of(
    weight_kg: Decimal,
    reference: Weight | None,
    containers: Sequence[LotContainer],
    request: DoseRequest,
    rules: DoseRules,
) -> DoseOrder:
    """Return what a dose is computed from. A count after the thaw stands for all containers, pooled."""
    last = containers[-1].lot
    whole = [] if request.count is not None else lots_before_last(containers)
    fresh = [lot for item in containers if (lot := item.lot).form == "fresh"]
    return DoseOrder(
        weight_kg=weight_kg,
        cells_per_ml=last.cells_per_ml if request.count is None else request.count.cells_per_ml,
        viability=last.viability if request.count is None else request.count.viability,
        usable_ml=None if whole else containers[-1].container.volume_ml,
        final_ml=request.final_ml,
        minutes=request.minutes,
        drops_per_ml=request.drops_per_ml,
        thawed_at=request.thawed_at,
        planned_weight_kg=reference.kg if reference else None,
        whole=tuple(WholeDraw(lot.lot_no, _held(containers, lot), lot.cells_per_ml, lot.viability) for lot in whole),
        dmso_percent=rules.dmso_percent if any(item.lot.form == "cryopreserved" for item in containers) else None,
        filter_um=request.filter_um,
        ready_at=min((at for lot in fresh if (at := lot.ready_at or lot.released_at) is not None), default=None),
    )


def lots_before_last(containers: Sequence[LotContainer]) -> list[Lot]:
    """Return the lots that are drawn whole: all but that of the last container, in their order."""
    lots = {item.lot.id: item.lot for item in containers if item.lot.id != containers[-1].lot.id}
    return list(lots.values())


def share_out(measured_ml: Decimal, containers: Sequence[LotContainer], *, pooled: bool = False) -> tuple[Decimal, ...]:
    """Return what each container gives: those of earlier lots all they hold, those of the last lot in their order.

    Args:
        measured_ml: what is measured from the last lot; from all containers when they are pooled.
        containers: in the order in which they are drawn.
        pooled: whether one count stands for all of them.
    """
    draws, left = [], measured_ml
    for item in containers:
        if not pooled and item.lot.id != containers[-1].lot.id:
            draws.append(item.container.volume_ml)
            continue
        use = min(left, item.container.volume_ml)
        draws.append(use)
        left = EXACT.subtract(left, use)
    return tuple(draws)


def _held(containers: Sequence[LotContainer], lot: Lot) -> Decimal:
    return sum((item.container.volume_ml for item in containers if item.lot.id == lot.id), Decimal(0))


def _lots(case: Circumstances) -> Iterator[Finding]:
    if len({item.lot.form for item in case.containers}) > 1:
        yield Finding(
            "stop",
            "mixed_forms",
            Sentence("Fresh and cryopreserved containers do not go into one dose."),
            "container",
        )
    if len({item.lot.id for item in case.containers}) > 1:
        yield Finding(
            "warning" if "several_lots" in case.authorised else "stop",
            "several_lots",
            Sentence(
                "The containers come from different lots: {lots}. Use one lot for one dose, unless the investigator"
                " authorises it.",
                lots=", ".join(dict.fromkeys(item.lot.lot_no for item in case.containers)),
            ),
            "container",
        )


def propose(weight_kg: Decimal, usable: Sequence[LotContainer], rules: DoseRules) -> tuple[int, ...]:
    """Propose the fewest containers of one lot that hold a dose, from the lot that expires first.

    Args:
        weight_kg: the weight that the dose is for.
        usable: the containers that may be used, first to expire first.
        rules: the rules of the dose.
    """
    for lot_id in dict.fromkeys(item.lot.id for item in usable):
        chosen: list[LotContainer] = []
        for item in (item for item in usable if item.lot.id == lot_id):
            chosen.append(item)
            needed = compute_dose(order_of(weight_kg, None, chosen, DoseRequest(), rules), rules).volume_ml
            if needed <= sum((each.container.volume_ml for each in chosen), Decimal(0)):
                return tuple(each.container.id or 0 for each in chosen)
    return ()


def _in_figures(
    dose: Dose, containers: Sequence[LotContainer], draws: tuple[Decimal, ...], now: dt.datetime
) -> Iterator[Finding]:
    held = sum((item.container.volume_ml for item in containers), Decimal(0))
    if held < dose.volume_ml:
        yield Finding(
            "stop",
            "too_little_volume",
            Sentence(
                "The chosen containers hold {held}; the dose needs {volume}. Choose more.",
                held=Amount(held, "mL"),
                volume=Amount(dose.volume_ml, "mL"),
            ),
            "container",
        )
    elif 0 in draws:
        yield Finding(
            "stop",
            "container_not_needed",
            Sentence("The dose needs fewer containers than are chosen. Take back the last one."),
            "container",
        )
    if dose.use_before is not None and dose.use_before <= now:
        yield Finding(
            "stop",
            "use_before_past",
            Sentence("The cells had to be infused before {instant} (site value).", instant=dose.use_before),
            "thawed_at",
        )


def _thaw(case: Circumstances, request: DoseRequest, protocol: Protocol, now: dt.datetime) -> Iterator[Finding]:
    asked, known = request.thawed_at, case.thawed_at
    frozen = all(item.lot.form == "cryopreserved" for item in case.containers)
    if not frozen and (asked is not None or request.count is not None):
        yield Finding(
            "stop", "fresh_not_thawed", Sentence("A fresh product is not thawed. Empty the thaw entries."), "thawed_at"
        )
    elif asked is not None and asked > now:
        yield Finding("stop", "thawed_in_future", Sentence("{instant} is in the future.", instant=asked), "thawed_at")
    elif known is not None and (asked is None or asked > known):
        yield Finding(
            "stop",
            "thawed_before",
            Sentence("A chosen container was thawed at {instant} for an earlier dose. Enter that.", instant=known),
            "thawed_at",
        )
    elif request.count is not None and asked is None:
        yield Finding("stop", "thaw_time_missing", Sentence("Enter when the thaw was finished."), "thawed_at")
    if frozen and request.count is None and protocol.thaw is not None and protocol.thaw.count == "required":
        yield Finding(
            "stop",
            "count_missing",
            Sentence("Count the cells after the thaw and enter cells per mL and viability (site value)."),
            "count",
        )


def _second_reading(dose: Dose, request: DoseRequest) -> Iterator[Finding]:
    if all(finding.code != "weight_changed" for finding in dose.findings):
        return
    weight, again = dose.order.weight_kg, request.second_weight_kg
    if again is None:
        yield Finding(
            "stop",
            "second_reading_missing",
            Sentence("Weigh the patient a second time and enter the reading."),
            "second_weight_kg",
        )
    elif again != weight:
        yield Finding(
            "stop",
            "second_reading_differs",
            Sentence(
                "The two readings differ: {weight} and {again}. Record the right weight.",
                weight=Amount(weight, "kg"),
                again=Amount(again, "kg"),
            ),
            "second_weight_kg",
        )
