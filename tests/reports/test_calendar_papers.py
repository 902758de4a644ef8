"""The calendar on paper: lists for the ward, the letter that tells nothing, the kit for downtime, the year."""

import datetime as dt
import io
import re

import pypdf
import pytest

from lndesk.domain.errors import RuleViolation
from lndesk.domain.sheet import Text
from lndesk.reports.appointment_letter import Appointment, LetterFacts, appointment_letter
from lndesk.reports.raster import pages_as_images
from lndesk.reports.ward_list import PrintFacts, WardDay, WardVisit, ward_list
from lndesk.services.closed_days import AddClosedDays
from lndesk.services.visits import BookVisit

AT = dt.datetime(2026, 3, 7, 17, 4, tzinfo=dt.timezone(dt.timedelta(hours=8)))
TELLING = re.compile(
    "infusion|infuse|treat|control|blank|placebo|arm|cell|msc|stem|amnio|lupus|nephr|kidney|trial|study|nct|dose|follow"
    "|输注|治疗|对照|空白|安慰|组别|细胞|干细胞|羊膜|狼疮|肾|试验|研究|剂量|随访",
    re.IGNORECASE,
)


def pages(pdf):
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def metadata(pdf):
    return " ".join(str(value) for value in (pypdf.PdfReader(io.BytesIO(pdf)).metadata or {}).values())


def booked(study, patient_id, code, on):
    visit = next(row for row in study.patient(patient_id).course if row.code == code)
    study.run(BookVisit(visit_id=visit.id, booked_on=on))


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("arm", ["treated", "control"])
def test_the_letter_tells_neither_arm_nor_diagnosis_nor_product(study, make, arm, language):
    patient_id = getattr(make, arm)()

    pdf = study.letter_pdf(patient_id, language)

    (text,) = pages(pdf)
    site = study.site_name()
    said = text.replace(site.en, "").replace(site.zh, "")
    assert TELLING.findall(said) == []
    assert TELLING.findall(metadata(pdf)) == []
    record = study.patient(patient_id)
    labels = {visit.label for visit in record.course} | {str(each.label) for each in study.protocol().arms.values()}
    assert not [label for label in labels if label in text]
    assert "H004" in said.replace(" ", "") or "H0049" in said.replace(" ", "")


def test_both_arms_get_the_same_letter_but_for_whom_it_is(study, make):
    first, second = (study.letter_pdf(made(f"H{n}"), "en") for n, made in enumerate((make.treated, make.control), 1))

    treated, control = (re.sub(r"about | not fixed yet|H[12]\b|H 1|H 2", "", pages(pdf)[0]) for pdf in (first, second))
    assert len(re.findall(r"\d{4}", treated)) == len(re.findall(r"\d{4}", control))


def test_the_letter_says_which_day_is_fixed_which_is_about_and_which_is_to_be_arranged(study, make, clock):
    patient_id = make.control()
    booked(study, patient_id, "control-2", dt.date(2026, 4, 3))
    clock.on(2026, 3, 20)

    (english,) = pages(study.letter_pdf(patient_id, "en"))
    (chinese,) = pages(study.letter_pdf(patient_id, "zh_CN"))

    assert "1 a day to be arranged soon not fixed yet 2 Friday 3 April 2026 3 about Saturday 2 May 2026" in english
    assert "2026年4月3日 星期五" in chinese
    assert "尚未确定" in chinese


def test_a_letter_without_an_appointment_is_refused(study, make):
    with pytest.raises(RuleViolation, match="no appointment to come"):
        study.letter_pdf(make.patient(), "en")


def test_a_long_name_and_many_appointments_stay_on_the_letter():
    facts = LetterFacts(
        han_name="阿卜杜拉赫曼诺夫" * 2, latin_name="ABDURAHMANOV, Muhammadjan Rahimjan", hospital_no="H 0048 2217",
        site=Text("Site One", "第一中心"), training=False, printed_at=AT,
    )  # fmt: skip

    (text,) = pages(appointment_letter([Appointment(dt.date(2026, 9, 30), fixed=True)] * 40, facts, "en"))

    assert "ABDURAHMANOV, Muhammadjan Rahimjan" in text
    assert text.count("Wednesday 30 September 2026") == 12


@pytest.mark.parametrize("language", ["en", "zh_CN", "both"])
def test_the_week_has_seven_days_from_monday_with_closed_ones_marked_and_overdue_first(study, make, clock, language):
    patient_id = make.control()
    study.run(AddClosedDays(first_on=dt.date(2026, 3, 12), last_on=dt.date(2026, 3, 12), reason="水管维修 pipes"))
    clock.on(2026, 3, 10)

    (text,) = pages(study.week_pdf(dt.date(2026, 3, 11), language))

    written = r"\b\w{3} (?:09|1\d)-Mar-2026" if language == "en" else r"2026年03月(?:09|1\d)日 周"
    assert len(re.findall(written, text)) == 7 + 2  # each day, and the span in the head
    assert "水管维修" in text
    monday = "Mon 09-Mar-2026" if language == "en" else "2026年03月09日 周一"
    assert text.index(study.patient(patient_id).patient.subject_id) < text.rindex(monday)


def test_every_visit_of_a_long_list_is_printed_once_and_a_day_goes_on_with_its_head():
    many = [
        WardVisit(
            subject_id=f"LN-{n:04}", hospital_no="H 0048 2217", han_name="王小明", latin_name="WANG, Xiaoming",
            label=Text("Infusion 2", "输注 2"), status="planned", booked=True, opens=dt.date(2026, 3, 3),
            closes=dt.date(2026, 3, 9),
        )
        for n in range(1, 61)
    ]  # fmt: skip
    facts = PrintFacts(site=Text("Site One", "第一中心"), training=True, printed_at=AT, language="en")

    found = pages(ward_list([WardDay(on=dt.date(2026, 3, 6), closed=None, visits=many)], facts))

    assert sorted(re.findall(r"LN-\d{4}", " ".join(found))) == [visit.subject_id for visit in many]
    assert len(found) > 1
    assert all("Fri 06-Mar-2026" in text and "TRAINING" in text for text in found)
    assert f"Page 1 of {len(found)}" in found[0]


@pytest.mark.parametrize("language", ["en", "zh_CN", "both"])
def test_the_kit_has_two_weeks_and_a_pair_of_blank_forms_for_each_infusion_all_marked(study, make, language):
    for number in range(3):
        make.treated(f"H{number}")

    found = pages(study.downtime_pdf(language))

    mark = "BLANK FORM FOR DOWNTIME" if language == "en" else "停机用空白表"
    forms = [text for text in found if mark in text]
    assert len(forms) == 1 + 2 * 3
    assert len(found) == 1 + 1 + 2 * 3
    days = re.findall(r"\d{2}-Mar-2026" if language == "en" else r"2026年03月\d{2}日", found[1])
    assert {"15-Mar-2026", "2026年03月15日"} & set(days)
    assert not any("LN-0001" in text for text in forms)
    assert "1,000,000" in forms[1]
    assert "/ 3" in forms[1]


def test_a_kit_without_an_infusion_still_has_two_pairs(study):
    assert len(pages(study.downtime_pdf("en"))) == 2 + 2 * 2


@pytest.mark.parametrize("language", ["en", "zh_CN", "both"])
def test_the_year_has_each_patient_and_an_empty_one_says_so(study, make, language):
    for number in range(20):
        make.control(f"H{number}")

    found = pages(study.cohort_pdf(2026, language))
    (empty,) = pages(study.cohort_pdf(2030, language))

    assert len(set(re.findall(r"LN-\d{4}", " ".join(found)))) == 20
    assert len(found) == 2
    assert ("No visits in 2030." in empty) or ("2030 年没有访视" in empty)


@pytest.mark.parametrize("name", ["week_pdf", "day_pdf", "cohort_pdf", "downtime_pdf", "letter_pdf", "month_pdf"])
def test_a_paper_is_the_same_file_each_time(study, make, name):
    patient_id = make.treated()
    print_it = {
        "cohort_pdf": lambda: study.cohort_pdf(2026), "downtime_pdf": study.downtime_pdf,
        "letter_pdf": lambda: study.letter_pdf(patient_id),
    }.get(name, lambda: getattr(study, name)(study.today()))  # fmt: skip

    assert print_it() == print_it()


def hatched(pdf, day, weeks):
    """Whether the cell of a day is darker than white, in a month that begins with a Sunday."""
    (image,) = pages_as_images(pdf, 60)
    row, column = divmod(day + 5, 7)
    wide, high = 277 / 7, 171 / weeks
    left, top = 10 + column * wide + 8, 28 + row * high + 8
    corners = (left, top, left + wide - 10, top + high - 10)
    return image.crop(tuple(round(value * 60 / 25.4) for value in corners)).convert("L").getextrema()[0] < 250


def test_the_month_hatches_holidays_and_not_a_weekend_that_is_worked(study):
    february = study.month_pdf(dt.date(2026, 2, 1), "en")

    # the 14th and the 28th are Saturdays that make up for the days off of the Spring Festival
    assert [day for day in range(9, 29) if hatched(february, day, 5)] == [15, 16, 17, 18, 19, 20, 21, 22, 23]


def test_the_month_hatches_the_sites_own_closed_days(study):
    march = dt.date(2026, 3, 1)
    before = study.month_pdf(march, "en")
    study.run(AddClosedDays(first_on=dt.date(2026, 3, 26), last_on=dt.date(2026, 3, 26), reason="Pipes"))

    assert not hatched(before, 26, 6)
    assert hatched(study.month_pdf(march, "en"), 26, 6)
