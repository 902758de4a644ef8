import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QFileDialog, QLabel, QMenu, QPlainTextEdit

from lndesk.domain.account import Role
from lndesk.services.protocols import AddProtocol, ApproveProtocol
from lndesk.study import Study
from ui.dialogs.clock_stop import ClockStopDialog, ExplainClockDialog
from ui.dialogs.register_patient import RegisterPatientDialog
from ui.dialogs.sheet_preview import SheetPreviewDialog
from ui.display import display
from ui.errors import CrashDialog
from ui.main_window import MainWindow
from ui.widgets.calendar_popup import CalendarPopup
from ui.widgets.idle_watch import IdleWatch

PASSWORD = "a sentence to test with"
pytestmark = pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LNDESK_HOME", str(tmp_path / "home"))


@pytest.fixture
def window(study, show):
    made = show(MainWindow(study))
    made.setMinimumSize(0, 0)
    made.resize(1366, 768)
    made.start()
    yield made
    made.close()


@pytest.fixture
def preview(window, study, make, qtbot):
    """The sheet of a patient, open and modal over the window."""
    patient_id = make.treated()
    make.weight(patient_id)
    number = study.issue_sheet(make.checked(make.prepared(patient_id, make.lot()[:1])))
    dialog = SheetPreviewDialog(study, number, printers=["Ward printer"], parent=window)
    with qtbot.waitSignal(dialog.preview.drawn, timeout=20_000):
        dialog.open()
    return dialog


def sign_in(window, login, password=PASSWORD):
    panel = window.desk_lock.screen.panel
    panel.user.setCurrentIndex(panel.user.findData(login))
    panel.password.line.setText(password)
    panel.act.click()


def in_sight():
    return [each for each in QApplication.topLevelWidgets() if each.isVisible()]


def words_in_sight():
    kinds = (QLabel, QAbstractButton, QPlainTextEdit)
    found = []
    for top in in_sight():
        found.append(top.windowTitle())
        for kind in kinds:
            found += [each.toPlainText() if kind is QPlainTextEdit else each.text() for each in top.findChildren(kind)]
    return " ".join(found)


def test_a_modal_preview_is_gone_from_sight_at_once_and_comes_back(window, preview):
    assert preview.isModal()

    window.lock()

    assert in_sight() == [window.desk_lock.screen]
    assert not [word for word in ("王小明", "WANG", "LN-0001", "0048 2217") if word in words_in_sight()]

    sign_in(window, "chenjing")
    assert preview.isVisible()
    assert preview.isModal()
    preview.close()


def test_the_lock_takes_the_keys_although_a_modal_dialog_was_open(window, preview, qtbot):
    window.lock()
    qtbot.waitUntil(window.desk_lock.screen.isActiveWindow)

    assert QApplication.activeModalWidget() is None
    assert window.desk_lock.screen.panel.password.line.hasFocus()
    sign_in(window, "chenjing")
    preview.close()


def test_whatever_stands_open_is_hidden(window, qtbot):
    window.toggle_help()
    crash = CrashDialog("details")
    box = QComboBox(window)
    box.addItems(["one", "two"])
    box.show()
    menu = QMenu(window)
    menu.addAction("an entry")
    crash.open()
    box.showPopup()
    month = CalendarPopup(window, window.study.today(), lambda _day: None)
    month.open_below(box)
    menu.popup(window.mapToGlobal(window.rect().center()))
    assert len(in_sight()) >= 4

    window.lock()

    qtbot.waitUntil(lambda: in_sight() == [window.desk_lock.screen])
    sign_in(window, "chenjing")
    assert crash.isVisible()
    assert not box.view().isVisible()
    crash.close()


def test_what_opens_while_it_is_locked_is_hidden_too(window, qtbot):
    window.lock()
    crash = CrashDialog("王小明")

    crash.open()

    qtbot.waitUntil(lambda: in_sight() == [window.desk_lock.screen], timeout=200)
    sign_in(window, "chenjing")
    assert crash.isVisible()
    crash.close()


def test_the_users_of_the_lock_can_still_be_chosen(window, qtbot):
    window.lock()
    box = window.desk_lock.screen.panel.user

    box.showPopup()

    qtbot.wait(50)
    assert box.view().isVisible()
    box.hidePopup()


def test_a_file_dialog_ends_when_the_desk_locks(window):
    """Qt ends its loop when it is hidden: it must not be shown again afterwards, for it is gone."""
    chosen = []
    QTimer.singleShot(200, window.lock)
    plain = QFileDialog.Option.DontUseNativeDialog

    chosen.append(QFileDialog.getSaveFileName(window, "Save", "LN-0001.pdf", options=plain)[0])

    assert chosen == [""]
    assert window.desk_lock.locked
    sign_in(window, "chenjing")
    assert window.isVisible()


def test_the_clipboard_is_emptied(window):
    QGuiApplication.clipboard().setText("H00482217")

    window.lock()

    assert QGuiApplication.clipboard().text() == ""


def test_another_person_signs_in_over_it_and_the_first_ones_draft_waits(window, study):
    study.sign_in("chenjing", PASSWORD)
    dialog = RegisterPatientDialog(study, window)
    dialog.open()
    dialog.lines["family_name"].setText("赵")
    window.lock()

    sign_in(window, "zhaomin")
    assert study.who.role is Role.INVESTIGATOR
    assert not dialog.isVisible()
    assert study.draft("register", "new") is None

    window.lock()
    sign_in(window, "chenjing")
    again = RegisterPatientDialog(study, window)
    again.open()
    assert again.lines["family_name"].text() == "赵"
    again.close()


def test_the_wait_counts_down_in_sight_and_survives_the_window(window, clock, study):
    window.lock()
    panel = window.desk_lock.screen.panel
    for _attempt in range(5):
        panel.password.line.setText("something else")
        panel.submit()
    assert panel.message.text() == "Too many tries failed. Wait 60 seconds."
    assert not panel.act.isEnabled()

    clock.forward(seconds=18)
    panel.look()
    assert panel.message.text() == "Too many tries failed. Wait 42 seconds."
    display.choose(language="en")
    window.desk_lock.screen.build()
    panel = window.desk_lock.screen.panel
    assert panel.message.text() == "Too many tries failed. Wait 42 seconds."

    clock.forward(seconds=42)
    panel.look()
    assert panel.message.isHidden()
    sign_in(window, "chenjing")
    assert not window.desk_lock.locked
    assert Study.wait(study.path, clock=clock).total_seconds() == 0


def test_a_long_wait_is_told_in_minutes(window, clock):
    window.lock()
    panel = window.desk_lock.screen.panel
    for _attempt in range(8):
        panel.password.line.setText("something else")
        panel.submit()
        clock.forward(seconds=500)
        panel.look()
    panel.password.line.setText("something else")
    panel.submit()

    assert panel.message.text() == "Too many tries failed. Wait 16 min 0 s."


def test_the_site_says_how_long_a_desk_may_stand_idle(window, study, clock):
    content = study.protocol_versions()[0].content
    changed = content.replace('version = "1"', 'version = "2"').replace(
        'lock_after = { value = "5"', 'lock_after = { value = "2"'
    )
    study.run(AddProtocol(content=changed), by=study.authenticate("admin", PASSWORD))
    clock.forward(minutes=1)
    study.sign(ApproveProtocol(sha256=study.protocol_versions()[0].sha256), login="zhaomin", password=PASSWORD)
    now = [0.0]
    window.idle._seconds = lambda: now[0]
    window.idle.start()

    now[0] = 89
    window.idle.look()
    assert not any("locks in" in text for text in window.strip.texts())
    now[0] = 90
    window.idle.look()
    assert "The screen locks in 30 s. Press any key to go on." in window.strip.texts()
    now[0] = 120
    window.idle.look()
    assert window.desk_lock.locked


def test_an_idle_desk_locks_by_itself_over_a_modal_preview(window, preview, qtbot):
    window.idle.set_limit(0.2)
    window.idle.start()

    qtbot.waitUntil(lambda: in_sight() == [window.desk_lock.screen], timeout=3_000)

    sign_in(window, "chenjing")
    preview.close()


def test_sleep_counts_as_idleness():
    watch = IdleWatch(limit_s=1)

    assert watch._seconds() > 0


@pytest.mark.parametrize("back", [{"hours": -1}, {"days": -366}])
def test_a_clock_that_lies_back_stops_everybody_until_an_administrator_explains(window, study, clock, make, back):
    make.patient()
    window.lock()
    clock.forward(**back)

    sign_in(window, "chenjing")
    stop = window.clock_guard.stop
    assert isinstance(stop, ClockStopDialog)
    assert stop.isModal()
    assert "the clock of this computer lies before the last entry" in words_in_sight()
    stop.again.click()
    assert stop.isVisible()
    stop.reject()
    assert window.desk_lock.locked

    sign_in(window, "admin")
    explain = window.clock_guard.stop
    assert isinstance(explain, ExplainClockDialog)
    explain.act.click()
    assert explain.form.problem("reason") == "Give the reason."
    explain.reason.setText("The battery of the computer was empty")
    explain.act.click()
    assert window.clock_guard.stop is None
    assert not any("behind the last entry" in text for text in window.strip.texts())
    assert study.acts(limit=1)[0].reason == "The battery of the computer was empty"

    window.lock()
    sign_in(window, "chenjing")
    assert window.clock_guard.stop is None
    make.patient("H00119988", given_name="晓明", born_on=clock.at.date().replace(year=1990))


def test_a_clock_set_right_opens_the_desk_again(window, clock, make):
    make.patient()
    clock.forward(hours=-2)
    window._on_tick()
    stop = window.clock_guard.stop
    assert stop.isVisible()

    clock.forward(hours=3)
    window._on_tick()

    assert window.clock_guard.stop is None
    assert not stop.isVisible()
    assert not window.desk_lock.locked


def test_a_clock_that_was_a_year_ahead_and_is_right_again(window, study, clock, make):
    clock.forward(days=366)
    make.patient()
    clock.forward(days=-366)
    window._on_tick()
    assert isinstance(window.clock_guard.stop, ClockStopDialog)
    window.clock_guard.stop.reject()

    sign_in(window, "admin")
    window.clock_guard.stop.reason.setText("The clock was a year ahead")
    window.clock_guard.stop.act.click()

    assert window.clock_guard.stop is None
    make.patient("H00119988", given_name="晓明", born_on=clock.at.date().replace(year=1990))
    assert study.verify().ok


def test_a_step_of_a_few_minutes_stops_nobody(window, clock, make):
    make.patient()
    clock.forward(minutes=-4)

    window._on_tick()

    assert window.clock_guard.stop is None


def test_an_administrator_with_a_one_time_code_explains_and_then_chooses_a_password(window, study, clock, make):
    window.lock()
    sign_in(window, "admin")
    study.add_user(login="second", name="SECOND Ann", role=Role.ADMINISTRATOR, password=PASSWORD)
    code = study.reset_password("second", reason="Forgot it")
    make.patient()
    window.lock()
    clock.forward(hours=-2)

    sign_in(window, "second", code)
    window.clock_guard.stop.reason.setText("The battery was empty")
    window.clock_guard.stop.act.click()

    assert window.clock_guard.stop is None
    assert "Choose a password of your own now." in words_in_sight()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_stop_has_no_faults(window, clock, make, faults, language):
    display.choose(language=language)
    make.patient()
    clock.forward(hours=-2)
    window._on_tick()
    assert faults(window.clock_guard.stop) == []
    window.clock_guard.stop.reject()
    sign_in(window, "admin")
    assert faults(window.clock_guard.stop) == []
    display.choose(language="en")
