"""Deviations from the calendar of the protocol: drafted by the program, confirmed by an investigator."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from lndesk.domain.course import CourseVisit
from lndesk.i18n import N_, Sentence, language

CODE_WORDS = {
    "outside_window": N_("Outside the window"),
    "too_early": N_("Too soon after the last infusion"),
    "missed": N_("Missed"),
}
STATUS_WORDS = {
    "draft": N_("Draft, for the investigator"),
    "confirmed": N_("Confirmed"),
    "withdrawn": N_("Withdrawn"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One deviation of one visit: what it is, in both languages, why, and whether an investigator confirmed it."""

    id: int | None = None
    patient_id: int
    visit_id: int
    code: str
    on_day: dt.date
    text_en: str
    text_zh: str
    reason: str
    status: str = "draft"
    drafted_by: str
    drafted_at: dt.datetime
    assessment: str = ""
    confirmed_by: str | None = None
    confirmed_at: dt.datetime | None = None

    @property
    def text(self) -> str:
        """Return what deviates, in the language now spoken."""
        return self.text_zh if language() == "zh_CN" else self.text_en


@dataclass(frozen=True, slots=True)
class Draft:
    """What of a visit deviates: a code, the day it is about, and a sentence."""

    code: str
    on_day: dt.date
    text: Sentence


def deviations(visit: CourseVisit, *, previous_on: dt.date | None, least_gap: int) -> Iterator[Draft]:
    """Return what of a visit, as recorded or as booked, deviates from the protocol.

    Args:
        visit: the visit as it stands.
        previous_on: the day of the infusion given before it; None when there is none, or it is no infusion.
        least_gap: the least days between two infusions.
    """
    name = visit.named
    if visit.outcome == "missed" and visit.kind != "unscheduled":
        yield Draft(
            "missed",
            visit.target_on,
            Sentence(
                "{visit}: missed. Its window was {opens} to {closes}.",
                visit=name, opens=visit.opens_on, closes=visit.closes_on,
            ),
        )  # fmt: skip
    on = visit.visited_on or (visit.booked_on if visit.outcome is None else None)
    if on is None or visit.kind == "unscheduled":
        return
    if on not in visit.window:
        values = {"visit": name, "day": on, "opens": visit.opens_on, "closes": visit.closes_on}
        yield Draft("outside_window", on, _outside(took_place=visit.outcome is not None, **values))
    if previous_on is not None and (on - previous_on).days < least_gap:
        yield Draft(
            "too_early",
            on,
            Sentence(
                "{visit}: {gap} days after the last infusion on {previous}; at least {least} must lie between.",
                visit=name, gap=(on - previous_on).days, previous=previous_on, least=least_gap,
            ),
        )  # fmt: skip


def _outside(*, took_place: bool, **values: object) -> Sentence:
    if took_place:
        return Sentence("{visit}: took place on {day}, outside its window of {opens} to {closes}.", **values)
    return Sentence("{visit}: booked for {day}, outside its window of {opens} to {closes}.", **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyInfusion:
    """What an investigator signed: one infusion may be given from a day on, before the minimum gap is over."""

    id: int | None = None
    patient_id: int
    visit_id: int
    earliest_on: dt.date
    reason: str
    authorised_by: str
    authorised_at: dt.datetime
