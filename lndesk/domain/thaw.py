"""How many containers to thaw: what a label promises, what a thaw is planned to leave of it, and the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lndesk.domain.derivation import CELLS, PER_KG
from lndesk.domain.dose import HUNDRED, Line
from lndesk.domain.product import LotContainer
from lndesk.domain.protocol import DoseRules, ThawRules
from lndesk.domain.quantity import EXACT, rounded
from lndesk.i18n import Amount, InWords, Sentence


@dataclass(frozen=True, slots=True)
class ThawPlan:
    """The containers to thaw, first to expire first, and how their number comes about; short when stock is short."""

    target_cells: Decimal
    expected_cells: Decimal
    """What one container is planned to give."""
    needed: int
    containers: tuple[LotContainer, ...]
    lines: tuple[Line, ...]

    @property
    def enough(self) -> bool:
        """Tell whether the stock holds as many as are needed."""
        return len(self.containers) == self.needed


def expected_per_container(labelled_cells: Decimal, rules: ThawRules) -> Decimal:
    """Return the living cells that one container is planned to give.

    A recovery of living cells already counts the dead out: the viability is not multiplied in a second time.
    """
    recovered = EXACT.divide(EXACT.multiply(labelled_cells, rules.planned_recovery_percent), HUNDRED)
    if rules.recovery_means == "viable":
        return recovered
    return EXACT.divide(EXACT.multiply(recovered, rules.planned_viability_percent), HUNDRED)


def containers_needed(target_cells: Decimal, expected_cells: Decimal) -> int:
    """Return how many containers hold a target, rounded up."""
    whole, rest = divmod(target_cells, expected_cells)
    return int(whole) + (rest > 0)


def plan_thaw(weight_kg: Decimal, stock: Sequence[LotContainer], dose: DoseRules, rules: ThawRules) -> ThawPlan | None:
    """Plan the thaw for a dose from one lot: the first to expire that has enough, or else the one that has most.

    Args:
        weight_kg: the weight that the dose is for.
        stock: the cryopreserved containers that may be used, first to expire first.
        dose: the rules of the dose.
        rules: the rules of the thaw.
    """
    target = EXACT.multiply(weight_kg, dose.cells_per_kg)
    if dose.cap_cells is not None:
        target = min(target, dose.cap_cells)
    plans = [
        _plan_of(weight_kg, target, [item for item in stock if item.lot.id == lot_id], dose, rules)
        for lot_id in dict.fromkeys(item.lot.id for item in stock)
    ]
    return next((plan for plan in plans if plan.enough), max(plans, key=_share, default=None))


def _share(plan: ThawPlan) -> Decimal:
    return EXACT.divide(Decimal(len(plan.containers)), Decimal(plan.needed))


def _plan_of(
    weight_kg: Decimal, target: Decimal, items: Sequence[LotContainer], dose: DoseRules, rules: ThawRules
) -> ThawPlan:
    labelled = items[0].labelled_cells
    expected = expected_per_container(labelled, rules)
    needed = containers_needed(target, expected)
    lines = (
        Line(
            "target",
            Sentence("Target dose"),
            Sentence("{weight} × {rate}", weight=Amount(weight_kg, "kg"), rate=Amount(dose.cells_per_kg, PER_KG)),
            Sentence("{cells}", cells=Amount(target, CELLS)),
            InWords(target),
        ),
        _expected_line(items[0], labelled, expected, rules),
        Line(
            "containers",
            Sentence("Containers to thaw"),
            Sentence("{target} ÷ {expected}, rounded up", target=target, expected=rounded(expected, 0)),
            Sentence("{count}", count=needed),
        ),
    )
    return ThawPlan(target, expected, needed, tuple(items[:needed]), lines)


def _expected_line(item: LotContainer, labelled: Decimal, expected: Decimal, rules: ThawRules) -> Line:
    basis = (
        Sentence("label: {cells}", cells=Amount(labelled, CELLS))
        if item.lot.label_cells is not None
        else Sentence(
            "{volume} × {per_ml}",
            volume=Amount(item.container.volume_ml, "mL"),
            per_ml=Amount(item.lot.cells_per_ml, "cells per mL"),
        )
    )
    values = {"basis": basis, "recovery": Amount(rules.planned_recovery_percent, "%")}
    working = (
        Sentence("{basis} × viable recovery {recovery}", **values)
        if rules.recovery_means == "viable"
        else Sentence(
            "{basis} × recovery {recovery} × viability {viability}",
            **values,
            viability=Amount(rules.planned_viability_percent, "%"),
        )
    )
    return Line(
        "expected",
        Sentence("Living cells expected of one container"),
        working,
        Sentence("{cells}", cells=Amount(rounded(expected, 0), CELLS)),
        InWords(rounded(expected, 0)),
    )
