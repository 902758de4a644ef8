"""A patient's course: what a new plan may move, and what it must leave alone."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lndesk.domain.course import next_infusion_no, next_visit, replan, start
from lndesk.domain.protocol_file import parse_protocol
from lndesk.domain.visit import plan_control, plan_treatment

PROTOCOL = parse_protocol(Path("resources/protocols/nct04318600.toml").read_text(encoding="utf-8"))
FIRST = dt.date(2026, 3, 2)


def course(first_on=FIRST, **booked):
    rows = start(7, plan_treatment(PROTOCOL, first_infusion_on=first_on), booked=booked)
    return [replace(row, id=number) for number, row in enumerate(rows, start=1)]


def by_code(visits, code):
    return next(visit for visit in visits if visit.code == code)


def changed(visits, code, **changes):
    return [replace(visit, **changes) if visit.code == code else visit for visit in visits]


def moved(visits, first_on):
    return dict(replan(visits, plan_treatment(PROTOCOL, first_infusion_on=first_on)))


def test_a_new_anchor_moves_every_visit_that_is_still_to_come():
    found = moved(course(), dt.date(2026, 3, 4))

    assert found[2].target_on == dt.date(2026, 4, 4)
    assert len(found) == len(course())


@pytest.mark.parametrize("outcome", ["done", "missed", "not_given"])
def test_what_has_come_of_a_visit_is_never_touched(outcome):
    visits = changed(course(), "infusion-2", outcome=outcome)

    assert 2 not in moved(visits, dt.date(2026, 3, 9))


@given(some.dates(dt.date(2000, 1, 1), dt.date(2050, 12, 31)), some.integers(-60, 60))
def test_a_booked_day_is_never_touched(first_on, shift):
    booked = first_on + dt.timedelta(days=35)
    visits = changed(course(first_on), "infusion-2", booked_on=booked)
    shifted = dict(replan(visits, plan_treatment(PROTOCOL, first_infusion_on=first_on + dt.timedelta(days=shift))))

    after = replace(visits[1], target_on=shifted[2].target_on) if 2 in shifted else visits[1]

    assert after.booked_on == after.day == booked


def test_the_same_plan_again_moves_nothing():
    assert moved(course(), FIRST) == {}


def test_a_visit_that_the_plan_no_longer_has_stays_as_it_is():
    later = plan_control(PROTOCOL, enrolled_on=FIRST + dt.timedelta(days=9))

    assert {visit.kind for visit in dict(replan(course(), later)).values()} == {"followup"}


@given(some.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)), some.integers(-30, 30))
def test_status_and_window_agree_on_each_day_and_so_do_due_lists(first_on, offset):
    visit = by_code(course(first_on), "infusion-2")
    today = visit.closes_on + dt.timedelta(days=offset)

    assert visit.status(today) == visit.window.status(today)
    assert (visit.status(today) == "overdue") is (offset > 0)


def test_on_the_last_day_of_the_window_a_visit_is_due_and_the_day_after_overdue():
    visit = by_code(course(), "infusion-2")

    assert visit.closes_on == dt.date(2026, 4, 5)
    assert visit.status(dt.date(2026, 4, 5)) == "open"
    assert visit.status(dt.date(2026, 4, 6)) == "overdue"


def test_a_booking_beyond_the_window_does_not_make_a_visit_less_overdue():
    visit = replace(by_code(course(), "infusion-2"), booked_on=dt.date(2026, 4, 20))

    assert visit.status(dt.date(2026, 4, 6)) == "overdue"
    assert visit.due_on(dt.date(2026, 4, 20))


def test_the_calendar_shows_a_visit_on_its_day_else_its_booking_else_its_target():
    planned = by_code(course(), "infusion-2")
    booked = replace(planned, booked_on=dt.date(2026, 4, 3))

    assert planned.day == dt.date(2026, 4, 2)
    assert booked.day == dt.date(2026, 4, 3)
    assert replace(booked, outcome="done", visited_on=dt.date(2026, 4, 4)).day == dt.date(2026, 4, 4)


def test_next_is_the_first_visit_that_nothing_has_come_of():
    visits = changed(course(), "infusion-1", outcome="done", visited_on=FIRST)

    assert next_visit(visits).code == "infusion-2"
    assert next_infusion_no(visits) == 2
    assert next_visit([]) is None


def test_an_infusion_decided_against_counts_as_behind_us():
    visits = changed(changed(course(), "infusion-1", outcome="done"), "infusion-2", outcome="not_given")

    assert next_infusion_no(visits) == 3
