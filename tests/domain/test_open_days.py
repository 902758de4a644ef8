"""Which day is proposed: nearest first on both sides, both ends of the window, holidays and make-up days told apart."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lndesk.domain.errors import RuleViolation
from lndesk.domain.open_days import Load, OpenDays, check_closure, day_choices, propose
from lndesk.domain.protocol import CalendarRules
from lndesk.domain.public_holidays import holidays_of
from lndesk.domain.visit import Window
from lndesk.i18n import speaking

NO_HOLIDAYS = CalendarRules(holidays="none")
CHINA = CalendarRules()
LONG_AGO = dt.date(1980, 1, 1)
days = some.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))


def on(text):
    return dt.date.fromisoformat(text)


def around(target, before=3, after=3):
    return Window(target - dt.timedelta(days=before), target + dt.timedelta(days=after))


def codes(rules, day, **known):
    return {note.code for note in OpenDays(rules=rules, **known).notes(on(day))}


def proposed(target, *, before=3, after=3, not_before=LONG_AGO, rules=CHINA, infusion=False, **known):
    return propose(
        around(target, before, after), target, OpenDays(rules=rules, **known), not_before=not_before, infusion=infusion
    )


def test_t1_the_last_day_of_the_window_is_proposed_when_it_is_the_only_one_open():
    target = on("2026-03-18")
    closed = {target + dt.timedelta(days=n): "Moving" for n in range(-2, 6)}

    found = proposed(target, before=2, after=6, rules=NO_HOLIDAYS, closed=closed)

    assert found.on == on("2026-03-24")


def test_t2_days_are_offered_nearest_first_also_in_a_lopsided_window():
    target = on("2026-03-18")
    offsets = [choice.offset for choice in day_choices(
        around(target, 2, 6), target, OpenDays(rules=NO_HOLIDAYS), not_before=LONG_AGO
    )]  # fmt: skip

    assert offsets == [0, -1, 1, -2, 2, 3, 4, 5, 6]


@given(days, some.integers(0, 10), some.integers(0, 10), some.sets(some.integers(-10, 10)))
def test_the_proposed_day_is_an_open_one_and_none_nearer_is(target, before, after, shut):
    closed = {target + dt.timedelta(days=n): "Closed" for n in shut}
    known = OpenDays(rules=NO_HOLIDAYS, closed=closed)

    found = proposed(target, before=before, after=after, rules=NO_HOLIDAYS, closed=closed).on

    open_offsets = [
        n for n in range(-before, after + 1)
        if n not in shut and dt.date.fromordinal(target.toordinal() + n).weekday() < 5
    ]  # fmt: skip
    if found is None:
        assert open_offsets == []
    else:
        assert known.is_open(found)
        assert found.toordinal() - target.toordinal() == min(open_offsets, key=lambda n: (abs(n), n))


def test_of_two_days_equally_near_the_earlier_is_taken_and_the_proposal_says_why():
    found = proposed(on("2026-04-05"))  # a Sunday and a holiday, as the Monday after it

    assert found.on == on("2026-04-03")
    assert str(found.why) == (
        "The target 05-Apr-2026 is not free (Public holiday: Tomb-Sweeping Day). 03-Apr-2026 and 07-Apr-2026 are"
        " equally near; the earlier leaves the rest of the window in reserve."
    )


def test_a_target_that_is_open_is_proposed_itself():
    found = proposed(on("2026-03-18"))

    assert (found.on, str(found.why)) == (on("2026-03-18"), "18-Mar-2026 is the target, and is open.")


def test_t12_a_first_infusion_on_a_holiday_is_moved_to_an_open_day_and_a_closed_window_says_so():
    national_day = proposed(on("2026-10-01"))
    golden_week = proposed(on("2026-10-04"), before=2, after=2)

    assert national_day.on == on("2026-09-30")
    assert golden_week.on is None
    assert "No day of the window is open" in str(golden_week.why)
    assert len(golden_week.choices) == 5


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-02-14", {"working_weekend"}), ("2026-02-15", {"weekend"}), ("2026-02-17", {"holiday"}),
        ("2026-02-20", {"holiday"}), ("2026-02-24", set()), ("2026-09-20", {"working_weekend"}),
        ("2026-10-10", {"working_weekend"}), ("2026-10-11", {"weekend"}),
    ],
)  # fmt: skip
def test_t12_make_up_working_days_are_open_and_days_off_are_closed(day, expected):
    assert codes(CHINA, day) == expected


def test_holidays_that_are_not_published_yet_are_said_and_those_that_the_law_fixes_are_kept():
    assert codes(CHINA, "2090-10-01") == {"holiday", "weekend", "not_published"} - {"weekend"}
    assert codes(CHINA, "2090-03-15") == {"not_published"}
    assert not holidays_of(2090, "CN").published
    assert holidays_of(2025, "CN").published
    assert "holidays of 2090 are not published" in str(
        next(note.text for note in OpenDays(rules=CHINA).notes(on("2090-03-15")))
    )


@given(days)
def test_every_day_of_seventy_years_can_be_asked_for(day):
    known = OpenDays(rules=CHINA)

    assert known.is_open(day) is not any(note.closes for note in known.notes(day))
    for code in ("en", "zh_CN"):
        with speaking(code):
            assert all(str(note.text) for note in known.notes(day))


def test_a_day_beyond_the_almanac_is_no_holiday_and_is_said_to_be_unpublished():
    assert codes(CHINA, "2150-10-03") == {"weekend", "not_published"}


def test_a_site_without_chinese_holidays_keeps_its_weekends():
    assert codes(NO_HOLIDAYS, "2026-10-01") == set()
    assert codes(NO_HOLIDAYS, "2026-10-03") == {"weekend"}


def test_a_closed_day_of_the_site_says_its_reason_first():
    known = OpenDays(rules=CHINA, closed={on("2026-10-03"): "Power cut"})

    assert [note.code for note in known.notes(on("2026-10-03"))] == ["site_closed", "holiday"]
    assert str(known.why_closed(on("2026-10-03"))) == "The site is closed: Power cut"


def test_a_full_day_is_avoided_but_is_not_closed():
    target = on("2026-03-18")
    known = {"load": {target: Load(visits=8, infusions=0)}}

    assert codes(CHINA, "2026-03-18", **known) == {"full"}
    assert OpenDays(rules=CHINA, **known).is_open(target)
    assert proposed(target, **known).on == on("2026-03-17")


def test_the_room_for_infusions_counts_for_infusions_only():
    target = on("2026-03-18")
    load = {target: Load(visits=4, infusions=4)}

    assert proposed(target, load=load).on == target
    assert proposed(target, load=load, infusion=True).on == on("2026-03-17")


def test_another_visit_of_the_same_patient_is_avoided_and_shown():
    target = on("2026-03-18")

    assert codes(CHINA, "2026-03-18", own=frozenset({target})) == {"same_day"}
    assert proposed(target, own=frozenset({target})).on == on("2026-03-17")


def test_no_day_before_the_first_possible_one_is_proposed():
    target = on("2026-03-18")

    found = proposed(target, not_before=on("2026-03-20"))
    late = proposed(target, not_before=on("2026-03-30"))

    assert found.on == on("2026-03-20")
    assert "lies before the first day possible, 20-Mar-2026" in str(found.why)
    assert late.on is None
    assert str(late.why) == "The window closed on 21-Mar-2026; the first day possible is 30-Mar-2026."


@pytest.mark.parametrize(
    ("first", "last", "reason", "match", "field"),
    [
        ("2026-03-20", "2026-03-19", "Snow", "comes before", "last_on"),
        ("2026-03-01", "2026-03-19", "Snow", "past", "first_on"),
        ("2026-03-20", "2027-03-20", "Snow", "Check the year", "last_on"),
        ("2026-03-20", "2026-03-20", " ", "Give the reason", "reason"),
    ],
)
def test_days_are_closed_in_order_ahead_and_with_a_reason(first, last, reason, match, field):
    with pytest.raises(RuleViolation, match=match) as refused:
        check_closure(on(first), on(last), reason, today=on("2026-03-02"))

    assert refused.value.field == field
