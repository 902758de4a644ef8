"""The values of a dose: what is asked for, and what comes out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from lndesk.domain.errors import RuleViolation
from lndesk.domain.protocol import DoseRules
from lndesk.domain.quantity import EXACT
from lndesk.i18n import InWords, Sentence

Level = Literal["warning", "stop"]
Verdict = Literal["ok", "warning", "stop"]
HUNDRED = Decimal(100)
DMSO_G_PER_ML = Decimal("1.10")


@dataclass(frozen=True, slots=True)
class Viability:
    """The living share of the counted cells, kept as two numbers so that no rounding passes a limit."""

    viable: Decimal
    counted: Decimal

    @classmethod
    def from_percent(cls, percent: Decimal) -> Viability:
        """Take a certificate's percentage.

        Raises:
            RuleViolation: it is not above 1 and at most 100; 0.92 is a fraction, not a percentage.
        """
        if percent > HUNDRED:
            raise RuleViolation(
                Sentence("A viability of {percent} % is more than 100 %.", percent=percent), field="viability"
            )
        if not percent:
            raise RuleViolation(Sentence("A viability of 0 % leaves no living cells."), field="viability")
        if percent <= 1:
            meant = EXACT.multiply(percent, HUNDRED)
            raise RuleViolation(
                Sentence(
                    "A viability of {percent} % looks like a fraction. Enter it in per cent: {meant}.",
                    percent=percent,
                    meant=meant,
                ),
                field="viability",
            )
        return cls(percent, HUNDRED)

    @classmethod
    def from_counts(cls, viable: Decimal, counted: Decimal) -> Viability:
        """Take a count under the microscope.

        Raises:
            RuleViolation: nothing was counted, nothing lives, or more live than were counted.
        """
        if not counted:
            raise RuleViolation(Sentence("No cells were counted."), field="counted")
        if not viable:
            raise RuleViolation(Sentence("No living cells were counted."), field="viable")
        if viable > counted:
            raise RuleViolation(
                Sentence("{viable} living cells are more than the {counted} counted.", viable=viable, counted=counted),
                field="viable",
            )
        return cls(viable, counted)

    @property
    def percent(self) -> Decimal:
        """Return the percentage, for display."""
        return EXACT.divide(EXACT.multiply(self.viable, HUNDRED), self.counted)

    def below(self, percent: Decimal) -> bool:
        """Tell whether the exact share is less than a percentage."""
        return EXACT.multiply(self.viable, HUNDRED) < EXACT.multiply(percent, self.counted)

    @property
    def worded(self) -> Sentence:
        """Say it as it was entered."""
        if self.counted == HUNDRED:
            return Sentence("{percent} %", percent=self.viable)
        return Sentence("{viable} of {counted} counted", viable=self.viable, counted=self.counted)


@dataclass(frozen=True, slots=True)
class WholeDraw:
    """What one lot gives to a dose of several, drawn whole before the last lot is measured."""

    lot_no: str
    use_ml: Decimal
    cells_per_ml: Decimal
    viability: Viability


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseOrder:
    """What a dose is computed from: kg, cells per mL, mL, minutes, drops per mL, as read from scale and certificate.

    Raises:
        RuleViolation: an amount is not more than 0.
    """

    weight_kg: Decimal
    cells_per_ml: Decimal
    viability: Viability
    usable_ml: Decimal | None = None
    final_ml: Decimal | None = None
    minutes: Decimal | None = None
    drops_per_ml: Decimal | None = None
    thawed_at: dt.datetime | None = None
    planned_weight_kg: Decimal | None = None
    whole: tuple[WholeDraw, ...] = ()
    """The lots that are drawn whole; the cells per mL and the viability above are those of the last one."""
    dmso_percent: Decimal | None = None
    filter_um: Decimal | None = None
    ready_at: dt.datetime | None = None

    def __post_init__(self) -> None:
        for field, what in _AMOUNTS.items():
            value = getattr(self, field)
            if value is not None and value <= 0:
                raise RuleViolation(Sentence("{what} must be more than 0.", what=what), field=field)


_AMOUNTS = {
    "weight_kg": Sentence("The weight"),
    "cells_per_ml": Sentence("The number of cells per mL"),
    "usable_ml": Sentence("The usable volume of a container"),
    "final_ml": Sentence("The final volume"),
    "minutes": Sentence("The infusion time"),
    "drops_per_ml": Sentence("The number of drops per mL"),
    "planned_weight_kg": Sentence("The planned weight"),
    "filter_um": Sentence("The pore of the filter"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A hard stop or a soft warning, with the facts and, of a stop, who can act."""

    level: Level
    code: str
    text: Sentence
    field: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the derivation: what, how, what comes out, and that in words where it is large."""

    code: str
    label: Sentence
    working: Sentence
    result: Sentence
    words: InWords | Sentence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """A computed dose. Volumes mL, times minutes, rates mL per hour; None where the order did not ask."""

    order: DoseOrder
    rules: DoseRules
    target_cells: Decimal
    viable_cells_per_ml: Decimal
    exact_volume_ml: Decimal
    volume_ml: Decimal
    delivered_cells: Decimal
    deviation_percent: Decimal
    containers: int | None
    diluent_ml: Decimal | None
    final_cells_per_ml: Decimal | None
    ml_per_hour: Decimal | None
    drops_per_minute: int | None
    true_minutes: Decimal | None
    use_before: dt.datetime | None
    measured_ml: Decimal = Decimal(0)
    """What is measured from the last lot; the volume itself where there is only one."""
    dmso_g_per_kg: Decimal | None = None
    findings: tuple[Finding, ...] = ()
    derivation: tuple[Line, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Say whether the dose may be prepared: as it is, with a reason, or not at all."""
        return verdict_of(self.findings)

    @property
    def capped(self) -> bool:
        """Tell whether the protocol's cap lowered the target."""
        return self.target_cells < EXACT.multiply(self.order.weight_kg, self.rules.cells_per_kg)


def verdict_of(findings: tuple[Finding, ...]) -> Verdict:
    """Return the gravest of some findings."""
    levels = {finding.level for finding in findings}
    return "stop" if "stop" in levels else "warning" if levels else "ok"
