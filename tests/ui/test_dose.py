import datetime as dt
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel

from lndesk import i18n
from lndesk.services.patients import RecordWeight
from ui.dialogs.record_weight import RecordWeightDialog
from ui.dialogs.sign import SignDialog
from ui.navigation import Place
from ui.screens.dose import DoseScreen
from ui.widgets.message import Reason, WarningWithReason

pytestmark = pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)


@pytest.fixture
def went():
    return []


@pytest.fixture
def screen(study, show, went):
    made = DoseScreen(study, went.append)
    made.resize(1194, 650)
    return show(made)


@pytest.fixture
def ready(make):
    """A patient weighed at 62.4 kg, and a released lot of three containers."""
    patient_id = make.treated()
    make.weight(patient_id)
    make.lot()
    return patient_id


def arrive(screen, patient_id):
    """Come for a patient and read the wristband."""
    screen.show_place(Place(destination="dose", patient_id=patient_id))
    screen.gate.scan.take(screen.study.patient(patient_id).patient.hospital_no)


def texts(widget):
    labels = [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
    return "\n".join(labels).replace("\N{NO-BREAK SPACE}", " ")


def choose(screen, code="AM-2411-07/01"):
    screen.entry.containers.scan.take(code)
    screen.entry.preview()


def ask(screen):
    """Ask the patient again about allergies; there are none."""
    screen.entry.options.albumin.set_value("no")
    screen.entry.options.dmso.set_value("no")
    screen.entry.preview()


def sign(screen):
    """Sign what is to be sent; return the dialog."""
    dialog = screen.findChildren(SignDialog)[-1]
    dialog.signature.password.line.setText("a sentence to test with")
    dialog.act.click()
    return dialog


def test_nothing_of_the_dose_is_shown_before_the_wristband_is_read(qtbot, screen, ready):
    with qtbot.waitSignal(screen.patient_shown) as shown:
        screen.show_place(Place(destination="dose", patient_id=ready))

    assert shown.args == [None]
    assert "王小明" in texts(screen)
    for hidden in ("62.4", "H 0048", "1989", "AM-2411"):
        assert hidden not in texts(screen)


def test_a_scan_of_the_wristband_opens_the_dose_and_shows_the_banner(qtbot, screen, ready):
    screen.show_place(Place(destination="dose", patient_id=ready))

    with qtbot.waitSignal(screen.patient_shown) as shown:
        qtbot.keyClicks(screen.gate.scan, "H00482217")
        qtbot.keyClick(screen.gate.scan, Qt.Key.Key_Return)

    assert shown.args[0].hospital_no == "H\N{NO-BREAK SPACE}0048\N{NO-BREAK SPACE}2217"
    assert "infusion 1 of 3" in texts(screen)
    assert "62.4 kg" in texts(screen)


def test_hospital_no_and_year_of_birth_open_it_too(qtbot, screen, ready):
    screen.show_place(Place(destination="dose", patient_id=ready))
    screen.gate.hospital_no.setText("h 0048 2217")
    screen.gate.born_year.setText("1989")

    with qtbot.waitSignal(screen.patient_shown) as shown:
        screen.gate.open.click()

    assert shown.args[0].subject_id == "LN-0001-C"


def test_a_wrong_year_or_another_patients_wristband_does_not_open_it(screen, make, ready):
    make.treated("H00483051", family_name="赵", given_name="敏", latin_family="Zhao", latin_given="Min")
    screen.show_place(Place(destination="dose", patient_id=ready))

    screen.gate.hospital_no.setText("H00482217")
    screen.gate.born_year.setText("1990")
    screen.gate.open.click()
    assert "do not agree with any patient" in screen.gate.message.text()

    screen.gate.scan.take("H00483051")
    assert "not the patient who was chosen" in screen.gate.message.text()
    assert not screen.entry.isVisible()


def test_three_failures_are_said(screen, ready):
    screen.show_place(Place(destination="dose", patient_id=ready))

    for _attempt in range(3):
        screen.gate.scan.take("H00480000")

    assert "3 attempts did not agree" in screen.gate.message.text()


@pytest.mark.usefixtures("ready")
def test_without_a_patient_todays_infusions_are_offered_without_what_the_wristband_says(screen):
    screen.show_place(Place(destination="dose"))

    row = screen.gate.table.rows_model.shown[0]
    shown = " ".join(column.text(row) for column in screen.gate.table.rows_model.columns)
    assert "LN-0001-C" in shown
    assert "H0048" not in shown
    screen.gate.table.row_chosen.emit(row)
    assert "王小明" in screen.gate.whom.text()


def test_without_any_infusion_the_gate_says_where_to_choose(screen):
    screen.show_place(Place(destination="dose"))

    assert not screen.gate.table.rows_model.total
    assert "press Ctrl+K" in screen.gate.table._empty


def test_the_whole_derivation_is_shown_and_the_volume_is_the_largest_text(screen, ready):
    arrive(screen, ready)

    choose(screen)

    shown = texts(screen.entry.derivation)
    for line in (
        "62.4 kg × 1,000,000 cells per kg", "62,400,000 cells", "62.4 million",
        "5,200,000 cells per mL × 92 %", "4,784,000 cells per mL",
        "62,400,000 ÷ 4,784,000 = 13.0435 mL", "VOLUME TO PREPARE", "13 mL", "nearest 0.1 mL",
        "62,192,000 cells", "62.192 million", "−0.33 % below target", "limit ±5 %",
    ):  # fmt: skip
        assert line in shown.split("\n"), line
    sizes = {label.text(): label.fontInfo().pointSizeF() for label in screen.findChildren(QLabel) if label.isVisible()}
    assert max(sizes, key=sizes.get) == "13\N{NO-BREAK SPACE}mL"
    assert screen.entry.send.isEnabled()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_have_no_fault_of_form(qapp, study, show, faults, ready, looks, language, theme):
    i18n.set_language(language)
    looks.apply(qapp, theme)
    made = DoseScreen(study, lambda _place: None)
    made.resize(1194, 650)
    show(made)
    made.show_place(Place(destination="dose"))
    assert faults(made) == []

    arrive(made, ready)
    choose(made)

    assert faults(made) == []


def test_the_options_give_their_own_lines(screen, ready, clock):
    arrive(screen, ready)
    choose(screen)
    options = screen.entry.options
    options.final_ml.setText("50")
    options.minutes.setText("30")
    options.drops_per_ml.setText("20")
    options.thawed_at.set_value(clock())
    screen.entry.preview()

    shown = texts(options.lines)
    for line in ("37 mL", "100 mL per hour", "33 drops per minute", "02-Mar-2026 13:00"):
        assert line in shown


def test_the_preview_follows_a_moment_after_each_change_and_nothing_is_sent_meanwhile(qtbot, screen, ready):
    arrive(screen, ready)
    choose(screen)

    qtbot.keyClicks(screen.entry.options.final_ml, "50")

    assert not screen.entry.send.isEnabled()
    qtbot.waitUntil(screen.entry.send.isEnabled)
    assert "37 mL" in texts(screen.entry.options.lines)


def test_an_entry_that_cannot_be_read_is_marked_and_takes_no_focus_from_the_typist(screen, ready):
    arrive(screen, ready)
    choose(screen)
    screen.entry.options.final_ml.setText("50,5")
    screen.entry.options.minutes.setFocus()

    screen.entry.preview()

    assert "Use a point for decimals" in screen.entry.options.problem.text()
    assert screen.entry.options.minutes.hasFocus()
    assert "Correct the entry" in screen.entry.blocker.text()
    assert not screen.entry.send.isEnabled()


def test_a_hard_stop_blocks_and_names_who_can_act(screen, make):
    patient_id = make.treated()
    make.lot()

    arrive(screen, patient_id)

    assert "This dose cannot be prepared" in texts(screen)
    assert "There is no weight on record" in screen.entry.verdict.text()
    assert "Who can act: Nurse, investigator or technician." in screen.entry.verdict.text()
    assert not screen.entry.send.isEnabled()
    assert screen.entry.blocker.text() == "This dose cannot be prepared"


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("control", "Nobody: the protocol does not allow it"),
        ("unsigned", "Who can act: Investigator."),
        ("no_consent", "Who can act: Nurse or investigator."),
    ],
)
def test_who_is_not_to_be_given_cells_has_no_dose(screen, make, who, said):
    make.lot()
    patient_id = {
        "control": make.control,
        "unsigned": lambda: make.consented(make.patient()),
        "no_consent": make.patient,
    }[who]()
    make.weight(patient_id)

    arrive(screen, patient_id)

    assert "This dose cannot be prepared" in texts(screen)
    assert said in texts(screen)
    assert not screen.entry.containers.isVisible()
    assert not screen.entry.send.isEnabled()


def test_a_soft_warning_asks_for_a_coded_reason_and_leaves_the_button_enabled_after(screen, ready, clock):
    clock.forward(hours=30)
    arrive(screen, ready)
    choose(screen)

    assert "more than 24 hours ago" in texts(screen.entry.weight)
    assert screen.entry.blocker.text() == "Choose a reason for 1 warning."
    assert not screen.entry.send.isEnabled()

    warning = screen.entry.weight.findChild(WarningWithReason)
    warning.set_value(Reason("reread", ""))
    screen.entry.preview()
    assert screen.entry.send.isEnabled()

    ask(screen)
    screen.entry.send.click()
    sign(screen)
    preparation_id = screen.study.dose_case(ready).open_preparation.id
    assert screen.study.prepared_dose(preparation_id).warnings[0].reason == "reread"


def test_other_needs_words(screen, ready, clock):
    clock.forward(hours=30)
    arrive(screen, ready)
    choose(screen)
    screen.entry.weight.findChild(WarningWithReason).set_value(Reason("other", "short"))
    screen.entry.preview()

    screen.entry.send.click()

    assert "at least 10 characters" in texts(screen.entry.weight)
    assert screen.study.dose_case(ready).open_preparation is None


def test_a_large_change_of_weight_asks_for_a_second_reading(screen, make, ready, clock):
    clock.forward(hours=26)
    make.weight(ready, "70.1")
    arrive(screen, ready)
    assert not screen.entry.weight.again.isVisible()

    choose(screen)
    assert screen.entry.weight.again.isVisible()
    assert "Weigh the patient a second time" in screen.entry.verdict.text()

    screen.entry.weight.again.setText("70.1")
    screen.entry.weight.findChild(WarningWithReason).set_value(Reason("patient_condition", ""))
    screen.entry.preview()
    assert screen.entry.send.isEnabled()


def test_containers_that_cannot_be_used_are_seen_and_cannot_be_chosen(screen, make, ready, clock):
    make.lot("AM-2411-09", count=1, released=False)
    make.lot("AM-2408-02", count=1, expires_on=clock.at.date() + dt.timedelta(days=1))
    clock.forward(days=2)
    make.weight(ready)
    arrive(screen, ready)
    table = screen.entry.containers.table

    words = [table.rows_model.columns[1].text(row) for row in table.rows_model.shown]
    assert words == ["Expired", "Released", "Released", "Released", "Quarantine"]
    table.row_chosen.emit(table.rows_model.shown[4])
    assert screen.entry.containers.container_ids() == ()
    assert "An investigator releases the lot" in screen.entry.containers.message.text()


def test_a_container_is_chosen_by_space_and_by_scan_and_an_unknown_one_is_said(qtbot, screen, ready):
    arrive(screen, ready)
    containers = screen.entry.containers
    containers.table.selectRow(1)

    qtbot.keyClick(containers.table, Qt.Key.Key_Space)
    assert len(containers.container_ids()) == 1

    containers.scan.take("am-2411-07/01")
    assert len(containers.container_ids()) == 2

    containers.scan.take("AM-9999-99/01")
    assert "labelled AM-9999-99/01" in containers.message.text()


def test_several_containers_of_one_lot_share_the_volume(screen, make):
    patient_id = make.treated()
    make.weight(patient_id)
    make.lot(ml="10")
    arrive(screen, patient_id)

    choose(screen, "AM-2411-07/01")
    assert "hold 10 mL; the dose needs 13 mL" in screen.entry.verdict.text().replace("\N{NO-BREAK SPACE}", " ")

    choose(screen, "AM-2411-07/02")
    table = screen.entry.containers.table
    words = [table.rows_model.columns[1].text(row) for row in table.rows_model.shown]
    assert words[:2] == ["Use 10\N{NO-BREAK SPACE}mL", "Use 3\N{NO-BREAK SPACE}mL"]


def test_an_earlier_lot_left_aside_is_said(screen, make, ready, clock):
    make.lot("AM-2408-02", count=1, expires_on=clock.at.date() + dt.timedelta(days=20))
    arrive(screen, ready)

    choose(screen)

    assert "AM-2408-02/01 expires earlier" in screen.entry.containers.message.text()


def test_a_scan_ending_with_enter_presses_nothing(qtbot, screen, ready):
    arrive(screen, ready)

    qtbot.keyClicks(screen.entry.containers.scan, "AM-2411-07/01")
    qtbot.keyClick(screen.entry.containers.scan, Qt.Key.Key_Return)
    qtbot.waitUntil(screen.entry.send.isEnabled)
    qtbot.keyClick(screen.entry.containers.scan, Qt.Key.Key_Return)
    for button in (screen.entry.send, screen.entry.keep, screen.entry.decline):
        button.setFocus()
        qtbot.keyClick(button, Qt.Key.Key_Return)

    assert screen.study.dose_case(ready).open_preparation is None
    assert screen.entry.isVisible()


def test_ctrl_enter_sends_and_the_draft_goes(qtbot, screen, ready):
    arrive(screen, ready)
    choose(screen)
    ask(screen)
    assert screen.study.drafts() == [("dose", "LN-0001-C")]

    qtbot.keyClick(screen, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(screen.said):
        sign(screen)

    assert screen.study.drafts() == []
    prepared = screen.study.prepared_doses("awaiting_check")[0]
    assert prepared.preparation.volume_ml == Decimal("13.0")
    assert "Awaiting check" in screen.sent.state.text()
    assert "13 mL" in texts(screen.sent)


def test_a_dose_is_not_sent_before_the_patient_was_asked_about_allergies_again(screen, ready):
    arrive(screen, ready)
    choose(screen)

    screen.entry.send.click()
    sign(screen)

    assert "Ask again whether the patient is allergic to human albumin" in screen.entry.options.problem.text()
    assert screen.study.prepared_doses("awaiting_check") == []


def test_the_draft_is_there_again_on_a_new_screen(study, show, screen, ready, went, clock):
    clock.forward(hours=30)
    arrive(screen, ready)
    choose(screen)
    screen.entry.options.final_ml.setText("50")
    screen.entry.weight.findChild(WarningWithReason).set_value(Reason("reread", "scale checked"))
    screen.leave()

    again = DoseScreen(study, went.append)
    show(again)
    arrive(again, ready)

    assert again.entry.options.final_ml.text() == "50"
    assert len(again.entry.containers.container_ids()) == 1
    assert again.entry.weight.findChild(WarningWithReason).typed() == Reason("reread", "scale checked")
    assert again.entry.send.isEnabled()


def test_leaving_closes_the_dose_and_hides_the_banner(qtbot, screen, ready):
    arrive(screen, ready)
    choose(screen)

    with qtbot.waitSignal(screen.patient_shown) as shown:
        screen.leave()

    assert shown.args == [None]
    assert screen.gate.isVisible()
    assert "62.4" not in texts(screen)


def test_leave_as_draft_keeps_it_and_goes_to_today(screen, ready, went):
    arrive(screen, ready)
    choose(screen)

    screen.entry.keep.click()

    assert went == [Place(destination="today")]
    assert screen.study.draft("dose", "LN-0001-C")["containers"]


def test_the_weight_is_recorded_in_place(screen, make, clock):
    patient_id = make.treated()
    make.lot()
    arrive(screen, patient_id)

    screen.entry.weight.record.click()
    dialog = screen.findChild(RecordWeightDialog)
    dialog.kg.setText("62,4")
    dialog.measured_at.set_value(clock())
    dialog.accept()
    assert "Use a point for decimals" in dialog.form.problem("kg")
    dialog.kg.setText("62.4")
    dialog.scale.setText("B2")
    dialog.accept()

    assert screen.study.patient(patient_id).weights[0].kg == Decimal("62.4")
    assert "62.4 kg" in texts(screen.entry.weight)
    assert "no weight" not in screen.entry.verdict.text()


def test_a_weight_recorded_meanwhile_is_said_when_the_dose_is_sent(screen, ready, make):
    arrive(screen, ready)
    choose(screen)
    make.weight(ready, "63.0")

    screen.entry.send.click()
    sign(screen)

    assert "newer weight on record" in texts(screen)
    assert "63 kg" in texts(screen.entry.weight)
    assert screen.study.dose_case(ready).open_preparation is None


def test_an_investigator_sees_the_dose_and_is_told_who_prepares_it(screen, ready, study):
    study.sign_in("zhaomin", "a sentence to test with")
    arrive(screen, ready)
    choose(screen)

    assert not screen.entry.send.isVisible()
    assert screen.entry.blocker.text() == "Nurses and technicians prepare doses."
    assert study.drafts() == []


def test_the_age_of_a_weight_is_said(screen, study, make, clock):
    patient_id = make.treated()
    measured = clock.at - dt.timedelta(hours=3)
    study.run(RecordWeight(patient_id=patient_id, kg=Decimal("62.4"), measured_at=measured, scale="B2"))

    arrive(screen, patient_id)

    assert "3 hours ago, 02-Mar-2026 06:00, scale B2" in texts(screen.entry.weight)


@pytest.mark.parametrize(("percent", "beside"), [(100, True), (150, False)])
def test_the_calculation_goes_below_where_large_text_leaves_no_room(qapp, looks, screen, ready, percent, beside):
    looks.apply(qapp, "light", percent)
    arrive(screen, ready)
    choose(screen)
    screen.resize(1194, 651)

    volume = next(label for label in screen.findChildren(QLabel) if label.text() == "VOLUME TO PREPARE")
    weight = screen.entry.weight
    at = volume.mapTo(screen, QPoint(0, 0)).x()
    assert (at > weight.mapTo(screen, QPoint(0, 0)).x() + weight.width()) is beside
