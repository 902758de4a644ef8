"""What comes of a visit: arrived, done, missed, cancelled, unscheduled; and each taken back with a reason."""

import datetime as dt

import pytest

from lndesk.domain.errors import NotPermitted, RuleViolation
from lndesk.services.course_corrections import CorrectVisit, TakeBackMissed, TakeBackNotGiven
from lndesk.services.infusions import MissInfusion, RecordNotGiven
from lndesk.services.taking_back import TakeBackArrival, TakeBackCancelled
from lndesk.services.visits import (
    AddUnscheduledVisit,
    BookVisit,
    CancelVisit,
    MissVisit,
    RecordArrival,
    RecordVisit,
)

WRONG = "Entered for another patient"


def day(text):
    return dt.date.fromisoformat(text)


def visit(study, patient_id, code):
    return next(row for row in study.patient(patient_id).course if row.code == code)


def status(study, patient_id, code):
    return visit(study, patient_id, code).status(study.today())


@pytest.fixture
def control(make):
    return make.control()


def test_who_has_arrived_is_here_until_the_day_ends(study, control, clock):
    visit_id = visit(study, control, "control-1").id

    study.run(RecordArrival(visit_id=visit_id, arrived_at=clock.at))

    assert status(study, control, "control-1") == "arrived"
    assert [row.status for row in study.today_board().rows] == ["arrived"]
    clock.on(2026, 3, 3, 0, 0)
    assert status(study, control, "control-1") == "open"
    clock.on(2026, 3, 6, 0, 0)
    assert status(study, control, "control-1") == "overdue"


def test_an_arrival_is_of_today_and_not_of_later(study, control, clock):
    visit_id = visit(study, control, "control-1").id

    with pytest.raises(RuleViolation, match="in the future"):
        study.run(RecordArrival(visit_id=visit_id, arrived_at=clock.at + dt.timedelta(minutes=1)))
    with pytest.raises(RuleViolation, match="is not today"):
        study.run(RecordArrival(visit_id=visit_id, arrived_at=clock.at - dt.timedelta(days=1)))


def test_an_arrival_is_taken_back_with_a_reason(study, control, clock):
    visit_id = visit(study, control, "control-1").id
    study.run(RecordArrival(visit_id=visit_id, arrived_at=clock.at))

    with pytest.raises(RuleViolation, match="at least 10 characters"):
        study.run(TakeBackArrival(visit_id=visit_id, reason="No"))
    study.run(TakeBackArrival(visit_id=visit_id, reason=WRONG))

    assert status(study, control, "control-1") == "open"
    with pytest.raises(RuleViolation, match="Nobody is on record"):
        study.run(TakeBackArrival(visit_id=visit_id, reason=WRONG))


def test_t14_calling_off_a_booked_day_lets_the_visit_wait_where_the_protocol_has_it(study, control):
    before = {row.code: (row.target_on, row.window) for row in study.patient(control).course}
    visit_id = visit(study, control, "control-2").id
    study.run(BookVisit(visit_id=visit_id, booked_on=day("2026-04-03")))

    study.run(CancelVisit(visit_id=visit_id, reason="Has the flu"))

    after = visit(study, control, "control-2")
    assert (after.booked_on, after.outcome, after.day) == (None, None, day("2026-04-02"))
    assert {row.code: (row.target_on, row.window) for row in study.patient(control).course} == before
    with pytest.raises(RuleViolation, match="No day is booked"):
        study.run(CancelVisit(visit_id=visit_id, reason="Has the flu"))


def test_t11_an_unscheduled_visit_may_lie_after_the_last_and_is_no_deviation(study, control):
    study.run(AddUnscheduledVisit(patient_id=control, visit_on=day("2027-03-01"), reason="Asked to be seen"))

    extra = visit(study, control, "unscheduled-1")
    assert (extra.booked_on, extra.outcome, extra.label) == (day("2027-03-01"), None, "Unscheduled visit 1")
    assert [row.visit.code for row in study.calendar(day("2027-03-01"), day("2027-03-01"))] == ["unscheduled-1"]
    assert study.deviations() == []


def test_an_unscheduled_visit_of_today_is_recorded_at_once_and_does_not_move_the_course(study, control):
    before = {row.code: row.target_on for row in study.patient(control).course}

    study.run(AddUnscheduledVisit(patient_id=control, visit_on=day("2026-03-02"), reason="Fever overnight", done=True))

    extra = visit(study, control, "unscheduled-1")
    assert (extra.outcome, extra.visited_on, extra.booking_reason) == ("done", day("2026-03-02"), "Fever overnight")
    assert {row.code: row.target_on for row in study.patient(control).course if row.kind != "unscheduled"} == before


def test_an_unscheduled_visit_before_the_arm_is_recorded_too(study, make):
    patient_id = make.patient()
    study.run(AddUnscheduledVisit(patient_id=patient_id, visit_on=day("2026-03-02"), reason="Asked to be seen"))

    study.run(RecordVisit(visit_id=visit(study, patient_id, "unscheduled-1").id, visited_on=day("2026-03-02")))

    assert status(study, patient_id, "unscheduled-1") == "done"
    assert make.eligible(patient_id)


@pytest.mark.parametrize(
    ("on", "done", "match"), [("2026-03-03", True, "in the future"), ("2026-03-01", False, "is past")]
)
def test_an_unscheduled_visit_is_booked_ahead_and_recorded_afterwards(study, control, on, done, match):
    with pytest.raises(RuleViolation, match=match):
        study.run(AddUnscheduledVisit(patient_id=control, visit_on=day(on), reason="Fever", done=done))


def test_an_unscheduled_visit_is_called_off_and_that_is_taken_back(study, control):
    study.run(AddUnscheduledVisit(patient_id=control, visit_on=day("2026-03-09"), reason="Fever overnight"))
    visit_id = visit(study, control, "unscheduled-1").id

    study.run(CancelVisit(visit_id=visit_id, reason="Feels well again"))
    assert status(study, control, "unscheduled-1") == "cancelled"
    study.run(TakeBackCancelled(visit_id=visit_id, reason=WRONG))

    assert status(study, control, "unscheduled-1") == "upcoming"


def test_two_visits_on_one_day_are_both_on_record_and_shown(study, control):
    study.run(AddUnscheduledVisit(patient_id=control, visit_on=day("2026-03-02"), reason="Fever", done=True))
    study.run(RecordVisit(visit_id=visit(study, control, "control-1").id, visited_on=day("2026-03-02")))

    today = [row.visit.code for row in study.calendar(day("2026-03-02"), day("2026-03-02"))]

    assert today == ["control-1", "unscheduled-1"]
    assert [note.code for note in study.day_notes(visit(study, control, "control-2").id, day("2026-03-02"))] == [
        "same_day"
    ]


def test_a_later_visit_is_not_recorded_before_an_earlier_one(study, control, clock):
    clock.on(2026, 4, 20)
    study.run(RecordVisit(visit_id=visit(study, control, "control-1").id, visited_on=day("2026-04-10"), reason="Late"))

    with pytest.raises(RuleViolation, match=r"Control visit 1 took place on 10-Apr-2026\. Control visit 2 cannot"):
        study.run(
            RecordVisit(visit_id=visit(study, control, "control-2").id, visited_on=day("2026-04-02"), reason="Late")
        )


def test_a_correction_keeps_the_order_and_redrafts_the_deviation(study, control, clock):
    clock.on(2026, 3, 20)
    first = visit(study, control, "control-1").id
    study.run(RecordVisit(visit_id=first, visited_on=day("2026-03-07"), reason="Snow"))
    assert [row.deviation.code for row in study.deviations()] == ["outside_window"]

    study.run(CorrectVisit(row_id=first, changes={"visited_on": day("2026-03-04")}, reason="Misread the chart"))

    assert visit(study, control, "control-1").visited_on == day("2026-03-04")
    assert study.deviations() == []


def test_a_missed_visit_drafts_a_deviation_that_taking_it_back_withdraws(study, control, clock):
    clock.on(2026, 3, 6)
    visit_id = visit(study, control, "control-1").id
    study.run(MissVisit(visit_id=visit_id, reason="Did not come"))
    assert [(row.deviation.code, row.deviation.reason) for row in study.deviations()] == [("missed", "Did not come")]

    study.run(TakeBackMissed(visit_id=visit_id, reason=WRONG))

    assert study.deviations() == []
    assert status(study, control, "control-1") == "overdue"


def test_the_investigators_decision_on_an_infusion_is_not_taken_back_by_a_nurse(study, make, clock):
    patient_id = make.treated()
    clock.on(2026, 3, 6)
    visit_id = visit(study, patient_id, "infusion-1").id
    make.sign(MissInfusion(visit_id=visit_id, reason="Did not come"), by=make.investigator)
    (decided,) = study.patient(patient_id).infusions

    for command in (
        TakeBackMissed(visit_id=visit_id, reason=WRONG), TakeBackNotGiven(infusion_id=decided.id, reason=WRONG),
    ):  # fmt: skip
        with pytest.raises((RuleViolation, NotPermitted), match="An investigator decided"):
            study.run(command, by=make.nurse)


def test_after_the_window_a_nurse_no_longer_says_that_an_infusion_is_not_given(study, make, clock):
    patient_id = make.treated()
    command = RecordNotGiven(patient_id=patient_id, infusion_no=1, reason_code="patient_declined")
    clock.on(2026, 3, 6)

    with pytest.raises(RuleViolation, match=r"closed on 05-Mar-2026\. An investigator decides"):
        study.run(command, by=make.nurse)
    assert visit(study, patient_id, "infusion-1").outcome is None


def test_on_the_last_day_of_the_window_a_nurse_still_does(study, make, clock):
    patient_id = make.treated()
    clock.on(2026, 3, 5)

    study.run(RecordNotGiven(patient_id=patient_id, infusion_no=1, reason_code="patient_declined"), by=make.nurse)

    assert status(study, patient_id, "infusion-1") == "not_given"


def test_t12_a_first_infusion_on_a_holiday_is_planned_and_its_reason_stands_beside_it(study, make):
    holiday, workday = make.treated("H1", dt.date(2026, 5, 1)), make.treated("H2", dt.date(2026, 5, 6))

    assert visit(study, holiday, "infusion-1").booking_reason == "Next in line"
    assert visit(study, workday, "infusion-1").booking_reason == ""
    assert visit(study, holiday, "infusion-1").booked_on == dt.date(2026, 5, 1)


def test_every_change_of_a_visit_replays_to_what_is_on_record(study, control, clock):
    study.run(RecordArrival(visit_id=visit(study, control, "control-1").id, arrived_at=clock.at))
    study.run(RecordVisit(visit_id=visit(study, control, "control-1").id, visited_on=day("2026-03-02")))
    study.run(AddUnscheduledVisit(patient_id=control, visit_on=day("2026-03-09"), reason="Fever overnight"))

    assert study.verify().ok
    assert "arrived_at" in {earlier.column for earlier in study.value_history("visit", 1)}
