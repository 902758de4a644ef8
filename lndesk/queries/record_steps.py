"""What can be done next about one patient, and what stands in the way of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lndesk.i18n import N_, Sentence
from lndesk.queries.patients import PatientRecord

StepCode = Literal[
    "record_consent", "sign_eligibility", "assign_arm", "record_weight", "record_allergies", "prepare", "check",
    "issue_sheet", "record_infusion", "record_visit", "record_medication", "before_infusion", "withdraw",
]  # fmt: skip
STEP_WORDS: dict[StepCode, str] = {
    "record_consent": N_("Record consent"),
    "sign_eligibility": N_("Sign eligibility"),
    "assign_arm": N_("Assign arm"),
    "record_weight": N_("Record weight"),
    "record_allergies": N_("Record allergies"),
    "prepare": N_("Prepare dose"),
    "check": N_("Check dose"),
    "issue_sheet": N_("Issue sheet"),
    "record_infusion": N_("Record infusion"),
    "record_visit": N_("Record visit"),
    "record_medication": N_("Record medication"),
    "before_infusion": N_("Ask before infusion"),
    "withdraw": N_("Withdraw patient"),
}
_OF_STATUS: dict[str, StepCode] = {
    "screening": "record_consent",
    "awaiting_investigator": "sign_eligibility",
    "eligible": "assign_arm",
}
_OF_PREPARATION: dict[str, StepCode] = {
    "awaiting_check": "check",
    "checked": "issue_sheet",
    "issued": "record_infusion",
}


@dataclass(frozen=True, slots=True)
class RecordStep:
    """One act on a patient, and why it cannot be done now, if so."""

    code: StepCode
    why_not: Sentence | None = None


def record_steps(record: PatientRecord) -> tuple[RecordStep, ...]:
    """Return the acts that this patient's record has room for, in the order of the course."""
    steps = [
        RecordStep("record_consent"),
        RecordStep("sign_eligibility", _why_not_sign(record)),
        RecordStep("assign_arm", _why_not_assign(record)),
        RecordStep("record_weight"),
        RecordStep("record_allergies"),
        RecordStep("record_medication"),
    ]
    dose = dose_step(record)
    if dose is not None:
        steps += [RecordStep("before_infusion"), RecordStep(dose)]
    if record.assignment is not None and record.withdrawal is None:
        steps.append(RecordStep("withdraw"))
    return tuple(steps)


def next_step(record: PatientRecord) -> StepCode | None:
    """Return the one act that moves the patient's course on, if any."""
    if record.status in _OF_STATUS:
        return _OF_STATUS[record.status]
    waiting = record.next_visit
    if waiting is None:
        return None
    return dose_step(record) if waiting.kind == "infusion" else "record_visit"


def dose_step(record: PatientRecord) -> StepCode | None:
    """Return what the next dose waits for; None for a patient who gets no more cells, or none at all."""
    if not record.infuses:
        return None
    for preparation in record.preparations:
        if preparation.status in _OF_PREPARATION:
            return _OF_PREPARATION[preparation.status]
    return "prepare"


def _why_not_sign(record: PatientRecord) -> Sentence | None:
    if record.assignment is not None:
        return Sentence("The patient already has an arm; the statement stands.")
    return None if record.consents else Sentence("There is no consent on record. Record the consent first.")


def _why_not_assign(record: PatientRecord) -> Sentence | None:
    if record.assignment is not None:
        return Sentence("The patient already has an arm.")
    if record.statement is None or not record.statement.eligible:
        return Sentence("The investigator has not signed that the patient is eligible.")
    return None
