"""Commands on planned visits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.domain.course import CourseVisit
from lndesk.domain.errors import RuleViolation
from lndesk.domain.visit import carry_out
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction
from lndesk.services.course import recount
from lndesk.store import visits

AT_THE_DESK = frozenset({Role.NURSE, Role.INVESTIGATOR})


@dataclass(frozen=True, kw_only=True)
class BookVisit(Command):
    """Book a day for a planned visit. Its target and window stay as the protocol gives them."""

    roles: ClassVar = AT_THE_DESK

    visit_id: int
    booked_on: dt.date
    reason: str = ""

    def apply(self, tx: Transaction) -> Changes:
        """Check the day and write it."""
        visit = _waiting(tx, self.visit_id)
        if self.booked_on < tx.today:
            raise RuleViolation(Sentence("{day} is past.", day=self.booked_on), field="booked_on")
        if self.booked_on not in visit.window and not self.reason.strip():
            raise RuleViolation(
                Sentence(
                    "{day} is outside the window of {opens} to {closes}. Give the reason to book it.",
                    day=self.booked_on,
                    opens=visit.opens_on,
                    closes=visit.closes_on,
                ),
                field="reason",
            )
        visits.set_visit(tx.db, self.visit_id, booked_on=self.booked_on, booking_reason=self.reason.strip())
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
        visit = _waiting(tx, self.visit_id)
        if visit.kind == "infusion":
            raise RuleViolation(Sentence("Record this visit with the infusion itself."))
        reason = carry_out(visit.window, on=self.visited_on, today=tx.today, reason=self.reason)
        visits.set_visit(tx.db, self.visit_id, outcome="done", visited_on=self.visited_on, reason=reason)
        recount(tx, visit.patient_id)
        return Changes.VISITS


@dataclass(frozen=True, kw_only=True)
class MissVisit(Command):
    """Decide that a visit without an infusion is missed."""

    roles: ClassVar = AT_THE_DESK

    visit_id: int
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Write the decision with its reason."""
        visit = _waiting(tx, self.visit_id)
        if visit.kind == "infusion":
            raise RuleViolation(Sentence("Record this as an infusion that was not given."))
        if tx.today < visit.opens_on:
            raise RuleViolation(Sentence("The window opens on {day}. The visit is not missed yet.", day=visit.opens_on))
        if not self.reason.strip():
            raise RuleViolation(Sentence("Give the reason."), field="reason")
        visits.set_visit(tx.db, self.visit_id, outcome="missed", reason=self.reason.strip())
        return Changes.VISITS


def _waiting(tx: Transaction, visit_id: int) -> CourseVisit:
    visit = visits.visit(tx.db, visit_id)
    if visit.outcome is not None:
        raise RuleViolation(Sentence("This visit is already on record."))
    return visit
