"""Corrections of a patient's course: the arm, infusions, visits, and decisions that were taken by mistake."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.domain.course import check_order, next_infusion_no, start
from lndesk.domain.errors import RuleViolation
from lndesk.domain.infusion import MISSED, Infusion, check_given, check_sequence
from lndesk.domain.patient import Assignment
from lndesk.domain.signature import Meaning
from lndesk.domain.visit import carry_out, plan_control, plan_treatment
from lndesk.domain.withdrawal import NOT_GIVEN
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction, found
from lndesk.services.corrections import AT_THE_DESK, Correction, demand_reason
from lndesk.services.course import recount
from lndesk.services.deviations import redraft
from lndesk.services.infusions import cells_given
from lndesk.services.voiding import void_open_dose
from lndesk.store import infusions, preparations, protocols, visits
from lndesk.store.codecs import get
from lndesk.store.standing import time_limit


@dataclass(frozen=True, kw_only=True)
class CorrectAssignment(Correction):
    """Correct the arm or what is counted from it, signed anew. A dose under way is voided."""

    roles: ClassVar = frozenset({Role.INVESTIGATOR})
    meaning: ClassVar = Meaning.AUTHORISED
    table: ClassVar = "assignment"
    correctable: ClassVar = frozenset({"arm", "reason", "enrolled_on", "first_infusion_planned_on"})

    def apply(self, tx: Transaction) -> Changes:
        """Check the arm anew, write, and plan the course anew where it moves."""
        before = get(tx.db, Assignment, self.table, self.row_id)
        assignment: Assignment = self.corrected(before)
        _check_arm(tx, assignment)
        self.write(tx, assignment)
        tx.signed.append((self.table, self.row_id))
        changed = Changes.PATIENTS | Changes.VISITS
        if assignment.arm != before.arm:
            return changed | self._plan_anew(tx, assignment)
        if (assignment.enrolled_on, assignment.first_infusion_planned_on) != (
            before.enrolled_on, before.first_infusion_planned_on,
        ):  # fmt: skip
            recount(tx, assignment.patient_id)
        return changed

    def _plan_anew(self, tx: Transaction, assignment: Assignment) -> Changes:
        patient_id = assignment.patient_id
        if any(visit.outcome is not None and visit.kind != "unscheduled" for visit in visits.course(tx.db, patient_id)):
            raise RuleViolation(
                Sentence("The course has begun. The arm can only be corrected before the first visit or infusion."),
                field="arm",
            )
        visits.remove_course(tx.db, patient_id)
        first = assignment.first_infusion_planned_on
        if first is None:
            plan, booked = plan_control(tx.protocol, enrolled_on=assignment.enrolled_on), {}
        else:
            plan, booked = plan_treatment(tx.protocol, first_infusion_on=first), {"infusion-1": first}
        visits.add_visits(tx.db, start(patient_id, plan, booked=booked))
        return void_open_dose(tx, patient_id, self.reason)


@dataclass(frozen=True, kw_only=True)
class CorrectInfusion(Correction):
    """Correct the record of an infusion that was given; what is counted from it moves along."""

    roles: ClassVar = AT_THE_DESK
    table: ClassVar = "infusion"
    correctable: ClassVar = frozenset(
        {"started_at", "ended_at", "volume_ml", "given_by", "witness", "reaction", "remark"}
    )

    def apply(self, tx: Transaction) -> Changes:
        """Check times and volume anew, write, and count the course anew."""
        infusion: Infusion = self.corrected(get(tx.db, Infusion, self.table, self.row_id))
        if not infusion.given or infusion.preparation_id is None or infusion.started_at is None:
            raise RuleViolation(Sentence("This infusion was not given."))
        preparation = preparations.preparation(tx.db, infusion.preparation_id)
        check = found(preparations.check_of(tx.db, infusion.preparation_id), Sentence("This dose was never checked."))
        prepared = preparation.final_ml or preparation.volume_ml
        limit = time_limit(tx.db, preparation, protocols.version(tx.db, preparation.protocol_id).parsed().dose)
        check_given(infusion, prepared_ml=prepared, checked_at=check.checked_at, use_before=limit, now=tx.now)
        cells = cells_given(
            tx, infusion.preparation_id, infused_ml=infusion.volume_ml or Decimal(0), prepared_ml=prepared
        )
        infusion = replace(infusion, happened_on=infusion.started_at.date(), cells=cells)
        check_sequence(infusion, infusions.given_to(tx.db, infusion.patient_id))
        self.write(tx, infusion, "happened_on", "cells")
        visit = next(
            item
            for item in visits.course(tx.db, infusion.patient_id)
            if item.code == f"infusion-{infusion.infusion_no}"
        )
        visits.set_visit(tx.db, visit.id or 0, visited_on=infusion.happened_on)
        recount(tx, infusion.patient_id)
        return Changes.INFUSIONS | Changes.VISITS


@dataclass(frozen=True, kw_only=True)
class CorrectVisit(Correction):
    """Correct the record of a visit without an infusion."""

    roles: ClassVar = AT_THE_DESK
    table: ClassVar = "visit"
    correctable: ClassVar = frozenset({"visited_on", "reason"})

    def apply(self, tx: Transaction) -> Changes:
        """Check the day anew, write, and count the course anew."""
        visit = self.corrected(visits.visit(tx.db, self.row_id))
        if visit.kind == "infusion" or visit.outcome != "done":
            raise RuleViolation(Sentence("Only a visit that took place, without an infusion, is corrected here."))
        try:
            carry_out(visit.window, on=visit.visited_on, today=tx.today, reason=visit.reason)
            check_order(visit, visit.visited_on, visits.course(tx.db, visit.patient_id))
        except RuleViolation as refusal:  # `reason` is the correction's own here
            field = {"on": "visited_on", "reason": "window_reason"}.get(refusal.field or "")
            raise RuleViolation(refusal.sentence, field=field) from refusal
        self.write(tx, visit)
        changed = redraft(tx, self.row_id, visit.reason or self.reason)
        recount(tx, visit.patient_id)
        return Changes.VISITS | changed


@dataclass(frozen=True, kw_only=True)
class TakeBackNotGiven(Command):
    """Take back that an infusion was not given: it was recorded by mistake, and waits again."""

    roles: ClassVar = AT_THE_DESK

    infusion_id: int
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Take the decision off the record and count the course anew; a later decision stands in the way."""
        infusion = get(tx.db, Infusion, "infusion", self.infusion_id)
        if infusion.given:
            raise RuleViolation(Sentence("This infusion was given. Correct its record instead."))
        if infusion.reason == NOT_GIVEN:
            raise RuleViolation(Sentence("It follows from the withdrawal. Take back the withdrawal instead."))
        if infusion.reason == MISSED:
            raise RuleViolation(Sentence("An investigator decided that it is missed, and takes that back."))
        course = visits.course(tx.db, infusion.patient_id)
        if infusion.infusion_no != next_infusion_no(course) - 1:
            raise RuleViolation(Sentence("A later infusion is on record. Only the last decision is taken back."))
        demand_reason(self.reason)
        infusions.remove_infusion(tx.db, self.infusion_id)
        visit = next(item for item in course if item.code == f"infusion-{infusion.infusion_no}")
        visits.set_visit(tx.db, visit.id or 0, outcome=None, visited_on=None)
        recount(tx, infusion.patient_id)
        return Changes.INFUSIONS | Changes.VISITS


@dataclass(frozen=True, kw_only=True)
class TakeBackMissed(Command):
    """Take back that a visit was missed: it was recorded by mistake, and waits again."""

    roles: ClassVar = AT_THE_DESK

    visit_id: int
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Let the visit wait again and count the course anew."""
        visit = visits.visit(tx.db, self.visit_id)
        if visit.outcome != "missed":
            raise RuleViolation(Sentence("This visit is not on record as missed."))
        if visit.kind == "infusion":
            raise RuleViolation(Sentence("An investigator decided that it is missed, and takes that back."))
        demand_reason(self.reason)
        visits.set_visit(tx.db, self.visit_id, outcome=None, reason="")
        changed = redraft(tx, self.visit_id, self.reason)
        recount(tx, visit.patient_id)
        return Changes.VISITS | changed


def _check_arm(tx: Transaction, assignment: Assignment) -> None:
    arm = tx.protocol.arms.get(assignment.arm)
    if arm is None:
        raise RuleViolation(Sentence("Choose the arm."), field="arm")
    if not assignment.reason.strip():
        raise RuleViolation(Sentence("Give the reason for the arm."), field="arm_reason")
    if assignment.enrolled_on > tx.today:
        raise RuleViolation(Sentence("{day} is in the future.", day=assignment.enrolled_on), field="enrolled_on")
    if arm.infused and assignment.first_infusion_planned_on is None:
        raise RuleViolation(Sentence("Enter the day planned for infusion 1."), field="first_infusion_planned_on")
    if not arm.infused and assignment.first_infusion_planned_on is not None:
        raise RuleViolation(Sentence("A control patient has no infusion to plan."), field="first_infusion_planned_on")
