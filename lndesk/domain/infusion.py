"""An infusion as given, or as not given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lndesk.domain.dose import Viability
from lndesk.domain.errors import RuleViolation
from lndesk.domain.quantity import EXACT, rounded
from lndesk.i18n import N_, Amount, Sentence

REASONS_NOT_GIVEN = {
    "patient_declined": N_("The patient declined"),
    "patient_unwell": N_("The patient is unwell"),
    "product_problem": N_("The product could not be used"),
    "no_vein": N_("No vein could be found"),
    "other": N_("Other, as written"),
}
MISSED = "missed"
REASON_WORDS = REASONS_NOT_GIVEN | {
    "withdrawn": N_("The patient was withdrawn"),
    MISSED: N_("Missed, by an investigator's decision"),
}
"""Those that a person chooses from, and those that follow from another act."""
MIN_REASON = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Infusion:
    """What happened at one infusion: given with its times and volume, or not given with the reason."""

    id: int | None = None
    patient_id: int
    infusion_no: int
    preparation_id: int | None
    given: bool
    happened_on: dt.date
    started_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    volume_ml: Decimal | None = None
    cells: Decimal | None = None
    given_by: str = ""
    witness: str = ""
    reaction: str = ""
    reason: str = ""
    remark: str = ""
    recorded_by: str
    recorded_at: dt.datetime


def check_given(
    infusion: Infusion,
    *,
    prepared_ml: Decimal,
    checked_at: dt.datetime,
    use_before: dt.datetime | None,
    now: dt.datetime,
) -> None:
    """Check the record of an infusion that was given.

    Raises:
        RuleViolation: the times or the volume cannot be, or nobody is named.
    """
    if infusion.started_at is None or infusion.ended_at is None:
        raise RuleViolation(Sentence("Enter when the infusion started and ended."), field="started_at")
    if infusion.started_at < checked_at.replace(second=0, microsecond=0):  # starts are written to the minute
        raise RuleViolation(
            Sentence("The infusion cannot have started before the dose was checked at {instant}.", instant=checked_at),
            field="started_at",
        )
    if infusion.ended_at <= infusion.started_at:
        raise RuleViolation(Sentence("The infusion must end after it started."), field="ended_at")
    if infusion.ended_at > now:
        raise RuleViolation(Sentence("{instant} is in the future.", instant=infusion.ended_at), field="ended_at")
    if use_before is not None and infusion.ended_at > use_before and len(infusion.remark.strip()) < MIN_REASON:
        raise RuleViolation(
            Sentence("The infusion ended after its time limit of {instant}. Write a remark of at least {n} characters.",
                     instant=use_before, n=MIN_REASON),
            field="remark",
        )  # fmt: skip
    if infusion.volume_ml is None or infusion.volume_ml <= 0:
        raise RuleViolation(Sentence("Enter the volume that was infused."), field="volume_ml")
    if infusion.volume_ml > prepared_ml:
        raise RuleViolation(
            Sentence("{volume} is more than the {prepared} prepared.",
                     volume=Amount(infusion.volume_ml, "mL"), prepared=Amount(prepared_ml, "mL")),
            field="volume_ml",
        )  # fmt: skip
    if not infusion.given_by.strip():
        raise RuleViolation(Sentence("Enter who gave the infusion."), field="given_by")


def check_sequence(infusion: Infusion, given: Sequence[Infusion]) -> None:
    """Refuse an infusion on or before the day of an earlier one, or on or after the day of a later one.

    Raises:
        RuleViolation: naming the other infusion and its day.
    """
    for other in given:
        before, after = other.infusion_no < infusion.infusion_no, other.infusion_no > infusion.infusion_no
        if (before and infusion.happened_on <= other.happened_on) or (
            after and infusion.happened_on >= other.happened_on
        ):
            raise RuleViolation(
                Sentence(
                    "Infusion {n} was given on {day}. Infusion {this} cannot have been given on {on}; check both days.",
                    n=other.infusion_no, this=infusion.infusion_no, day=other.happened_on, on=infusion.happened_on,
                ),
                field="started_at",
            )  # fmt: skip


def check_not_given(reason: str, remark: str) -> None:
    """Check the reason why an infusion was not given.

    Raises:
        RuleViolation: none is chosen, or “other” is not explained.
    """
    if reason not in REASONS_NOT_GIVEN:
        raise RuleViolation(Sentence("Choose why the infusion was not given."), field="reason")
    if reason == "other" and len(remark.strip()) < MIN_REASON:
        raise RuleViolation(Sentence("Write the reason in at least {n} characters.", n=MIN_REASON), field="remark")


def cells_in(
    parts: Sequence[tuple[Decimal, Decimal, Viability]], *, infused_ml: Decimal, prepared_ml: Decimal
) -> Decimal:
    """Return how many living cells an infused volume held, to the whole cell.

    Args:
        parts: of each container what was drawn, mL, and the cells per mL and viability of what was in it.
        infused_ml: what ran in.
        prepared_ml: what was prepared.
    """
    living = Decimal(0)
    for drawn_ml, cells_per_ml, viability in parts:
        cells = EXACT.multiply(EXACT.multiply(drawn_ml, cells_per_ml), viability.viable)
        living = EXACT.add(living, EXACT.divide(cells, viability.counted))
    return rounded(EXACT.divide(EXACT.multiply(living, infused_ml), prepared_ml), 0)
