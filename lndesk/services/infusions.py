"""Commands on infusions: given, or not given."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.domain.course import next_infusion_no
from lndesk.domain.errors import RuleViolation
from lndesk.domain.infusion import MIN_REASON, Infusion, cells_in, check_given, check_not_given
from lndesk.domain.preparation import Preparation
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction, found
from lndesk.services.course import recount
from lndesk.services.ledger import move
from lndesk.services.voiding import void_open_dose
from lndesk.store import infusions, preparations, product, protocols, visits
from lndesk.store.standing import overtaken, time_limit

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
        limit = time_limit(tx.db, preparation, protocols.version(tx.db, preparation.protocol_id).parsed().dose)
        check_given(infusion, prepared_ml=prepared, checked_at=check.checked_at, use_before=limit, now=tx.now)
        self._refuse_overtaken(tx, preparation)
        infusions.add_infusion(tx.db, infusion)
        preparations.set_preparation(tx.db, self.preparation_id, status="done")
        for item in product.of_preparation(tx.db, self.preparation_id):
            move(
                tx,
                item.id or 0,
                "infuse",
                happened_at=self.started_at,
                preparation_id=self.preparation_id,
                patient_id=preparation.patient_id,
                witness=self.witness,
            )
        _close_visit(tx, preparation.patient_id, preparation.infusion_no, infusion.happened_on)
        return Changes.INFUSIONS | Changes.VISITS | Changes.DOSES | Changes.PRODUCT

    def _refuse_overtaken(self, tx: Transaction, preparation: Preparation) -> None:
        # what was given is put on record all the same, once somebody has said how it came to that
        over = overtaken(tx.db, preparation, now=self.started_at)
        began_after = over is not None and over.since is not None and over.since > self.started_at
        if over is not None and not began_after and len(self.remark.strip()) < MIN_REASON:
            raise RuleViolation(
                Sentence(
                    "The sheet no longer held when the infusion started: {why} Write a remark of at least {n}"
                    " characters.",
                    why=over.why,
                    n=MIN_REASON,
                ),
                field="remark",
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
    """Return how many living cells the infused part of a preparation held, by what decided its volume."""
    count = preparations.preparation(tx.db, preparation_id).count
    parts = []
    for draw in preparations.draws(tx.db, preparation_id):
        lot = product.lot_container(tx.db, draw.container_id).lot
        source = (lot.cells_per_ml, lot.viability) if count is None else (count.cells_per_ml, count.viability)
        parts.append((draw.use_ml, *source))
    return cells_in(parts, infused_ml=infused_ml, prepared_ml=prepared_ml)
