"""From a weight to a volume: exact, rounded once, and what the rounded volume delivers."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from lndesk.domain.derivation import derive
from lndesk.domain.dose import HUNDRED, Dose, DoseOrder
from lndesk.domain.dose_limits import findings_of
from lndesk.domain.protocol import DoseRules
from lndesk.domain.quantity import EXACT, to_step

MINUTES_PER_HOUR = Decimal(60)
ONE = Decimal(1)


def compute_dose(order: DoseOrder, rules: DoseRules) -> Dose:
    """Work out a dose by the protocol's rules (registry entry, line 46; rounding and limits are site values).

    The viable cells per mL are kept as a fraction, share / parts, so that each figure is one division of whole
    products: a tie at the graduation is seen as a tie.
    """
    share, parts = _viable_fraction(order, rules)
    target = EXACT.multiply(order.weight_kg, rules.cells_per_kg)
    if rules.cap_cells is not None:
        target = min(target, rules.cap_cells)
    wanted = EXACT.multiply(target, parts)
    exact_ml = EXACT.divide(wanted, share)
    volume = to_step(exact_ml, rules.graduation_ml)
    drawn = EXACT.multiply(volume, share)
    delivered = EXACT.divide(drawn, parts)
    infused = volume if order.final_ml is None else order.final_ml
    drops = _drops_per_minute(order, infused)
    dose = Dose(
        order=order,
        rules=rules,
        target_cells=target,
        viable_cells_per_ml=EXACT.divide(share, parts),
        exact_volume_ml=exact_ml,
        volume_ml=volume,
        delivered_cells=delivered,
        deviation_percent=EXACT.divide(EXACT.multiply(EXACT.subtract(drawn, wanted), HUNDRED), wanted),
        containers=_containers(order, wanted, share),
        diluent_ml=_diluent(order, volume),
        final_cells_per_ml=None if order.final_ml is None else EXACT.divide(delivered, order.final_ml),
        ml_per_hour=_ml_per_hour(order, infused),
        drops_per_minute=drops,
        true_minutes=_true_minutes(order, infused, drops),
        use_before=use_before(order.thawed_at, rules),
    )
    dose = replace(dose, findings=findings_of(dose))
    return replace(dose, derivation=derive(dose))


def use_before(thawed_at: dt.datetime | None, rules: DoseRules) -> dt.datetime | None:
    """Return the instant by which the infusion must have ended."""
    if thawed_at is None:
        return None
    return thawed_at + dt.timedelta(minutes=int(EXACT.multiply(rules.use_within_of_thaw_h, MINUTES_PER_HOUR)))


def _viable_fraction(order: DoseOrder, rules: DoseRules) -> tuple[Decimal, Decimal]:
    if rules.basis == "total":
        return order.cells_per_ml, ONE
    return EXACT.multiply(order.cells_per_ml, order.viability.viable), order.viability.counted


def _containers(order: DoseOrder, wanted: Decimal, share: Decimal) -> int | None:
    if order.usable_ml is None:
        return None
    return int(EXACT.divide(wanted, EXACT.multiply(order.usable_ml, share)).to_integral_value(ROUND_CEILING))


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
