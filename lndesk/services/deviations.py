"""Deviations from the calendar: drafted from what is booked and recorded, confirmed by an investigator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.domain.course import CourseVisit
from lndesk.domain.deviation import Deviation, Draft, deviations
from lndesk.domain.errors import RuleViolation
from lndesk.domain.sheet import Text
from lndesk.domain.signature import Meaning
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction
from lndesk.store import deviations as store
from lndesk.store import infusions, visits


def redraft(tx: Transaction, visit_id: int, reason: str) -> Changes:
    """Bring a visit's deviations in step with it; tell what that changed.

    A draft that no longer holds is withdrawn. What an investigator confirmed stays as it is.
    """
    visit = visits.visit(tx.db, visit_id)
    wanted = {(draft.code, draft.on_day): draft for draft in _found(tx, visit)}
    changed = Changes.NOTHING
    for known in store.of_visit(tx.db, visit_id):
        draft = wanted.pop((known.code, known.on_day), None)
        if known.status != "draft":
            continue
        said = None if draft is None else _said(draft)
        if said is None:
            store.set_deviation(tx.db, known.id or 0, status="withdrawn")
            changed = Changes.DEVIATIONS
        elif said.en != known.text_en:
            store.set_deviation(tx.db, known.id or 0, text_en=said.en, text_zh=said.zh)
            changed = Changes.DEVIATIONS
    for draft in wanted.values():
        store.add_deviation(tx.db, _deviation(tx, visit, draft, reason))
        changed = Changes.DEVIATIONS
    return changed


def redraft_course(tx: Transaction, patient_id: int, reason: str) -> Changes:
    """Bring the deviations of all visits of a patient in step with them; tell what that changed."""
    changed = Changes.NOTHING
    for visit in visits.course(tx.db, patient_id):
        changed |= redraft(tx, visit.id or 0, reason)
    return changed


@dataclass(frozen=True, kw_only=True)
class ConfirmDeviation(Command):
    """Confirm, as investigator, that a deviation is one, with an assessment of it."""

    roles: ClassVar = frozenset({Role.INVESTIGATOR})
    meaning: ClassVar = Meaning.REVIEWED

    deviation_id: int
    assessment: str

    def apply(self, tx: Transaction) -> Changes:
        """Write the confirmation; it is signed."""
        deviation = store.deviation(tx.db, self.deviation_id)
        if deviation.status != "draft":
            raise RuleViolation(Sentence("This deviation is no draft any more."))
        if not self.assessment.strip():
            raise RuleViolation(Sentence("Write what the deviation means for the patient."), field="assessment")
        store.set_deviation(
            tx.db,
            self.deviation_id,
            status="confirmed",
            assessment=self.assessment.strip(),
            confirmed_by=tx.who.name,
            confirmed_at=tx.now,
        )
        tx.signed.append(("deviation", self.deviation_id))
        return Changes.DEVIATIONS


def _found(tx: Transaction, visit: CourseVisit) -> list[Draft]:
    before = [item for item in infusions.given_to(tx.db, visit.patient_id) if item.infusion_no < visit.number]
    previous = before[-1].happened_on if visit.kind == "infusion" and before else None
    rules = tx.protocol.schedule
    return list(deviations(visit, previous_on=previous, least_gap=rules.minimum_gap_days))


def _said(draft: Draft) -> Text:
    return Text.spoken(lambda: draft.text)


def _deviation(tx: Transaction, visit: CourseVisit, draft: Draft, reason: str) -> Deviation:
    said = _said(draft)
    return Deviation(
        patient_id=visit.patient_id,
        visit_id=visit.id or 0,
        code=draft.code,
        on_day=draft.on_day,
        text_en=said.en,
        text_zh=said.zh,
        reason=reason.strip(),
        drafted_by=tx.who.name,
        drafted_at=tx.now,
    )
