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
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction, found
from lndesk.services.course import recount
from lndesk.services.voiding import void_open_dose
from lndesk.store import infusions, preparations, product, protocols, visits

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
            cells=cells_given(tx, self.preparation_id, infused_ml=self.volume_ml, prepared_ml=prepared),
            given_by=self.given_by.strip(),
            witness=self.witness.strip(),
            reaction=self.reaction.strip(),
            remark=self.remark.strip(),
            recorded_by=tx.who.name,
            recorded_at=tx.now,
        )
        limit = use_before(preparation.thawed_at, protocols.version(tx.db, preparation.protocol_id).parsed().dose)
        check_given(infusion, prepared_ml=prepared, checked_at=check.checked_at, use_before=limit, now=tx.now)
        infusions.add_infusion(tx.db, infusion)
        preparations.set_preparation(tx.db, self.preparation_id, status="done")
        held = [item.id for item in product.of_preparation(tx.db, self.preparation_id) if item.id]
        product.set_containers(tx.db, held, status="used")
        _close_visit(tx, preparation.patient_id, preparation.infusion_no, infusion.happened_on)
        return Changes.INFUSIONS | Changes.VISITS | Changes.DOSES | Changes.PRODUCT


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
        void_open_dose(tx, self.patient_id, self.reason_code)
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
        _close_visit(tx, self.patient_id, self.infusion_no, None)
        return Changes.INFUSIONS | Changes.VISITS | Changes.DOSES | Changes.PRODUCT


def _close_visit(tx: Transaction, patient_id: int, infusion_no: int, given_on: dt.date | None) -> None:
    course = visits.course(tx.db, patient_id)
    visit = found(
        next((visit for visit in course if visit.code == f"infusion-{infusion_no}"), None),
        Sentence("This infusion is not on the calendar."),
    )
    outcome = "done" if given_on else "not_given"
    visits.set_visit(tx.db, visit.id or 0, outcome=outcome, visited_on=given_on)
    recount(tx, patient_id)


def cells_given(tx: Transaction, preparation_id: int, *, infused_ml: Decimal, prepared_ml: Decimal) -> Decimal:
    """Return how many living cells the infused part of a preparation held."""
    draws = preparations.draws(tx.db, preparation_id)
    lot = product.lot_container(tx.db, draws[0].container_id).lot
    drawn = sum((draw.use_ml for draw in draws), Decimal(0))
    return cells_in(lot.cells_per_ml, lot.viability, drawn_ml=drawn, infused_ml=infused_ml, prepared_ml=prepared_ml)
