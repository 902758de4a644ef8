"""An enrolled patient who leaves the treatment or the trial."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lndesk.domain.errors import RuleViolation
from lndesk.i18n import N_, Sentence

REQUESTED_BY = {
    "patient": N_("The patient"),
    "investigator": N_("The investigator"),
    "other": N_("Somebody else"),
}
NOT_GIVEN = "withdrawn"
"""The reason of the infusions that a withdrawal leaves not given."""
MIN_REASON = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """From when a patient is withdrawn, who asked for it, why, and whether the follow-up goes on."""

    id: int | None = None
    patient_id: int
    withdrawn_on: dt.date
    requested_by: str
    reason: str
    follow_up: bool
    decided_by: str
    decided_at: dt.datetime
    taken_back_at: dt.datetime | None = None
    taken_back_by: str | None = None
    taken_back_reason: str | None = None

    @property
    def stands(self) -> bool:
        """Tell whether it was not taken back."""
        return self.taken_back_at is None


def check_withdrawal(withdrawal: Withdrawal, *, enrolled_on: dt.date, last_on: dt.date | None, today: dt.date) -> None:
    """Check a withdrawal against the course.

    Args:
        withdrawal: as it is to be recorded.
        enrolled_on: when the arm was assigned.
        last_on: the last visit or infusion that took place.
        today: the day at the desk.

    Raises:
        RuleViolation: the day cannot be, or a part is missing.
    """
    on = withdrawal.withdrawn_on
    if on > today:
        raise RuleViolation(Sentence("{day} is in the future.", day=on), field="withdrawn_on")
    if on < enrolled_on:
        raise RuleViolation(
            Sentence("The patient was enrolled on {day}, and cannot be withdrawn before.", day=enrolled_on),
            field="withdrawn_on",
        )
    if last_on is not None and on < last_on:
        raise RuleViolation(
            Sentence("A visit or infusion took place on {day}. The withdrawal cannot lie before it.", day=last_on),
            field="withdrawn_on",
        )
    if withdrawal.requested_by not in REQUESTED_BY:
        raise RuleViolation(Sentence("Choose who asked for it."), field="requested_by")
    if len(withdrawal.reason) < MIN_REASON:
        raise RuleViolation(Sentence("Write the reason in at least {n} characters.", n=MIN_REASON), field="reason")
