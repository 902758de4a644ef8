"""The calendar, the backup receipt and the recovery page."""

from __future__ import annotations

import datetime as dt
import io
import re

import pypdf
import pytest
import zxingcpp

from lndesk.domain.errors import RuleViolation
from lndesk.domain.sheet import Text
from lndesk.reports.backup_receipt import BackupFacts, backup_receipt
from lndesk.reports.month_calendar import CalendarEntry, month_calendar
from lndesk.reports.raster import pages_as_images
from lndesk.reports.recovery_code import recovery_code

SITE = Text("Site One", "第一中心")
AT = dt.datetime(2026, 3, 7, 17, 4, tzinfo=dt.timezone(dt.timedelta(hours=8)))
CODE = "7K2M-PQ9X-4HTN-0VWD-8JR3-CF6Y-1ZBG-5ASE"
STATUSES = ("done", "in_progress", "planned", "overdue", "missed")


def texts(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def entry(number: int, day: int, **changes):
    facts = {
        "day": dt.date(2026, 3, day),
        "subject_id": f"LN-{number:04}",
        "name": "王小明",
        "label": Text("Infusion 2 of 3", "第 2 次输注"),
        "status": "planned",
    }
    return CalendarEntry(**{**facts, **changes})


def month(rows, language="en", **changes):
    facts = {"month_on": dt.date(2026, 3, 1), "language": language, "site": SITE, "training": False, "composed_at": AT}
    return month_calendar(rows, **{**facts, **changes})


def test_every_visit_of_a_busy_day_is_printed_somewhere():
    rows = [entry(number, 6, time=dt.time(9, number)) for number in range(1, 41)]

    first, *rest = texts(month(rows))

    assert "+37 more" in first
    for row in rows:
        assert row.subject_id in first + " ".join(rest)
    assert sum(row.subject_id in first for row in rows) == 3
    assert "Page 1 of 3" in first


@pytest.mark.parametrize("status", STATUSES)
def test_each_state_has_its_word_and_its_own_shape(status):
    (planned,) = pages_as_images(month([entry(1, 6)]), 60)
    pdf = month([entry(1, 6, status=status)])

    (text,) = texts(pdf)
    word = {
        "done": "Done",
        "in_progress": "In progress",
        "planned": "Planned",
        "overdue": "Overdue",
        "missed": "Missed",
    }
    assert f"Infusion 2 of 3 · {word[status]}" in text
    (image,) = pages_as_images(pdf, 60)
    assert (image.tobytes() == planned.tobytes()) is (status == "planned")


def test_weeks_start_on_monday_and_the_page_is_a4_landscape():
    pdf = month([entry(1, 6)])

    (text,) = texts(pdf)
    assert re.search(r"Mon.*Tue.*Wed.*Thu.*Fri.*Sat.*Sun", text)
    box = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    assert (float(box.width), float(box.height)) == pytest.approx((841.89, 595.28), abs=0.01)


def test_a_name_too_long_for_its_cell_is_listed_whole():
    long = "Abdurahmanov-Muhammadjanov Rahimjan"

    pages = texts(month([entry(1, 6, name=long, opens=dt.date(2026, 3, 3), closes=dt.date(2026, 3, 9))]))

    assert len(pages) == 2
    assert long in pages[1]
    assert "03-Mar-2026 to 09-Mar-2026" in pages[1]


def test_one_rare_name_does_not_stop_the_month():
    (text,) = texts(month([entry(1, 6, name="王\U0002a6a5")]))

    assert "LN-0001 王〓" in text


def test_an_empty_month_says_so():
    (text,) = texts(month([], month_on=dt.date(2026, 2, 1)))

    assert "No visits in February 2026." in text


@pytest.mark.parametrize("language", ["en", "zh_CN", "both"])
def test_the_calendar_is_the_same_file_each_time_and_marks_training(language):
    rows = [entry(number, 6) for number in range(1, 6)]

    assert month(rows, language) == month(rows, language)
    assert all(("TRAINING" in page) or ("培训用" in page) for page in texts(month(rows, language, training=True)))


FACTS = BackupFacts(
    site=SITE,
    training=False,
    file_name="site-one-20260307.lndesk",
    folder="/media/" + "a-folder-with-a-long-name/" * 8,
    made_at=AT,
    made_by="CHEN Jing",
    workstation="WARD-3",
    size_bytes=14_223_360,
    sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    counts=tuple((Text(f"Table {index}", f"表 {index}"), index * 131) for index in range(31)),
    acts=1204,
    chain_head="4f9a21c07b3e55aa00112233445566778899aabbccddeeff0011223344556677",
    verified_at=AT,
    app_version="0.1.0",
)


@pytest.mark.parametrize("language", ["en", "zh_CN", "both"])
def test_the_receipt_says_what_was_copied_and_how_to_know_it_again(language):
    (text,) = texts(backup_receipt(FACTS, language))

    for value in ("site-one-20260307.lndesk", "CHEN Jing", "WARD-3", "14,223,360", "1,204", "3,930", "9F86 D081 884C"):
        assert value in text
    assert FACTS.folder in text.replace(" ", "")


@pytest.mark.parametrize("language", ["en", "zh_CN", "both"])
def test_the_recovery_page_shows_every_group_and_no_qr_code(language):
    pdf = recovery_code(CODE, site=SITE, language=language, training=False, printed_at=AT, app_version="0.1.0")

    (text,) = texts(pdf)
    assert all(group in text for group in CODE.split("-"))
    assert not zxingcpp.read_barcodes(pages_as_images(pdf, 150)[0])


def test_a_code_that_does_not_fit_is_refused():
    with pytest.raises(RuleViolation):
        recovery_code("W" * 60, site=SITE, language="en", training=False, printed_at=AT, app_version="0.1.0")
