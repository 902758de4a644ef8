"""Public holidays of China with the working days that make up for them, as far as they are published."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from lndesk.domain.origin import Wording
from lndesk.i18n import N_, Sentence

CHINA = "CN"
NONE = "none"
COUNTRIES = (CHINA, NONE)
FIRST_YEAR, LAST_YEAR = 1950, 2099
"""The years that the almanac of the library covers."""
_IN_LIEU = "Day off"
_DAY_OFF = N_("a day off beside a public holiday")


@dataclass(frozen=True, slots=True)
class Holidays:
    """One year: each holiday with its name, the weekend days that are worked, and whether the year is published."""

    names: dict[dt.date, Wording | Sentence]
    working: frozenset[dt.date]
    published: bool


NOTHING = Holidays({}, frozenset(), published=True)


def holidays_of(year: int, country: str) -> Holidays:
    """Return the public holidays of a year.

    Days off and make-up working days are decreed each autumn for the year to come. Of a year that is not published
    the holidays that the law fixes are known, and nothing more.
    """
    return _china(year) if country == CHINA else NOTHING


@lru_cache(maxsize=64)
def _china(year: int) -> Holidays:
    from holidays.countries.china import China, ChinaStaticHolidays  # heavy: the almanacs of its calendars

    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Holidays({}, frozenset(), published=False)
    published = year <= max(ChinaStaticHolidays.special_public_holidays)
    english, chinese = (
        China(years=year, language=code, observed=published)  # type: ignore[no-untyped-call]  # its __init__ has no types
        for code in ("en_US", "zh_CN")
    )
    names = {on: _name(english[on], chinese[on]) for on in english}
    return Holidays(names, frozenset(on for on in english.weekend_workdays if on.year == year), published=published)


def _name(english: str, chinese: str) -> Wording | Sentence:
    if english.startswith(_IN_LIEU):
        return Sentence(_DAY_OFF)
    return Wording(english.replace(" (observed)", ""), chinese.replace("（补假）", ""))
