"""One answer of a screening in the one form that is stored; refused rather than guessed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from lndesk.domain.answers import CLASSES, OTHER
from lndesk.domain.errors import RuleViolation
from lndesk.domain.items import NO, YES, Item
from lndesk.domain.quantity import parse_decimal, plain
from lndesk.domain.screening import Answer
from lndesk.i18n import Sentence

LONGEST = 500
EARLIEST_YEAR = 1900


def check_answer(answer: Answer, item: Item) -> Answer:
    """Return an answer in the one form that is stored. A part that the item does not ask for is refused.

    Raises:
        RuleViolation: a part cannot be read, or is not asked; its field is the item, `_uln` or `_on` behind it for the
            upper limit and the day.
    """
    asked = {
        "upper_limit": item.asks_upper_limit or answer.upper_limit is None,
        "on": item.asks_day or answer.on is None,
        "detail": item.asks_detail or not answer.detail.strip(),
    }
    for part, is_asked in asked.items():
        if not is_asked:
            raise RuleViolation(Sentence("{part} is not asked of {item}.", part=part, item=item.code), field=item.code)
    value = answer.value.strip()
    checked = replace(
        answer,
        value=_value(value, item) if value else "",
        unit=_unit(answer.unit, item),
        upper_limit=_limit(answer.upper_limit, item),
        on=_day(answer.on, f"{item.code}_on"),
        detail=_words(answer.detail, item),
    )
    if checked.is_blank:
        return checked
    return checked if item.kind == "amount" else replace(checked, unit="")


def _value(text: str, item: Item) -> str:
    match item.kind:
        case "amount":
            return plain(parse_decimal(text, places=item.places, field=item.code))
        case "flag":
            return _one_of(text, (YES, NO), item)
        case "choice":
            return _one_of(text, tuple(code for code, _words in item.choices), item)
        case "classes":
            return _classes(text, item)
        case "day":
            return _written_day(text, item)
    return _words(text, item)


def _one_of(text: str, choices: tuple[str, ...], item: Item) -> str:
    if text not in choices:
        raise RuleViolation(
            Sentence("“{value}” is not one of: {choices}", value=text, choices=", ".join(choices)), field=item.code
        )
    return text


def _classes(text: str, item: Item) -> str:
    order = (*CLASSES, OTHER)
    found = [part.strip() for part in text.split("+")]
    if len(set(found)) < len(found) or not set(found) <= set(order):
        raise RuleViolation(
            Sentence("“{value}” is not a class. Choose of I to VI, or other; or two as III+V.", value=text),
            field=item.code,
        )
    return "+".join(sorted(found, key=order.index))


def _written_day(text: str, item: Item) -> str:
    try:
        on = dt.date.fromisoformat(text)
    except ValueError as error:
        raise RuleViolation(
            Sentence("“{text}” is not a day. Write it as 2026-03-12.", text=text), field=item.code
        ) from error
    return on.isoformat() if _day(on, item.code) else ""


def _day(on: dt.date | None, field: str) -> dt.date | None:
    if on is not None and on.year < EARLIEST_YEAR:
        raise RuleViolation(Sentence("{day} is too long ago. Check the year.", day=on), field=field)
    return on


def _unit(unit: str, item: Item) -> str:
    if not item.units:
        return ""
    if unit and unit not in item.units:
        raise RuleViolation(
            Sentence("“{value}” is not one of: {choices}", value=unit, choices=", ".join(item.units)), field=item.code
        )
    return unit or item.units[0]


def _limit(limit: Decimal | None, item: Item) -> Decimal | None:
    if limit is None:
        return None
    return parse_decimal(plain(limit), places=item.places, field=f"{item.code}_uln")


def _words(text: str, item: Item) -> str:
    words = " ".join(text.split())
    if len(words) > LONGEST:
        raise RuleViolation(
            Sentence("The text is too long: {n} characters, at most {most}.", n=len(words), most=LONGEST),
            field=item.code,
        )
    return words
