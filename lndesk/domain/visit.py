"""The calendar of visits: targets counted from an anchor, windows, and what is due."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass
from typing import Literal

from dateutil.relativedelta import relativedelta

from lndesk.domain.errors import RuleViolation
from lndesk.domain.origin import Origin
from lndesk.domain.protocol import Protocol, StepUnit
from lndesk.i18n import N_, Sentence, _, day, ngettext, weekday

Kind = Literal["infusion", "control", "followup", "unscheduled"]
WindowStatus = Literal["upcoming", "open", "overdue"]

STATUS_WORDS = {"upcoming": N_("Upcoming"), "open": N_("Open"), "overdue": N_("Overdue")}


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which a visit is in time, both ends included."""

    opens_on: dt.date
    closes_on: dt.date

    def __contains__(self, on: dt.date) -> bool:
        return self.opens_on <= on <= self.closes_on

    def status(self, today: dt.date) -> WindowStatus:
        """Tell whether the window is still to come, open, or past."""
        if today < self.opens_on:
            return "upcoming"
        return "open" if today <= self.closes_on else "overdue"


@dataclass(frozen=True, slots=True)
class Target:
    """A day counted from an anchor: the anchor, how far, and where that leads."""

    anchor_on: dt.date
    steps: int
    unit: StepUnit | Literal["weeks"]
    on: dt.date

    @property
    def why(self) -> str:
        """Explain the day, as in “31-Jan-2026 + 1 month = 28-Feb-2026, a Saturday”."""
        if not self.steps:
            return _("{day}, {weekday}", day=day(self.on), weekday=weekday(self.on))
        return _(
            "{anchor} + {step} = {day}, {weekday}",
            anchor=day(self.anchor_on), step=_step(self.steps, self.unit), day=day(self.on), weekday=weekday(self.on),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A visit that the protocol asks for: its target, its window, and why then."""

    code: str
    kind: Kind
    number: int
    target: Target
    window: Window
    origin: Origin

    @property
    def target_on(self) -> dt.date:
        """Return the day that the protocol aims at."""
        return self.target.on

    @property
    def label(self) -> str:
        """Name the visit."""
        return visit_label(self.kind, self.number)

    @property
    def why(self) -> str:
        """Explain the date and the window in a sentence."""
        return _(
            "{target}; window {opens} to {closes}",
            target=self.target.why, opens=day(self.window.opens_on), closes=day(self.window.closes_on),
        )  # fmt: skip


def visit_label(kind: Kind, number: int) -> str:
    """Name a visit by its kind and its number (of a follow-up: its weeks)."""
    match kind:
        case "infusion":
            return _("Infusion {n}", n=number)
        case "control":
            return _("Control visit {n}", n=number)
        case "followup":
            return _("Follow-up, week {n}", n=number)
        case "unscheduled":
            return _("Unscheduled visit {n}", n=number)


def add_months(anchor: dt.date, months: int) -> dt.date:
    """Return the same day some months on, or the last day of that month where it has none."""
    return anchor + relativedelta(months=months)


def month_span(day_on: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of the month that a day lies in."""
    return day_on.replace(day=1), day_on.replace(day=monthrange(day_on.year, day_on.month)[1])


def step_from(anchor: dt.date, steps: int, unit: StepUnit | Literal["weeks"]) -> Target:
    """Count from the anchor itself, never from the previous target, so that a short month leaves no trace."""
    match unit:
        case "months":
            on = add_months(anchor, steps)
        case "days":
            on = anchor + dt.timedelta(days=steps)
        case "weeks":
            on = anchor + dt.timedelta(weeks=steps)
    return Target(anchor, steps, unit, on)


def plan_treatment(
    protocol: Protocol, *, first_infusion_on: dt.date, last_infusion_on: dt.date | None = None
) -> tuple[PlannedVisit, ...]:
    """Plan the course of a treated patient.

    Args:
        protocol: the rules (registry entry, line 46; windows and follow-up are site values).
        first_infusion_on: the actual day of infusion 1, or the planned one while there is none.
        last_infusion_on: the day of the last infusion given, once the course is over.
    """
    rules = protocol.schedule
    infusions = tuple(
        PlannedVisit(
            f"infusion-{n}", "infusion", n,
            target := step_from(first_infusion_on, (n - 1) * rules.every, rules.every_unit),
            _window(target.on, rules.infusion_before_days, rules.infusion_after_days),
            protocol.origins["schedule.every"],
        )
        for n in range(1, rules.infusions + 1)
    )  # fmt: skip
    return infusions + _followups(protocol, last_infusion_on or infusions[-1].target_on)


def plan_control(
    protocol: Protocol, *, enrolled_on: dt.date, last_visit_on: dt.date | None = None
) -> tuple[PlannedVisit, ...]:
    """Plan the course of an untreated patient: the same months, counted from the enrolment."""
    rules = protocol.schedule
    visits = tuple(
        PlannedVisit(
            f"control-{n}", "control", n,
            target := step_from(enrolled_on, (n - 1) * rules.every, rules.every_unit),
            _window(target.on, rules.infusion_before_days, rules.infusion_after_days),
            protocol.origins["schedule.control_visits"],
        )
        for n in range(1, rules.control_visits + 1)
    )  # fmt: skip
    return visits + _followups(protocol, last_visit_on or visits[-1].target_on)


def contraception_end(protocol: Protocol, *, last_infusion_on: dt.date) -> Target:
    """Return until when contraception is agreed: weeks after the last actual infusion (registry entry, line 73)."""
    return step_from(last_infusion_on, protocol.schedule.contraception_weeks, "weeks")


def check_gap(protocol: Protocol, *, on: dt.date, previous_on: dt.date | None) -> None:
    """Refuse an infusion too soon after the last one that was given.

    Raises:
        RuleViolation: fewer days than the site's minimum lie between.
    """
    if previous_on is None:
        return
    gap, least = (on - previous_on).days, protocol.schedule.minimum_gap_days
    if gap < least:
        raise RuleViolation(
            Sentence(
                "The last infusion was on {previous}, {gap} days before {day}. At least {least} days must lie between"
                " (site value). Earliest day: {earliest}. An investigator may decide otherwise.",
                previous=previous_on, gap=gap, day=on, least=least, earliest=previous_on + dt.timedelta(days=least),
            ),
            field="on",
        )  # fmt: skip


def carry_out(window: Window, *, on: dt.date, today: dt.date, reason: str) -> str:
    """Check the day on which a visit took place; return the reason that goes on record.

    Raises:
        RuleViolation: the day is to come, or is out of the window and no reason is given.
    """
    if on > today:
        raise RuleViolation(
            Sentence("{day} is in the future. Record the visit once it has taken place.", day=on), field="on"
        )
    if on in window or reason.strip():
        return reason.strip()
    raise RuleViolation(
        Sentence(
            "{day} is outside the window of {opens} to {closes}. Give the reason to record it.",
            day=on, opens=window.opens_on, closes=window.closes_on,
        ),
        field="reason",
    )  # fmt: skip


def _followups(protocol: Protocol, last_on: dt.date) -> tuple[PlannedVisit, ...]:
    rules = protocol.schedule
    return tuple(
        PlannedVisit(
            f"followup-{weeks}w", "followup", weeks,
            target := step_from(last_on, weeks, "weeks"),
            _window(target.on, rules.followup_before_days, rules.followup_after_days),
            protocol.origins["schedule.followup_weeks"],
        )
        for weeks in rules.followup_weeks
    )  # fmt: skip


def _window(target_on: dt.date, before: int, after: int) -> Window:
    return Window(target_on - dt.timedelta(days=before), target_on + dt.timedelta(days=after))


def _step(steps: int, unit: StepUnit | Literal["weeks"]) -> str:
    match unit:
        case "months":
            return ngettext("{n} month", "{n} months", steps)
        case "days":
            return ngettext("{n} day", "{n} days", steps)
        case "weeks":
            return ngettext("{n} week", "{n} weeks", steps)
