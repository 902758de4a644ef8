"""When visits are due: month ends, leap days, windows with both ends, and what follows the last infusion."""

import calendar
import datetime as dt
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lndesk.domain.errors import RuleViolation
from lndesk.domain.protocol_file import parse_protocol
from lndesk.domain.visit import (
    Window,
    add_months,
    carry_out,
    check_gap,
    contraception_end,
    month_span,
    plan_control,
    plan_treatment,
    step_from,
)
from lndesk.i18n import speaking

PROTOCOL_TEXT = Path("resources/protocols/nct04318600.toml").read_text(encoding="utf-8")
days = some.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))


@pytest.fixture(scope="module")
def protocol():
    return parse_protocol(PROTOCOL_TEXT)


def every(days_apart):
    changed = re.sub(
        r"^every = .*$",
        f'every = {{ value = "{days_apart}", unit = "days", origin = "site" }}',
        PROTOCOL_TEXT,
        flags=re.MULTILINE,
    )
    return parse_protocol(changed)


def on(text):
    return dt.date.fromisoformat(text)


def targets(plan, kind):
    return [visit.target_on.isoformat() for visit in plan if visit.kind == kind]


def oracle(anchor, months):
    """The same day some months on by counting months alone, without the library that the program uses."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    return dt.date(year, month + 1, min(anchor.day, calendar.monthrange(year, month + 1)[1]))


@pytest.mark.parametrize(
    ("first", "second", "third"),
    [
        ("2026-01-31", "2026-02-28", "2026-03-31"),
        ("2028-01-31", "2028-02-29", "2028-03-31"),
        ("2028-01-30", "2028-02-29", "2028-03-30"),
        ("2028-02-29", "2028-03-29", "2028-04-29"),
        ("2025-12-31", "2026-01-31", "2026-02-28"),
        ("2026-10-31", "2026-11-30", "2026-12-31"),
        ("2026-03-15", "2026-04-15", "2026-05-15"),
    ],
)
def test_a_short_month_ends_the_visit_early_and_leaves_no_trace_in_the_next(protocol, first, second, third):
    plan = plan_treatment(protocol, first_infusion_on=on(first))

    assert targets(plan, "infusion") == [first, second, third]


@given(days, some.integers(0, 24))
def test_months_agree_with_a_count_of_months(anchor, months):
    assert add_months(anchor, months) == oracle(anchor, months)


@given(days)
def test_each_infusion_is_counted_from_the_first_and_never_from_the_one_before(anchor):
    plan = plan_treatment(parse_protocol(PROTOCOL_TEXT), first_infusion_on=anchor)

    assert [visit.target_on for visit in plan if visit.kind == "infusion"] == [oracle(anchor, n) for n in range(3)]


@given(days, some.integers(0, 14), some.integers(0, 14), some.integers(-40, 40))
def test_a_window_holds_exactly_its_days_with_both_ends(target, before, after, offset):
    window = Window(target - dt.timedelta(days=before), target + dt.timedelta(days=after))
    day = target + dt.timedelta(days=offset)

    assert (day in window) is (-before <= offset <= after)
    assert (window.status(day) == "open") is (day in window)


@pytest.mark.parametrize(
    ("today", "status"),
    [("2026-04-29", "upcoming"), ("2026-04-30", "open"), ("2026-05-06", "open"), ("2026-05-07", "overdue")],
)
def test_the_last_day_of_the_window_is_in_time_and_the_next_is_overdue(protocol, today, status):
    third = plan_treatment(protocol, first_infusion_on=on("2026-03-03"))[2]

    assert third.target_on == on("2026-05-03")
    assert third.window.status(on(today)) == status


@pytest.mark.parametrize(
    ("apart", "expected"),
    [(28, ["2026-01-31", "2026-02-28", "2026-03-28"]), (30, ["2026-01-31", "2026-03-02", "2026-04-01"])],
)
def test_a_protocol_may_count_days_instead_of_months(apart, expected):
    plan = plan_treatment(every(apart), first_infusion_on=on("2026-01-31"))

    assert targets(plan, "infusion") == expected


@given(days, some.sampled_from([28, 30]))
def test_steps_of_days_are_of_one_length_over_every_month_and_leap_day(anchor, apart):
    steps = [step_from(anchor, n * apart, "days").on for n in range(3)]

    assert [each.toordinal() - anchor.toordinal() for each in steps] == [0, apart, 2 * apart]


def test_follow_up_counts_from_the_last_infusion_given(protocol):
    plan = plan_treatment(protocol, first_infusion_on=on("2026-01-31"), last_infusion_on=on("2026-04-02"))

    assert targets(plan, "followup") == ["2026-04-30", "2026-06-25", "2026-09-17"]
    assert all(visit.window.closes_on - visit.target_on == dt.timedelta(days=7) for visit in plan if visit.number > 3)


@given(days)
def test_contraception_ends_168_days_after_the_last_infusion(last_on):
    end = contraception_end(parse_protocol(PROTOCOL_TEXT), last_infusion_on=last_on)

    assert (end.on - last_on).days == 168
    assert end.on.weekday() == last_on.weekday()


def test_the_control_arm_has_the_same_months_from_enrolment_and_no_infusion(protocol):
    control = plan_control(protocol, enrolled_on=on("2026-01-31"))

    assert targets(control, "control") == ["2026-01-31", "2026-02-28", "2026-03-31"]
    assert targets(control, "infusion") == []
    assert targets(control, "followup") == ["2026-04-28", "2026-06-23", "2026-09-15"]


def test_a_date_explains_itself(protocol):
    second = plan_treatment(protocol, first_infusion_on=on("2026-01-31"))[1]

    assert second.why == "31-Jan-2026 + 1 month = 28-Feb-2026, Sat; window 25-Feb-2026 to 03-Mar-2026"
    with speaking("zh_CN"):
        assert "2026年02月28日" in second.why


@pytest.mark.parametrize(("gap", "allowed"), [(20, False), (21, True), (22, True)])
def test_at_least_21_days_lie_between_two_infusions(protocol, gap, allowed):
    last = on("2026-03-01")
    day = last + dt.timedelta(days=gap)

    if allowed:
        check_gap(protocol, on=day, previous_on=last)
    else:
        with pytest.raises(RuleViolation, match=r"Earliest day: 22-Mar-2026"):
            check_gap(protocol, on=day, previous_on=last)


def test_a_visit_that_took_place_out_of_its_window_needs_a_reason():
    window, today = Window(on("2026-03-01"), on("2026-03-07")), on("2026-03-20")

    assert carry_out(window, on=on("2026-03-01"), today=today, reason="") == ""
    assert carry_out(window, on=on("2026-03-07"), today=today, reason="") == ""
    assert carry_out(window, on=on("2026-03-08"), today=today, reason=" Snow ") == "Snow"
    with pytest.raises(RuleViolation, match="Give the reason") as refused:
        carry_out(window, on=on("2026-03-08"), today=today, reason=" ")
    assert refused.value.field == "reason"
    with pytest.raises(RuleViolation, match="in the future"):
        carry_out(window, on=on("2026-03-21"), today=today, reason="Snow")


@given(days)
def test_a_month_has_all_its_days_and_no_other(day):
    first, last = month_span(day)

    assert first <= day <= last
    assert (first - dt.timedelta(days=1)).month != first.month == last.month != (last + dt.timedelta(days=1)).month
