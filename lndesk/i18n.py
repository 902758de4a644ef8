"""How the program speaks: translation, and numbers, days and instants as people read them."""

from __future__ import annotations

import contextlib
import datetime as dt
import gettext
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache

from lndesk.settings import resources

LANGUAGES = {"en": "English", "zh_CN": "中文"}
NO_BREAK = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
_AS_WRITTEN = Context(prec=60, rounding=ROUND_HALF_UP)  # the global context could shorten what a person reads

# A fixed table: locale data gives "Sept" or "3月" where two people must read one date alike.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_chosen = "en"
_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


def language() -> str:
    """Return the code of the language now spoken."""
    return _spoken.get() or _chosen


def set_language(code: str) -> None:
    """Choose the language for the whole program.

    Raises:
        KeyError: the program does not speak it.
    """
    global _chosen  # noqa: PLW0603  # the one choice that every thread shares
    if code not in LANGUAGES:
        raise KeyError(code)
    _chosen = code


@contextlib.contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak another language inside the block, for a sheet that has a language of its own."""
    token = _spoken.set(code)
    try:
        yield
    finally:
        _spoken.reset(token)


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    return gettext.translation("lndesk", resources() / "locale", [code], fallback=True)


def _(message: str, /, **values: object) -> str:
    """Translate a message and fill its named places, each value worded for the language."""
    return _catalogue(language()).gettext(message).format(**{name: _worded(value) for name, value in values.items()})


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """Translate by number; `{n}` is filled with the count."""
    template = _catalogue(language()).ngettext(one, many, count)
    return template.format(n=number(count), **{name: _worded(value) for name, value in values.items()})


def N_(message: str) -> str:  # the name gettext's tools know
    """Mark a message for the catalogue without translating it here."""
    return message


class Sentence:
    """A message that is translated when it is read, so that one value serves every language."""

    __slots__ = ("message", "values")

    def __init__(self, message: str, /, **values: object) -> None:
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return _(self.message, **self.values)

    def __repr__(self) -> str:
        return f"Sentence({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sentence) and (self.message, self.values) == (other.message, other.values)

    def __hash__(self) -> int:
        return hash(self.message)


class Amount:
    """A number with its unit, worded when it is read."""

    __slots__ = ("unit", "value")

    def __init__(self, value: Decimal | int, unit: str) -> None:
        self.value = value
        self.unit = unit

    def __str__(self) -> str:
        return amount(self.value, _(self.unit))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Amount) and (self.value, self.unit) == (other.value, other.unit)

    def __hash__(self) -> int:
        return hash((self.value, self.unit))


class Told:
    """What a function says, asked for when it is read, so that one value serves every language."""

    __slots__ = ("_tell",)

    def __init__(self, tell: Callable[[], object]) -> None:
        self._tell = tell

    def __str__(self) -> str:
        return str(self._tell())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Told) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


class InWords:
    """A large number by the million or the ten thousand, worded when it is read."""

    __slots__ = ("value",)

    def __init__(self, value: Decimal | int) -> None:
        self.value = value

    def __str__(self) -> str:
        return in_words(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, InWords) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


def _worded(value: object) -> str:
    match value:
        case dt.datetime():
            return moment(value)
        case dt.date():
            return day(value)
        case bool():
            return str(value)
        case Decimal() | int():
            return number(value)
    return str(value)


def number(value: Decimal | int, *, sign: bool = False) -> str:
    """Write a number with commas from 1,000, a true minus, and no trailing zero."""
    text = f"{value.copy_abs():,f}" if isinstance(value, Decimal) else f"{abs(value):,}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if value < 0 and text != "0":
        return MINUS + text
    return "+" + text if sign and value > 0 else text


def amount(value: Decimal | int, unit: str, *, sign: bool = False) -> str:
    """Write a number with its unit, never to be parted at a line's end."""
    return number(value, sign=sign) + NO_BREAK + unit


def in_words(value: Decimal | int) -> str:
    """Write a large number by the million, or by the ten thousand in Chinese, to the nearest thousand."""
    thousands = Decimal(value).scaleb(-3, _AS_WRITTEN).quantize(Decimal(1), context=_AS_WRITTEN)
    if language() == "zh_CN":
        return number(thousands.scaleb(-1, _AS_WRITTEN)) + NO_BREAK + "万"
    return number(thousands.scaleb(-3, _AS_WRITTEN)) + NO_BREAK + "million"


def day(value: dt.date) -> str:
    """Write a day as 07-Mar-2025, or 2025年03月07日."""
    if language() == "zh_CN":
        return f"{value.year:04}年{value.month:02}月{value.day:02}日"
    return f"{value.day:02}-{_MONTHS[value.month - 1]}-{value.year:04}"


def month(value: dt.date) -> str:
    """Write a month as March 2025, or 2025年3月."""
    if language() == "zh_CN":
        return f"{value.year}年{value.month}月"
    return f"{month_names()[value.month - 1]} {value.year}"


def month_names() -> tuple[str, ...]:
    """Return the twelve months in full."""
    return (
        _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"),
        _("August"), _("September"), _("October"), _("November"), _("December"),
    )  # fmt: skip


def month_abbreviations() -> tuple[str, ...]:
    """Return the twelve English abbreviations that dates are written and read with."""
    return _MONTHS


def weekday(value: dt.date) -> str:
    """Return the short name of a day of the week."""
    return weekday_names()[value.weekday()]


def weekday_names() -> tuple[str, ...]:
    """Return the seven short names, Monday first."""
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))


def weekday_and_day(value: dt.date) -> str:
    """Write a day with its weekday."""
    if language() == "zh_CN":
        return f"{day(value)} {weekday(value)}"
    return f"{weekday(value)} {day(value)}"


def full_weekday(value: dt.date) -> str:
    """Return the whole name of a day of the week."""
    return (
        _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
    )[value.weekday()]  # fmt: skip


def long_day(value: dt.date) -> str:
    """Write a day as a letter does: Friday 7 March 2025, or 2025年3月7日 星期五."""
    if language() == "zh_CN":
        return f"{value.year}年{value.month}月{value.day}日 {full_weekday(value)}"
    return f"{full_weekday(value)} {value.day} {month_names()[value.month - 1]} {value.year}"


def clock(value: dt.datetime | dt.time) -> str:
    """Write the time of day with 24 hours."""
    return f"{value.hour:02}:{value.minute:02}"


def moment(value: dt.datetime) -> str:
    """Write an instant as its day and its time of day."""
    return f"{day(value)} {clock(value)}"
