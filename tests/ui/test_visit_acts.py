"""Acts on a visit where it is selected: arrived, missed, cancelled, added, and each taken back."""

import datetime as dt

import pytest

from lndesk.services.visits import AddUnscheduledVisit, MissVisit
from tests.conftest import PASSWORD
from ui.dialogs.add_visit import AddVisitDialog
from ui.dialogs.decide_visit import DecideVisitDialog
from ui.dialogs.record_arrival import RecordArrivalDialog
from ui.navigation import Place
from ui.screens.calendar import CalendarScreen

pytestmark = pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)


def visit_of(study, patient_id, code):
    return next(row for row in study.patient(patient_id).course if row.code == code)


@pytest.fixture
def select(study, show):
    """Open the calendar at a visit."""

    def opened(patient_id, code):
        screen = CalendarScreen(study, lambda _place: None)
        screen.resize(1194, 690)
        show(screen)
        place = Place(destination="calendar", patient_id=patient_id, visit_id=visit_of(study, patient_id, code).id)
        screen.show_place(place)
        return screen

    return opened


def offered(screen):
    return {act for act, button in screen.detail.acts.buttons.items() if button.isVisible()}


def press(screen, act):
    screen.detail.acts.buttons[act].click()


def test_an_arrival_is_recorded_now_and_can_be_taken_back(select, make, study, faults):
    patient_id = make.treated()
    screen = select(patient_id, "infusion-1")

    press(screen, "arrive")
    dialog = screen.findChild(RecordArrivalDialog)
    assert faults(dialog) == []
    dialog.accept()

    assert screen.detail.state.text() == "Arrived"
    assert "Arrived at 09:00" in screen.detail.why.text()
    assert "arrive" not in offered(screen)
    press(screen, "take_back_arrival")
    dialog = screen.findChild(DecideVisitDialog)
    dialog.accept()
    assert dialog.form.problem("reason")
    dialog.reason.setText("It was the patient before")
    dialog.accept()
    assert screen.detail.state.text() == "Due"
    assert visit_of(study, patient_id, "infusion-1").arrived_at is None


def test_a_cancelled_booking_leaves_the_visit_waiting(select, make, study):
    patient_id = make.treated()
    screen = select(patient_id, "infusion-1")

    press(screen, "cancel")
    dialog = screen.findChild(DecideVisitDialog)
    dialog.reason.setText("Fever")
    dialog.accept()

    visit = visit_of(study, patient_id, "infusion-1")
    assert (visit.booked_on, visit.outcome) == (None, None)
    assert "book" in offered(screen)
    assert "cancel" not in offered(screen)


def test_a_missed_visit_is_taken_back_with_the_reason(select, make, study):
    patient_id = make.control()
    study.run(MissVisit(visit_id=visit_of(study, patient_id, "control-1").id, reason="Moved away"))
    screen = select(patient_id, "control-1")
    assert screen.detail.state.text() == "Missed"

    press(screen, "take_back_missed")
    dialog = screen.findChild(DecideVisitDialog)
    dialog.reason.setText("Another patient was meant")
    dialog.accept()

    assert visit_of(study, patient_id, "control-1").outcome is None


def test_an_infusion_is_missed_by_an_investigators_signature_after_its_window(select, make, study, clock, faults):
    patient_id = make.treated()
    clock.on(2026, 3, 6)
    assert "miss_infusion" not in offered(select(patient_id, "infusion-1"))  # a nurse does not decide it
    study.sign_in("zhaomin", PASSWORD)
    screen = select(patient_id, "infusion-1")

    press(screen, "miss_infusion")
    dialog = screen.findChild(DecideVisitDialog)
    assert faults(dialog) == []
    dialog.reason.setText("The patient was in another hospital")
    dialog.accept()
    assert "Enter your password" in dialog.form.problem("password")
    dialog.signature.password.line.setText(PASSWORD)
    dialog.accept()

    assert visit_of(study, patient_id, "infusion-1").outcome == "missed"
    press(screen, "take_back_missed_infusion")
    back = screen.findChildren(DecideVisitDialog)[-1]
    back.reason.setText("It was given and not recorded")
    back.accept()
    assert visit_of(study, patient_id, "infusion-1").outcome is None


def test_until_the_window_is_over_an_infusion_is_not_missed(select, make, study):
    patient_id = make.treated()
    study.sign_in("zhaomin", PASSWORD)

    assert "miss_infusion" not in offered(select(patient_id, "infusion-1"))


def test_an_unscheduled_visit_is_added_on_the_day_that_is_selected(select, make, study, faults):
    patient_id = make.treated()
    screen = select(patient_id, "infusion-1")
    screen.grid.select(dt.date(2026, 3, 10))

    screen.add_visit.click()
    dialog = screen.findChild(AddVisitDialog)
    assert faults(dialog) == []
    assert dialog.visit_on.value() == dt.date(2026, 3, 10)
    dialog.accept()
    assert dialog.form.problem("patient_id") == "Choose the patient."
    dialog.who.setCurrentIndex(0)
    dialog.reason.setText("Rash on the arm")
    dialog.accept()

    assert visit_of(study, patient_id, "unscheduled-1").booked_on == dt.date(2026, 3, 10)
    assert [row.visit.code for row in screen.grid.month_model.visits_on(dt.date(2026, 3, 10))] == ["unscheduled-1"]


def test_a_cancelled_unscheduled_visit_can_be_taken_back(select, make, study):
    patient_id = make.treated()
    study.run(AddUnscheduledVisit(patient_id=patient_id, visit_on=dt.date(2026, 3, 10), reason="Rash on the arm"))
    screen = select(patient_id, "unscheduled-1")
    assert "Not asked for by the protocol." in screen.detail.why.text()

    press(screen, "cancel")
    dialog = screen.findChild(DecideVisitDialog)
    dialog.reason.setText("The rash is gone")
    dialog.accept()
    assert screen.detail.state.text() == "Cancelled"
    press(screen, "take_back_cancelled")
    back = screen.findChildren(DecideVisitDialog)[-1]
    back.reason.setText("The rash came back")
    back.accept()

    assert visit_of(study, patient_id, "unscheduled-1").outcome is None


def test_who_only_reads_is_offered_no_act(select, make, study):
    patient_id = make.treated()
    study.sign_in("monitor", PASSWORD)
    screen = select(patient_id, "infusion-1")

    assert offered(screen) == {"ready", "open"}
    assert not screen.add_visit.isVisible()
    study.sign_in("admin", PASSWORD)
    assert offered(select(patient_id, "infusion-1")) == {"open"}
