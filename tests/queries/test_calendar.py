"""The calendar as rows, and the month as a page."""

import datetime as dt
import io

import pypdf
import pytest

MARCH = dt.date(2026, 3, 1), dt.date(2026, 3, 31)


def days(rows):
    return [(row.visit.code, row.visit.day.isoformat(), row.status) for row in rows]


def test_both_ends_of_the_span_are_included(study, make):
    make.treated()

    assert days(study.calendar(dt.date(2026, 3, 2), dt.date(2026, 4, 2))) == [
        ("infusion-1", "2026-03-02", "open"),
        ("infusion-2", "2026-04-02", "upcoming"),
    ]
    assert days(study.calendar(dt.date(2026, 3, 3), dt.date(2026, 4, 1))) == []


def test_what_is_counted_from_an_infusion_still_to_come_is_provisional(study, make):
    patient_id = make.treated()
    make.control()
    span = dt.date(2026, 3, 1), dt.date(2026, 5, 31)
    about = [row.visit.code for row in study.calendar(*span) if row.provisional]

    make.infused(patient_id, make.lot()[0])

    assert about == ["infusion-2", "infusion-3", "followup-4w"]
    assert not any(row.provisional for row in study.calendar(*span))


def test_a_dose_under_way_makes_its_visit_and_no_other_one_in_progress(study, make):
    patient_id = make.treated()
    make.weight(patient_id)
    make.prepared(patient_id, make.lot()[:1])

    found = study.calendar(dt.date(2026, 3, 1), dt.date(2026, 12, 31))

    assert [row.visit.code for row in found if row.in_progress] == ["infusion-1"]


def test_visits_to_book_are_those_without_a_day_within_four_weeks(study, make, clock):
    make.treated("H1")
    make.control("H2")
    clock.on(2026, 3, 1)
    assert [row.visit.code for row in study.visits_to_book()] == ["control-1"]

    clock.on(2026, 3, 2)

    assert [row.visit.code for row in study.visits_to_book()] == ["control-1", "control-2"]


def test_each_arm_counts_its_patients(study, make):
    make.treated("H1")
    make.control("H2")
    make.control("H3")

    assert [(row.arm.code, row.enrolled, row.planned) for row in study.enrolment()] == [
        ("treatment", 1, 11),
        ("control", 2, 5),
    ]


@pytest.mark.parametrize(("language", "month"), [("en", "March 2026"), ("zh_CN", "2026年3月"), ("both", "2026年3月")])
def test_the_month_is_printed_with_every_visit_of_it(study, make, language, month):
    patient_id = make.treated()
    make.control()

    text = pypdf.PdfReader(io.BytesIO(study.month_pdf(dt.date(2026, 3, 15), language))).pages[0].extract_text()

    assert study.patient(patient_id).patient.subject_id in text
    assert month in text


def test_the_month_is_printed_in_the_language_of_the_sheets_unless_told(study, make):
    make.treated()

    assert study.month_pdf(dt.date(2026, 3, 1)) == study.month_pdf(dt.date(2026, 3, 31), "both")
