"""The iCalendar file: whole days, names off, stable from one export to the next, read back by the library."""

import datetime as dt

import icalendar
import pytest

from lndesk.domain.account import Person, Role
from lndesk.domain.errors import NotPermitted
from lndesk.services.course_corrections import CorrectAssignment
from lndesk.services.visits import AddUnscheduledVisit, BookVisit, CancelVisit, MissVisit

DAY = dt.timedelta(days=1)


def events(study, **asked):
    calendar = icalendar.Calendar.from_ical(study.calendar_file(language="en", **asked))
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


def of(study, code):
    """The event of a visit, by its label in the summary."""
    return next(event for event in events(study).values() if str(event["summary"]).endswith(code))


def visit(study, patient_id, code):
    return next(row for row in study.patient(patient_id).course if row.code == code)


@pytest.fixture
def control(make):
    return make.control()


def test_t16_whole_days_end_on_the_day_after_which_is_not_in_them(study, control):
    for event in events(study).values():
        assert type(event.decoded("dtstart")) is dt.date
        assert event.decoded("dtend") - event.decoded("dtstart") == DAY
        assert event["dtstart"].params["VALUE"] == "DATE"
    assert len(events(study)) == len(study.patient(control).course)
    assert of(study, "Control visit 1").decoded("dtstart") == dt.date(2026, 3, 2)


def test_t16_a_second_export_is_the_same_file_also_later_and_by_another_person(study, control, make, clock):
    assert study.patient(control).course
    first = study.calendar_file(language="en")
    clock.forward(days=200)
    study.who = make.investigator

    assert study.calendar_file(language="en") == first


def test_t16_a_moved_visit_keeps_its_uid_and_counts_one_change_more_and_no_other_event_changes(study, control, clock):
    before = events(study)
    clock.forward(hours=2)

    study.run(BookVisit(visit_id=visit(study, control, "control-2").id, booked_on=dt.date(2026, 4, 3)))

    after = events(study)
    changed = [uid for uid in after if after[uid].to_ical() != before[uid].to_ical()]
    assert list(after) == list(before)
    (uid,) = changed
    assert int(after[uid]["sequence"]) == int(before[uid]["sequence"]) + 1
    assert after[uid].decoded("last-modified") == clock.at
    assert after[uid].decoded("dtstart") == dt.date(2026, 4, 3)
    assert (str(before[uid]["status"]), str(after[uid]["status"])) == ("TENTATIVE", "CONFIRMED")


def test_t16_imported_twice_nothing_is_there_twice(study, control):
    assert study.patient(control).course
    shelf = {}
    for _import in range(2):
        shelf |= events(study)

    assert len(shelf) == len(study.patient(control).course)


def test_t10_calling_off_a_day_puts_the_event_back_to_its_target(study, control):
    visit_id = visit(study, control, "control-2").id
    study.run(BookVisit(visit_id=visit_id, booked_on=dt.date(2026, 4, 3)))
    study.run(CancelVisit(visit_id=visit_id, reason="Has the flu"))

    event = of(study, "Control visit 2")
    assert event.decoded("dtstart") == dt.date(2026, 4, 2)
    assert str(event["status"]) == "TENTATIVE"
    assert int(event["sequence"]) == 2


def test_a_missed_visit_is_called_off_in_the_other_calendar(study, control):
    study.run(MissVisit(visit_id=visit(study, control, "control-1").id, reason="Did not come"))

    assert str(of(study, "Control visit 1")["status"]) == "CANCELLED"


def test_visits_of_an_arm_that_was_corrected_are_called_off_and_never_come_again_with_a_lower_count(study, make):
    patient_id = make.control()
    before = events(study)
    assignment = study.patient(patient_id).assignment
    make.sign(
        CorrectAssignment(
            row_id=assignment.id,
            changes={"arm": "treatment", "first_infusion_planned_on": dt.date(2026, 3, 9)},
            reason="Wrong arm was entered",
        ),
        by=make.investigator,
    )

    after = events(study)
    gone = [event for event in after.values() if "Control visit" in str(event["summary"])]
    assert set(before) <= set(after)
    assert {str(event["status"]) for event in gone} == {"CANCELLED"}
    assert all(int(after[uid]["sequence"]) > int(before[uid]["sequence"]) for uid in before)


def test_names_are_left_out_unless_a_person_who_treats_asks_for_them(study, control):
    plain, named = study.calendar_file(language="en"), study.calendar_file(names=True, language="en")

    assert "王小明".encode() not in plain
    assert b"WANG" not in plain
    assert study.patient(control).patient.subject_id.encode() in plain
    assert "王小明".encode() in named
    study.who = Person(99, "someone", "SOME One", Role.MONITOR)
    assert study.calendar_file(language="en") == plain
    with pytest.raises(NotPermitted):
        study.calendar_file(names=True)


def test_a_uid_tells_nothing_of_patient_or_arm(study, control, make):
    make.treated("H2")

    assert study.patient(control).course
    for uid in events(study):
        assert not any(word in uid for word in ("control", "infusion", "LN-", "H2"))


def test_chinese_and_long_lines_come_back_whole(study, control):
    study.run(AddUnscheduledVisit(patient_id=control, visit_on=dt.date(2026, 12, 31), reason="发热"))

    calendar = icalendar.Calendar.from_ical(study.calendar_file(names=True, language="zh_CN"))

    summaries = [str(event["summary"]) for event in calendar.walk("VEVENT")]
    assert "LN-0001-C 王小明 WANG, Xiaoming: 计划外访视 1" in summaries
    assert not calendar.errors
