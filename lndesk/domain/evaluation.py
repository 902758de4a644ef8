"""A patient's case and a request become a dose, with everything that stops it or asks for a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lndesk.domain.dose import Dose, DoseOrder, Finding, Verdict, verdict_of
from lndesk.domain.dosing import compute_dose
from lndesk.domain.preparation import Circumstances, check_containers, find
from lndesk.domain.product import LotContainer
from lndesk.domain.protocol import Protocol
from lndesk.domain.quantity import EXACT
from lndesk.i18n import Amount, Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseRequest:
    """What the preparer chooses beyond weight and containers: mL, minutes, drops per mL."""

    final_ml: Decimal | None = None
    minutes: Decimal | None = None
    drops_per_ml: Decimal | None = None
    thawed_at: dt.datetime | None = None
    second_weight_kg: Decimal | None = None


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
    lot = case.containers[0].lot
    dose = compute_dose(
        DoseOrder(
            weight_kg=case.weight.kg,
            cells_per_ml=lot.cells_per_ml,
            viability=lot.viability,
            usable_ml=case.containers[0].container.volume_ml,
            final_ml=request.final_ml,
            minutes=request.minutes,
            drops_per_ml=request.drops_per_ml,
            thawed_at=request.thawed_at,
            planned_weight_kg=case.reference_weight.kg if case.reference_weight else None,
        ),
        protocol.dose,
    )
    findings += (
        *_in_figures(dose, case.containers, now),
        *_thaw(case, request, now),
        *dose.findings,
        *_second_reading(dose, request),
    )
    return Evaluation(findings, dose, share_out(dose.volume_ml, case.containers))


def share_out(volume_ml: Decimal, containers: Sequence[LotContainer]) -> tuple[Decimal, ...]:
    """Draw a volume from the containers in their order; what the last ones need not give is 0."""
    draws, left = [], volume_ml
    for item in containers:
        use = min(left, item.container.volume_ml)
        draws.append(use)
        left = EXACT.subtract(left, use)
    return tuple(draws)


def _in_figures(dose: Dose, containers: Sequence[LotContainer], now: dt.datetime) -> Iterator[Finding]:
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
    elif 0 in share_out(dose.volume_ml, containers):
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


def _thaw(case: Circumstances, request: DoseRequest, now: dt.datetime) -> Iterator[Finding]:
    asked, known = request.thawed_at, case.thawed_at
    if asked is not None and asked > now:
        yield Finding("stop", "thawed_in_future", Sentence("{instant} is in the future.", instant=asked), "thawed_at")
    elif known is not None and (asked is None or asked > known):
        yield Finding(
            "stop",
            "thawed_before",
            Sentence("A chosen container was thawed at {instant} for an earlier dose. Enter that.", instant=known),
            "thawed_at",
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
