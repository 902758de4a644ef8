"""`lndesk schedule`: the planned visits of an arm, without a store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from lndesk.domain.errors import RuleViolation
from lndesk.domain.origin import Origin
from lndesk.domain.protocol import Protocol
from lndesk.domain.visit import PlannedVisit, contraception_end, plan_control, plan_treatment
from lndesk.i18n import Sentence, _, day
from lndesk.terminal import Day, as_json, protocol_option, put_json, read_protocol


@click.command()
@click.option("--arm", type=click.Choice(["treatment", "control"]), required=True, help="Which arm.")
@click.option("--first-infusion", type=Day(), help="Day of infusion 1 (treatment), YYYY-MM-DD.")
@click.option("--third-infusion", type=Day(), help="Actual day of the last infusion: follow-up counts from it.")
@click.option("--enrolled", type=Day(), help="Day of the enrolment (control), YYYY-MM-DD.")
@protocol_option
@as_json
def schedule(
    *,
    arm: str,
    first_infusion: dt.date | None,
    third_infusion: dt.date | None,
    enrolled: dt.date | None,
    protocol_file: Path | None,
    json_out: bool,
) -> None:
    """List the planned visits with target, window and the reason for each date."""
    rows = list(_rows(read_protocol(protocol_file), arm, first_infusion, third_infusion, enrolled))
    if json_out:
        put_json(rows)
        return
    for row in rows:
        click.echo(f"{row['code']:<18}{row['target']}  {row['why']}")


def _rows(
    protocol: Protocol,
    arm: str,
    first: dt.date | None,
    third: dt.date | None,
    enrolled: dt.date | None,
) -> Iterator[dict[str, Any]]:
    if arm == "control":
        if enrolled is None or first is not None or third is not None:
            raise RuleViolation(Sentence("For the control arm give --enrolled, and no day of an infusion."))
        yield from (_row(visit) for visit in plan_control(protocol, enrolled_on=enrolled))
        return
    if first is None or enrolled is not None:
        raise RuleViolation(Sentence("For the treatment arm give --first-infusion, and not --enrolled."))
    if third is not None and third <= first:
        raise RuleViolation(
            Sentence(
                "Infusion 3 on {third} cannot come before or with infusion 1 on {first}.", third=third, first=first
            )
        )
    yield from (_row(visit) for visit in plan_treatment(protocol, first_infusion_on=first, last_infusion_on=third))
    if third is not None:
        end = contraception_end(protocol, last_infusion_on=third)
        yield {
            "code": "contraception-end",
            "label": _("Contraception until"),
            "target": end.on.isoformat(),
            "opens": None,
            "closes": None,
            **_origin(protocol.origins["schedule.contraception"]),
            "why": _("{why}; counted from the last infusion on {day}", why=end.why, day=day(third)),
        }


def _row(visit: PlannedVisit) -> dict[str, Any]:
    return {
        "code": visit.code,
        "label": visit.label,
        "target": visit.target_on.isoformat(),
        "opens": visit.window.opens_on.isoformat(),
        "closes": visit.window.closes_on.isoformat(),
        **_origin(visit.origin),
        "why": visit.why,
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {"origin": origin.source, "origin_line": origin.line}
