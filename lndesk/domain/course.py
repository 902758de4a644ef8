"""One patient's course: planned visits on record, kept in step with the protocol; what is booked is left alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from lndesk.domain.errors import RuleViolation
from lndesk.domain.visit import PlannedVisit, Target, Window, visit_label
from lndesk.i18n import N_, Sentence, Told, _, day

Outcome = Literal["done", "missed", "not_given", "cancelled"]
VisitStatus = Literal["done", "missed", "not_given", "cancelled", "arrived", "upcoming", "open", "overdue"]
TREATED_KINDS = frozenset({"infusion", "control"})
"""The visits that the months of the course are made of; follow-up is counted from the last of them."""

STATUS_WORDS = {
    "done": N_("Done"),
    "missed": N_("Missed"),
    "not_given": N_("Not given"),
    "cancelled": N_("Cancelled"),
    "arrived": N_("Arrived"),
    "upcoming": N_("Planned"),
    "open": N_("Due"),
    "overdue": N_("Overdue"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseVisit:
    """A planned visit of one patient, its booked day, and what came of it."""

    id: int | None = None
    patient_id: int
    code: str
    kind: str
    number: int
    anchor_on: dt.date
    steps: int
    unit: str
    target_on: dt.date
    opens_on: dt.date
    closes_on: dt.date
    booked_on: dt.date | None = None
    booking_reason: str = ""
    arrived_at: dt.datetime | None = None
    outcome: str | None = None
    visited_on: dt.date | None = None
    reason: str = ""

    @property
    def window(self) -> Window:
        """Return the days on which the visit is in time."""
        return Window(self.opens_on, self.closes_on)

    @property
    def day(self) -> dt.date:
        """Return the day on which a calendar shows the visit: visited, else booked, else the target."""
        return self.visited_on or self.booked_on or self.target_on

    @property
    def label(self) -> str:
        """Name the visit."""
        return visit_label(self.kind, self.number)  # type: ignore[arg-type]  # the table checks it

    @property
    def named(self) -> Told:
        """Name the visit when it is read, whatever the language then is."""
        return Told(lambda: self.label)

    @property
    def target_why(self) -> str:
        """Explain the target."""
        return Target(self.anchor_on, self.steps, self.unit, self.target_on).why  # type: ignore[arg-type]  # as above

    @property
    def why(self) -> str:
        """Explain the target and the window in a sentence."""
        return _(
            "{target}; window {opens} to {closes}",
            target=self.target_why,
            opens=day(self.opens_on),
            closes=day(self.closes_on),
        )

    def status(self, today: dt.date) -> VisitStatus:
        """Derive where the visit stands: the one place for it.

        A booking does not make an overdue visit less overdue. Who arrived is here until the day ends: from midnight
        on, a visit that nobody recorded is due or overdue again.
        """
        match self.outcome:
            case "done":
                return "done"
            case "missed":
                return "missed"
            case "not_given":
                return "not_given"
            case "cancelled":
                return "cancelled"
        if self.arrived_at is not None and self.arrived_at.date() == today:
            return "arrived"
        return self.window.status(today)

    def due_on(self, today: dt.date) -> bool:
        """Tell whether today's list shows the visit: it is booked for today, or unbooked with its target today."""
        return self.outcome is None and (self.booked_on or self.target_on) == today


def why_lines(visit: CourseVisit, course: Sequence[CourseVisit]) -> tuple[Sentence, ...]:
    """Return why a visit lies where it lies: what it is counted from, its window, and why it is booked where it is."""
    lines = [_counted_from(visit, course), Sentence("{why}.", why=Told(lambda: visit.target_why))]
    if visit.kind != "unscheduled":
        lines.append(
            Sentence("Window {opens} to {closes}, both days included.", opens=visit.opens_on, closes=visit.closes_on)
        )
    if visit.booked_on is not None:
        reason = visit.booking_reason
        lines.append(
            Sentence("Booked for {day}: {reason}", day=visit.booked_on, reason=reason)
            if reason
            else Sentence("Booked for {day}.", day=visit.booked_on)
        )
    return tuple(lines)


def _counted_from(visit: CourseVisit, course: Sequence[CourseVisit]) -> Sentence:
    match visit.kind:
        case "unscheduled":
            return Sentence("Not asked for by the protocol.")
        case "control":
            return Sentence("Counted from the enrolment on {day}.", day=visit.anchor_on)
        case "infusion":
            first = next((other for other in course if other.code == "infusion-1"), None)
            if first is not None and first.visited_on == visit.anchor_on:
                return Sentence("Counted from infusion 1, given on {day}.", day=visit.anchor_on)
            return Sentence("Counted from infusion 1, planned for {day}.", day=visit.anchor_on)
    actual = [other for other in course if other.kind in TREATED_KINDS and other.visited_on == visit.anchor_on]
    if not actual:
        return Sentence("Counted from the last treatment visit, planned for {day}.", day=visit.anchor_on)
    return Sentence("Counted from {visit}, which took place on {day}.", visit=actual[-1].named,
                    day=visit.anchor_on)  # fmt: skip


def start(patient_id: int, plan: Sequence[PlannedVisit], *, booked: dict[str, dt.date]) -> list[CourseVisit]:
    """Put a plan on record, with the days already booked by code."""
    return [_row(patient_id, visit, booked.get(visit.code)) for visit in plan]


def replan(course: Sequence[CourseVisit], plan: Sequence[PlannedVisit]) -> Iterator[tuple[int, PlannedVisit]]:
    """Give the visits on record whose target or window a new plan moves, with their new place.

    What came of a visit, and a booked day, are never touched.
    """
    planned = {visit.code: visit for visit in plan}
    for visit in course:
        new = planned.get(visit.code)
        if visit.id is None or visit.outcome is not None or new is None:
            continue
        if (new.target_on, new.window, new.target.anchor_on) != (visit.target_on, visit.window, visit.anchor_on):
            yield visit.id, new


def next_visit(course: Sequence[CourseVisit]) -> CourseVisit | None:
    """Return the first visit that nothing has come of yet."""
    waiting = [visit for visit in course if visit.outcome is None]
    return min(waiting, key=lambda visit: (visit.day, visit.code), default=None)


def unscheduled(patient_id: int, course: Sequence[CourseVisit], *, on: dt.date) -> CourseVisit:
    """Return a visit that the protocol does not ask for, on one day; it may lie after all others."""
    number = 1 + sum(visit.kind == "unscheduled" for visit in course)
    return CourseVisit(
        patient_id=patient_id,
        code=f"unscheduled-{number}",
        kind="unscheduled",
        number=number,
        anchor_on=on,
        steps=0,
        unit="days",
        target_on=on,
        opens_on=on,
        closes_on=on,
        booked_on=on,
    )


def check_order(visit: CourseVisit, on: dt.date, course: Sequence[CourseVisit]) -> None:
    """Refuse a day that would put a visit before one that comes earlier in the course, or after a later one.

    Two visits on one day are possible. An unscheduled visit may lie anywhere.

    Raises:
        RuleViolation: naming the other visit and its day.
    """
    if visit.kind == "unscheduled":
        return
    for other in course:
        if other.visited_on is None or other.id == visit.id or other.kind == "unscheduled":
            continue
        before, after = _place(other) < _place(visit), _place(other) > _place(visit)
        if (before and other.visited_on > on) or (after and other.visited_on < on):
            raise RuleViolation(
                Sentence(
                    "{other} took place on {day}. {visit} cannot have been on {on}; check both days.",
                    other=other.named, visit=visit.named, day=other.visited_on, on=on,
                ),
                field="on",
            )  # fmt: skip


def _place(visit: CourseVisit) -> tuple[bool, int]:
    return visit.kind == "followup", visit.number


def next_infusion_no(course: Sequence[CourseVisit]) -> int:
    """Return the number of the next infusion: after the last that was given or decided against."""
    return 1 + sum(visit.kind == "infusion" and visit.outcome is not None for visit in course)


def _row(patient_id: int, visit: PlannedVisit, booked_on: dt.date | None) -> CourseVisit:
    return CourseVisit(
        patient_id=patient_id,
        code=visit.code,
        kind=visit.kind,
        number=visit.number,
        booked_on=booked_on,
        **placed(visit),
    )


def placed(visit: PlannedVisit) -> dict[str, Any]:
    """Return the columns that say where a planned visit lies and why."""
    return {
        "anchor_on": visit.target.anchor_on,
        "steps": visit.target.steps,
        "unit": visit.target.unit,
        "target_on": visit.target_on,
        "opens_on": visit.window.opens_on,
        "closes_on": visit.window.closes_on,
    }
