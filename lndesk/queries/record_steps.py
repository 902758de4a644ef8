"""What can be done next about one patient, and what stands in the way of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lndesk.domain.screening import ENTERED, RESCREENED
from lndesk.i18n import N_, Sentence
from lndesk.queries.patients import PatientRecord

StepCode = Literal[
    "record_consent", "sign_eligibility", "assign_arm", "record_weight", "record_allergies", "prepare", "check",
    "issue_sheet", "record_infusion", "record_visit", "record_medication", "before_infusion", "withdraw",
    "screening", "fail_screening", "rescreen",
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
    "screening": N_("Continue screening"),
    "fail_screening": N_("Screen failure"),
    "rescreen": N_("Screen again"),
}
_OF_STATUS: dict[str, StepCode] = {
    "screening": "screening",
    "awaiting_investigator": "sign_eligibility",
    "eligible": "assign_arm",
    "not_eligible": "rescreen",
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
        *_of_screening(record),
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
    if record.screening is None and record.assignment is None:
        return "rescreen"
    if record.status == "screening" and not record.is_consented:
        return "record_consent"
    if any(notice.code == "consent_anew" for notice in record.notices):
        return "record_consent"
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


def _of_screening(record: PatientRecord) -> list[RecordStep]:
    if record.assignment is not None:
        return []
    if record.screening is None or record.screening.status in RESCREENED:
        return [RecordStep("rescreen")]
    steps = [RecordStep("screening")] if record.screening.status in ENTERED else []
    return [*steps, RecordStep("fail_screening")]


def _why_not_sign(record: PatientRecord) -> Sentence | None:
    if record.assignment is not None:
        return Sentence("The patient already has an arm; the statement stands.")
    if not record.is_consented:
        return Sentence("There is no consent on record. Record the consent first.")
    if record.screening is None or record.screening.status not in {"sent", "eligible"}:
        return Sentence("The screening has not been sent to the investigator.")
    return None


def _why_not_assign(record: PatientRecord) -> Sentence | None:
    if record.assignment is not None:
        return Sentence("The patient already has an arm.")
    if record.status != "eligible" or record.statement is None or not record.statement.eligible:
        return Sentence("The investigator has not signed that the patient is eligible.")
    return next((notice.sentence for notice in record.notices if notice.code == "criterion_fails"), None)
