"""Commands on infusions: given, or not given."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.domain.course import next_infusion_no
from lndesk.domain.dosing import use_before
from lndesk.domain.errors import RuleViolation
from lndesk.domain.infusion import Infusion, cells_in, check_given, check_not_given
from lndesk.domain.visit import plan_treatment
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction, found
from lndesk.store import infusions, patients, preparations, product, visits

AT_THE_BEDSIDE = frozenset({Role.NURSE, Role.INVESTIGATOR})


@dataclass(frozen=True, kw_only=True)
class RecordInfusion(Command):
    """Record an infusion as it was given: times, volume mL, by whom."""

    roles: ClassVar = AT_THE_BEDSIDE

    preparation_id: int
    started_at: dt.datetime
    ended_at: dt.datetime
    volume_ml: Decimal
    given_by: str
    witness: str = ""
    reaction: str = ""
    remark: str = ""

    def apply(self, tx: Transaction) -> Changes:
        """Write the infusion, use up its containers, and move what is counted from it."""
        preparation = preparations.preparation(tx.db, self.preparation_id)
        if preparation.status != "issued":
            raise RuleViolation(Sentence("No sheet is issued for this dose."))
        check = found(preparations.check_of(tx.db, self.preparation_id), Sentence("This dose was never checked."))
        prepared = preparation.final_ml or preparation.volume_ml
        infusion = Infusion(
            patient_id=preparation.patient_id,
            infusion_no=preparation.infusion_no,
            preparation_id=self.preparation_id,
            given=True,
            happened_on=self.started_at.date(),
            started_at=self.started_at,
            ended_at=self.ended_at,
            volume_ml=self.volume_ml,
            cells=self._cells(tx, prepared),
            given_by=self.given_by.strip(),
            witness=self.witness.strip(),
            reaction=self.reaction.strip(),
            remark=self.remark.strip(),
            recorded_by=tx.who.name,
            recorded_at=tx.now,
        )
        limit = use_before(preparation.thawed_at, tx.protocol.dose)
        check_given(infusion, prepared_ml=prepared, checked_at=check.checked_at, use_before=limit, now=tx.now)
        infusions.add_infusion(tx.db, infusion)
        preparations.set_preparation(tx.db, self.preparation_id, status="done")
        held = [item.id for item in product.of_preparation(tx.db, self.preparation_id) if item.id]
        product.set_containers(tx.db, held, status="used")
        _move_course(tx, preparation.patient_id, preparation.infusion_no, infusion.happened_on)
        return Changes.INFUSIONS | Changes.VISITS | Changes.DOSES | Changes.PRODUCT

    def _cells(self, tx: Transaction, prepared_ml: Decimal) -> Decimal:
        draws = preparations.draws(tx.db, self.preparation_id)
        lot = product.lot_container(tx.db, draws[0].container_id).lot
        drawn = sum((draw.use_ml for draw in draws), Decimal(0))
        return cells_in(
            lot.cells_per_ml, lot.viability, drawn_ml=drawn, infused_ml=self.volume_ml, prepared_ml=prepared_ml
        )


@dataclass(frozen=True, kw_only=True)
class RecordNotGiven(Command):
    """Record that a planned infusion was not given, and why."""

    roles: ClassVar = AT_THE_BEDSIDE

    patient_id: int
    infusion_no: int
    reason_code: str
    remark: str = ""

    def apply(self, tx: Transaction) -> Changes:
        """Write the decision, void a dose under way, and count what follows from the last infusion given."""
        check_not_given(self.reason_code, self.remark)
        course = visits.course(tx.db, self.patient_id)
        if self.infusion_no != next_infusion_no(course):
            raise RuleViolation(Sentence("Infusion {n} is not the next one of this patient.", n=self.infusion_no))
        preparation = preparations.open_preparation(tx.db, self.patient_id)
        if preparation is not None and preparation.id is not None:
            self._void(tx, preparation.id)
        infusions.add_infusion(
            tx.db,
            Infusion(
                patient_id=self.patient_id,
                infusion_no=self.infusion_no,
                preparation_id=None if preparation is None else preparation.id,
                given=False,
                happened_on=tx.today,
                reason=self.reason_code,
                remark=self.remark.strip(),
                recorded_by=tx.who.name,
                recorded_at=tx.now,
            ),
        )
        _move_course(tx, self.patient_id, self.infusion_no, None)
        return Changes.INFUSIONS | Changes.VISITS | Changes.DOSES | Changes.PRODUCT

    def _void(self, tx: Transaction, preparation_id: int) -> None:
        preparations.set_preparation(tx.db, preparation_id, status="voided", void_reason=self.reason_code)
        opened = [item.id for item in product.of_preparation(tx.db, preparation_id) if item.id]
        issued = preparations.sheet_of(tx.db, preparation_id) is not None
        # after the sheet is issued the cells may have been thawed: they never go back into stock
        product.set_containers(tx.db, opened, status="destroyed" if issued else "released")


def _move_course(tx: Transaction, patient_id: int, infusion_no: int, given_on: dt.date | None) -> None:
    course = visits.course(tx.db, patient_id)
    done = found(
        next((visit for visit in course if visit.code == f"infusion-{infusion_no}"), None),
        Sentence("This infusion is not on the calendar."),
    )
    outcome = "done" if given_on else "not_given"
    visits.set_visit(tx.db, done.id or 0, outcome=outcome, visited_on=given_on)
    given = infusions.given_to(tx.db, patient_id)
    if not given:
        return
    last = given[-1].happened_on if infusion_no == tx.protocol.schedule.infusions else None
    first = given[0]
    anchor_on = first.happened_on if first.infusion_no == 1 else _planned_anchor(tx, patient_id)
    visits.move_to(tx.db, patient_id, plan_treatment(tx.protocol, first_infusion_on=anchor_on, last_infusion_on=last))


def _planned_anchor(tx: Transaction, patient_id: int) -> dt.date:
    assignment = found(patients.assignment(tx.db, patient_id), Sentence("The patient has no arm."))
    return found(assignment.first_infusion_planned_on, Sentence("No day is planned for infusion 1."))
