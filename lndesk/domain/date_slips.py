"""Days of a screening that look like a slip."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from lndesk.domain.answers import Answers
from lndesk.domain.answers_words import WHAT, what
from lndesk.domain.question import Question
from lndesk.domain.result_ages import GROUPS
from lndesk.domain.visit import add_months
from lndesk.i18n import Sentence

DAYS = ("consented_on", "biopsy_on", "alcoholism_until", "drug_addiction_until", "other_trial_ended_on")
LONG_AGO_MONTHS = 10
"""A result of a screening this much older than the consent was hardly meant: in January people write last year."""


def questions_on(answers: Answers, *, today: dt.date | None) -> Iterator[Question]:
    """Ask about days to come, days before the birth, results from before the consent, and years that look wrong."""
    for item, on in _days(answers).items():
        if today is not None and on > today:
            sentence = Sentence("{what}: {day} is in the future. Is the day right?", what=what(item), day=on)
            yield _asked("future", item, on, sentence)
        elif answers.born is not None and on < answers.born:
            sentence = Sentence("{what}: {day} lies before the birth date. Is the day right?", what=what(item), day=on)
            yield _asked("before-birth", item, on, sentence)
        elif _is_long_ago(item, on, answers):
            sentence = Sentence(
                "{what}: {day} lies long before the consent of {consent}. Is the year right?",
                what=what(item), day=on, consent=answers.consented_on,
            )  # fmt: skip
            yield _asked("year", item, on, sentence)
    yield from _before_consent(answers)


def _before_consent(answers: Answers) -> Iterator[Question]:
    consent = answers.consented_on
    early = {item: on for item, on in _days(answers).items() if _is_procedure(item) and consent and on < consent}
    if not early:
        return
    item = min(early, key=lambda name: early[name])
    sentence = Sentence(
        "{what} is of {day}, before the consent of {consent}. Was it routine care, and not done for the study?",
        what=what(item), day=early[item], consent=consent,
    )  # fmt: skip
    facts = "; ".join(f"{name} on {on}" for name, on in early.items())
    yield Question("before-consent", tuple(early), f"consented_on={consent}; {facts}", sentence)


def _days(answers: Answers) -> dict[str, dt.date]:
    named = {item: getattr(answers, item) for item in DAYS}
    taken = {item: on for item, on in answers.days.items() if item in WHAT}
    return {item: on for item, on in (named | taken).items() if on is not None}


def _is_procedure(item: str) -> bool:
    return GROUPS.get(item, "biopsy") != "biopsy"


def _is_long_ago(item: str, on: dt.date, answers: Answers) -> bool:
    consent = answers.consented_on
    return consent is not None and _is_procedure(item) and on < add_months(consent, -LONG_AGO_MONTHS)


def _asked(kind: str, item: str, on: dt.date, sentence: Sentence) -> Question:
    return Question(f"{kind}-{item}", (item,), f"{item}={on}", sentence)
