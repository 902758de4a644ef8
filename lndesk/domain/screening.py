"""A screening: its answers as they are stored, how they come out, and what an investigator decided about them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, Literal

from lndesk.domain.answers import Answers
from lndesk.domain.answers_reading import FIELDS, NOT_PLAIN, RESULTS
from lndesk.domain.criteria import Criterion
from lndesk.domain.eligibility import Judgement, answers_read, judge
from lndesk.domain.items import YES
from lndesk.domain.patient import Consent, Patient
from lndesk.domain.protocol import Protocol
from lndesk.domain.quantity import EXACT, plain
from lndesk.domain.renal import Ratio, upcr
from lndesk.domain.sledai import FINDING_WORDS, PREFIX
from lndesk.i18n import N_, Sentence

ScreeningStatus = Literal["open", "sent", "returned", "eligible", "not_eligible", "failed", "withdrawn"]
STATUS_WORDS: dict[str, str] = {
    "open": N_("Open"),
    "sent": N_("With the investigator"),
    "returned": N_("Returned with a question"),
    "eligible": N_("Signed as eligible"),
    "not_eligible": N_("Signed as not eligible"),
    "failed": N_("Screen failed"),
    "withdrawn": N_("Withdrawn"),
}
PASSES_WORDS: dict[str, str] = {
    "yes": N_("Met"),
    "no": N_("Not met"),
    "unknown": N_("Not answered"),
    "investigator_decides": N_("Investigator decides"),
}
VERDICT_WORDS: dict[str, str] = {
    "eligible": N_("Every criterion is met"),
    "not_eligible": N_("Not eligible"),
    "unknown": N_("Not complete"),
    "investigator_decides": N_("Investigator decides"),
}
ENTERED = frozenset({"open", "returned"})
"""While it stands so, the desk enters answers."""
UNDECIDED = ENTERED | {"sent"}
RESCREENED = frozenset({"not_eligible", "failed"})
"""After which the patient may be screened again."""
DAYS = frozenset({"biopsy_on", "alcoholism_until", "drug_addiction_until", "other_trial_ended_on"})
WORDS = frozenset({"biopsy_system", "other_trial", *RESULTS})
FLAGS = frozenset(
    {"active_sediment", "could_be_pregnant", "casts", "tumour", "tumour_marker_abnormal", "allergy"}
    | {"albumin_allergy", "alcoholism", "drug_addiction"}
)
FROM_THE_RECORD = frozenset({"born", "consented_on", "sex", "guardian_consented", "child_assented", "sledai"})
"""Never an answer of their own: the patient, the consent and the findings say them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of a screening. What is blank has no such row; 0 is a value.

    Two are the same when they say the same, whoever saved them.
    """

    id: int | None = field(default=None, compare=False, repr=False)
    patient_id: int = field(default=0, compare=False, repr=False)
    screening_id: int
    item: str
    value: str = ""
    """An amount in plain digits, yes or no, one of the choices, classes as III+V, a day as 2026-03-12, or words."""
    unit: str = ""
    upper_limit: Decimal | None = None
    on: dt.date | None = None
    """The day of the sample or of the examination."""
    detail: str = ""
    saved_by: str = field(default="", compare=False, repr=False)
    saved_at: dt.datetime | None = field(default=None, compare=False, repr=False)

    @property
    def is_blank(self) -> bool:
        """Tell whether it says nothing."""
        return not self.value and self.upper_limit is None and self.on is None and not self.detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """One screening of a patient, under a number that is never given again."""

    id: int | None = None
    patient_id: int
    screening_no: str
    protocol_id: int
    """The version of the protocol that it is judged by."""
    opened_at: dt.datetime
    opened_by: str
    status: str = "open"
    reason: str = ""
    """The question it was returned with, or why it ended; of a later screening, why there is one."""
    closed_at: dt.datetime | None = None
    closed_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Determination:
    """What the investigator decided of one criterion; it holds for the answers on which it was decided."""

    id: int | None = None
    patient_id: int = 0
    screening_id: int
    criterion_id: str
    passes: str
    reason: str
    facts: str = ""
    decided_by: str
    decided_at: dt.datetime
    void_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswer:
    """Why an answer that looks like a slip is right as entered."""

    id: int | None = None
    patient_id: int
    screening_id: int
    code: str
    facts: str
    question_en: str
    question_zh: str
    reason: str
    answered_by: str
    answered_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reevaluation:
    """How one criterion of an open screening comes out by an amended protocol, and came out before."""

    id: int | None = None
    patient_id: int
    screening_id: int
    protocol_id: int
    criterion_id: str
    before: str
    after: str
    why_en: str
    why_zh: str
    made_at: dt.datetime


def screening_no(number: int) -> str:
    """Return the number of a screening as it is written."""
    return f"S-{number:04}"


def consent_of(consents: Iterable[Consent], screening: Screening) -> Consent | None:
    """Return the consent that a screening stands on: the first one recorded for it.

    A later one, as at 18 or on a new version of the form, does not move the age at consent; a screening anew needs one
    of its own.
    """
    own = [consent for consent in consents if consent.recorded_at >= screening.opened_at]
    return min(own, key=lambda consent: (consent.consented_at, consent.id or 0), default=None)


def answers_from(
    rows: Iterable[Answer], patient: Patient, consent: Consent | None, *, weight_kg: Decimal | None = None
) -> Answers:
    """Return what is known of a patient: the answers, with identity and consent as they are on record."""
    values: dict[str, Any] = {"born": patient.born_on, "sex": patient.sex, "weight_kg": weight_kg}
    if consent is not None:
        values["consented_on"] = consent.consented_at.date()
        values["guardian_consented"] = bool(consent.guardian)
        values["child_assented"] = consent.child_assented
    days: dict[str, dt.date] = {}
    statements: dict[str, bool | None] = {}
    findings: dict[str, str] = {}
    for row in rows:
        if row.on is not None:
            days[row.item] = row.on
        if row.item.startswith(PREFIX):
            if row.value in FINDING_WORDS:
                findings[row.item.removeprefix(PREFIX)] = row.value
        elif row.item in FIELDS and row.item not in FROM_THE_RECORD:
            values |= _measured(row)
        elif row.value and row.item[:1] in {"I", "E"}:
            statements[row.item] = row.value == YES
    return Answers(**values, statements=statements, sledai_findings=findings, days=days)  # type: ignore[arg-type]  # checked when they were saved


def judged(protocol: Protocol, answers: Answers, determinations: Iterable[Determination] = ()) -> tuple[Judgement, ...]:
    """Judge every criterion, those that the investigator decided by the decision."""
    decided = {each.criterion_id: each for each in determinations if each.void_at is None}
    return tuple(_decided(each, answers, decided.get(each.criterion.id)) for each in judge(protocol.criteria, answers))


def holds(determination: Determination, criterion: Criterion, answers: Answers) -> bool:
    """Tell whether a decision is about the answers and the criterion as they stand."""
    return determination.void_at is None and determination.facts == facts_on(criterion, answers)


def facts_on(criterion: Criterion, answers: Answers) -> str:
    """Return the criterion and what it comes out by, in the form that is stored beside a decision."""
    known = {name: _plain(_known(name, answers)) for name in answers_read(criterion)}
    limits = {name: plain(amount) for name, amount in criterion.amounts.items()}
    lists = {name: list(words) for name, words in criterion.lists.items()}
    content = {"rule": criterion.rule, "field": criterion.field, "limits": limits, "lists": lists, "answers": known}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def ratio_of(rows: Iterable[Answer]) -> Ratio | None:
    """Return protein over creatinine of the urine sample, once both are known."""
    by_code = {row.item: row for row in rows if row.value}
    protein, creatinine = by_code.get("urine_protein"), by_code.get("urine_creatinine")
    if protein is None or creatinine is None:
        return None
    return upcr(
        protein=Decimal(protein.value),
        protein_unit=protein.unit,  # type: ignore[arg-type]  # checked when it was saved
        creatinine=Decimal(creatinine.value),
        creatinine_unit=creatinine.unit,  # type: ignore[arg-type]  # as above
    )


def _measured(row: Answer) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if row.value:
        found[row.item] = _value(row.item, row.value)
    if row.upper_limit is not None:
        found[f"{row.item}_uln"] = row.upper_limit
    if row.item == "creatinine" and row.unit:
        found["creatinine_unit"] = row.unit
    return found


def _value(code: str, text: str) -> Any:
    if code in FLAGS:
        return text == YES
    if code in DAYS:
        return dt.date.fromisoformat(text)
    if code == "biopsy_class":
        return tuple(text.split("+"))
    return text if code in WORDS else Decimal(text)


def _decided(judgement: Judgement, answers: Answers, determination: Determination | None) -> Judgement:
    undecided = judgement.passes == "investigator_decides"
    if determination is None or not undecided or not holds(determination, judgement.criterion, answers):
        return judgement
    said = Sentence(
        "Decided by {name}, {instant}: {reason} ({why})",
        name=determination.decided_by, instant=determination.decided_at, reason=determination.reason, why=judgement.why,
    )  # fmt: skip
    return Judgement(judgement.criterion, "yes" if determination.passes == YES else "no", said)


def _known(name: str, answers: Answers) -> object:
    return getattr(answers, name) if name in _FIELD_NAMES else answers.statement(name)


_FIELD_NAMES: Sequence[str] = tuple(each.name for each in fields(Answers) if each.name not in NOT_PLAIN)


def _plain(value: object) -> object:
    match value:
        case Decimal():
            return plain(EXACT.plus(value))
        case dt.date():
            return value.isoformat()
        case tuple():
            return list(value)
    return value
