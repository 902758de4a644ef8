"""Counting a patient's course anew from what actually took place."""

from __future__ import annotations

import datetime as dt

from lndesk.domain.patient import Assignment
from lndesk.domain.visit import plan_control, plan_treatment
from lndesk.i18n import Sentence
from lndesk.services.command import Transaction, found
from lndesk.services.deviations import redraft_course
from lndesk.store import infusions, patients, visits

COUNTED_ANEW = Sentence("The course was counted anew, and the day that was booked stayed.")


def recount(tx: Transaction, patient_id: int) -> None:
    """Bring targets and windows in step with the actual days. What is booked or done is left alone."""
    assignment = patients.assignment(tx.db, patient_id)
    if assignment is None:
        return  # an unscheduled visit may come before the arm; nothing is counted from it
    if tx.protocol.arms[assignment.arm].infused:
        plan = plan_treatment(
            tx.protocol,
            first_infusion_on=_anchor(tx, assignment),
            last_infusion_on=_last_infusion(tx, patient_id),
        )
    else:
        plan = plan_control(
            tx.protocol, enrolled_on=assignment.enrolled_on, last_visit_on=_last_control_visit(tx, patient_id)
        )
    visits.move_to(tx.db, patient_id, plan)
    redraft_course(tx, patient_id, str(COUNTED_ANEW))


def _anchor(tx: Transaction, assignment: Assignment) -> dt.date:
    given = infusions.given_to(tx.db, assignment.patient_id)
    if given and given[0].infusion_no == 1:
        return given[0].happened_on
    return found(assignment.first_infusion_planned_on, Sentence("No day is planned for infusion 1."))


def _last_infusion(tx: Transaction, patient_id: int) -> dt.date | None:
    planned = [visit for visit in visits.course(tx.db, patient_id) if visit.kind == "infusion"]
    given = infusions.given_to(tx.db, patient_id)
    over = all(visit.outcome is not None for visit in planned)
    return given[-1].happened_on if over and given else None


def _last_control_visit(tx: Transaction, patient_id: int) -> dt.date | None:
    code = f"control-{tx.protocol.schedule.control_visits}"
    return next((visit.visited_on for visit in visits.course(tx.db, patient_id) if visit.code == code), None)
