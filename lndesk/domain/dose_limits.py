"""What stops a dose, and what asks for a reason: the limits of the protocol against the figures."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from lndesk.domain.dose import HUNDRED, Dose, Finding
from lndesk.domain.quantity import EXACT, rounded
from lndesk.i18n import N_, Amount, Sentence

SHOWN_PLACES = 4
PER_ML = N_("cells per mL")
PER_HOUR = N_("mL per hour")
MICROMETRES = N_("micrometres")
G_PER_KG = N_("g per kg")


def findings_of(dose: Dose) -> tuple[Finding, ...]:
    """Return each stop and warning that the figures of a dose give rise to, stops first."""
    found = [
        *_weight(dose),
        *_viability(dose),
        *_deviation(dose),
        *_final_volume(dose),
        *_concentration(dose),
        *_drops(dose),
        *_set(dose),
        *_dmso(dose),
    ]
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
    for share in (*(draw.viability for draw in dose.order.whole), dose.order.viability):
        if share.below(limit):
            yield Finding(
                "stop",
                "viability_below_limit",
                Sentence(
                    "The viability is {viability}, less than {limit} (site value). This product cannot be given;"
                    " tell the investigator.",
                    viability=Amount(rounded(share.percent, SHOWN_PLACES), "%"),
                    limit=Amount(limit, "%"),
                ),
                "viability",
            )
            return


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
        return
    least, most = dose.rules.final_ml_at_least, dose.rules.final_ml_at_most
    if final is not None and not _within(final, least, most):
        yield Finding(
            "warning",
            "final_volume_unusual",
            Sentence(
                "The final volume of {final} is outside {least} to {most} (site value).",
                final=Amount(final, "mL"),
                least=Amount(least or 0, "mL"),
                most=Sentence("any volume") if most is None else Amount(most, "mL"),
            ),
            "final_ml",
        )


def _concentration(dose: Dose) -> Iterator[Finding]:
    least, most = dose.rules.final_cells_per_ml_at_least, dose.rules.final_cells_per_ml_at_most
    found = dose.final_cells_per_ml
    if found is None:  # undiluted: the product is as its maker made it
        return
    values = {"found": Amount(rounded(found, 0), PER_ML)}
    if most is not None and found > most:
        yield Finding(
            "stop",
            "concentration_too_high",
            Sentence(
                "What is infused holds {found}: more than {most} (site value). Choose a larger final volume.",
                **values,
                most=Amount(most, PER_ML),
            ),
            "final_ml",
        )
    elif least is not None and found < least:
        yield Finding(
            "warning",
            "concentration_low",
            Sentence(
                "What is infused holds {found}: less than {least} (site value).", **values, least=Amount(least, PER_ML)
            ),
            "final_ml",
        )


def _within(value: Decimal, least: Decimal | None, most: Decimal | None) -> bool:
    return (least is None or value >= least) and (most is None or value <= most)


def _drops(dose: Dose) -> Iterator[Finding]:
    if dose.drops_per_minute == 0:
        yield Finding(
            "warning",
            "less_than_one_drop",
            Sentence("This is less than one drop a minute. Use a pump, or a shorter infusion time."),
            "minutes",
        )
    most = dose.rules.ml_per_hour_at_most
    if most is not None and dose.ml_per_hour is not None and dose.ml_per_hour > most:
        yield Finding(
            "warning",
            "rate_too_fast",
            Sentence(
                "The infusion would run at {rate}: faster than {most} (site value).",
                rate=Amount(rounded(dose.ml_per_hour, 1), PER_HOUR),
                most=Amount(most, PER_HOUR),
            ),
            "minutes",
        )


def _set(dose: Dose) -> Iterator[Finding]:
    limit, pore = dose.rules.filter_warns_at_most_um, dose.order.filter_um
    if limit is not None and pore is not None and pore <= limit:
        yield Finding(
            "warning",
            "filter_too_fine",
            Sentence(
                "A filter of {pore} holds cells back: it should be coarser than {limit} (site value)."
                " Use a transfusion set.",
                pore=Amount(pore, MICROMETRES),
                limit=Amount(limit, MICROMETRES),
            ),
            "filter_um",
        )


def _dmso(dose: Dose) -> Iterator[Finding]:
    limit, share = dose.rules.dmso_stops_above_g_per_kg, dose.dmso_g_per_kg
    if limit is not None and share is not None and share > limit:
        yield Finding(
            "stop",
            "dmso_above_limit",
            Sentence(
                "The dose holds {share} of DMSO: more than {limit} a day (site value). Tell the investigator.",
                share=Amount(rounded(share, SHOWN_PLACES), G_PER_KG),
                limit=Amount(limit, G_PER_KG),
            ),
            "volume_ml",
        )
