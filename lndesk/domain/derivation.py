"""The derivation of a dose, line by line, as screen, sheet and terminal show it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from lndesk.domain.dose import DMSO_G_PER_ML, Dose, Line, WholeDraw
from lndesk.domain.quantity import EXACT, rounded
from lndesk.i18n import N_, Amount, InWords, Sentence

CELLS = N_("cells")
PER_KG = N_("cells per kg")
PER_ML = N_("cells per mL")
PER_HOUR = N_("mL per hour")
G_PER_KG = N_("g per kg")
G_PER_ML = N_("g per mL")
PER_MINUTE = N_("drops per minute")
ML_PLACES = 4
PERCENT_PLACES = 2
WHOLE = 0


def derive(dose: Dose) -> tuple[Line, ...]:
    """Return the lines of a dose; those that were not asked for are left out."""
    return (*_cells_to_volume(dose), *_preparation(dose), *_rate(dose))


def _cells_to_volume(dose: Dose) -> Iterator[Line]:
    order, rules = dose.order, dose.rules
    yield Line(
        "target",
        Sentence("Target dose, capped") if dose.capped else Sentence("Target dose"),
        Sentence("{weight} × {rate}", weight=Amount(order.weight_kg, "kg"), rate=Amount(rules.cells_per_kg, PER_KG)),
        Sentence("{cells}", cells=Amount(dose.target_cells, CELLS)),
        InWords(dose.target_cells),
    )
    for draw in order.whole:
        yield _whole_line(draw, dose)
    if order.whole:
        yield _rest_line(dose)
    viable = rounded(dose.viable_cells_per_ml, WHOLE)
    yield Line(
        "viable",
        Sentence("Viable concentration") if rules.basis == "viable" else Sentence("Total concentration"),
        Sentence("{per_ml} × {viability}", per_ml=Amount(order.cells_per_ml, PER_ML), viability=order.viability.worded)
        if rules.basis == "viable"
        else Sentence("{per_ml}", per_ml=Amount(order.cells_per_ml, PER_ML)),
        Sentence("{per_ml}", per_ml=Amount(viable, PER_ML)),
        InWords(viable),
    )
    exact = Amount(rounded(dose.exact_volume_ml, ML_PLACES), "mL")
    yield Line(
        "volume",
        Sentence("Volume to prepare"),
        _volume_working(dose, viable, exact),
        Sentence("{volume}", volume=Amount(dose.volume_ml, "mL")),
        Sentence("nearest {step}", step=Amount(rules.graduation_ml, "mL")),
    )
    delivered = rounded(dose.delivered_cells, WHOLE)
    yield Line(
        "delivered",
        Sentence("Delivered after rounding"),
        _delivered_working(dose, viable),
        Sentence("{cells}", cells=Amount(delivered, CELLS)),
        InWords(delivered),
    )
    off = Amount(rounded(dose.deviation_percent, PERCENT_PLACES), "%")
    yield Line(
        "deviation",
        Sentence("Difference from target"),
        Sentence("({delivered} − {target}) ÷ {target}", delivered=delivered, target=dose.target_cells),
        _difference(dose, off),
        Sentence("limit ±{limit}", limit=Amount(rules.deviation_warns_above_percent, "%")),
    )


def _whole_line(draw: WholeDraw, dose: Dose) -> Line:
    values = {"volume": Amount(draw.use_ml, "mL"), "per_ml": Amount(draw.cells_per_ml, PER_ML)}
    cells = rounded(_cells_of(draw, dose), WHOLE)
    return Line(
        "whole",
        Sentence("Lot {lot}, drawn whole", lot=draw.lot_no),
        Sentence("{volume} × {per_ml} × {viability}", **values, viability=draw.viability.worded)
        if dose.rules.basis == "viable"
        else Sentence("{volume} × {per_ml}", **values),
        Sentence("{cells}", cells=Amount(cells, CELLS)),
        InWords(cells),
    )


def _cells_of(draw: WholeDraw, dose: Dose) -> Decimal:
    cells = EXACT.multiply(draw.use_ml, draw.cells_per_ml)
    if dose.rules.basis == "total":
        return cells
    return EXACT.divide(EXACT.multiply(cells, draw.viability.viable), draw.viability.counted)


def _whole_cells(dose: Dose) -> Decimal:
    return sum((_cells_of(draw, dose) for draw in dose.order.whole), Decimal(0))


def _volume_working(dose: Dose, viable: Decimal, exact: Amount) -> Sentence:
    if not dose.order.whole:
        return Sentence("{cells} ÷ {per_ml} = {exact}", cells=dose.target_cells, per_ml=viable, exact=exact)
    return Sentence(
        "{whole} + {rest} ÷ {per_ml} = {exact}",
        whole=Amount(EXACT.subtract(dose.volume_ml, dose.measured_ml), "mL"),
        rest=_rest(dose),
        per_ml=viable,
        exact=exact,
    )


def _rest(dose: Dose) -> Decimal:
    return rounded(EXACT.subtract(dose.target_cells, _whole_cells(dose)), WHOLE)


def _rest_line(dose: Dose) -> Line:
    return Line(
        "rest",
        Sentence("Still needed"),
        Sentence("{target} − {drawn}", target=dose.target_cells, drawn=rounded(_whole_cells(dose), WHOLE)),
        Sentence("{cells}", cells=Amount(_rest(dose), CELLS)),
        InWords(_rest(dose)),
    )


def _delivered_working(dose: Dose, viable: Decimal) -> Sentence:
    values = {"volume": Amount(dose.measured_ml, "mL"), "per_ml": Amount(viable, PER_ML)}
    if not dose.order.whole:
        return Sentence("{volume} × {per_ml}", **values)
    return Sentence("{drawn} + {volume} × {per_ml}", drawn=Amount(rounded(_whole_cells(dose), WHOLE), CELLS), **values)


def _difference(dose: Dose, off: Amount) -> Sentence:
    if dose.deviation_percent < 0:
        return Sentence("{off} below target", off=off)
    return Sentence("{off} above target", off=off) if dose.deviation_percent else Sentence("{off}, on target", off=off)


def _preparation(dose: Dose) -> Iterator[Line]:
    order = dose.order
    if dose.containers is not None and order.usable_ml is not None:
        yield Line(
            "containers",
            Sentence("Containers"),
            Sentence(
                "{exact} ÷ {usable}, rounded up",
                exact=Amount(rounded(dose.exact_volume_ml, ML_PLACES), "mL"),
                usable=Amount(order.usable_ml, "mL"),
            ),
            Sentence("{count}", count=dose.containers),
        )
    if order.final_ml is None:
        return
    if dose.diluent_ml is not None:
        yield Line(
            "diluent",
            Sentence("Diluent"),
            Sentence("{final} − {volume}", final=Amount(order.final_ml, "mL"), volume=Amount(dose.volume_ml, "mL")),
            Sentence("{diluent}", diluent=Amount(dose.diluent_ml, "mL")),
        )
    if dose.final_cells_per_ml is not None:
        yield Line(
            "concentration",
            Sentence("Final concentration"),
            Sentence(
                "{cells} ÷ {final}",
                cells=Amount(rounded(dose.delivered_cells, WHOLE), CELLS),
                final=Amount(order.final_ml, "mL"),
            ),
            Sentence("{per_ml}", per_ml=Amount(rounded(dose.final_cells_per_ml, WHOLE), PER_ML)),
        )


def _rate(dose: Dose) -> Iterator[Line]:
    order = dose.order
    infused = Amount(dose.volume_ml if order.final_ml is None else order.final_ml, "mL")
    if dose.ml_per_hour is not None and order.minutes is not None:
        yield Line(
            "rate",
            Sentence("Infusion rate"),
            Sentence("{infused} in {minutes} min", infused=infused, minutes=order.minutes),
            Sentence("{rate}", rate=Amount(rounded(dose.ml_per_hour, 1), PER_HOUR)),
        )
    if dose.drops_per_minute is not None and order.minutes is not None and order.drops_per_ml is not None:
        yield Line(
            "drops",
            Sentence("Drops"),
            Sentence(
                "{infused} × {drops} drops per mL ÷ {minutes} min",
                infused=infused,
                drops=order.drops_per_ml,
                minutes=order.minutes,
            ),
            Sentence("{drops}", drops=Amount(dose.drops_per_minute, PER_MINUTE)),
            Sentence("truly {minutes} min", minutes=rounded(dose.true_minutes, 1)) if dose.true_minutes else None,
        )
    if dose.dmso_g_per_kg is not None and order.dmso_percent is not None:
        yield Line(
            "dmso",
            Sentence("DMSO"),
            Sentence(
                "{volume} × {percent} × {density} ÷ {weight}",
                volume=Amount(dose.volume_ml, "mL"),
                percent=Amount(order.dmso_percent, "%"),
                density=Amount(DMSO_G_PER_ML, G_PER_ML),
                weight=Amount(order.weight_kg, "kg"),
            ),
            Sentence("{share}", share=Amount(rounded(dose.dmso_g_per_kg, ML_PLACES), G_PER_KG)),
        )
    if dose.use_before is None:
        return
    if order.ready_at is not None and dose.rules.use_within_of_release_h is not None:
        yield Line(
            "use_before",
            Sentence("Use before"),
            Sentence("ready {ready} + {hours} h", ready=order.ready_at, hours=dose.rules.use_within_of_release_h),
            Sentence("{instant}", instant=dose.use_before),
        )
    elif order.thawed_at is not None:
        yield Line(
            "use_before",
            Sentence("Use before"),
            Sentence("thawed {thawed} + {hours} h", thawed=order.thawed_at, hours=dose.rules.use_within_of_thaw_h),
            Sentence("{instant}", instant=dose.use_before),
        )
