"""Commands on visits: booked, arrived, done, missed, cancelled, and those that the protocol does not ask for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from lndesk.domain.course import CourseVisit, check_order, unscheduled
from lndesk.domain.errors import RuleViolation
from lndesk.domain.visit import carry_out, check_gap
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction
from lndesk.services.corrections import AT_THE_DESK
from lndesk.services.course import recount
from lndesk.services.deviations import redraft
from lndesk.store import closed_days, deviations, infusions, patients, visits


@dataclass(frozen=True, kw_only=True)
class BookVisit(Command):
    """Book a day for a planned visit. Its target and window stay as the protocol gives them."""

    roles: ClassVar = AT_THE_DESK

    visit_id: int
    booked_on: dt.date
    reason: str = ""

    def apply(self, tx: Transaction) -> Changes:
        """Check the day, write it, and draft the deviation when it is out of the window."""
        visit = waiting(tx, self.visit_id)
        if self.booked_on < tx.today:
            raise RuleViolation(Sentence("{day} is past.", day=self.booked_on), field="booked_on")
        check_early(tx, visit, self.booked_on)
        if not self.reason.strip():
            self._demand_reason(tx, visit)
        visits.set_visit(tx.db, self.visit_id, booked_on=self.booked_on, booking_reason=self.reason.strip())
        return Changes.VISITS | redraft(tx, self.visit_id, self.reason)

    def _demand_reason(self, tx: Transaction, visit: CourseVisit) -> None:
        if self.booked_on not in visit.window and visit.kind != "unscheduled":
            why = Sentence(
                "{day} is outside the window of {opens} to {closes}. Give the reason to book it.",
                day=self.booked_on,
                opens=visit.opens_on,
                closes=visit.closes_on,
            )
            raise RuleViolation(why, field="reason")
        if visit.booked_on is not None and visit.booked_on != self.booked_on:
            why = Sentence("The visit is booked for {day}. Give the reason to move it.", day=visit.booked_on)
            raise RuleViolation(why, field="reason")
        closed = closed_days.open_days(tx.db, tx.protocol.calendar, self.booked_on, self.booked_on)
        if (closing := closed.why_closed(self.booked_on)) is not None:
            raise RuleViolation(
                Sentence("{day}: {why}. Give the reason to book it.", day=self.booked_on, why=closing), field="reason"
            )


@dataclass(frozen=True, kw_only=True)
class RecordArrival(Command):
    """Note that a patient has come for a visit today."""

    roles: ClassVar = AT_THE_DESK

    visit_id: int
    arrived_at: dt.datetime

    def apply(self, tx: Transaction) -> Changes:
        """Check the time and write it."""
        waiting(tx, self.visit_id)
        if self.arrived_at > tx.now:
            raise RuleViolation(Sentence("{instant} is in the future.", instant=self.arrived_at), field="arrived_at")
        if self.arrived_at.date() != tx.today:
            raise RuleViolation(
                Sentence("{day} is not today. Record the visit itself for an earlier day.", day=self.arrived_at.date()),
                field="arrived_at",
            )
        visits.set_visit(tx.db, self.visit_id, arrived_at=self.arrived_at)
        return Changes.VISITS


@dataclass(frozen=True, kw_only=True)
class RecordVisit(Command):
    """Record that a visit without an infusion took place."""

    roles: ClassVar = AT_THE_DESK

    visit_id: int
    visited_on: dt.date
    reason: str = ""

    def apply(self, tx: Transaction) -> Changes:
        """Check the day, write it, and bring what hangs on it in step."""
        visit = waiting(tx, self.visit_id)
        if visit.kind == "infusion":
            raise RuleViolation(Sentence("Record this visit with the infusion itself."))
        reason = carry_out(visit.window, on=self.visited_on, today=tx.today, reason=self.reason)
        check_order(visit, self.visited_on, visits.course(tx.db, visit.patient_id))
        visits.set_visit(tx.db, self.visit_id, outcome="done", visited_on=self.visited_on, reason=reason)
        changed = redraft(tx, self.visit_id, self.reason)
        recount(tx, visit.patient_id)
        return Changes.VISITS | changed


@dataclass(frozen=True, kw_only=True)
class MissVisit(Command):
    """Decide that a visit without an infusion is missed."""

    roles: ClassVar = AT_THE_DESK

    visit_id: int
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Write the decision with its reason."""
        visit = waiting(tx, self.visit_id)
        if visit.kind == "infusion":
            raise RuleViolation(Sentence("Record this as an infusion that was not given."))
        check_missed(visit, self.reason, today=tx.today)
        visits.set_visit(tx.db, self.visit_id, outcome="missed", reason=self.reason.strip())
        return Changes.VISITS | redraft(tx, self.visit_id, self.reason)


@dataclass(frozen=True, kw_only=True)
class CancelVisit(Command):
    """Call off a booked day. A visit that the protocol asks for waits for another; an unscheduled one is off."""

    roles: ClassVar = AT_THE_DESK

    visit_id: int
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Write that it is off and why; targets and windows stay as they are."""
        visit = waiting(tx, self.visit_id)
        if not self.reason.strip():
            raise RuleViolation(Sentence("Give the reason."), field="reason")
        if visit.kind == "unscheduled":
            visits.set_visit(tx.db, self.visit_id, outcome="cancelled", reason=self.reason.strip())
            return Changes.VISITS
        if visit.booked_on is None:
            raise RuleViolation(Sentence("No day is booked for this visit."))
        visits.set_visit(tx.db, self.visit_id, booked_on=None, booking_reason=self.reason.strip(), arrived_at=None)
        return Changes.VISITS | redraft(tx, self.visit_id, self.reason)


@dataclass(frozen=True, kw_only=True)
class AddUnscheduledVisit(Command):
    """Add a visit that the protocol does not ask for: booked when its day is to come, else recorded as done."""

    roles: ClassVar = AT_THE_DESK

    patient_id: int
    visit_on: dt.date
    reason: str
    done: bool = False
    """Whether it has taken place; a visit of today may be booked or done."""

    def apply(self, tx: Transaction) -> Changes:
        """Check the day and write it, also after the last visit of the course."""
        patients.patient(tx.db, self.patient_id)
        if not self.reason.strip():
            raise RuleViolation(Sentence("Give the reason."), field="reason")
        if self.done and self.visit_on > tx.today:
            raise RuleViolation(
                Sentence("{day} is in the future. Record the visit once it has taken place.", day=self.visit_on),
                field="visit_on",
            )
        if not self.done and self.visit_on < tx.today:
            raise RuleViolation(Sentence("{day} is past.", day=self.visit_on), field="visit_on")
        visit = unscheduled(self.patient_id, visits.course(tx.db, self.patient_id), on=self.visit_on)
        visit_id = visits.add_visit(tx.db, visit)
        visits.set_visit(tx.db, visit_id, booking_reason=self.reason.strip())
        if self.done:
            visits.set_visit(tx.db, visit_id, outcome="done", visited_on=self.visit_on)
        return Changes.VISITS


def waiting(tx: Transaction, visit_id: int) -> CourseVisit:
    """Return a visit that nothing has come of yet.

    Raises:
        RuleViolation: something has.
    """
    visit = visits.visit(tx.db, visit_id)
    if visit.outcome is not None:
        raise RuleViolation(Sentence("This visit is already on record."))
    return visit


def check_early(tx: Transaction, visit: CourseVisit, on: dt.date) -> None:
    """Refuse an infusion too soon after the last one given, unless an investigator has allowed that day.

    Raises:
        RuleViolation: fewer days than the site's minimum lie between.
    """
    if visit.kind != "infusion":
        return
    allowed = deviations.allowed_from(tx.db, visit.id or 0)
    if allowed is not None and on >= allowed:
        return
    before = [item for item in infusions.given_to(tx.db, visit.patient_id) if item.infusion_no < visit.number]
    try:
        check_gap(tx.protocol, on=on, previous_on=before[-1].happened_on if before else None)
    except RuleViolation as refusal:
        raise RuleViolation(refusal.sentence, field="booked_on") from refusal


def check_missed(visit: CourseVisit, reason: str, *, today: dt.date) -> None:
    """Refuse to call a visit missed before it can be, or without a reason.

    Raises:
        RuleViolation: its window is still to come, or nothing is said.
    """
    if today < visit.opens_on:
        raise RuleViolation(Sentence("The window opens on {day}. The visit is not missed yet.", day=visit.opens_on))
    if not reason.strip():
        raise RuleViolation(Sentence("Give the reason."), field="reason")
