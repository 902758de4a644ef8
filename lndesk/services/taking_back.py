"""Taking back what was recorded of a visit by mistake; the acts keep that it stood there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.domain.course import next_infusion_no
from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction
from lndesk.services.corrections import AT_THE_DESK, demand_reason
from lndesk.services.course import recount
from lndesk.services.deviations import redraft
from lndesk.store import infusions, visits


@dataclass(frozen=True, kw_only=True)
class TakeBackArrival(Command):
    """Take back that a patient has come."""

    roles: ClassVar = AT_THE_DESK

    visit_id: int
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Let the visit wait as before."""
        visit = visits.visit(tx.db, self.visit_id)
        if visit.arrived_at is None or visit.outcome is not None:
            raise RuleViolation(Sentence("Nobody is on record as having come for this visit."))
        demand_reason(self.reason)
        visits.set_visit(tx.db, self.visit_id, arrived_at=None)
        return Changes.VISITS


@dataclass(frozen=True, kw_only=True)
class TakeBackCancelled(Command):
    """Take back that an unscheduled visit is off: it waits again."""

    roles: ClassVar = AT_THE_DESK

    visit_id: int
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Let the visit wait again on its day."""
        visit = visits.visit(tx.db, self.visit_id)
        if visit.outcome != "cancelled":
            raise RuleViolation(Sentence("This visit is not on record as cancelled."))
        demand_reason(self.reason)
        visits.set_visit(tx.db, self.visit_id, outcome=None, reason="")
        return Changes.VISITS


@dataclass(frozen=True, kw_only=True)
class TakeBackMissedInfusion(Command):
    """Take back, as investigator, that an infusion is missed: it waits again."""

    roles: ClassVar = frozenset({Role.INVESTIGATOR})

    visit_id: int
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Take the decision off the record and count the course anew; a later decision stands in the way."""
        visit = visits.visit(tx.db, self.visit_id)
        if visit.kind != "infusion" or visit.outcome != "missed":
            raise RuleViolation(Sentence("This infusion is not on record as missed."))
        if visit.number != next_infusion_no(visits.course(tx.db, visit.patient_id)) - 1:
            raise RuleViolation(Sentence("A later infusion is on record. Only the last decision is taken back."))
        demand_reason(self.reason)
        decided = next(
            item for item in infusions.infusions_of(tx.db, visit.patient_id) if item.infusion_no == visit.number
        )
        infusions.remove_infusion(tx.db, decided.id or 0)
        visits.set_visit(tx.db, self.visit_id, outcome=None, reason="")
        changed = redraft(tx, self.visit_id, self.reason)
        recount(tx, visit.patient_id)
        return Changes.INFUSIONS | Changes.VISITS | changed
