"""Commands on planned visits: what they write, what they announce, and that a refusal leaves no trace."""

import datetime as dt

import pytest

from lndesk.domain.errors import NotPermitted, RuleViolation
from lndesk.services.command import Changes
from lndesk.services.visits import BookVisit, MissVisit, RecordVisit
from tests.conftest import person


def visit(study, patient_id, code):
    return next(row for row in study.patient(patient_id).course if row.code == code)


def refused(study, command, match):
    """Run a command that must be refused; return the refusal once nothing has changed."""
    head, heard = study.head(), []
    study.listeners.append(heard.append)
    with pytest.raises(RuleViolation, match=match) as refusal:
        study.run(command)
    assert study.head() == head
    assert heard == []
    return refusal.value


@pytest.fixture
def treated(make):
    return make.treated()


@pytest.fixture
def control(make):
    return make.control()


def test_booking_writes_the_day_and_leaves_target_and_window(study, treated):
    before = visit(study, treated, "infusion-2")

    changes = study.run(BookVisit(visit_id=before.id, booked_on=dt.date(2026, 4, 3)))

    after = visit(study, treated, "infusion-2")
    assert changes == Changes.VISITS
    assert (after.booked_on, after.target_on, after.window) == (dt.date(2026, 4, 3), before.target_on, before.window)


@pytest.mark.parametrize("day", [dt.date(2026, 4, 7), dt.date(2026, 4, 13)])
def test_both_ends_of_the_window_are_booked_without_a_reason(study, make, day):
    treated = make.treated(first_infusion_on=dt.date(2026, 3, 10))  # its second window begins and ends on open days

    study.run(BookVisit(visit_id=visit(study, treated, "infusion-2").id, booked_on=day))

    assert visit(study, treated, "infusion-2").booked_on == day


@pytest.mark.parametrize("day", [dt.date(2026, 3, 29), dt.date(2026, 4, 6)])
def test_one_day_outside_the_window_needs_a_reason_and_keeps_it(study, treated, day):
    visit_id = visit(study, treated, "infusion-2").id

    refusal = refused(study, BookVisit(visit_id=visit_id, booked_on=day, reason="  "), "outside the window")
    study.run(BookVisit(visit_id=visit_id, booked_on=day, reason=" Holiday "))

    assert refusal.field == "reason"
    after = visit(study, treated, "infusion-2")
    assert (after.booked_on, after.booking_reason) == (day, "Holiday")
    assert study.acts(limit=1)[0].reason == " Holiday "


def test_a_past_day_is_not_booked(study, treated):
    command = BookVisit(visit_id=visit(study, treated, "infusion-2").id, booked_on=dt.date(2026, 3, 1), reason="Late")

    assert refused(study, command, r"01-Mar-2026 is past").field == "booked_on"


def test_a_booking_survives_the_infusion_that_moves_the_target(study, make, treated, clock):
    visit_id = visit(study, treated, "infusion-2").id
    study.run(BookVisit(visit_id=visit_id, booked_on=dt.date(2026, 4, 3)))
    clock.on(2026, 3, 4)

    make.infused(treated, make.lot()[0])

    after = visit(study, treated, "infusion-2")
    assert (after.target_on, after.booked_on) == (dt.date(2026, 4, 4), dt.date(2026, 4, 3))


def test_recording_a_visit_writes_its_day(study, control):
    changes = study.run(RecordVisit(visit_id=visit(study, control, "control-1").id, visited_on=dt.date(2026, 3, 2)))

    after = visit(study, control, "control-1")
    assert changes == Changes.VISITS
    assert (after.outcome, after.visited_on, after.reason) == ("done", dt.date(2026, 3, 2), "")


def test_the_last_control_visit_moves_the_follow_up_that_counts_from_it(study, control, clock):
    clock.on(2026, 5, 4)

    study.run(RecordVisit(visit_id=visit(study, control, "control-3").id, visited_on=dt.date(2026, 5, 4)))

    assert visit(study, control, "followup-4w").target_on == dt.date(2026, 6, 1)


def test_a_visit_out_of_its_window_is_recorded_with_a_reason_only(study, control, clock):
    clock.on(2026, 3, 20)
    visit_id = visit(study, control, "control-1").id

    refusal = refused(study, RecordVisit(visit_id=visit_id, visited_on=dt.date(2026, 3, 6)), "outside the window")
    study.run(RecordVisit(visit_id=visit_id, visited_on=dt.date(2026, 3, 6), reason="Snow"))

    assert refusal.field == "reason"
    assert visit(study, control, "control-1").reason == "Snow"


def test_a_visit_of_tomorrow_is_not_recorded_today(study, control):
    command = RecordVisit(visit_id=visit(study, control, "control-1").id, visited_on=dt.date(2026, 3, 3))

    assert refused(study, command, "in the future").field == "on"


def test_a_visit_is_recorded_once(study, control):
    command = RecordVisit(visit_id=visit(study, control, "control-1").id, visited_on=dt.date(2026, 3, 2))
    study.run(command)

    refused(study, command, "already on record")


def test_an_infusion_is_neither_recorded_nor_missed_as_a_visit(study, treated):
    visit_id = visit(study, treated, "infusion-1").id

    refused(study, RecordVisit(visit_id=visit_id, visited_on=dt.date(2026, 3, 2)), "with the infusion itself")
    refused(study, MissVisit(visit_id=visit_id, reason="Away"), "infusion that was not given")


def test_missing_a_visit_is_a_decision_with_a_reason(study, control):
    visit_id = visit(study, control, "control-1").id

    refusal = refused(study, MissVisit(visit_id=visit_id, reason=" "), "Give the reason")
    changes = study.run(MissVisit(visit_id=visit_id, reason="Moved away"))

    assert refusal.field == "reason"
    assert changes == Changes.VISITS | Changes.DEVIATIONS
    after = visit(study, control, "control-1")
    assert (after.outcome, after.reason, after.status(study.today())) == ("missed", "Moved away", "missed")


def test_a_visit_is_not_missed_before_its_window_opens(study, control, clock):
    command = MissVisit(visit_id=visit(study, control, "control-2").id, reason="Moved away")

    refused(study, command, "opens on 30-Mar-2026")
    clock.on(2026, 3, 30)

    assert study.run(command) == Changes.VISITS | Changes.DEVIATIONS


@pytest.mark.parametrize("login", ["lina", "monitor", "admin"])
def test_only_nurse_and_investigator_book(study, treated, login):
    command = BookVisit(visit_id=visit(study, treated, "infusion-2").id, booked_on=dt.date(2026, 4, 2))

    with pytest.raises(NotPermitted, match="This is done by"):
        study.run(command, by=person(study, login))
    assert visit(study, treated, "infusion-2").booked_on is None
