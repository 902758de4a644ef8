"""The site's closed days and the deviations: listed, entered, confirmed."""

import datetime as dt

import pytest

from lndesk.services.closed_days import AddClosedDays
from lndesk.services.visits import BookVisit
from tests.conftest import PASSWORD
from ui.dialogs.closed_days import ClosedDaysDialog, OpenAgainDialog
from ui.dialogs.deviations import ConfirmDeviationDialog, DeviationsDialog

pytestmark = pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)


def cells(table):
    model = table.rows_model
    return [
        [model.index(row, column).data() for column in range(model.columnCount())] for row in range(model.rowCount())
    ]


@pytest.fixture
def deviated(make, study):
    """Somebody whose second infusion is booked outside its window."""
    patient_id = make.treated()
    visit = next(row for row in study.patient(patient_id).course if row.code == "infusion-2")
    study.run(BookVisit(visit_id=visit.id, booked_on=dt.date(2026, 4, 8), reason="The patient travels"))
    return patient_id


def test_a_span_is_closed_and_one_day_opened_again(study, show, faults):
    dialog = show(ClosedDaysDialog(study))
    assert faults(dialog) == []
    dialog.first_on.line.setText("10-Mar-2026")
    dialog.last_on.line.setText("11-Mar-2026")
    dialog.reason.setText("Audit")
    dialog.accept()
    assert not dialog.isVisible()

    again = show(ClosedDaysDialog(study))
    assert [row[:2] for row in cells(again.days)] == [["Tue 10-Mar-2026", "Audit"], ["Wed 11-Mar-2026", "Audit"]]
    again.days.selectRow(0)
    again.open_again.click()
    removing = again.findChild(OpenAgainDialog)
    removing.accept()
    assert removing.form.problem("reason") == "Give the reason."
    removing.reason.setText("The audit is shorter")
    removing.accept()

    assert [row[0] for row in cells(again.days)] == ["Wed 11-Mar-2026"]


def test_a_day_without_an_end_is_one_day(study, show):
    dialog = show(ClosedDaysDialog(study))
    dialog.first_on.line.setText("10-Mar-2026")
    dialog.reason.setText("Audit")
    dialog.accept()

    assert len(study.closed_days(dt.date(2026, 3, 1), dt.date(2026, 3, 31))) == 1


def test_who_only_reads_sees_the_closed_days_and_changes_none(study, show):
    study.run(AddClosedDays(first_on=dt.date(2026, 3, 10), last_on=dt.date(2026, 3, 10), reason="Audit"))
    study.sign_in("monitor", PASSWORD)
    dialog = show(ClosedDaysDialog(study))

    assert len(cells(dialog.days)) == 1
    assert not any(part.isVisible() for part in (dialog.form, dialog.act, dialog.open_again))


def test_a_deviation_is_confirmed_by_an_investigators_signature(study, show, deviated, faults):
    study.sign_in("zhaomin", PASSWORD)
    dialog = show(DeviationsDialog(study, study.deviations))
    assert cells(dialog.table)[0][2:4] == ["Infusion 2", "Outside the window"]
    assert faults(dialog) == []

    dialog.confirm.click()
    signing = dialog.findChild(ConfirmDeviationDialog)
    assert faults(signing) == []
    signing.signature.password.line.setText(PASSWORD)
    signing.accept()
    assert "what the deviation means" in signing.form.problem("assessment")
    signing.assessment.setText("No harm expected")
    signing.signature.password.line.setText(PASSWORD)
    signing.accept()

    assert cells(dialog.table) == []
    assert study.deviations_of(deviated)[0].deviation.status == "confirmed"
    whole = show(DeviationsDialog(study, lambda: study.deviations_of(deviated)))
    assert "No harm expected" in whole.what.text()
    assert not whole.confirm.isEnabled()


def test_a_nurse_reads_deviations_and_confirms_none(study, show, deviated):
    dialog = show(DeviationsDialog(study, lambda: study.deviations_of(deviated)))

    assert "08-Apr-2026" in dialog.what.text()
    assert not dialog.confirm.isVisible()
