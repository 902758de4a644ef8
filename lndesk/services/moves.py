"""Commands that move visits: with a reason, and before the minimum gap only as an investigator allowed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.domain.deviation import EarlyInfusion
from lndesk.domain.errors import RuleViolation
from lndesk.domain.moving import MovePreview
from lndesk.domain.signature import Meaning
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction
from lndesk.services.corrections import AT_THE_DESK, demand_reason
from lndesk.services.deviations import redraft
from lndesk.services.visits import waiting
from lndesk.store import deviations, infusions, visits
from lndesk.store.moves import preview


@dataclass(frozen=True, kw_only=True)
class MoveVisit(Command):
    """Move a visit to another day, and the later ones by as many days where that is wanted."""

    roles: ClassVar = AT_THE_DESK

    visit_id: int
    moved_to: dt.date
    reason: str
    also_later: bool = False

    def apply(self, tx: Transaction) -> Changes:
        """Book every day that the preview books, and draft what deviates."""
        waiting(tx, self.visit_id)
        if not self.reason.strip():
            raise RuleViolation(Sentence("Give the reason."), field="reason")
        following = self._preview(tx)
        for refusal in (following.refusal, following.needs_authorisation):
            if refusal is not None:
                raise RuleViolation(refusal, field="moved_to")
        changed = Changes.VISITS
        for line in following.lines:
            if line.books:
                visit_id = line.visit.id or 0
                visits.set_visit(tx.db, visit_id, booked_on=line.day_after, booking_reason=self.reason.strip())
                changed |= redraft(tx, visit_id, self.reason)
        return changed

    def _preview(self, tx: Transaction) -> MovePreview:
        return preview(
            tx.db, tx.protocol, self.visit_id, to_on=self.moved_to, also_later=self.also_later, today=tx.today
        )


@dataclass(frozen=True, kw_only=True)
class AuthoriseEarlyInfusion(Command):
    """Allow, as investigator, that an infusion is given from a day on although the minimum gap is not over."""

    roles: ClassVar = frozenset({Role.INVESTIGATOR})
    meaning: ClassVar = Meaning.AUTHORISED

    visit_id: int
    earliest_on: dt.date
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Write what is allowed; it is signed."""
        visit = waiting(tx, self.visit_id)
        before = [item for item in infusions.given_to(tx.db, visit.patient_id) if item.infusion_no < visit.number]
        if visit.kind != "infusion" or not before:
            raise RuleViolation(Sentence("No infusion was given before this one; no gap has to be kept."))
        if self.earliest_on <= before[-1].happened_on:
            raise RuleViolation(
                Sentence("The last infusion was on {day}. The next comes later.", day=before[-1].happened_on),
                field="earliest_on",
            )
        demand_reason(self.reason)
        allowed_id = deviations.add_early_infusion(
            tx.db,
            EarlyInfusion(
                patient_id=visit.patient_id,
                visit_id=self.visit_id,
                earliest_on=self.earliest_on,
                reason=self.reason.strip(),
                authorised_by=tx.who.name,
                authorised_at=tx.now,
            ),
        )
        tx.signed.append(("early_infusion", allowed_id))
        return Changes.VISITS
