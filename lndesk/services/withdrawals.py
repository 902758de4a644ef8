"""Commands on the withdrawal of an enrolled patient."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.domain.course import CourseVisit
from lndesk.domain.errors import RuleViolation
from lndesk.domain.infusion import Infusion
from lndesk.domain.signature import Meaning
from lndesk.domain.withdrawal import NOT_GIVEN, Withdrawal, check_withdrawal
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction, found
from lndesk.services.corrections import demand_reason
from lndesk.services.course import recount
from lndesk.services.voiding import void_open_dose
from lndesk.store import infusions, patients, visits, withdrawals
from lndesk.store.codecs import update

CHANGED = Changes.PATIENTS | Changes.VISITS | Changes.INFUSIONS


@dataclass(frozen=True, kw_only=True)
class WithdrawPatient(Command):
    """Withdraw an enrolled patient: no more infusions, and the follow-up goes on or every visit is cancelled."""

    roles: ClassVar = frozenset({Role.INVESTIGATOR})
    meaning: ClassVar = Meaning.AUTHORISED

    patient_id: int
    withdrawn_on: dt.date
    requested_by: str
    reason: str
    follow_up: bool

    def apply(self, tx: Transaction) -> Changes:
        """Write the withdrawal, void a dose under way, and settle every visit that nothing has come of."""
        patients.patient(tx.db, self.patient_id)
        assignment = found(
            patients.assignment(tx.db, self.patient_id),
            Sentence("The patient is not enrolled. Record the failure of the screening instead."),
        )
        if withdrawals.withdrawal(tx.db, self.patient_id) is not None:
            raise RuleViolation(Sentence("The patient is withdrawn already."))
        course = visits.course(tx.db, self.patient_id)
        withdrawal = Withdrawal(
            patient_id=self.patient_id,
            withdrawn_on=self.withdrawn_on,
            requested_by=self.requested_by,
            reason=self.reason.strip(),
            follow_up=self.follow_up,
            decided_by=tx.who.name,
            decided_at=tx.now,
        )
        last_on = max((visit.visited_on for visit in course if visit.visited_on is not None), default=None)
        check_withdrawal(withdrawal, enrolled_on=assignment.enrolled_on, last_on=last_on, today=tx.today)
        changed = CHANGED | void_open_dose(tx, self.patient_id, withdrawal.reason)
        tx.signed.append(("withdrawal", withdrawals.add_withdrawal(tx.db, withdrawal)))
        for visit in course:
            if visit.outcome is None:
                self._settle(tx, visit)
        recount(tx, self.patient_id)
        return changed

    def _settle(self, tx: Transaction, visit: CourseVisit) -> None:
        if visit.kind == "infusion":
            infusions.add_infusion(
                tx.db,
                Infusion(
                    patient_id=self.patient_id,
                    infusion_no=visit.number,
                    preparation_id=None,
                    given=False,
                    happened_on=self.withdrawn_on,
                    reason=NOT_GIVEN,
                    remark=self.reason.strip(),
                    recorded_by=tx.who.name,
                    recorded_at=tx.now,
                ),
            )
            visits.set_visit(tx.db, visit.id or 0, outcome="not_given", reason=self.reason.strip())
        elif not self.follow_up:
            visits.set_visit(tx.db, visit.id or 0, outcome="cancelled", reason=self.reason.strip())


@dataclass(frozen=True, kw_only=True)
class TakeBackWithdrawal(Command):
    """Take back a withdrawal that was recorded by mistake: what it settled waits again."""

    roles: ClassVar = frozenset({Role.INVESTIGATOR})
    meaning: ClassVar = Meaning.AUTHORISED

    patient_id: int
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Note why, let the visits wait again, and count the course anew."""
        withdrawal = found(withdrawals.withdrawal(tx.db, self.patient_id), Sentence("The patient is not withdrawn."))
        demand_reason(self.reason)
        update(
            tx.db,
            "withdrawal",
            withdrawal.id or 0,
            taken_back_at=tx.now,
            taken_back_by=tx.who.name,
            taken_back_reason=self.reason.strip(),
        )
        withdrawn = {item.infusion_no for item in infusions.infusions_of(tx.db, self.patient_id) if _is_of(item)}
        for item in infusions.infusions_of(tx.db, self.patient_id):
            if _is_of(item):
                infusions.remove_infusion(tx.db, item.id or 0)
        for visit in visits.course(tx.db, self.patient_id):
            of_infusion = visit.kind == "infusion" and visit.number in withdrawn
            if of_infusion or (visit.outcome == "cancelled" and visit.reason == withdrawal.reason):
                visits.set_visit(tx.db, visit.id or 0, outcome=None, reason="")
        recount(tx, self.patient_id)
        tx.signed.append(("withdrawal", withdrawal.id or 0))
        return CHANGED


def _is_of(infusion: Infusion) -> bool:
    return not infusion.given and infusion.reason == NOT_GIVEN
