"""Commands on what is asked of a patient before an infusion."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.domain.before_infusion import (
    BeforeInfusion,
    StopDecision,
    check_before,
    check_stop_decision,
    stops,
)
from lndesk.domain.course import next_infusion_no
from lndesk.domain.errors import RuleViolation
from lndesk.domain.signature import Meaning
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction, found
from lndesk.services.corrections import AT_THE_DESK, Correction
from lndesk.store import before_infusions, patients, visits, withdrawals
from lndesk.store.care_cases import before_case


@dataclass(frozen=True, kw_only=True)
class RecordBeforeInfusion(Command):
    """Record what a patient answered before an infusion. Asked again, it is another record; the newest counts."""

    roles: ClassVar = AT_THE_DESK

    patient_id: int
    infusion_no: int
    pregnancy_possible: bool | None = None
    pregnancy_test: str = ""
    tested_on: dt.date | None = None
    contraception: str = ""
    contraception_method: str = ""
    albumin_allergy: bool | None
    dmso_allergy: bool | None
    infection_or_fever: bool | None
    new_medication: bool | None
    asked_at: dt.datetime
    remark: str = ""

    def apply(self, tx: Transaction) -> Changes:
        """Check that the infusion comes next and that the answers are whole; write them."""
        patient = patients.patient(tx.db, self.patient_id)
        self._refuse_another_infusion(tx)
        asked = BeforeInfusion(
            patient_id=self.patient_id,
            infusion_no=self.infusion_no,
            pregnancy_possible=self.pregnancy_possible,
            pregnancy_test=self.pregnancy_test,
            tested_on=self.tested_on,
            contraception=self.contraception,
            contraception_method=self.contraception_method.strip(),
            albumin_allergy=self.albumin_allergy,
            dmso_allergy=self.dmso_allergy,
            infection_or_fever=self.infection_or_fever,
            new_medication=self.new_medication,
            remark=self.remark.strip(),
            asked_at=self.asked_at,
            asked_by=tx.who.name,
            recorded_at=tx.now,
        )
        check_before(asked, patient.sex, now=tx.now)
        before_infusions.add_answers(tx.db, asked)
        return Changes.CARE

    def _refuse_another_infusion(self, tx: Transaction) -> None:
        assignment = patients.assignment(tx.db, self.patient_id)
        if assignment is None or not tx.protocol.arms[assignment.arm].infused:
            raise RuleViolation(Sentence("This patient is not to be given cells."))
        if withdrawals.withdrawal(tx.db, self.patient_id) is not None:
            raise RuleViolation(Sentence("The patient is withdrawn."))
        number = next_infusion_no(visits.course(tx.db, self.patient_id))
        if self.infusion_no != number or number > tx.protocol.schedule.infusions:
            raise RuleViolation(Sentence("Infusion {n} is not the next one of this patient.", n=self.infusion_no))


@dataclass(frozen=True, kw_only=True)
class LiftStop(Command):
    """Decide, as investigator, that an infusion may go on in spite of a stop in the answers before it."""

    roles: ClassVar = frozenset({Role.INVESTIGATOR})
    meaning: ClassVar = Meaning.AUTHORISED

    before_infusion_id: int
    stop: str
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Check that the stop stands, and write the decision."""
        asked = before_infusions.answers(tx.db, self.before_infusion_id)
        case = before_case(tx.db, asked.patient_id, asked.infusion_no, tx.protocol)
        if case.asked is None or case.asked.id != asked.id:
            raise RuleViolation(Sentence("The patient was asked again since. Look at the newest answers."))
        standing = {finding.code for finding in stops(case, tx.protocol, now=tx.now) if finding.level == "stop"}
        found(self.stop if self.stop in standing else None, Sentence("This stop does not stand."), field="stop")
        decision = StopDecision(
            patient_id=asked.patient_id,
            before_infusion_id=self.before_infusion_id,
            code=self.stop,
            reason=self.reason.strip(),
            decided_by=tx.who.name,
            decided_at=tx.now,
        )
        check_stop_decision(decision)
        tx.signed.append(("stop_decision", before_infusions.add_decision(tx.db, decision)))
        return Changes.CARE


@dataclass(frozen=True, kw_only=True)
class CorrectBeforeInfusion(Correction):
    """Correct what was recorded as an answer. What was decided on it before is to be decided anew."""

    roles: ClassVar = AT_THE_DESK
    table: ClassVar = "before_infusion"
    correctable: ClassVar = frozenset(
        {
            "pregnancy_possible", "pregnancy_test", "tested_on", "contraception", "contraception_method",
            "albumin_allergy", "dmso_allergy", "infection_or_fever", "new_medication", "asked_at", "remark",
        }
    )  # fmt: skip

    def apply(self, tx: Transaction) -> Changes:
        """Check the answers anew and write."""
        asked: BeforeInfusion = self.corrected(before_infusions.answers(tx.db, self.row_id))
        check_before(asked, patients.patient(tx.db, asked.patient_id).sex, now=tx.now)
        self.write(tx, asked)
        return Changes.CARE
