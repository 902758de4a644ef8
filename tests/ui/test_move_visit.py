"""Moving a visit: all that follows is seen before anything is saved."""

import datetime as dt

import pytest

from tests.conftest import PASSWORD
from ui.dialogs.authorise_early import AuthoriseEarlyDialog
from ui.dialogs.book_visit import BookVisitDialog
from ui.dialogs.move_visit import MoveVisitDialog
from ui.widgets.labels import Text

pytestmark = pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)


def visit_of(study, patient_id, code):
    return next(row for row in study.patient(patient_id).course if row.code == code)


@pytest.fixture
def treated(make):
    """Somebody whose first infusion was given on 02-Mar-2026."""
    patient_id = make.treated()
    make.infused(patient_id, make.lot()[0])
    return patient_id


@pytest.fixture
def move(study, show):
    def opened(patient_id, code="infusion-2", **more):
        patient = study.patient(patient_id).patient
        return show(MoveVisitDialog(study, patient, visit_of(study, patient_id, code), **more))

    return opened


def cells(dialog):
    model = dialog.following.lines.rows_model
    return [
        [model.index(row, column).data() for column in range(model.columnCount())] for row in range(model.rowCount())
    ]


def texts(widget):
    return "\n".join(label.text() for label in widget.findChildren(Text) if label.isVisible())


def test_a_day_shows_at_once_the_whole_course_before_and_after(move, treated, study, faults, qtbot):
    dialog = move(treated)
    assert cells(dialog) == []

    dialog.moved_to.line.setText("03-Apr-2026")

    infusion = next(row for row in cells(dialog) if row[0] == "Infusion 2")
    assert infusion[1:] == [
        "02-Apr-2026", "Fri 03-Apr-2026", "is booked", "30-Mar-2026 to 05-Apr-2026", "32 days", "In time",
    ]  # fmt: skip
    assert cells(dialog)[0][3] == "on record"
    assert visit_of(study, treated, "infusion-2").booked_on is None
    qtbot.waitUntil(lambda: faults(dialog) == [])


def test_the_later_ones_move_along_only_when_the_box_is_ticked(move, treated, study):
    dialog = move(treated)
    dialog.moved_to.line.setText("03-Apr-2026")
    stays = next(row for row in cells(dialog) if row[0] == "Infusion 3")

    dialog.also_later.setChecked(True)
    along = next(row for row in cells(dialog) if row[0] == "Infusion 3")
    dialog.reason.setText("The patient travels")
    dialog.accept()

    assert (stays[2], stays[3]) == ("Sat 02-May-2026", "stays")
    assert (along[2], along[3]) == ("Sun 03-May-2026", "is booked")
    assert visit_of(study, treated, "infusion-3").booked_on == dt.date(2026, 5, 3)


def test_a_day_outside_the_window_says_that_a_deviation_is_drafted(move, treated, study):
    dialog = move(treated)
    dialog.moved_to.line.setText("09-Apr-2026")

    assert next(row for row in cells(dialog) if row[0] == "Infusion 2")[-1] == "Outside window"
    assert "Infusion 2: 09-Apr-2026 is outside the window" in texts(dialog)
    assert study.deviations() == []
    dialog.reason.setText("The patient travels")
    dialog.accept()

    assert [row.deviation.code for row in study.deviations()] == ["outside_window"]


def test_a_move_needs_its_reason(move, treated):
    dialog = move(treated, to_on=dt.date(2026, 4, 3))
    assert cells(dialog)

    dialog.accept()

    assert dialog.isVisible()
    assert dialog.form.problem("reason") == "Give the reason."


def test_what_cannot_be_is_said_before_anybody_tries(move, treated):
    dialog = move(treated)

    dialog.moved_to.line.setText("01-Mar-2026")

    assert "01-Mar-2026 is past." in dialog.notes.text()


def test_a_closed_day_says_why_it_is_closed(move, treated):
    dialog = move(treated)

    dialog.moved_to.line.setText("05-Apr-2026")

    assert "Public holiday" in dialog.notes.text()
    assert next(row for row in cells(dialog) if row[0] == "Infusion 2")[-1] == "Site closed"


def test_before_the_gap_a_nurse_is_told_that_an_investigator_decides(move, treated, faults, qtbot):
    dialog = move(treated)

    dialog.moved_to.line.setText("12-Mar-2026")

    assert "This needs the investigator." in dialog.early.text()
    assert not dialog.early.allow.isVisible()
    assert next(row for row in cells(dialog) if row[0] == "Infusion 2")[-1] == "Too early"
    qtbot.waitUntil(lambda: faults(dialog) == [])
    dialog.reason.setText("The patient travels")
    dialog.accept()
    assert dialog.isVisible()


def test_an_investigator_allows_an_early_day_from_there_and_signs_it(move, treated, study, faults):
    study.sign_in("zhaomin", PASSWORD)
    dialog = move(treated)
    dialog.moved_to.line.setText("12-Mar-2026")

    dialog.early.allow.click()
    permission = dialog.findChild(AuthoriseEarlyDialog)
    assert faults(permission) == []
    assert permission.earliest_on.value() == dt.date(2026, 3, 12)
    permission.reason.setText("Relapse; the benefit outweighs the risk")
    permission.signature.password.line.setText(PASSWORD)
    permission.accept()
    assert not permission.isVisible()
    assert not dialog.early.isVisible()
    dialog.reason.setText("Relapse")
    dialog.accept()

    assert visit_of(study, treated, "infusion-2").booked_on == dt.date(2026, 3, 12)


def test_an_early_day_is_said_when_booking_too(study, show, treated):
    visit = visit_of(study, treated, "infusion-2")
    dialog = show(BookVisitDialog(study, study.patient(treated).patient, visit))

    dialog.booked_on.line.setText("12-Mar-2026")

    assert "At least 21 days" in dialog.early.text()
    dialog.booked_on.line.setText("02-Apr-2026")
    assert not dialog.early.isVisible()


def test_booking_proposes_the_nearest_open_day_and_says_why(study, show, make, clock):
    clock.on(2026, 3, 5)
    patient_id = make.treated(first_infusion_on=dt.date(2026, 3, 5))
    make.infused(patient_id, make.lot()[0])
    visit = visit_of(study, patient_id, "infusion-2")  # 05-Apr-2026 is a public holiday
    dialog = show(BookVisitDialog(study, study.patient(patient_id).patient, visit))

    assert dialog.proposed.text().startswith("Fri 03-Apr-2026, because: ")
    assert "05-Apr-2026" in dialog.proposed.text()
    model = dialog.choices.rows_model
    first = [model.index(0, column).data() for column in range(3)]
    assert first[:2] == ["Sun 05-Apr-2026", "the target"]
    assert "Public holiday" in first[2]
    dialog.take_proposed()
    dialog.accept()
    assert visit_of(study, patient_id, "infusion-2").booked_on == dt.date(2026, 4, 3)


def test_a_closed_day_asks_for_the_reason_and_an_open_one_does_not(study, show, make):
    visit = visit_of(study, make.treated(), "infusion-2")
    dialog = show(BookVisitDialog(study, study.patients()[0].patient, visit))

    dialog.booked_on.line.setText("04-Apr-2026")
    assert dialog.reason.isVisible()
    assert "Sat, a weekend" in dialog.notes.text()
    dialog.booked_on.line.setText("03-Apr-2026")

    assert not dialog.reason.isVisible()
    assert dialog.notes.text() == ""
