"""Moving a visit: what follows is worked out before anything is saved."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lndesk.domain.course import start, unscheduled
from lndesk.domain.moving import move_preview
from lndesk.domain.open_days import Load, OpenDays
from lndesk.domain.protocol_file import parse_protocol
from lndesk.domain.visit import plan_control, plan_treatment

PROTOCOL = parse_protocol(Path("resources/protocols/nct04318600.toml").read_text(encoding="utf-8"))
FIRST = dt.date(2026, 3, 2)
TODAY = dt.date(2026, 3, 2)
OPEN = OpenDays(rules=PROTOCOL.calendar)


def course(first_on=FIRST, *, given=(), **booked):
    booked = {code.replace("_", "-"): day for code, day in booked.items()}
    rows = start(7, plan_treatment(PROTOCOL, first_infusion_on=first_on), booked={"infusion-1": first_on} | booked)
    rows = [replace(row, id=number) for number, row in enumerate(rows, start=1)]
    return [
        replace(row, outcome="done", visited_on=row.day) if row.number in given and row.kind == "infusion" else row
        for row in rows
    ]


def control():
    rows = start(7, plan_control(PROTOCOL, enrolled_on=FIRST), booked={})
    return [replace(row, id=number) for number, row in enumerate(rows, start=1)]


def moved(visits, code, to_on, *, also_later=False, today=TODAY, days=OPEN, authorised=None):
    visit = next(visit for visit in visits if visit.code == code)
    return move_preview(
        visits, PROTOCOL, visit_id=visit.id, to_on=to_on, also_later=also_later, today=today, days=days,
        authorised=authorised,
    )  # fmt: skip


def line(preview, code):
    return next(line for line in preview.lines if line.visit.code == code)


def day(text):
    return dt.date.fromisoformat(text)


def test_only_the_visit_itself_is_booked_unless_the_later_ones_are_to_move():
    preview = moved(course(given=[1]), "infusion-2", day("2026-04-07"))

    assert [each.visit.code for each in preview.lines if each.books] == ["infusion-2"]
    assert line(preview, "infusion-3").day_after == line(preview, "infusion-3").day_before == day("2026-05-02")


def test_the_later_ones_move_by_the_same_days_when_asked():
    preview = moved(course(given=[1]), "infusion-2", day("2026-04-07"), also_later=True)

    assert line(preview, "infusion-3").day_after == day("2026-05-07")
    assert [each.visit.code for each in preview.lines if each.books] == ["infusion-2", "infusion-3"]


def test_follow_up_and_contraception_are_counted_from_where_the_last_infusion_then_lies():
    before = course(given=[1, 2])

    preview = moved(before, "infusion-3", day("2026-05-05"))

    assert [str(line(preview, f"followup-{n}w").day_after) for n in (4, 12, 24)] == [
        "2026-06-02", "2026-07-28", "2026-10-20",
    ]  # fmt: skip
    assert not any(line(preview, f"followup-{n}w").books for n in (4, 12, 24))
    assert preview.contraception_before.on == day("2026-10-17")
    assert preview.contraception_after.on == day("2026-10-20")


def test_moving_infusion_1_counts_the_others_anew_and_leaves_its_own_window():
    preview = moved(course(day("2026-01-31")), "infusion-1", day("2026-02-04"), today=day("2026-01-20"))

    first, second = line(preview, "infusion-1"), line(preview, "infusion-2")
    assert not first.in_window
    assert first.window_after.closes_on == day("2026-02-03")
    assert second.target_after == second.day_after == day("2026-03-04")
    assert second.in_window
    assert preview.contraception_after.on == day("2026-04-04") + dt.timedelta(weeks=24)


def test_t10_a_booked_day_stays_when_what_it_is_counted_from_moves():
    preview = moved(course(infusion_2=day("2026-04-02")), "infusion-1", day("2026-03-05"))

    second = line(preview, "infusion-2")
    assert second.day_after == day("2026-04-02")
    assert second.target_after == day("2026-04-05")
    assert not second.books


def test_the_control_arm_moves_alike_and_has_no_contraception():
    preview = moved(control(), "control-3", day("2026-05-04"))

    assert line(preview, "followup-4w").day_after == day("2026-06-01")
    assert (preview.contraception_before, preview.contraception_after) == (None, None)
    assert line(preview, "control-3").gap is None


@pytest.mark.parametrize(("to", "in_window"), [("2026-05-05", True), ("2026-05-06", False)])
def test_t1_the_last_day_of_the_window_is_in_it_and_the_next_drafts_a_deviation(to, in_window):
    preview = moved(course(given=[1, 2]), "infusion-3", day(to))

    assert line(preview, "infusion-3").in_window is in_window
    assert preview.deviates is not in_window
    assert any("a deviation is drafted" in str(each) for each in line(preview, "infusion-3").problems) is not in_window


@pytest.mark.parametrize(("to", "asks"), [("2026-03-22", True), ("2026-03-23", False)])
def test_before_the_minimum_gap_an_investigator_is_asked(to, asks):
    preview = moved(course(given=[1]), "infusion-2", day(to))

    assert (preview.needs_authorisation is not None) is asks
    assert line(preview, "infusion-2").gap.too_short is asks
    if asks:
        assert "Earliest day: 23-Mar-2026. An investigator may decide otherwise." in str(preview.needs_authorisation)


def test_what_an_investigator_allowed_is_asked_for_no_more_from_that_day_on():
    visits = course(given=[1])

    assert moved(visits, "infusion-2", day("2026-03-20"), authorised={2: day("2026-03-20")}).needs_authorisation is None
    assert moved(visits, "infusion-2", day("2026-03-19"), authorised={2: day("2026-03-20")}).needs_authorisation


def test_t9_a_move_that_brings_the_next_infusion_too_near_is_shown_on_that_one():
    preview = moved(course(given=[1]), "infusion-2", day("2026-04-12"))

    gap = line(preview, "infusion-3").gap
    assert (gap.days, gap.too_short, gap.given) == (20, True, False)
    assert preview.needs_authorisation is None
    assert "20 days after the infusion of 12-Apr-2026" in str(line(preview, "infusion-3").problems[0])


def test_moved_along_the_gap_between_the_later_ones_stays():
    near = moved(course(given=[1]), "infusion-2", day("2026-04-12"), also_later=True)

    assert line(near, "infusion-3").gap.days == 30


def test_the_order_of_the_visits_does_not_change():
    visits = course(given=[1])

    assert "Infusion 3 lies on 02-May-2026" in str(moved(visits, "infusion-2", day("2026-05-02")).refusal)
    assert moved(visits, "infusion-2", day("2026-05-01")).refusal is None
    assert moved(visits, "infusion-2", day("2026-05-02"), also_later=True).refusal is None


def test_nothing_is_moved_into_the_past_or_to_where_it_is_or_once_it_is_on_record():
    visits = course(given=[1], infusion_2=day("2026-04-02"))
    today = day("2026-03-20")

    assert "is past" in str(moved(visits, "infusion-2", day("2026-03-19"), today=today).refusal)
    assert "already" in str(moved(visits, "infusion-2", day("2026-04-02"), today=today).refusal)
    assert "already on record" in str(moved(visits, "infusion-1", day("2026-04-02"), today=today).refusal)


def test_closed_full_and_shared_days_are_shown_on_each_line_and_forbid_nothing():
    visits = course(given=[1])
    extra = replace(unscheduled(7, visits, on=day("2026-04-07")), id=99)
    days = OpenDays(
        rules=PROTOCOL.calendar, closed={day("2026-04-07"): "Power cut"}, load={day("2026-04-07"): Load(8, 0)}
    )

    preview = moved([*visits, extra], "infusion-2", day("2026-04-07"), days=days)

    assert [note.code for note in line(preview, "infusion-2").notes] == ["site_closed", "full", "same_day"]
    assert preview.closed
    assert preview.refusal is None


def test_t11_an_unscheduled_visit_may_lie_after_all_others_and_moves_by_itself():
    visits = course(given=[1, 2, 3])
    late = day("2027-03-01")
    extra = replace(unscheduled(7, visits, on=late), id=99)

    preview = moved([*visits, extra], "unscheduled-1", day("2027-03-05"), also_later=True)

    assert [each.visit.code for each in preview.lines if each.moved] == ["unscheduled-1"]
    assert preview.lines[-1].visit.code == "unscheduled-1"


firsts = some.dates(dt.date(1990, 1, 1), dt.date(2059, 12, 31))


@given(firsts, some.integers(-20, 60), some.booleans())
def test_a_preview_changes_nothing_that_is_done_and_shifts_all_it_books_alike(first_on, shift, also_later):
    visits = course(first_on, given=[1])
    second = next(visit for visit in visits if visit.code == "infusion-2")
    to_on = dt.date.fromordinal(second.target_on.toordinal() + shift)

    preview = moved(visits, "infusion-2", to_on, also_later=also_later, today=first_on)

    assert line(preview, "infusion-1").day_after == first_on
    assert {(each.day_after - each.day_before).days for each in preview.lines if each.books} == {shift}
    assert (line(preview, "infusion-2").day_after in second.window) is (-3 <= shift <= 3)
    last = line(preview, "infusion-3").day_after
    assert preview.contraception_after.on.toordinal() == last.toordinal() + 168
    assert line(preview, "followup-12w").target_after.toordinal() == last.toordinal() + 84
