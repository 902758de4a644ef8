"""Whole stretches of work through the real window, by real widgets."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import datetime as dt

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from lndesk.domain.account import Role
from tests.conftest import stock
from ui import theme
from ui.app import Desk
from ui.dialogs.approve_protocol import ApproveProtocolDialog
from ui.dialogs.before_infusion import BeforeInfusionDialog
from ui.dialogs.change_account import OneTimeCodeDialog
from ui.dialogs.change_password import ChangePasswordDialog
from ui.dialogs.check_dose import CheckDoseDialog
from ui.dialogs.create_account import CreateAccountDialog
from ui.dialogs.record_infusion import RecordInfusionDialog
from ui.dialogs.record_weight import RecordWeightDialog
from ui.dialogs.sheet_preview import SheetPreviewDialog
from ui.dialogs.sign import SignDialog
from ui.dialogs.sign_in_as import SignInAsDialog
from ui.main_window import MainWindow
from ui.widgets.scan_router import ScanRouter

PASSWORD = "a sentence to test with"


@pytest.fixture(autouse=True)
def workstation(qapp, tmp_path, monkeypatch):
    monkeypatch.setenv("LNDESK_HOME", str(tmp_path / "home"))
    theme.apply(qapp, "light")


@pytest.fixture
def desk(qapp, qtbot):
    router = ScanRouter(qapp)
    made = Desk(qapp, router)
    qtbot.addWidget(made.start)
    made.start.show()
    yield made
    if made.window is not None:
        made.window.close()
    made.close()


@pytest.fixture
def window(study, qtbot):
    made = MainWindow(study)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    made.start()
    yield made
    made.close()


def test_a_new_site_from_the_first_start_to_an_approved_protocol(desk, qtbot):
    found_the_site(desk.start)
    window = desk.window
    qtbot.waitUntil(window.isActiveWindow)
    assert not desk.start.isVisible()
    assert window.top.mode.text() == "LIVE"
    assert any("none has an account yet" in text for text in window.strip.texts())

    for login, name, role in (("zhaomin", "ZHAO Min", Role.INVESTIGATOR), ("chenjing", "CHEN Jing", Role.NURSE)):
        create_account(window, login, name, role)
    assert any("Who can approve it: ZHAO Min." in text for text in window.strip.texts())

    sign_in_over(window, "zhaomin")
    approve(window)
    assert not any("No protocol version is approved" in text for text in window.strip.texts())
    assert desk.study.protocol_versions()[0].approved_by == "ZHAO Min"

    sign_in_over(window, "chenjing")
    assert "Register patient" in window.current.primary.text()
    assert "Dose preparation" in [button.text() for button in window.rail.buttons.values()]
    sign_in_over(window, "admin")
    assert [act.command for act in desk.study.acts()] == [
        "ApproveProtocol", "ChangePassword", "CreateAccount", "ChangePassword", "CreateAccount", "AddProtocol",
        "FoundSite",
    ]  # fmt: skip
    assert desk.study.verify().ok


def test_the_same_site_opens_again_for_its_next_user(desk, qapp, qtbot):
    found_the_site(desk.start)
    desk.window.close()
    desk.close()

    again = Desk(qapp, ScanRouter(qapp))
    qtbot.addWidget(again.start)
    again.start.show()
    panel = again.start.page.panel
    panel.password.line.setText(PASSWORD)
    panel.act.click()

    assert again.window.isVisible()
    assert again.study.who.name == "ADMIN Ann"
    again.window.close()
    again.close()


def test_an_infusion_day_by_two_people(window, study, make, clock, qtbot):
    patient_id = make.treated()
    make.lot()

    key(window, Qt.Key.Key_4)
    open_the_dose(window.current)
    assert window.banner.facts.name == "王小明"
    assert window.windowTitle().startswith("LN-0001-")
    weigh(window)
    ask_before(window)
    send_the_dose(window.current, study, qtbot)

    check_as(window, "lina")
    assert study.who.login == "chenjing"

    issue_the_sheet(window)
    clock.forward(minutes=50)
    record_the_infusion(window, study, clock)

    record = study.patient(patient_id)
    assert [infusion.given for infusion in record.infusions] == [True]
    assert record.next_visit.target_on == dt.date(2026, 4, 2)
    assert "Next: Infusion 2" in window.current.message.text()
    key(window, Qt.Key.Key_1)
    assert study.today_board().rows[0].status == "done"
    assert study.verify().ok


def test_the_lock_keeps_a_half_prepared_dose_for_the_one_who_typed_it(window, study, make, qtbot):
    patient_id = make.treated()
    make.weight(patient_id)
    make.lot()
    key(window, Qt.Key.Key_4)
    open_the_dose(window.current)
    window.current.entry.containers.scan.take(stock(study)[0].item.code)
    qtbot.waitUntil(window.current.entry.send.isEnabled)

    sign_in_over(window, "lina")
    assert window.banner.isHidden()
    assert not [label.text() for label in window.current.findChildren(QLabel) if "王小明" in label.text()]

    sign_in_over(window, "chenjing")
    assert ("dose", study.patient(patient_id).patient.subject_id) in study.drafts()
    key(window, Qt.Key.Key_4)
    open_the_dose(window.current)
    qtbot.waitUntil(lambda: len(window.current.entry.containers.container_ids()) == 1)


def found_the_site(start):
    start.page.create_site.click()
    page = start.page
    page.name.setText("Yan'an Affiliated Hospital")
    page.name_zh.setText("延安医院")
    page.administrator.setText("ADMIN Ann")
    page.login.setText("admin")
    page.password.line.setText(PASSWORD)
    page.primary.click()
    start.page.kept.click()
    start.page.primary.click()


def create_account(window, login, name, role):
    key(window, Qt.Key.Key_9)
    window.current.tabs.setCurrentWidget(window.current.users)
    window.current.primary.click()
    dialog = open_dialog(window, CreateAccountDialog)
    dialog.name.setText(name)
    dialog.login.setText(login)
    dialog.role.setCurrentIndex(dialog.role.findData(role))
    dialog.act.click()
    open_dialog(window, OneTimeCodeDialog).handed_over.click()
    assert name in [row.name for row in window.current.users.table.rows_model.shown]
    choose_a_password(window, login, dialog.code)
    sign_in_over(window, "admin")


def choose_a_password(window, login, code):
    sign_in_over(window, login, code)
    dialog = open_dialog(window, ChangePasswordDialog)
    dialog.old.line.setText(code)
    dialog.new.line.setText(PASSWORD)
    dialog.act.click()
    assert not dialog.isVisible()


def sign_in_over(window, login, password=PASSWORD):
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    panel = window.desk_lock.screen.panel
    panel.user.setCurrentIndex(panel.user.findData(login))
    panel.password.line.setText(password)
    panel.act.click()
    assert window.isVisible()


def approve(window):
    key(window, Qt.Key.Key_9)
    window.current.tabs.setCurrentWidget(window.current.rules)
    window.current.primary.click()
    dialog = open_dialog(window, ApproveProtocolDialog)
    dialog.signature.password.line.setText(PASSWORD)
    dialog.act.click()


def open_the_dose(screen):
    screen.gate.hospital_no.setText("H 0048 2217")
    screen.gate.born_year.setText("1989")
    screen.gate.open.click()


def weigh(window):
    window.current.entry.weight.record.click()
    dialog = open_dialog(window, RecordWeightDialog)
    dialog.kg.setText("62.4")
    dialog.measured_at.now.click()
    dialog.scale.setText("B2")
    dialog.act.click()
    assert not dialog.isVisible()


def ask_before(window):
    window.current.entry.before.again.click()
    dialog = open_dialog(window, BeforeInfusionDialog)
    dialog.possible.set_value("yes")
    dialog.test.set_value("negative")
    dialog.tested_on.line.setText("t")
    dialog.contraception.set_value("kept")
    dialog.method.setText("condom")
    for answer in dialog.answers.values():
        answer.set_value("no")
    dialog.act.click()
    assert not dialog.isVisible()


def send_the_dose(screen, study, qtbot):
    screen.entry.containers.scan.take(stock(study)[0].item.code)
    qtbot.waitUntil(screen.entry.send.isEnabled)
    screen.entry.send.click()
    signed = open_dialog(screen, SignDialog)
    signed.signature.password.line.setText(PASSWORD)
    signed.act.click()


def check_as(window, login):
    window.current.sent.next.click()
    second = open_dialog(window, SignInAsDialog)
    second.login.setCurrentIndex(second.login.findData(login))
    second.password.line.setText(PASSWORD)
    second.act.click()
    check = open_dialog(window, CheckDoseDialog)
    lot, number = stock(window.study)[0].item.code.split("/")
    for line, read in (
        (check.hospital_no, "H 0048 2217"), (check.weight_kg, "62.4"), (check.containers, f"{lot}/{number}"),
        (check.lots, lot), (check.cells_per_ml, "5200000"), (check.percent, "92"), (check.volume_ml, "13"),
    ):  # fmt: skip
        line.setText(read)
    check.signature.password.line.setText(PASSWORD)
    check.act.click()


def issue_the_sheet(window):
    window.current.sent.next.click()
    open_dialog(window, SheetPreviewDialog).close()


def record_the_infusion(window, study, clock):
    window.current.sent.record.click()
    dialog = open_dialog(window, RecordInfusionDialog)
    sheet = study.sheets()[0]
    dialog.wristband.scan.take("H00482217")
    dialog.sheet.scan.take(sheet.number[-6:])
    dialog.containers[0].scan.take(stock(study)[0].item.code)
    dialog.started_at.set_value(clock.at - dt.timedelta(minutes=35))
    dialog.ended_at.set_value(clock.at - dt.timedelta(minutes=5))
    dialog.volume_ml.setText("13")
    dialog.given_by.setCurrentIndex(dialog.given_by.findData("CHEN Jing"))
    dialog.reaction.set_value("none")
    dialog.act.click()
    assert not dialog.isVisible()


def open_dialog(window, kind):
    return next(dialog for dialog in window.findChildren(kind) if dialog.isVisible())


def key(window, number):
    QTest.keyClick(window, number, Qt.KeyboardModifier.AltModifier)
