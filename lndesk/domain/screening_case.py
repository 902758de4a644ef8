"""All that one screening comes out by, at one moment."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lndesk.domain.answers import Answers
from lndesk.domain.cross_checks import Question, questions_on
from lndesk.domain.eligibility import EligibilityVerdict, Judgement, verdict_on
from lndesk.domain.patient import Consent, Patient
from lndesk.domain.protocol import Protocol
from lndesk.domain.quantity import plain
from lndesk.domain.screening import Answer, Determination, QuestionAnswer, Screening, answers_from, judged
from lndesk.i18n import Sentence, speaking

OF_THE_INVESTIGATOR = frozenset({"before-consent"})
"""Questions that the desk may leave open when it sends a screening: only an investigator answers them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A question on the answers as they stand, and why they are right as entered, if somebody said so."""

    code: str
    items: tuple[str, ...]
    facts: str
    sentence: Sentence
    answered: str = ""
    answered_by: str = ""
    answered_at: dt.datetime | None = None

    @property
    def by_investigator(self) -> bool:
        """Tell whether only an investigator may answer it."""
        return self.code in OF_THE_INVESTIGATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningCase:
    """A screening with its patient, its consent, its answers and what was said about them."""

    screening: Screening
    patient: Patient
    consent: Consent | None
    rows: Mapping[str, Answer]
    determinations: tuple[Determination, ...]
    question_answers: tuple[QuestionAnswer, ...]
    weights_kg: tuple[Decimal, ...]
    """Newest first; a weight in jin shows beside the one before."""
    protocol: Protocol

    @property
    def answers(self) -> Answers:
        """Return what is known of the patient."""
        return answers_from(self.rows.values(), self.patient, self.consent)

    def judgements(self, protocol: Protocol | None = None) -> tuple[Judgement, ...]:
        """Judge every criterion, by the screening's own version of the protocol or by another."""
        return judged(protocol or self.protocol, self.answers, self.determinations)

    def verdict(self, protocol: Protocol | None = None) -> EligibilityVerdict:
        """Sum up."""
        return verdict_on(self.judgements(protocol))

    def questions(self, today: dt.date) -> tuple[AskedQuestion, ...]:
        """Return the questions on the answers, each with its answer for these very facts."""
        given = {(each.code, each.facts): each for each in self.question_answers}
        return tuple(_asked(each, given.get((each.code, each.facts))) for each in self._questions(today))

    def _questions(self, today: dt.date) -> tuple[Question, ...]:
        newest, before = (*self.weights_kg, None, None)[:2]
        known = answers_from(self.rows.values(), self.patient, self.consent, weight_kg=newest)
        return questions_on(known, today=today, last_weight_kg=before)


def as_signed(case: ScreeningCase) -> str:
    """Return the answers and how each criterion comes out, as the canonical JSON that a signature covers."""
    content = {
        "protocol": {"version": case.protocol.version, "sha256": case.protocol.sha256},
        "screening": case.screening.screening_no,
        "verdict": case.verdict(),
        "answers": {code: _said(row) for code, row in sorted(case.rows.items())},
        "criteria": [
            {
                "id": each.criterion.id,
                "passes": each.passes,
                "why": {"en": said_in("en", each.why), "zh_CN": said_in("zh_CN", each.why)},
            }
            for each in case.judgements()
        ],
        "questions": [
            {"code": each.code, "facts": each.facts, "reason": each.reason, "by": each.answered_by}
            for each in case.question_answers
        ],
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def said_in(language: str, sentence: object) -> str:
    """Return a sentence in a language, to be kept."""
    with speaking(language):
        return str(sentence)


def _said(row: Answer) -> dict[str, str]:
    content = {
        "value": row.value,
        "unit": row.unit,
        "upper_limit": "" if row.upper_limit is None else plain(row.upper_limit),
        "on": row.on.isoformat() if row.on else "",
        "detail": row.detail,
    }
    return {part: text for part, text in content.items() if text}


def _asked(question: Question, answer: QuestionAnswer | None) -> AskedQuestion:
    return AskedQuestion(
        code=question.code,
        items=question.items,
        facts=question.facts,
        sentence=question.sentence,
        answered=answer.reason if answer else "",
        answered_by=answer.answered_by if answer else "",
        answered_at=answer.answered_at if answer else None,
    )
