import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lndesk import i18n
from lndesk.domain.day_entry import AmbiguousDay, age_in_years, parse_clock, parse_day
from lndesk.domain.errors import RuleViolation

TODAY = dt.date(2025, 1, 31)
DAY = dt.date(2025, 3, 7)
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "7 mar 2025",
        "07-Mar-2025",
        "7mar2025",
        "7 MARCH 2025",
        "Mar 7, 2025",
        "2025-03-07",
        "2025/3/7",
        "2025年3月7日",
        "2025年03月07日",
        "２０２５年３月７日",
        "  ２０２５－０３－０７ ",
    ],
)
def test_a_day_is_read_in_each_way_that_people_write_it(text):
    assert parse_day(text, TODAY) == DAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("t", TODAY),
        ("T", TODAY),
        ("今天", TODAY),
        ("+1m", dt.date(2025, 2, 28)),
        ("+2w", dt.date(2025, 2, 14)),
        ("-2d", dt.date(2025, 1, 29)),
        ("−2d", dt.date(2025, 1, 29)),
        ("＋１m", dt.date(2025, 2, 28)),
        ("+1y", dt.date(2026, 1, 31)),
    ],
)
def test_a_step_starts_from_today(text, day):
    assert parse_day(text, TODAY) == day


def test_day_and_month_that_could_be_either_are_asked_back_with_both_readings():
    with pytest.raises(AmbiguousDay, match=r"“7/3/2025” is 07-Mar-2025 or 03-Jul-2025") as refused:
        parse_day("7/3/2025", TODAY, field="seen_on")

    assert refused.value.readings == (dt.date(2025, 3, 7), dt.date(2025, 7, 3))
    assert refused.value.field == "seen_on"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("25/3/2025", dt.date(2025, 3, 25)),
        ("3/25/2025", dt.date(2025, 3, 25)),
        ("5.5.2025", dt.date(2025, 5, 5)),
    ],
)
def test_numbers_that_make_one_day_only_are_that_day(text, day):
    assert parse_day(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Enter a date"),
        ("07-03-25", "year of four digits"),
        ("07-Mar-85", "year of four digits"),
        ("7 mar 20255", "year of four digits"),
        ("30 feb 2025", "not a day of the calendar"),
        ("29-Feb-2025", "not a day of the calendar"),
        ("32/13/2025", "not a day of the calendar"),
        ("2025-00-10", "not a day of the calendar"),
        ("07-Mar-0025", "outside the years"),
        ("+9999y", "outside the years"),
        ("soon", "not a date"),
        ("7 ma 2025", "not a date"),
        ("7 mars 2025", "not a date"),
        ("20250307", "not a date"),
        ("7-3/2025", "not a date"),
    ],
)
def test_each_refusal_is_a_sentence_that_says_what_to_type(text, why):
    with pytest.raises(RuleViolation, match=why) as refused:
        parse_day(text, TODAY, field="seen_on")

    assert str(refused.value).endswith(".")
    assert refused.value.field == "seen_on"


@given(DAYS)
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_what_the_program_writes_it_reads_back(language, day):
    with i18n.speaking(language):
        assert parse_day(i18n.day(day), TODAY) == day
    assert parse_day(day.isoformat(), TODAY) == day


def readings_of(text):
    try:
        return {parse_day(text, TODAY)}
    except AmbiguousDay as refused:
        return set(refused.readings)
    except RuleViolation:
        return set()


@given(DAYS)
def test_a_slashed_day_is_never_silently_another_day(day):
    assert day in readings_of(f"{day.day}/{day.month}/{day.year}")


@given(st.text(max_size=20))
def test_any_text_is_a_day_in_range_or_a_refusal(text):
    assert all(1900 <= day.year <= 2199 for day in readings_of(text))


@pytest.mark.parametrize("text", ["9:05", "09:05", "0905", "０９：０５"])
def test_a_time_of_day_is_read_with_24_hours(text):
    assert parse_clock(text) == dt.time(9, 5)


@pytest.mark.parametrize("text", ["", "24:00", "9:60", "9", "905", "9.05 pm", "9:5"])
def test_what_is_no_time_of_day_is_refused(text):
    with pytest.raises(RuleViolation, match="time"):
        parse_clock(text)


def test_an_age_turns_on_the_birthday():
    born = dt.date(1989, 7, 14)

    assert age_in_years(born, dt.date(2025, 7, 13)) == 35
    assert age_in_years(born, dt.date(2025, 7, 14)) == 36
