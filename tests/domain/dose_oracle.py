"""A dose worked out a second time, in exact fractions and by none of the program's own arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from lndesk.domain.dose import Dose

DIGITS = 55
"""To how many digits a division of the program's must agree with the fraction."""


def half_up(value: Fraction) -> int:
    """Round half up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def ceiling(value: Fraction) -> int:
    """Round up."""
    return -(-value.numerator // value.denominator)


def differences(dose: Dose) -> Iterator[str]:
    """Name each figure of a dose that is not that of exact fractions."""
    order, rules = dose.order, dose.rules
    target = Fraction(order.weight_kg) * Fraction(rules.cells_per_kg)
    target = target if rules.cap_cells is None else min(target, Fraction(rules.cap_cells))
    share = Fraction(order.viability.viable) / Fraction(order.viability.counted)
    viable = Fraction(order.cells_per_ml) * (share if rules.basis == "viable" else 1)
    exact, step = target / viable, Fraction(rules.graduation_ml)
    volume = half_up(exact / step) * step
    deviation = (volume * viable - target) * 100 / target
    yield from _figures(dose, target, viable, exact, volume, deviation)
    yield from _preparation(dose, exact, volume)
    yield from _verdicts(dose, deviation, share)


def _figures(
    dose: Dose, target: Fraction, viable: Fraction, exact: Fraction, volume: Fraction, deviation: Fraction
) -> Iterator[str]:
    yield from _unless(Fraction(dose.target_cells) == target, "target")
    yield from _unless(_same(dose.viable_cells_per_ml, viable), "viable cells per mL")
    yield from _unless(_same(dose.exact_volume_ml, exact), "exact volume")
    yield from _unless(Fraction(dose.volume_ml) == volume, "volume")
    yield from _unless(_same(dose.delivered_cells, volume * viable), "delivered cells")
    yield from _unless(_same(dose.deviation_percent, deviation), "deviation")


def _preparation(dose: Dose, exact: Fraction, volume: Fraction) -> Iterator[str]:
    order = dose.order
    infused = volume if order.final_ml is None else Fraction(order.final_ml)
    if order.usable_ml is not None:
        yield from _unless(dose.containers == ceiling(exact / Fraction(order.usable_ml)), "containers")
    if order.final_ml is not None:
        diluent = None if infused < volume else infused - volume
        yield from _unless(dose.diluent_ml == diluent, "diluent")
    if order.minutes is not None:
        yield from _unless(_same(dose.ml_per_hour, infused * 60 / Fraction(order.minutes)), "mL per hour")
        if order.drops_per_ml is not None:
            drops = half_up(infused * Fraction(order.drops_per_ml) / Fraction(order.minutes))
            yield from _unless(dose.drops_per_minute == drops, "drops per minute")
            if drops:
                true = infused * Fraction(order.drops_per_ml) / drops
                yield from _unless(_same(dose.true_minutes, true), "true minutes")


def _verdicts(dose: Dose, deviation: Fraction, share: Fraction) -> Iterator[str]:
    rules, codes = dose.rules, {finding.code for finding in dose.findings}
    warns, stops = Fraction(rules.deviation_warns_above_percent), Fraction(rules.deviation_stops_above_percent)
    yield from _unless(("deviation_above_limit" in codes) == (abs(deviation) > stops), "stop on deviation")
    yield from _unless(
        ("deviation_above_warning" in codes) == (warns < abs(deviation) <= stops), "warning on deviation"
    )
    low = share * 100 < Fraction(rules.viability_at_least_percent)
    yield from _unless(("viability_below_limit" in codes) == low, "stop on viability")


def _same(got: Decimal | None, exact: Fraction) -> bool:
    return got is not None and abs(Fraction(got) - exact) <= abs(exact) / 10**DIGITS


def _unless(agrees: bool, what: str) -> Iterator[str]:  # noqa: FBT001  # a condition, not a switch
    if not agrees:
        yield what
