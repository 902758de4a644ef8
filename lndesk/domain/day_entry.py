"""Days and times of day as people type them; whatever could be read in two ways is asked back."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Final

from lndesk.domain.errors import RuleViolation
from lndesk.domain.visit import add_months
from lndesk.i18n import N_, Sentence, month_abbreviations

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199
_MONTHS_IN_A_YEAR: Final = 12
_TODAY: Final = frozenset({"t", "today", "今天"})
_FULL_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july",
    "august", "september", "october", "november", "december",
)  # fmt: skip

_NOT_A_DATE: Final = N_("“{text}” is not a date. Type it like 07-Mar-2025.")
_NO_SUCH_DAY: Final = N_("“{text}” is not a day of the calendar. Check the day and the month.")
_YEAR_NOT_WHOLE: Final = N_("“{text}” needs a year of four digits, such as 2025.")
_OUT_OF_RANGE: Final = N_("“{text}” is outside the years 1900 to 2199. Check the year.")

_STEP = re.compile(r"([+-]) ?(\d{1,4}) ?([dwmy])")
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]?")
_DAY_NAMED_MONTH = re.compile(r"(\d{1,2})[-\s./]*([a-z]{3,9})\.?[-\s./,]*(\d+)")
_NAMED_MONTH_DAY = re.compile(r"([a-z]{3,9})\.?[-\s./]*(\d{1,2})[-\s./,]+(\d+)")
_THREE_NUMBERS = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d+)")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})|(\d{2})(\d{2})")


class AmbiguousDay(RuleViolation):
    """What was typed is two different days; the person chooses."""

    def __init__(self, text: str, readings: tuple[dt.date, dt.date], *, field: str | None = None) -> None:
        first, second = readings
        sentence = Sentence("“{text}” is {first} or {second}. Choose one.", text=text, first=first, second=second)
        super().__init__(sentence, field=field)
        self.readings = readings


def parse_day(text: str, today: dt.date, *, field: str | None = None) -> dt.date:
    """Read a day as a person types it.

    Args:
        text: what was typed, such as `7 mar 2025`, `2025-03-07`, `2025年3月7日`, `t`, `+1m` or `-2d`.
        today: the day that `t` means and that steps start from.
        field: the name of the entry field, for the refusal.

    Raises:
        AmbiguousDay: the day and the month could be told either way.
        RuleViolation: it is no day, or the year is not written in full.
    """
    typed = _plain(text).casefold()
    if not typed:
        raise RuleViolation(Sentence("Enter a date, such as 07-Mar-2025."), field=field)
    if typed in _TODAY:
        return today
    try:
        if step := _STEP.fullmatch(typed):
            return _stepped(today, step)
        return _written(typed)
    except AmbiguousDay as ambiguous:
        raise AmbiguousDay(text.strip(), ambiguous.readings, field=field) from None
    except _NoDay as reason:
        raise RuleViolation(Sentence(reason.message, text=text.strip()), field=field) from None


def parse_clock(text: str, *, field: str | None = None) -> dt.time:
    """Read a time of day of 24 hours, `9:05`, `09:05` or `0905`.

    Raises:
        RuleViolation: it is no such time.
    """
    typed = _plain(text)
    if not typed:
        raise RuleViolation(Sentence("Enter a time, such as 09:05."), field=field)
    found = _CLOCK.fullmatch(typed)
    hour, minute = (int(part) for part in found.groups() if part) if found else (-1, -1)
    try:
        return dt.time(hour, minute)
    except ValueError:
        raise RuleViolation(
            Sentence("“{text}” is not a time of day. Use 24 hours, such as 09:05.", text=text.strip()),
            field=field,
        ) from None


def age_in_years(born_on: dt.date, on: dt.date) -> int:
    """Return the age in whole years on a day."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


class _NoDay(Exception):
    # A branch of the reading; it becomes a refusal before anyone sees it.
    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def _plain(text: str) -> str:
    # Input methods give full-width digits and signs; NFKC makes them plain, but leaves the true minus.
    narrow = unicodedata.normalize("NFKC", text).replace("\N{MINUS SIGN}", "-").replace("。", ".")
    return " ".join(narrow.split())


def _stepped(today: dt.date, step: re.Match[str]) -> dt.date:
    sign, count, unit = step.groups()
    steps = int(count) if sign == "+" else -int(count)
    try:
        match unit:
            case "d":
                day = today + dt.timedelta(days=steps)
            case "w":
                day = today + dt.timedelta(weeks=steps)
            case "m":
                day = add_months(today, steps)
            case _:
                day = add_months(today, steps * _MONTHS_IN_A_YEAR)
    except (ValueError, OverflowError):
        raise _NoDay(_OUT_OF_RANGE) from None
    return _in_range(day)


def _written(typed: str) -> dt.date:
    if found := _YEAR_FIRST.fullmatch(typed):
        year, month, day = (part for part in found.groups() if part and part.isdigit())
        return _day(year, int(month), int(day))
    if found := _DAY_NAMED_MONTH.fullmatch(typed):
        day, name, year = found.groups()
        return _day(year, _month_named(name), int(day))
    if found := _NAMED_MONTH_DAY.fullmatch(typed):
        name, day, year = found.groups()
        return _day(year, _month_named(name), int(day))
    if found := _THREE_NUMBERS.fullmatch(typed):
        first, _separator, second, year = found.groups()
        return _either_way(year, int(first), int(second))
    raise _NoDay(_NOT_A_DATE)


def _either_way(year: str, first: int, second: int) -> dt.date:
    readings = []
    for day, month in ((first, second), (second, first)):
        try:
            readings.append(_day(year, month, day))
        except _NoDay as problem:
            refusal = problem
    if not readings:
        raise refusal
    if len(set(readings)) == 1:
        return readings[0]
    raise AmbiguousDay("", (readings[0], readings[1]))


def _month_named(name: str) -> int:
    for number, (short, full) in enumerate(zip(month_abbreviations(), _FULL_MONTHS, strict=True), start=1):
        if name == short.casefold() or full.startswith(name):
            return number
    raise _NoDay(_NOT_A_DATE)


def _day(year: str, month: int, day: int) -> dt.date:
    if len(year) != len("2025"):
        raise _NoDay(_YEAR_NOT_WHOLE)
    try:
        return _in_range(dt.date(int(year), month, day))
    except ValueError:
        raise _NoDay(_NO_SUCH_DAY) from None


def _in_range(day: dt.date) -> dt.date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _NoDay(_OUT_OF_RANGE)
    return day
