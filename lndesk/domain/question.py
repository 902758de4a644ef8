"""A question on answers that look like a slip or a contradiction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from lndesk.domain.answers import Answers
from lndesk.domain.quantity import plain
from lndesk.domain.sledai import PREFIX
from lndesk.i18n import Sentence


@dataclass(frozen=True, slots=True)
class Question:
    """What looks like a slip or a contradiction: answered “right as entered” with a reason, or corrected.

    An answer holds for the facts it was given on: with another value it is another question.
    """

    code: str
    items: tuple[str, ...]
    """The answers that it is about."""
    facts: str
    """Their values, in the form that is stored beside the answer."""
    sentence: Sentence


def ask(code: str, items: tuple[str, ...], answers: Answers, sentence: Sentence) -> Question:
    """Ask about answers as they stand."""
    return Question(code, items, "; ".join(f"{item}={_written(item, answers)}" for item in items), sentence)


def _written(item: str, answers: Answers) -> str:
    if item.startswith(PREFIX):
        return str(answers.sledai_findings.get(item.removeprefix(PREFIX), ""))
    value = getattr(answers, item) if hasattr(answers, item) else answers.statement(item)
    taken_on = answers.days.get(item)
    return _plain(value) + (f" on {taken_on}" if taken_on else "")


def _plain(value: object) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return plain(value)
        case dt.date():
            return value.isoformat()
        case tuple():
            return "+".join(value)
    return str(value)
