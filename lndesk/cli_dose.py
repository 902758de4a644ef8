"""`lndesk dose`: a dose from figures alone, without a store."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from lndesk.domain.dose import Dose, DoseOrder, Line, Viability
from lndesk.domain.dosing import compute_dose
from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence
from lndesk.terminal import STOP, Amount, Instant, as_json, figure, protocol_option, put_json, read_protocol

NO_BREAK = "\N{NO-BREAK SPACE}"


@click.command()
@click.option("--weight-kg", type=Amount(1), required=True, help="Weight, kg, at most one digit after the point.")
@click.option("--cells-per-ml", type=Amount(4), required=True, help="Total cells per mL, as the certificate says.")
@click.option("--viability-percent", type=Amount(4), help="Viability in per cent, such as 92.")
@click.option("--viable-count", type=Amount(), help="Living cells counted, with --counted, instead of a percentage.")
@click.option("--counted", type=Amount(), help="All cells counted.")
@click.option("--usable-ml", type=Amount(4), help="Usable volume of one container, mL.")
@click.option("--final-ml", type=Amount(4), help="Final volume after dilution, mL; undiluted when not given.")
@click.option("--minutes", type=Amount(2), help="Infusion time, minutes.")
@click.option("--drops-per-ml", type=Amount(2), help="Drop factor of the infusion set.")
@click.option("--thawed-at", type=Instant(), help="When the cells were thawed, such as 2026-03-12T22:40.")
@click.option("--planned-weight-kg", type=Amount(1), help="Weight that the visit was planned with, kg.")
@protocol_option
@as_json
@click.pass_context
def dose(  # noqa: PLR0913  # one argument an option
    ctx: click.Context,
    *,
    weight_kg: Decimal,
    cells_per_ml: Decimal,
    viability_percent: Decimal | None,
    viable_count: Decimal | None,
    counted: Decimal | None,
    usable_ml: Decimal | None,
    final_ml: Decimal | None,
    minutes: Decimal | None,
    drops_per_ml: Decimal | None,
    thawed_at: dt.datetime | None,
    planned_weight_kg: Decimal | None,
    protocol_file: Path | None,
    json_out: bool,
) -> None:
    """Compute a dose with its derivation, by the rules of the protocol.

    Nothing is recorded, and no approval is needed: this is for trying the rules. Exit code 3 when they say stop.
    """
    order = DoseOrder(
        weight_kg=weight_kg,
        cells_per_ml=cells_per_ml,
        viability=_viability(viability_percent, viable_count, counted),
        usable_ml=usable_ml,
        final_ml=final_ml,
        minutes=minutes,
        drops_per_ml=drops_per_ml,
        thawed_at=thawed_at,
        planned_weight_kg=planned_weight_kg,
    )
    result = compute_dose(order, read_protocol(protocol_file).dose)
    if json_out:
        put_json(_as_json(result))
    else:
        _print(result)
    ctx.exit(STOP if result.verdict == "stop" else 0)


def _viability(percent: Decimal | None, viable: Decimal | None, counted: Decimal | None) -> Viability:
    if percent is not None and viable is None and counted is None:
        return Viability.from_percent(percent)
    if percent is None and viable is not None and counted is not None:
        return Viability.from_counts(viable, counted)
    raise RuleViolation(Sentence("Give either --viability-percent, or --viable-count with --counted."))


def _as_json(result: Dose) -> dict[str, Any]:
    return {
        "target_cells": figure(result.target_cells),
        "viable_cells_per_ml": figure(result.viable_cells_per_ml),
        "exact_volume_ml": figure(result.exact_volume_ml),
        "volume_ml": figure(result.volume_ml),
        "delivered_cells": figure(result.delivered_cells),
        "deviation_percent": figure(result.deviation_percent),
        "containers": None if result.containers is None else str(result.containers),
        "diluent_ml": figure(result.diluent_ml),
        "final_cells_per_ml": figure(result.final_cells_per_ml),
        "ml_per_hour": figure(result.ml_per_hour),
        "drops_per_minute": None if result.drops_per_minute is None else str(result.drops_per_minute),
        "true_minutes": figure(result.true_minutes, 1),
        "use_before": None if result.use_before is None else result.use_before.isoformat(timespec="minutes"),
        "verdict": result.verdict,
        "messages": [
            {"level": finding.level, "code": finding.code, "text": _plain(finding.text)} for finding in result.findings
        ],
        "derivation": [f"{_plain(line.label)}: {_told(line)}" for line in result.derivation],
    }


def _told(line: Line) -> str:
    working, result = _plain(line.working), _plain(line.result)
    words = f" ({_plain(line.words)})" if line.words is not None else ""
    # a working that already holds its exact result is followed by what rounding makes of it
    return f"{working} {'→' if ' = ' in working else '='} {result}{words}"


def _print(result: Dose) -> None:
    width = max(len(str(line.label)) for line in result.derivation)
    for line in result.derivation:
        click.echo(f"{_plain(line.label):<{width}}  {_told(line)}")
    for finding in result.findings:
        click.echo(f"{finding.level.upper()}  {_plain(finding.text)}")


def _plain(text: object) -> str:
    return str(text).replace(NO_BREAK, " ")
