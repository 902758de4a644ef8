"""Commands on infusions: given, or not given."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.domain.course import CourseVisit, next_infusion_no
from lndesk.domain.dosing import use_before
from lndesk.domain.errors import RuleViolation
from lndesk.domain.infusion import MISSED, Infusion, cells_in, check_given, check_not_given, check_sequence
from lndesk.domain.preparation import REASONS
from lndesk.domain.signature import Meaning
from lndesk.i18n import Sentence, _
from lndesk.services.command import Changes, Command, Transaction, found
from lndesk.services.course import recount
from lndesk.services.deviations import redraft
from lndesk.services.voiding import void_open_dose
from lndesk.store import infusions, preparations, product, protocols, visits

OUT_OF_TIME = frozenset({"outside_window", "early_authorised"})
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
        check_sequence(infusion, infusions.given_to(tx.db, infusion.patient_id))
        infusions.add_infusion(tx.db, infusion)
        preparations.set_preparation(tx.db, self.preparation_id, status="done")
        held = [item.id for item in product.of_preparation(tx.db, self.preparation_id) if item.id]
        product.set_containers(tx.db, held, status="used")
        reason = _why_accepted(tx, self.preparation_id)
        _close_visit(tx, infusion.patient_id, infusion.infusion_no, "done", on=infusion.happened_on, reason=reason)
        return Changes.INFUSIONS | Changes.VISITS | Changes.DOSES | Changes.PRODUCT


@dataclass(frozen=True, kw_only=True)
class RecordNotGiven(Command):
    """Record that a planned infusion was not given, and why.

    Once its window is over without a dose prepared, it is for an investigator to say that it is missed.
    """

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
        if preparation is None:
            _refuse_late(tx, next((visit for visit in course if visit.code == f"infusion-{self.infusion_no}"), None))
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
        _close_visit(tx, self.patient_id, self.infusion_no, "not_given")
        return Changes.INFUSIONS | Changes.VISITS | Changes.DOSES | Changes.PRODUCT


@dataclass(frozen=True, kw_only=True)
class MissInfusion(Command):
    """Decide, as investigator, that an infusion is missed: its window is over and it was not given."""

    roles: ClassVar = frozenset({Role.INVESTIGATOR})
    meaning: ClassVar = Meaning.AUTHORISED

    visit_id: int
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Write the decision, void a dose under way, and count what follows from the last infusion given."""
        visit = visits.visit(tx.db, self.visit_id)
        if visit.kind != "infusion" or visit.outcome is not None:
            raise RuleViolation(Sentence("This is no infusion that waits."))
        if visit.number != next_infusion_no(visits.course(tx.db, visit.patient_id)):
            raise RuleViolation(Sentence("Infusion {n} is not the next one of this patient.", n=visit.number))
        if tx.today <= visit.closes_on:
            raise RuleViolation(
                Sentence("The window is open until {day}, that day included. The infusion is not missed yet.",
                         day=visit.closes_on)
            )  # fmt: skip
        if not self.reason.strip():
            raise RuleViolation(Sentence("Give the reason."), field="reason")
        preparation = preparations.open_preparation(tx.db, visit.patient_id)
        changed = void_open_dose(tx, visit.patient_id, self.reason)
        decided_id = infusions.add_infusion(
            tx.db,
            Infusion(
                patient_id=visit.patient_id,
                infusion_no=visit.number,
                preparation_id=None if preparation is None else preparation.id,
                given=False,
                happened_on=tx.today,
                reason=MISSED,
                remark=self.reason.strip(),
                recorded_by=tx.who.name,
                recorded_at=tx.now,
            ),
        )
        tx.signed.append(("infusion", decided_id))
        _close_visit(tx, visit.patient_id, visit.number, "missed", reason=self.reason)
        return changed | Changes.INFUSIONS | Changes.VISITS | Changes.DEVIATIONS


def _refuse_late(tx: Transaction, visit: CourseVisit | None) -> None:
    if visit is not None and tx.today > visit.closes_on:
        raise RuleViolation(
            Sentence("The window closed on {day}. An investigator decides whether the infusion is missed.",
                     day=visit.closes_on)
        )  # fmt: skip


def _close_visit(  # what came of it, by keyword
    tx: Transaction, patient_id: int, infusion_no: int, outcome: str, *, on: dt.date | None = None, reason: str = ""
) -> None:
    course = visits.course(tx.db, patient_id)
    visit = found(
        next((visit for visit in course if visit.code == f"infusion-{infusion_no}"), None),
        Sentence("This infusion is not on the calendar."),
    )
    visits.set_visit(tx.db, visit.id or 0, outcome=outcome, visited_on=on, reason=reason.strip())
    redraft(tx, visit.id or 0, reason)
    recount(tx, patient_id)


def _why_accepted(tx: Transaction, preparation_id: int) -> str:
    for warning in preparations.warnings(tx.db, preparation_id):
        if warning.code in OUT_OF_TIME:
            return warning.remark or _(REASONS[warning.reason])
    return ""


def cells_given(tx: Transaction, preparation_id: int, *, infused_ml: Decimal, prepared_ml: Decimal) -> Decimal:
    """Return how many living cells the infused part of a preparation held."""
    draws = preparations.draws(tx.db, preparation_id)
    lot = product.lot_container(tx.db, draws[0].container_id).lot
    drawn = sum((draw.use_ml for draw in draws), Decimal(0))
    return cells_in(lot.cells_per_ml, lot.viability, drawn_ml=drawn, infused_ml=infused_ml, prepared_ml=prepared_ml)
