import datetime as dt
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt

from ui.dialogs.record_infusion import RecordInfusionDialog
from ui.dialogs.record_not_given import RecordNotGivenDialog
from ui.navigation import Place
from ui.screens.infusions import InfusionsScreen

pytestmark = pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)


@pytest.fixture
def patient_id(make):
    return make.treated()


@pytest.fixture
def issued(study, make, patient_id):
    """A dose whose sheet is issued; its preparation's id."""
    make.weight(patient_id)
    preparation_id = make.checked(make.prepared(patient_id, make.lot()[:1]))
    study.issue_sheet(preparation_id)
    return preparation_id


@pytest.fixture
def screen(study, show):
    made = InfusionsScreen(study, lambda _place: None)
    made.resize(1194, 650)
    return show(made)


def arrive(screen, **place):
    screen.show_place(Place(destination="infusions", **place))


def record_dialog(screen):
    return screen.findChildren(RecordInfusionDialog)[-1]


def read_all(dialog):
    dialog.wristband.scan.take("2217")
    dialog.sheet.scan.take("000001")
    dialog.containers[0].scan.take("AM-2411-07/01")


def fill(dialog, clock):
    start = clock.forward(minutes=10)
    clock.forward(minutes=35)
    dialog.started_at.set_value(start)
    dialog.ended_at.set_value(start + dt.timedelta(minutes=30))
    dialog.volume_ml.setText("13")
    dialog.given_by.setCurrentIndex(dialog.given_by.findData("CHEN Jing"))
    dialog.reaction.set_value("none")


def rows_of(table):
    return [
        [column.text(row).replace("\N{NO-BREAK SPACE}", " ") for column in table.rows_model.columns]
        for row in table.rows_model.shown
    ]


@pytest.mark.usefixtures("issued")
def test_a_dose_with_a_sheet_waits_to_be_given(screen, faults):
    arrive(screen)

    row = rows_of(screen.waiting)[0]
    assert row[:6] == ["王小明  WANG, Xiaoming", "LN-0001-C", "H 0048 2217", "1 of 3", "13 mL", "DP-2026-000001"]
    assert screen.record.isEnabled()
    assert screen.declined.isEnabled()
    assert faults(screen) == []


@pytest.mark.usefixtures("patient_id")
def test_with_none_waiting_nothing_can_be_recorded(screen):
    arrive(screen)

    assert not screen.record.isEnabled()
    assert not screen.declined.isEnabled()
    assert not screen.waiting.rows_model.total


@pytest.mark.usefixtures("issued")
def test_several_people_are_shown_so_there_is_no_banner(qtbot, screen):
    with qtbot.waitSignal(screen.patient_shown) as shown:
        arrive(screen)

    assert shown.args == [None]


def test_the_record_begins_when_somebody_comes_for_a_preparation(screen, issued, patient_id, faults):
    arrive(screen, patient_id=patient_id, preparation_id=issued)

    dialog = record_dialog(screen)
    assert dialog.isVisible()
    assert faults(dialog) == []
    for empty in (dialog.started_at.day, dialog.volume_ml, dialog.witness):
        assert empty.text() == ""
    assert dialog.given_by.currentIndex() == -1
    assert dialog.reaction.value() == ""


def test_wristband_sheet_and_container_must_all_agree(screen, study, issued, clock):
    arrive(screen, preparation_id=issued)
    dialog = record_dialog(screen)
    fill(dialog, clock)

    dialog.wristband.scan.take("9999")
    assert dialog.wristband.verdict.text() == "Does not agree"
    dialog.accept()
    assert "not the wristband of the patient" in dialog.form.problem("wristband")

    dialog.wristband.scan.take("2217")
    assert dialog.wristband.verdict.text() == "Agrees"
    dialog.sheet.scan.take("000002")
    dialog.accept()
    assert "another sheet" in dialog.form.problem("sheet")

    dialog.sheet.scan.take("000001")
    dialog.containers[0].scan.take("AM-2411-07/02")
    dialog.accept()
    assert "another container" in dialog.form.problem("container0")
    assert study.infusions() == []


def test_a_scan_ending_with_enter_records_nothing(qtbot, screen, study, issued, clock):
    arrive(screen, preparation_id=issued)
    dialog = record_dialog(screen)
    fill(dialog, clock)
    dialog.wristband.scan.take("2217")
    dialog.sheet.scan.take("000001")

    qtbot.keyClicks(dialog.containers[0].scan, "AM-2411-07/01")
    qtbot.keyClick(dialog.containers[0].scan, Qt.Key.Key_Return)

    assert dialog.containers[0].verdict.text() == "Agrees"
    assert dialog.isVisible()
    assert study.infusions() == []


def test_an_infusion_is_recorded_and_the_next_day_is_proposed_with_its_reason(screen, study, issued, clock):
    arrive(screen, preparation_id=issued)
    dialog = record_dialog(screen)
    read_all(dialog)
    fill(dialog, clock)

    dialog.accept()

    infusion = study.infusions()[0]
    assert (infusion.given, infusion.volume_ml, infusion.cells) == (True, Decimal(13), Decimal(62192000))
    assert infusion.reaction == ""
    shown = screen.message.text()
    assert "Infusion 1 is recorded as given." in shown
    assert "Next: Infusion 2, proposed for Thu 02-Apr-2026." in shown
    assert "02-Mar-2026 + 1 month" in shown
    assert "window 30-Mar-2026 to 05-Apr-2026" in shown
    assert not screen.waiting.rows_model.total
    row = rows_of(screen.all)[0]
    assert row[4:7] == ["Given", "13 mL", "62,192,000"]


def test_whether_there_was_a_reaction_must_be_chosen_and_written(screen, study, issued, clock):
    arrive(screen, preparation_id=issued)
    dialog = record_dialog(screen)
    read_all(dialog)
    fill(dialog, clock)
    dialog.reaction.set_value("")

    dialog.accept()
    assert dialog.form.problem("reaction") == "Choose whether there was a reaction."
    dialog.reaction.set_value("some")
    assert dialog.observed.isVisible()
    dialog.accept()
    assert dialog.form.problem("observed") == "Write what was seen."
    dialog.observed.setText("Chills for 10 minutes")
    dialog.accept()

    assert study.infusions()[0].reaction == "Chills for 10 minutes"


@pytest.mark.parametrize(
    ("spoil", "field", "said"),
    [
        (lambda d, c: d.started_at.set_value(c() - dt.timedelta(hours=2)), "started_at", "cannot have started before"),
        (lambda d, c: d.ended_at.set_value(c() + dt.timedelta(hours=2)), "ended_at", "in the future"),
        (lambda d, _c: d.volume_ml.setText("14"), "volume_ml", "more than the 13"),
        (lambda d, _c: d.given_by.setCurrentIndex(-1), "given_by", "who gave the infusion"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(screen, issued, clock, spoil, field, said):
    arrive(screen, preparation_id=issued)
    dialog = record_dialog(screen)
    read_all(dialog)
    fill(dialog, clock)
    spoil(dialog, clock)

    dialog.accept()

    assert dialog.isVisible()
    assert said in dialog.form.problem(field)


@pytest.mark.usefixtures("issued")
def test_not_given_asks_for_a_coded_reason(screen, study):
    arrive(screen)
    screen.declined.click()
    dialog = screen.findChild(RecordNotGivenDialog)

    dialog.accept()
    assert "Choose why the infusion was not given." in dialog.form.problem("reason")
    assert dialog.height() >= dialog.layout().totalHeightForWidth(dialog.width()), "nothing overlaps"
    dialog.reason.setCurrentIndex(dialog.reason.findData("other"))
    dialog.accept()
    assert "at least 10 characters" in dialog.form.problem("remark")
    dialog.remark.setText("The ward was closed for the day")
    dialog.accept()

    assert study.infusions()[0].given is False
    row = rows_of(screen.all)[0]
    assert row[4] == "Not given"
    assert "Other, as written" in row[9]
    assert "Infusion 1 is recorded as not given." in screen.message.text()


def test_not_given_can_be_recorded_where_no_dose_was_prepared(screen, study, patient_id):
    arrive(screen, patient_id=patient_id, action="not_given")
    dialog = screen.findChild(RecordNotGivenDialog)
    dialog.reason.setCurrentIndex(dialog.reason.findData("patient_declined"))

    dialog.accept()

    assert study.infusions()[0].reason == "patient_declined"


def test_who_does_not_record_infusions_sees_no_button_for_it(study, show, issued):
    study.sign_in("monitor", "a sentence to test with")
    screen = show(InfusionsScreen(study, lambda _place: None))
    arrive(screen, preparation_id=issued)

    assert not screen.record.isVisible()
    assert not screen.declined.isVisible()
    assert screen.findChildren(RecordInfusionDialog) == []


def test_the_list_of_all_infusions_can_be_searched(screen, make, issued):
    make.given(issued)
    arrive(screen)

    screen.search_line.setText("xiaoming")
    assert screen.all.rows_model.rowCount() == 1
    screen.search_line.setText("zhang")
    assert screen.all.rows_model.rowCount() == 0
