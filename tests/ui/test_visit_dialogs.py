"""Booking, recording and giving up a planned visit."""

import datetime as dt

import pytest

from ui.dialogs.book_visit import BookVisitDialog
from ui.dialogs.miss_visit import MissVisitDialog
from ui.dialogs.record_visit import RecordVisitDialog
from ui.widgets.buttons import Button
from ui.widgets.labels import Text

pytestmark = pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)


def visit_of(study, patient_id, code):
    return next(row for row in study.patient(patient_id).course if row.code == code)


@pytest.fixture
def ask(study, show):
    """Open a dialog on one visit."""

    def opened(dialog_class, patient_id, code, **more):
        patient = study.patient(patient_id).patient
        return show(dialog_class(study, patient, visit_of(study, patient_id, code), **more))

    return opened


def texts(widget):
    return "\n".join(label.text() for label in widget.findChildren(Text) if label.isVisible())


def press(dialog, words):
    next(button for button in dialog.findChildren(Button) if words in button.text()).click()


def test_booking_shows_whom_when_and_why(ask, make, faults):
    dialog = ask(BookVisitDialog, make.treated(), "infusion-2")

    shown = texts(dialog)
    for text in (
        "王小明",
        "WANG, Xiaoming",
        "LN-0001-C",
        "H\N{NO-BREAK SPACE}0048\N{NO-BREAK SPACE}2217",
        "Infusion 2 of 3",
        "02-Mar-2026 + 1 month = 02-Apr-2026, Thu",
        "30-Mar-2026 to 05-Apr-2026",
    ):
        assert text in shown
    assert dialog.booked_on.text() == ""
    assert faults(dialog) == []


def test_a_day_inside_the_window_asks_for_no_reason(ask, make, study):
    patient_id = make.treated()
    dialog = ask(BookVisitDialog, patient_id, "infusion-2")

    dialog.booked_on.line.setText("03-Apr-2026")
    assert "Fri 03-Apr-2026" in texts(dialog)
    assert not dialog.reason.isVisible()
    dialog.accept()

    assert not dialog.isVisible()
    assert visit_of(study, patient_id, "infusion-2").booked_on == dt.date(2026, 4, 3)


def test_a_day_outside_the_window_asks_for_the_reason_and_stays_until_it_is_given(ask, make, study, faults):
    patient_id = make.treated()
    dialog = ask(BookVisitDialog, patient_id, "infusion-2")
    dialog.booked_on.line.setText("06-Apr-2026")
    assert dialog.reason.isVisible()
    assert faults(dialog) == []

    dialog.accept()
    assert dialog.isVisible()
    assert "Give the reason to book it" in dialog.form.problem("reason")
    assert dialog.reason.hasFocus()
    dialog.reason.setText("Public holiday")
    dialog.accept()

    assert not dialog.isVisible()
    assert visit_of(study, patient_id, "infusion-2").booking_reason == "Public holiday"


def test_a_reason_typed_for_another_day_is_not_kept_with_a_day_inside(ask, make, study):
    patient_id = make.treated()
    dialog = ask(BookVisitDialog, patient_id, "infusion-2")
    dialog.booked_on.line.setText("06-Apr-2026")
    dialog.reason.setText("Public holiday")

    dialog.booked_on.line.setText("03-Apr-2026")
    dialog.accept()

    assert visit_of(study, patient_id, "infusion-2").booking_reason == ""


def test_the_proposed_day_is_taken_with_one_press_and_booked_only_then(ask, make, study):
    patient_id = make.treated()
    dialog = ask(BookVisitDialog, patient_id, "infusion-2")

    press(dialog, "Take Thu 02-Apr-2026")
    assert visit_of(study, patient_id, "infusion-2").booked_on is None
    dialog.accept()

    assert visit_of(study, patient_id, "infusion-2").booked_on == dt.date(2026, 4, 2)


def test_an_infusion_that_will_not_be_given_leads_to_where_that_is_recorded(ask, make):
    went = []
    dialog = ask(BookVisitDialog, make.treated(), "infusion-2", on_not_given=lambda: went.append("there"))

    press(dialog, "will not be given")

    assert went == ["there"]
    assert not dialog.isVisible()


def test_a_past_day_is_refused_at_the_day(ask, make):
    dialog = ask(BookVisitDialog, make.treated(), "infusion-2")

    dialog.booked_on.line.setText("01-Mar-2026")
    dialog.reason.setText("Late entry")
    dialog.accept()

    assert "is past" in dialog.form.problem("booked_on")


def test_recording_a_visit_writes_its_day(ask, make, study, faults):
    patient_id = make.control()
    dialog = ask(RecordVisitDialog, patient_id, "control-1")
    assert faults(dialog) == []

    dialog.visited_on.line.setText("t")
    dialog.accept()

    assert visit_of(study, patient_id, "control-1").visited_on == dt.date(2026, 3, 2)


def test_a_day_to_come_is_refused_at_the_day(ask, make):
    dialog = ask(RecordVisitDialog, make.control(), "control-1")

    dialog.visited_on.line.setText("+1d")
    dialog.accept()

    assert "in the future" in dialog.form.problem("on")
    assert dialog.isVisible()


def test_missing_a_visit_needs_the_reason(ask, make, study, faults):
    patient_id = make.control()
    dialog = ask(MissVisitDialog, patient_id, "control-1")
    assert faults(dialog) == []

    dialog.accept()
    assert dialog.form.problem("reason") == "Give the reason."
    dialog.reason.setText("Moved away")
    dialog.accept()

    assert visit_of(study, patient_id, "control-1").outcome == "missed"
