"""What does not go together in the answers of a screening, asked and never refused."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from lndesk.domain import contradictions, date_slips, sledai_checks, unit_slips
from lndesk.domain.answers import Answers
from lndesk.domain.question import Question as Question  # noqa: PLC0414  # the one door to the checks


def questions_on(
    answers: Answers, *, today: dt.date | None = None, last_weight_kg: Decimal | None = None
) -> tuple[Question, ...]:
    """Return every question on a screening: slips of unit and date, findings and statements that contradict.

    Args:
        answers: the screening.
        today: without it no day is held to be in the future.
        last_weight_kg: the weight before this one.
    """
    return (
        *unit_slips.questions_on(answers, last_weight_kg=last_weight_kg),
        *sledai_checks.questions_on(answers),
        *date_slips.questions_on(answers, today=today),
        *contradictions.questions_on(answers),
    )
