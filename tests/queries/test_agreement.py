"""Where a visit stands is the same on every screen and paper, and no day is lost between two of them."""

import datetime as dt
import io

import pypdf
import pytest

from lndesk.services.visits import AddUnscheduledVisit, RecordVisit
from tests.conftest import CHINA


def texts(pdf):
    return " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def seen(study, patient_id, code):
    """Where one visit stands, by each of the reads that say so."""
    today, year = study.today(), (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    found = {visit.status(today) for visit in study.patient(patient_id).course if visit.code == code}
    found |= {row.status for row in study.today_board().rows if row.visit and row.visit.code == code}
    ahead = [row for day in study.agenda(dt.date(2026, 3, 1), 60) for row in day.visits]
    found |= {row.status for row in [*study.calendar(*year), *study.overdue(), *ahead] if row.visit.code == code}
    found |= {item.status for row in study.cohort_year(2026).rows for item in row.visits if item.visit.code == code}
    return found, any(row.visit.code == code for row in study.overdue())


@pytest.mark.parametrize(
    ("day", "status"), [(26, "upcoming"), (27, "open"), (2, "open"), (5, "open"), (6, "overdue"), (20, "overdue")]
)
def test_t4_every_read_says_the_same_on_each_day_round_the_window(study, make, clock, day, status):
    patient_id = make.control()  # control visit 1: 27-Feb to 05-Mar-2026
    clock.on(2026, 2 if day > 20 else 3, day)

    assert seen(study, patient_id, "control-1") == ({status}, status == "overdue")


def test_t7_the_day_turns_at_midnight_of_the_desk_and_not_of_utc(study, make, clock):
    patient_id = make.control()

    clock.at = dt.datetime(2026, 3, 5, 23, 59, 59, 999999, tzinfo=CHINA)
    assert seen(study, patient_id, "control-1") == ({"open"}, False)
    clock.at = dt.datetime(2026, 3, 6, 0, 0, tzinfo=CHINA)
    assert seen(study, patient_id, "control-1") == ({"overdue"}, True)


def test_t7_a_clock_set_to_another_zone_over_midnight_moves_no_day_on_record(study, make, clock):
    patient_id = make.control()
    visit = next(row for row in study.patient(patient_id).course if row.code == "control-1")
    study.run(RecordVisit(visit_id=visit.id, visited_on=dt.date(2026, 3, 2)))
    before = study.patient(patient_id).course

    clock.at = clock.at.astimezone(dt.timezone(dt.timedelta(hours=-11)))  # the same instant, still Sunday there

    assert study.today() == dt.date(2026, 3, 1)
    assert study.patient(patient_id).course == before
    assert seen(study, patient_id, "control-1") == ({"done"}, False)


def test_t5_the_last_day_of_a_span_is_in_it(study, make):
    make.control()

    codes = [row.visit.code for day in study.agenda(dt.date(2026, 3, 20), 14) for row in day.visits]

    assert codes == ["control-2"]  # on 02-Apr-2026, the fourteenth of them
    assert [row.visit.code for day in study.agenda(dt.date(2026, 3, 20), 13) for row in day.visits] == []


def test_t6_after_the_last_visit_nothing_is_due_and_nothing_fails(study, make, clock):
    patient_id = make.control()
    for visit in study.patient(patient_id).course:
        here = next(row for row in study.patient(patient_id).course if row.code == visit.code)
        clock.on(here.target_on.year, here.target_on.month, here.target_on.day)
        study.run(RecordVisit(visit_id=here.id, visited_on=here.target_on))
    clock.on(2027, 12, 31)

    assert study.patient(patient_id).next_visit is None
    assert (study.today_board().rows, study.overdue(), study.visits_to_book()) == ((), [], [])
    assert study.today_board().next_visit_on is None
    assert study.cohort_year(2027).rows == ()


def test_t15_the_course_prints_on_the_day_of_enrolment(study, make):
    patient_id = make.treated()

    subject = study.patient(patient_id).patient.subject_id
    assert subject in texts(study.month_pdf(study.today()))
    assert subject in texts(study.week_pdf(study.today()))
    assert subject in texts(study.cohort_pdf(2026))
    assert "Monday 2 March 2026" in texts(study.letter_pdf(patient_id, "en"))


def test_t11_an_unscheduled_visit_after_the_last_is_on_every_list(study, make):
    patient_id = make.control()
    late = dt.date(2026, 12, 30)
    study.run(AddUnscheduledVisit(patient_id=patient_id, visit_on=late, reason="Asked to be seen"))

    assert seen(study, patient_id, "unscheduled-1") == ({"upcoming"}, False)
    assert study.patient(patient_id).patient.subject_id in texts(study.day_pdf(late))


def test_the_cohort_has_one_line_a_patient_with_windows_and_contraception(study, make):
    treated = make.treated("H1")
    make.control("H2")
    make.patient("H3")
    make.infused(treated, make.lot()[0])

    year = study.cohort_year(2026)

    assert [(row.patient.hospital_no, row.treated, len(row.visits)) for row in year.rows] == [
        ("H1", True, 6), ("H2", False, 6),
    ]  # fmt: skip
    assert [row.contraception_end and row.contraception_end.on for row in year.rows] == [dt.date(2026, 8, 17), None]
    assert {item.visit.code for item in year.rows[0].visits if item.provisional} == set()
    assert study.cohort_year(2024).rows == ()


def test_a_window_that_reaches_into_the_year_brings_its_visit(study, make, clock):
    clock.on(2026, 10, 5)
    make.control()  # control visit 3 on 05-Dec; week 4 on 02-Jan-2027 with a window from 26-Dec-2026

    assert "followup-4w" in {item.visit.code for item in study.cohort_year(2026).rows[0].visits}


def test_a_year_of_agenda_has_every_day_once(study):
    days = study.agenda(dt.date(2026, 1, 1), 365)

    assert [day.on.toordinal() for day in days] == list(
        range(dt.date(2026, 1, 1).toordinal(), dt.date(2027, 1, 1).toordinal())
    )
    closed = {day.on for day in days if day.closed}
    assert dt.date(2026, 2, 17) in closed
    assert dt.date(2026, 2, 28) not in closed  # a Saturday that is worked
