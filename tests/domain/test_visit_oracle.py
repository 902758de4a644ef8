"""The planner against dates worked out by day numbers and nothing else: no library of dates, no code of the program.

A day is turned into its Julian day number and back by whole-number arithmetic (Fliegel and Van Flandern, 1968); its
weekday is that number modulo 7; the length of a month comes from the rule of leap years.
"""

import datetime as dt
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lndesk.domain.errors import ProtocolProblem
from lndesk.domain.protocol_file import parse_protocol
from lndesk.domain.visit import add_months, contraception_end, month_span, plan_control, plan_treatment
from lndesk.i18n import weekday

TEXT = Path("resources/protocols/nct04318600.toml").read_text(encoding="utf-8")
SHORT = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
FIRST_YEAR, LAST_YEAR = 1990, 2060


def number(year, month, day):
    """The Julian day number of a day of the Gregorian calendar."""
    a = (14 - month) // 12
    y, m = year + 4800 - a, month + 12 * a - 3
    return day + (153 * m + 2) // 5 + 365 * y + y // 4 - y // 100 + y // 400 - 32045


def from_number(jdn):
    """The day of a Julian day number, as year, month, day."""
    a = jdn + 32044
    b = (4 * a + 3) // 146097
    c = a - 146097 * b // 4
    d = (4 * c + 3) // 1461
    e = c - 1461 * d // 4
    m = (5 * e + 2) // 153
    return 100 * b + d - 4800 + m // 10, m + 3 - 12 * (m // 10), e - (153 * m + 2) // 5 + 1


def length(year, month):
    if month == 2:
        return 29 if (year % 4 == 0 and year % 100 != 0) or year % 400 == 0 else 28
    return 30 if month in {4, 6, 9, 11} else 31


def months_on(year, month, day, months):
    """The same day some months on, one month after another by name, the day cut only at the end."""
    for _each in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return year, month, min(day, length(year, month))


def parts(date):
    return date.year, date.month, date.day


def plus(date_parts, days):
    return from_number(number(*date_parts) + days)


def every(apart, unit, before=3, after=3, gap=7):
    text = re.sub(
        r"^every = .*$", f'every = {{ value = "{apart}", unit = "{unit}", origin = "site" }}', TEXT, flags=re.MULTILINE
    )
    for key, value in (("infusion_window_before", before), ("infusion_window_after", after),
                       ("followup_window_before", gap), ("followup_window_after", gap)):  # fmt: skip
        text = re.sub(rf'^({key} = {{ value = )"\d+"', rf'\1"{value}"', text, flags=re.MULTILINE)
    return parse_protocol(text)


MONTHLY = every(1, "months")
days = some.dates(dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 12, 31))
rules = some.sampled_from([(1, "months"), (2, "months"), (28, "days"), (30, "days")])


def target(anchor, steps, apart, unit):
    if unit == "months":
        return months_on(*parts(anchor), steps * apart)
    return plus(parts(anchor), steps * apart)


def test_the_oracle_knows_days_that_are_known():
    assert number(2000, 1, 1) == 2451545  # the epoch of astronomers
    assert from_number(2451545) == (2000, 1, 1)
    assert SHORT[number(2026, 3, 12) % 7] == "Thu"
    assert (length(2000, 2), length(2100, 2), length(2028, 2), length(2026, 2)) == (29, 28, 29, 28)


def test_t3_every_day_of_seventy_one_years_is_followed_by_the_months_of_the_oracle():
    jdn, last = number(FIRST_YEAR, 1, 1), number(LAST_YEAR, 12, 31)
    while jdn <= last:
        day = from_number(jdn)
        for months in (1, 2, 12):
            assert parts(add_months(dt.date(*day), months)) == months_on(*day, months), day
        jdn += 1


@given(days, rules, some.integers(0, 7), some.integers(0, 14))
def test_the_course_of_the_treated_arm_is_that_of_the_oracle(anchor, rule, before, after):
    apart, unit = rule
    plan = plan_treatment(every(apart, unit, before, after), first_infusion_on=anchor)

    targets = [target(anchor, n, apart, unit) for n in range(3)]
    assert [parts(visit.target_on) for visit in plan[:3]] == targets
    assert [parts(visit.window.opens_on) for visit in plan[:3]] == [plus(each, -before) for each in targets]
    assert [parts(visit.window.closes_on) for visit in plan[:3]] == [plus(each, after) for each in targets]
    assert [parts(visit.target_on) for visit in plan[3:]] == [plus(targets[2], 7 * weeks) for weeks in (4, 12, 24)]


@given(days, rules, some.integers(1, 200))
def test_follow_up_and_contraception_are_counted_from_the_last_actual_infusion(anchor, rule, later):
    last = dt.date(*plus(parts(anchor), later))
    plan = plan_treatment(every(*rule), first_infusion_on=anchor, last_infusion_on=last)

    assert [parts(visit.target_on) for visit in plan[3:]] == [plus(parts(last), 7 * weeks) for weeks in (4, 12, 24)]
    assert parts(contraception_end(MONTHLY, last_infusion_on=last).on) == plus(parts(last), 168)


@given(days, rules, some.integers(0, 14))
def test_the_course_of_the_control_arm_is_that_of_the_oracle(enrolled, rule, gap):
    plan = plan_control(every(*rule, gap=gap), enrolled_on=enrolled)

    targets = [target(enrolled, n, *rule) for n in range(3)]
    assert [parts(visit.target_on) for visit in plan[:3]] == targets
    assert [parts(visit.window.closes_on) for visit in plan[3:]] == [
        plus(targets[2], 7 * weeks + gap) for weeks in (4, 12, 24)
    ]


@given(days)
def test_weekdays_and_the_ends_of_months_are_those_of_the_oracle(day):
    first, last = month_span(day)

    assert weekday(day) == SHORT[number(*parts(day)) % 7]
    assert parts(first) == (day.year, day.month, 1)
    assert parts(last) == (day.year, day.month, length(day.year, day.month))


@given(days, some.integers(-30, 30))
def test_t4_the_window_and_its_status_agree_with_the_oracle_on_each_day_round_it(anchor, offset):
    visit = plan_treatment(MONTHLY, first_infusion_on=anchor)[1]
    target_no = number(*months_on(*parts(anchor), 1))
    today = dt.date(*from_number(target_no + offset))

    expected = "upcoming" if offset < -3 else "open" if offset <= 3 else "overdue"
    assert visit.window.status(today) == expected
    assert (today in visit.window) is (expected == "open")


@pytest.mark.parametrize(
    ("first", "rule", "expected"),
    [
        ("2026-01-31", (1, "months"), ["2026-02-28", "2026-03-31"]),
        ("2026-01-31", (28, "days"), ["2026-02-28", "2026-03-28"]),
        ("2026-01-31", (30, "days"), ["2026-03-02", "2026-04-01"]),
        ("2028-02-29", (1, "months"), ["2028-03-29", "2028-04-29"]),
        ("2027-12-31", (2, "months"), ["2028-02-29", "2028-04-30"]),
    ],
)
def test_t3_month_ends_and_leap_days_as_written_down_by_hand(first, rule, expected):
    plan = plan_treatment(every(*rule), first_infusion_on=dt.date.fromisoformat(first))

    assert [visit.target_on.isoformat() for visit in plan[1:3]] == expected


def test_t13_a_window_is_days_before_and_days_after_and_never_a_signed_number():
    signed = re.sub(r'^(infusion_window_before = { value = )"\d+"', r'\1"-3"', TEXT, flags=re.MULTILINE)

    with pytest.raises(ProtocolProblem, match=r"infusion_window_before cannot be used"):
        parse_protocol(signed)
