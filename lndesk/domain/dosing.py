"""From a weight to a volume: exact, rounded once, and what the rounded volume delivers."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from lndesk.domain.derivation import derive
from lndesk.domain.dose import DMSO_G_PER_ML, HUNDRED, Dose, DoseOrder, Viability, WholeDraw
from lndesk.domain.dose_limits import findings_of
from lndesk.domain.protocol import DoseRules
from lndesk.domain.quantity import EXACT, to_step

MINUTES_PER_HOUR = Decimal(60)
ZERO, ONE = Decimal(0), Decimal(1)


def compute_dose(order: DoseOrder, rules: DoseRules) -> Dose:
    """Work out a dose by the protocol's rules (registry entry, line 46; rounding and limits are site values).

    The viable cells per mL are kept as a fraction, share / parts, so that each figure is one division of whole
    products: a tie at the graduation is seen as a tie.
    """
    share, parts = _viable_fraction(order.cells_per_ml, order.viability, rules)
    target = EXACT.multiply(order.weight_kg, rules.cells_per_kg)
    if rules.cap_cells is not None:
        target = min(target, rules.cap_cells)
    before, over = _whole_lots(order.whole, rules)
    # what the last lot has to give is wanted / over cells, in its own parts
    wanted = EXACT.multiply(EXACT.subtract(EXACT.multiply(target, over), before), parts)
    per_ml = EXACT.multiply(share, over)
    exact_ml = EXACT.divide(wanted, per_ml)
    measured = to_step(max(exact_ml, ZERO), rules.graduation_ml)
    whole_ml = sum((draw.use_ml for draw in order.whole), ZERO)
    volume = EXACT.add(whole_ml, measured)
    # delivered = before / over + measured x share / parts, as one fraction
    drawn = EXACT.add(EXACT.multiply(before, parts), EXACT.multiply(measured, per_ml))
    asked = EXACT.multiply(EXACT.multiply(target, over), parts)
    delivered = EXACT.divide(drawn, EXACT.multiply(over, parts))
    infused = volume if order.final_ml is None else order.final_ml
    drops = _drops_per_minute(order, infused)
    dose = Dose(
        order=order,
        rules=rules,
        target_cells=target,
        viable_cells_per_ml=EXACT.divide(share, parts),
        exact_volume_ml=EXACT.add(whole_ml, exact_ml),
        volume_ml=volume,
        measured_ml=measured,
        delivered_cells=delivered,
        deviation_percent=EXACT.divide(EXACT.multiply(EXACT.subtract(drawn, asked), HUNDRED), asked),
        containers=_containers(order, wanted, per_ml),
        diluent_ml=_diluent(order, volume),
        final_cells_per_ml=None if order.final_ml is None else EXACT.divide(delivered, order.final_ml),
        ml_per_hour=_ml_per_hour(order, infused),
        drops_per_minute=drops,
        true_minutes=_true_minutes(order, infused, drops),
        use_before=earliest(use_before(order.thawed_at, rules), ready_before(order.ready_at, rules)),
        dmso_g_per_kg=_dmso(order, volume),
    )
    dose = replace(dose, findings=findings_of(dose))
    return replace(dose, derivation=derive(dose))


def use_before(thawed_at: dt.datetime | None, rules: DoseRules) -> dt.datetime | None:
    """Return the instant by which the infusion of thawed cells must have ended."""
    if thawed_at is None:
        return None
    return thawed_at + dt.timedelta(minutes=int(EXACT.multiply(rules.use_within_of_thaw_h, MINUTES_PER_HOUR)))


def ready_before(ready_at: dt.datetime | None, rules: DoseRules) -> dt.datetime | None:
    """Return the instant by which the infusion of a fresh product must have ended, counted from its maker's release."""
    if ready_at is None or rules.use_within_of_release_h is None:
        return None
    return ready_at + dt.timedelta(minutes=int(EXACT.multiply(rules.use_within_of_release_h, MINUTES_PER_HOUR)))


def earliest(*limits: dt.datetime | None) -> dt.datetime | None:
    """Return the first of some time limits that are given."""
    return min((limit for limit in limits if limit is not None), default=None)


def _viable_fraction(cells_per_ml: Decimal, viability: Viability, rules: DoseRules) -> tuple[Decimal, Decimal]:
    if rules.basis == "total":
        return cells_per_ml, ONE
    return EXACT.multiply(cells_per_ml, viability.viable), viability.counted


def _whole_lots(draws: tuple[WholeDraw, ...], rules: DoseRules) -> tuple[Decimal, Decimal]:
    """Return the cells of the lots that are drawn whole, as one fraction."""
    above, below = ZERO, ONE
    for draw in draws:
        share, parts = _viable_fraction(draw.cells_per_ml, draw.viability, rules)
        cells = EXACT.multiply(draw.use_ml, share)
        above = EXACT.add(EXACT.multiply(above, parts), EXACT.multiply(cells, below))
        below = EXACT.multiply(below, parts)
    return above, below


def _dmso(order: DoseOrder, volume: Decimal) -> Decimal | None:
    if order.dmso_percent is None:
        return None
    grams = EXACT.multiply(EXACT.divide(EXACT.multiply(volume, order.dmso_percent), HUNDRED), DMSO_G_PER_ML)
    return EXACT.divide(grams, order.weight_kg)


def _containers(order: DoseOrder, wanted: Decimal, per_ml: Decimal) -> int | None:
    if order.usable_ml is None:
        return None
    return int(EXACT.divide(wanted, EXACT.multiply(order.usable_ml, per_ml)).to_integral_value(ROUND_CEILING))


def _diluent(order: DoseOrder, volume: Decimal) -> Decimal | None:
    if order.final_ml is None or order.final_ml < volume:
        return None
    return EXACT.subtract(order.final_ml, volume)


def _ml_per_hour(order: DoseOrder, infused: Decimal) -> Decimal | None:
    if order.minutes is None:
        return None
    return EXACT.divide(EXACT.multiply(infused, MINUTES_PER_HOUR), order.minutes)


def _drops_per_minute(order: DoseOrder, infused: Decimal) -> int | None:
    if order.minutes is None or order.drops_per_ml is None:
        return None
    exact = EXACT.divide(EXACT.multiply(infused, order.drops_per_ml), order.minutes)
    return int(exact.quantize(ONE, ROUND_HALF_UP, context=EXACT))


def _true_minutes(order: DoseOrder, infused: Decimal, drops: int | None) -> Decimal | None:
    if not drops or order.drops_per_ml is None:
        return None
    return EXACT.divide(EXACT.multiply(infused, order.drops_per_ml), Decimal(drops))
