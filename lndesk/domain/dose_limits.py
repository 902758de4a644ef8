"""What stops a dose, and what asks for a reason: the limits of the protocol against the figures."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from lndesk.domain.dose import HUNDRED, Dose, Finding
from lndesk.domain.quantity import EXACT, rounded
from lndesk.i18n import Amount, Sentence

SHOWN_PLACES = 4


def findings_of(dose: Dose) -> tuple[Finding, ...]:
    """Return each stop and warning that the figures of a dose give rise to, stops first."""
    found = [*_weight(dose), *_viability(dose), *_deviation(dose), *_final_volume(dose), *_drops(dose)]
    return tuple(sorted(found, key=lambda finding: finding.level != "stop"))


def change_percent(now: Decimal, before: Decimal) -> Decimal:
    """Return by how many per cent an amount has changed."""
    return EXACT.divide(EXACT.multiply(EXACT.subtract(now, before), HUNDRED), before)


def _weight(dose: Dose) -> Iterator[Finding]:
    rules, weight = dose.rules, dose.order.weight_kg
    if not rules.weight_at_least_kg <= weight <= rules.weight_at_most_kg:
        yield Finding(
            "stop",
            "weight_out_of_range",
            Sentence(
                "A weight of {weight} is outside {least} to {most} (site value)."
                " Weigh again and check the decimal point.",
                weight=Amount(weight, "kg"),
                least=Amount(rules.weight_at_least_kg, "kg"),
                most=Amount(rules.weight_at_most_kg, "kg"),
            ),
            "weight_kg",
        )
    planned = dose.order.planned_weight_kg
    if planned is None:
        return
    change = change_percent(weight, planned)
    if change.copy_abs() > rules.weight_change_warns_above_percent:
        yield Finding(
            "warning",
            "weight_changed",
            Sentence(
                "The weight has changed from {planned} to {weight}, by {change}: more than {limit} (site value)."
                " Take a second reading.",
                planned=Amount(planned, "kg"),
                weight=Amount(weight, "kg"),
                change=Amount(rounded(change, 1), "%"),
                limit=Amount(rules.weight_change_warns_above_percent, "%"),
            ),
            "weight_kg",
        )


def _viability(dose: Dose) -> Iterator[Finding]:
    limit = dose.rules.viability_at_least_percent
    if dose.order.viability.below(limit):
        yield Finding(
            "stop",
            "viability_below_limit",
            Sentence(
                "The viability is {viability}, less than {limit} (site value). This product cannot be given;"
                " tell the investigator.",
                viability=Amount(rounded(dose.order.viability.percent, SHOWN_PLACES), "%"),
                limit=Amount(limit, "%"),
            ),
            "viability",
        )


def _deviation(dose: Dose) -> Iterator[Finding]:
    off = dose.deviation_percent.copy_abs()
    values = {
        "volume": Amount(dose.volume_ml, "mL"),
        "deviation": Amount(rounded(dose.deviation_percent, SHOWN_PLACES), "%"),
    }
    if off > dose.rules.deviation_stops_above_percent:
        yield Finding(
            "stop",
            "deviation_above_limit",
            Sentence(
                "{volume} would deliver {deviation} off the target: more than {limit} (site value)."
                " Use another container or ask the investigator.",
                **values,
                limit=Amount(dose.rules.deviation_stops_above_percent, "%"),
            ),
            "volume_ml",
        )
    elif off > dose.rules.deviation_warns_above_percent:
        yield Finding(
            "warning",
            "deviation_above_warning",
            Sentence(
                "{volume} delivers {deviation} off the target: more than {limit} (site value).",
                **values,
                limit=Amount(dose.rules.deviation_warns_above_percent, "%"),
            ),
            "volume_ml",
        )


def _final_volume(dose: Dose) -> Iterator[Finding]:
    final = dose.order.final_ml
    if final is not None and final < dose.volume_ml:
        yield Finding(
            "stop",
            "final_volume_too_small",
            Sentence(
                "The final volume of {final} is less than the {volume} of cells in it. Choose a larger final volume.",
                final=Amount(final, "mL"),
                volume=Amount(dose.volume_ml, "mL"),
            ),
            "final_ml",
        )


def _drops(dose: Dose) -> Iterator[Finding]:
    if dose.drops_per_minute == 0:
        yield Finding(
            "warning",
            "less_than_one_drop",
            Sentence("This is less than one drop a minute. Use a pump, or a shorter infusion time."),
            "minutes",
        )
