"""An answer of a screening as people read it: value, unit, limit, the day of the sample and its age, details."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

from lndesk.domain.answers import OTHER
from lndesk.domain.answers_words import CREATININE_UNITS
from lndesk.domain.items import NO, YES, Item
from lndesk.domain.screening import Answer
from lndesk.i18n import N_, NO_BREAK, _, day, number
from ui.widgets.result_age import age_words

UNIT_WORDS: Final = CREATININE_UNITS | {
    "g/L": N_("g per L"),
    "mg/L": N_("mg per L"),
    "mmol/L": N_("mmol per L"),
}


def answer_words(item: Item, answer: Answer | None, today: dt.date) -> str:
    """Return the whole answer."""
    if answer is None:
        return _("Not answered")
    said = value_words(item, answer)
    if answer.upper_limit is not None:
        said = _("{said}, upper limit of normal {limit}", said=said, limit=_amount(answer.upper_limit, answer.unit))
    if answer.on is not None:
        said = _("{said}, sampled {day} ({age})", said=said, day=answer.on, age=age_words(answer.on, today))
    if answer.detail:
        said = _("{said}; {detail}", said=said, detail=answer.detail)
    return said


def value_words(item: Item, answer: Answer) -> str:
    """Return the value with its unit."""
    if not answer.value:
        return _("Not answered")
    match item.kind:
        case "amount":
            return _amount(Decimal(answer.value), answer.unit)
        case "flag":
            return {YES: _("Yes"), NO: _("No")}.get(answer.value, answer.value)
        case "choice":
            return _(dict(item.choices).get(answer.value, answer.value))
        case "classes":
            return _("class {found}", found=answer.value.replace("+", " + ").replace(OTHER, _("Other")))
        case "day":
            return day(dt.date.fromisoformat(answer.value))
    return answer.value


def unit_words(unit: str) -> str:
    """Return a unit as people read it."""
    return _(UNIT_WORDS.get(unit, unit))


def _amount(value: Decimal, unit: str) -> str:
    return f"{number(value)}{NO_BREAK}{unit_words(unit)}" if unit else number(value)
