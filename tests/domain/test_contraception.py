import datetime as dt
from dataclasses import replace

import pytest

from lndesk.domain.contraception import ContraceptionCase, contraception_of
from lndesk.domain.protocol_file import parse_protocol
from lndesk.settings import resources

PROTOCOL = parse_protocol((resources() / "protocols" / "nct04318600.toml").read_text(encoding="utf-8"))
FIRST, LAST = dt.date(2026, 1, 12), dt.date(2026, 3, 12)
MAN = ContraceptionCase(
    sex="male", pregnancy_possible=None, infused=True, given_on=(FIRST, LAST), over=True,
    last_visit_on=dt.date(2026, 9, 3),
)  # fmt: skip
WOMAN = replace(MAN, sex="female", pregnancy_possible=True)


def said(case, protocol=PROTOCOL):
    return " ".join(str(sentence) for sentence in contraception_of(case, protocol).why)


def until(case, wanted="later"):
    protocol = replace(PROTOCOL, before=replace(PROTOCOL.before, women_until=wanted))
    return contraception_of(case, protocol).until_on


@pytest.mark.parametrize(
    ("last", "expected"),
    [(dt.date(2026, 3, 12), dt.date(2026, 8, 27)), (dt.date(2026, 3, 28), dt.date(2026, 9, 12))],
)
def test_a_man_from_the_first_infusion_until_168_days_after_the_last_that_was_given(last, expected):
    found = contraception_of(replace(MAN, given_on=(FIRST, last)), PROTOCOL)

    assert (found.applies, found.from_on, found.until_on) == (True, FIRST, expected)
    assert (expected - last).days == 168


def test_it_is_counted_from_infusion_2_when_the_third_is_not_given():
    two = replace(MAN, given_on=(FIRST, dt.date(2026, 2, 12)))

    assert contraception_of(two, PROTOCOL).until_on == dt.date(2026, 7, 30)
    assert "counted anew after each infusion" not in said(two)
    assert "counted anew after each infusion" in said(replace(two, over=False))


def test_in_the_control_arm_it_does_not_apply_to_a_man_and_no_day_is_made_up():
    control = contraception_of(replace(MAN, infused=False, given_on=()), PROTOCOL)

    assert (control.applies, control.from_on, control.until_on) == (False, None, None)
    assert str(control.in_short) == "Does not apply: no administration."


def test_a_course_that_ended_without_an_infusion_counts_from_nothing():
    nothing = replace(MAN, given_on=())

    assert contraception_of(nothing, PROTOCOL).applies is False
    assert contraception_of(replace(nothing, over=False), PROTOCOL).until_on is None
    assert "No infusion was given yet" in said(replace(nothing, over=False))


def test_nothing_is_counted_before_an_arm_is_assigned():
    found = contraception_of(replace(MAN, infused=None, given_on=(), over=False), PROTOCOL)

    assert found.applies is None
    assert found.until_on is None
    assert "No arm is assigned yet." in said(replace(MAN, infused=None, given_on=(), over=False))


def test_a_woman_until_the_later_of_both_unless_the_site_says_otherwise():
    assert until(WOMAN) == dt.date(2026, 9, 3)
    assert until(replace(WOMAN, last_visit_on=dt.date(2026, 5, 1))) == dt.date(2026, 8, 27)
    assert until(WOMAN, "weeks") == dt.date(2026, 8, 27)
    assert until(replace(WOMAN, last_visit_on=dt.date(2026, 5, 1)), "study_end") == dt.date(2026, 5, 1)


def test_a_woman_is_told_that_the_end_of_the_study_is_not_defined():
    assert "The registry entry does not define its end" in said(WOMAN)
    assert "the last planned visit, 03-Sep-2026 (site value)" in said(WOMAN)


def test_the_later_of_both_is_no_day_while_one_of_them_is_not_known():
    waiting = replace(WOMAN, given_on=(), over=False)

    assert until(waiting) is None
    assert until(waiting, "study_end") == dt.date(2026, 9, 3)


def test_a_woman_of_the_control_arm_keeps_to_it_throughout_the_study_but_counts_no_weeks():
    control = replace(WOMAN, infused=False, given_on=())

    assert "24 weeks after the last infusion do not apply: no administration" in said(control)
    assert until(control) == dt.date(2026, 9, 3)
    assert until(control, "weeks") is None


def test_it_does_not_apply_where_pregnancy_is_not_possible_and_is_open_where_nobody_asked():
    assert contraception_of(replace(WOMAN, pregnancy_possible=False), PROTOCOL).applies is False
    assert contraception_of(replace(WOMAN, pregnancy_possible=None), PROTOCOL).applies is None
    assert "Whether pregnancy is possible is not on record." in said(replace(WOMAN, pregnancy_possible=None))
