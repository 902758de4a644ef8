"""Papers and files of the calendar: previewed, saved, and named when a folder refuses them."""

import pytest
from icalendar import Calendar

from lndesk.domain.errors import RuleViolation
from tests.conftest import PASSWORD
from ui.dialogs.appointment_letter import AppointmentLetterDialog
from ui.dialogs.export_calendar import ExportCalendarDialog
from ui.dialogs.paper_preview import PaperPreviewDialog
from ui.navigation import Place
from ui.screens.calendar import CalendarScreen
from ui.screens.patients import PatientsScreen

pytestmark = pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)


@pytest.fixture
def screen(study, show, make):
    make.treated()
    made = CalendarScreen(study, lambda _place: None)
    made.resize(1194, 690)
    show(made)
    made.show_place(Place(destination="calendar"))
    return made


def test_the_menu_names_every_paper_for_the_day_that_is_selected(screen, qtbot):
    screen.primary.click()
    qtbot.waitUntil(screen.papers.isVisible)

    assert [action.text() for action in screen.papers.actions() if action.text()] == [
        "Month: March 2026",
        "Week from 02-Mar-2026",
        "Day: Mon 02-Mar-2026",
        "The cohort's year: 2026",
        "Downtime kit: the next 14 days and blank forms",
        "iCalendar file",
    ]
    screen.papers.close()


@pytest.mark.parametrize("at", range(5))
def test_each_paper_is_seen_before_it_is_printed_or_saved(screen, tmp_path, qtbot, faults, at):
    screen.papers.offer(screen.grid.selected, 2026)
    screen.papers.actions()[at].trigger()
    dialog = screen.findChild(PaperPreviewDialog)
    with qtbot.waitSignal(dialog.preview.drawn, timeout=20_000):
        pass
    assert faults(dialog) == []

    dialog.save_to(tmp_path / "paper.pdf")
    assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF")
    dialog.save_to(tmp_path / "none" / "paper.pdf")

    assert "cannot be written" in dialog.message.text()
    dialog.reject()


def test_the_icalendar_file_names_nobody_unless_somebody_ticks_it(study, show, make, tmp_path, faults):
    make.treated()
    dialog = show(ExportCalendarDialog(study))
    assert faults(dialog) == []
    dialog.accept()
    assert dialog.form.problem("file") == "Choose where to save the file."
    dialog.choose_file(tmp_path / "visits")
    dialog.accept()
    without = (tmp_path / "visits.ics").read_text("utf-8")

    named = show(ExportCalendarDialog(study))
    named.choose_file(tmp_path / "named.ics")
    named.names.setChecked(True)
    assert "not encrypted" in named.warning.text()
    named.accept()

    assert "王小明" not in without
    assert "王小明" in (tmp_path / "named.ics").read_text("utf-8")
    assert Calendar.from_ical(without).walk("VEVENT")


def test_a_monitor_cannot_tick_names(study, show, make):
    make.treated()
    study.sign_in("monitor", PASSWORD)

    assert not show(ExportCalendarDialog(study)).names.isVisible()


def test_the_letter_is_written_in_the_language_that_is_chosen(study, show, make, faults):
    patient_id = make.treated()
    screen = show(PatientsScreen(study, lambda _place: None))
    screen.show_place(Place(destination="patients", patient_id=patient_id))

    screen.record.overview.course_acts.letter.click()
    dialog = screen.findChild(AppointmentLetterDialog)
    assert faults(dialog) == []
    assert dialog.language.value() == "en"
    dialog.language.set_value("zh_CN")
    dialog.accept()

    paper = screen.findChild(PaperPreviewDialog)
    assert paper.isVisible()
    assert paper._pdf == study.letter_pdf(patient_id, "zh_CN")
    paper.reject()


def test_without_an_appointment_the_letter_says_why_there_is_none(study, show, make):
    patient_id = make.patient()
    dialog = show(AppointmentLetterDialog(study, study.patient(patient_id).patient))

    with pytest.raises(RuleViolation):
        dialog.submit()
    dialog.accept()

    assert dialog.isVisible()
    assert dialog.message.text()
