import datetime as dt
import importlib.util

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QVBoxLayout

from lndesk import i18n, settings
from lndesk.domain.account import Role
from lndesk.services.command import Changes
from lndesk.services.protocols import AddProtocol
from lndesk.store.keys import Cost
from lndesk.study import NewSite, Study
from ui.dialogs.change_password import ChangePasswordDialog
from ui.display import display
from ui.main_window import SCREENS, MainWindow
from ui.navigation import Place

PASSWORD = "a sentence to test with"


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


def as_user(window, login):
    """Lock, and let another person sign in over."""
    window.lock()
    panel = window.desk_lock.screen.panel
    panel.user.setCurrentIndex(panel.user.findData(login))
    panel.password.line.setText(PASSWORD)
    panel.act.click()


def test_alt_and_a_number_open_the_nine_pages(window):
    as_user(window, "zhaomin")
    for number, entry in enumerate(SCREENS, start=1):
        QTest.keyClick(window, getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.AltModifier)

        assert type(window.current).__name__ == entry.screen
        assert window.rail.buttons[entry.key].isChecked()


@pytest.mark.parametrize(
    ("login", "hidden"),
    [
        ("chenjing", {"product"}),
        ("zhaomin", set()),
        ("lina", set()),
        ("monitor", {"dose", "backup"}),
        ("admin", {"dose", "infusions", "product"}),
    ],
)
def test_each_role_sees_only_its_destinations(window, login, hidden):
    as_user(window, login)

    assert {entry.key for entry in SCREENS} - set(window.rail.buttons) == hidden


def test_a_hidden_page_is_refused_in_words(window):
    as_user(window, "admin")

    window.go(Place(destination="dose"))

    assert "“Dose preparation” is not for this role: Administrator." in window.strip.texts()
    assert window.rail.buttons["today"].isChecked()


def test_the_title_and_the_bar_name_the_mode_and_no_patient(window, make):
    patient_id = make.treated()

    window.go(Place(destination="patients", patient_id=patient_id))

    subject = window.study.patient(patient_id).patient.subject_id
    assert window.windowTitle() == f"{subject} - lndesk"
    assert window.banner.facts.name == "王小明"
    assert window.top.mode.text() == "LIVE"

    window.go(Place(destination="today"))

    assert window.windowTitle() == "lndesk"
    assert window.banner.isHidden()


def test_the_bar_shows_day_and_time_of_day_person_and_role(window):
    texts = [label.text() for label in window.top.findChildren(type(window.top.when).__mro__[1])]

    assert window.top.when.text() == "Mon 02-Mar-2026  09:00"
    assert {"NCT04318600", "CHEN Jing", "Nurse"} <= set(texts)


@pytest.mark.parametrize("typed", ["wang", "小明", "WANG Xiao", "0001", "H0048", "0048 2217", "wangxiaoming"])
def test_a_patient_is_found_by_any_name_or_number(window, make, typed):
    patient_id = make.patient()
    make.patient("H00119988", family_name="李", given_name="建国", latin_family="Li", latin_given="Jianguo")
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)

    window.finder.insert(typed)
    window.finder.textEdited.emit(window.finder.text())

    found = [row.patient.id for row in window.finder.matches.rows_model.shown]
    assert patient_id in found


def test_enter_takes_the_only_match_and_never_one_of_several(window, make, qtbot):
    make.patient()
    other = make.patient("H00119988", given_name="晓明", born_on=dt.date(1993, 12, 19))
    window.finder.begin()
    QTest.keyClicks(window.finder, "xiaoming")
    qtbot.waitUntil(lambda: len(window.finder.matches.rows_model.shown) == 2)

    with qtbot.assertNotEmitted(window.finder.chosen):
        QTest.keyClick(window.finder, Qt.Key.Key_Return)
    with qtbot.waitSignal(window.finder.chosen) as chosen:
        QTest.keyClick(window.finder, Qt.Key.Key_Down)
        QTest.keyClick(window.finder, Qt.Key.Key_Down)
        QTest.keyClick(window.finder, Qt.Key.Key_Return)

    assert chosen.args == [other]
    assert window.finder.matches.isHidden()


def test_a_change_is_read_again_on_the_page_that_asked_for_it(window, make):
    window.go(Place(destination="patients"))
    before = texts_of(window.current)

    make.patient()

    assert Changes.PATIENTS & window.current.refresh_on
    assert "Showing 1 of 1" in set(texts_of(window.current)) - set(before)


def test_locking_hides_every_window_and_keeps_what_was_typed(window, make):
    make.patient()
    QGuiApplication.clipboard().setText("王小明")
    dialog = QDialog(window)
    line = QLineEdit("typed so far", dialog)
    QVBoxLayout(dialog).addWidget(line)
    dialog.open()

    window.lock()

    lock = window.desk_lock.screen
    assert lock.isVisible()
    assert not window.isVisible()
    assert not dialog.isVisible()
    assert QGuiApplication.clipboard().text() == ""
    assert not [text for text in texts_of(lock) if "王小明" in text or "LN-" in text]

    lock.panel.password.line.setText(PASSWORD)
    lock.panel.act.click()

    assert window.isVisible()
    assert dialog.isVisible()
    assert dialog.isModal()
    assert line.text() == "typed so far"
    dialog.close()


def test_a_wrong_password_keeps_it_locked(window):
    window.lock()
    panel = window.desk_lock.screen.panel
    panel.password.line.setText("something else")

    panel.act.click()

    assert panel.message.text() == "The user and the password do not match."
    assert window.desk_lock.locked


def test_another_person_finds_their_own_desk(window):
    dialog = QDialog(window)
    dialog.open()

    as_user(window, "lina")

    assert window.study.who.role is Role.TECHNICIAN
    assert not dialog.isVisible()
    assert "Signed in: LI Na" in window.strip.texts()


def test_five_wrong_passwords_are_followed_by_a_wait(window):
    window.lock()
    panel = window.desk_lock.screen.panel

    for _attempt in range(6):
        panel.password.line.setText("something else")
        panel.submit()

    assert panel.message.text() == "Too many tries failed. Wait 60 seconds."


def test_whoever_was_given_a_one_time_code_is_asked_for_a_password_of_their_own(window, study):
    as_user(window, "admin")
    code = study.reset_password("lina", reason="Forgot it")
    window.lock()
    panel = window.desk_lock.screen.panel
    panel.user.setCurrentIndex(panel.user.findData("lina"))
    panel.password.line.setText(code)

    panel.act.click()

    dialog = window.findChild(ChangePasswordDialog)
    assert "Choose a password of your own now." in " ".join(texts_of(dialog))
    dialog.close()


def test_whoever_has_left_is_not_offered_at_the_lock(window, study):
    as_user(window, "admin")
    study.end_account("monitor", reason="Moved away")

    window.lock()

    users = window.desk_lock.screen.panel.user
    assert users.findData("monitor") == -1


def test_ctrl_l_locks(window):
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)

    assert window.desk_lock.locked


def test_an_idle_desk_warns_and_locks(window):
    now = [0.0]
    window.idle._seconds = lambda: now[0]
    window.idle.start()

    now[0] = 280.0
    window.idle.look()
    assert "The screen locks in 20 s. Press any key to go on." in window.strip.texts()

    QTest.keyClick(window, Qt.Key.Key_Shift)
    assert not any("locks in" in text for text in window.strip.texts())

    now[0] = 600.0
    window.idle.look()
    assert window.desk_lock.locked


def test_f1_lists_the_keys_of_the_page(window):
    QTest.keyClick(window, Qt.Key.Key_F1)

    words = texts_of(window.help)
    assert "Ctrl+K" in words
    assert window.current.primary.accessibleName() in words

    QTest.keyClick(window, Qt.Key.Key_F1)

    assert window.help.isHidden()


def test_another_language_is_spoken_at_once(window, qtbot):
    display.choose(language="zh_CN")

    qtbot.waitUntil(lambda: i18n.language() == "zh_CN" and "2026年03月02日" in window.top.when.text())
    assert settings.load().language == "zh_CN"
    display.choose(language="en")
    qtbot.waitUntil(lambda: "02-Mar-2026" in window.top.when.text())


def test_a_clock_that_stepped_back_is_said(study, clock, show):
    study.run(AddProtocol(content=changed(study)), by=study.authenticate("admin", PASSWORD))
    clock.forward(hours=-3)

    window = show(MainWindow(study))
    window.start()

    assert any("clock is 180 min behind the last entry" in text for text in window.strip.texts())
    window.close()


def test_a_training_site_says_so_on_every_page(tmp_path, clock, show):

    site = NewSite(name="School", administrator="ADMIN Ann", login="admin", training=True)
    study, _code = Study.create(
        tmp_path / "school.lndesk", site, PASSWORD, clock=clock, cost=Cost(rounds=1, memory_kib=8, lanes=1)
    )
    window = show(MainWindow(study))
    window.start()

    assert window.top.mode.text() == "TRAINING"
    assert window.windowTitle() == "lndesk - TRAINING"
    assert "TRAINING: made-up patients. Nothing on this screen is real." in texts_of(window)
    assert any("none has an account yet" in text for text in window.strip.texts())
    window.close()
    study.close()


def test_the_rail_keeps_icons_alone_in_a_narrow_window(window):
    window.resize(1100, 700)

    assert window.rail.width() == 52
    assert all(button.toolTip() for button in window.rail.buttons.values())


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_shell_has_no_faults(study, show, faults, language):
    i18n.set_language(language)
    window = show(MainWindow(study))
    window.setMinimumSize(0, 0)
    window.resize(1366, 768)
    window.start()

    for part in (window.top, window.rail, window.strip):
        assert faults(part) == []
    window.close()


def test_where_the_window_stood_is_kept(study, show):
    window = show(MainWindow(study))
    window.close()

    assert settings.load().window


def test_every_destination_has_its_screen():
    assert all(importlib.util.find_spec(entry.module) for entry in SCREENS)


def texts_of(widget):
    from PySide6.QtWidgets import QAbstractButton, QLabel

    combos = [box.itemText(at) for box in widget.findChildren(QComboBox) for at in range(box.count())]
    return [each.text() for kind in (QLabel, QAbstractButton, QLineEdit) for each in widget.findChildren(kind)] + combos


def changed(study):
    return study.protocol_versions()[0].content.replace('version = "1"', 'version = "2"')
