"""What patients answered before their infusions, and what was decided on it, as rows."""

from __future__ import annotations

from lndesk.domain.before_infusion import BeforeInfusion, StopDecision
from lndesk.store.codecs import get, insert, select
from lndesk.store.driver import Database
from lndesk.store.signatures import all_hold


def add_answers(db: Database, asked: BeforeInfusion) -> int:
    """Put answers on record."""
    return insert(db, "before_infusion", asked)


def answers(db: Database, before_infusion_id: int) -> BeforeInfusion:
    """Return the answers of one asking.

    Raises:
        LookupError: there is none of this id.
    """
    return get(db, BeforeInfusion, "before_infusion", before_infusion_id)


def answers_of(db: Database, patient_id: int) -> list[BeforeInfusion]:
    """Return a patient's answers, newest first."""
    return select(
        db, BeforeInfusion, "select * from before_infusion where patient_id = ? order by asked_at desc, id desc",
        [patient_id],
    )  # fmt: skip


def add_decision(db: Database, decision: StopDecision) -> int:
    """Put a decision on record."""
    return insert(db, "stop_decision", decision)


def decisions_of(db: Database, patient_id: int) -> list[StopDecision]:
    """Return the decisions on a patient's answers, but for answers that were corrected since."""
    decided = select(db, StopDecision, "select * from stop_decision where patient_id = ? order by id", [patient_id])
    return [item for item in decided if all_hold(db, "stop_decision", item.id or 0)]
