import time

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from lndesk import settings, unattended
from lndesk.restore import Restored
from lndesk.study import NewSite, Study
from tests.conftest import PASSWORD, QUICK
from ui.app import Desk
from ui.dialogs.restore_backup import RestoreDialog, restored_words
from ui.dialogs.restore_page import RestorePage
from ui.dialogs.unattended import AllowUnattendedDialog, EndUnattendedDialog
from ui.dialogs.welcome import WelcomePage
from ui.navigation import Place
from ui.screens.settings import SettingsScreen
from ui.screens.today import TodayScreen
from ui.start_window import StartWindow
from ui.tasks import wait_for_all
from ui.widgets.message_strip import MessageStrip
from ui.widgets.notices import show_notices
from ui.widgets.scan_router import ScanRouter

LONG_MS = 20_000
NEW = "quite another sentence"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LNDESK_HOME", str(tmp_path / "home"))
    yield tmp_path / "home"
    wait_for_all()


@pytest.fixture
def stick(tmp_path):
    made = tmp_path / "stick"
    made.mkdir()
    return made


@pytest.fixture
def lost(tmp_path, stick, clock):
    """A site of which only a backup and the recovery code are left."""
    site = NewSite(name="Yan'an Affiliated Hospital", administrator="ADMIN Ann", login="admin")
    study, code = Study.create(tmp_path / "old.lndesk", site, PASSWORD, clock=clock, cost=QUICK)
    file = study.back_up(stick).file
    study.close()
    return file, code


def page_of(show, qtbot, file):
    start = show(StartWindow())
    assert isinstance(start.page, WelcomePage)
    start.page.restore.click()
    page = start.page
    assert isinstance(page, RestorePage)
    qtbot.waitUntil(page.isVisible)
    page.file.set_path(file)
    page.reason.setText("The computer is new")
    page.rows.login.setText("admin")
    return start, page


def test_an_empty_machine_is_filled_from_a_backup_and_the_recovery_code(show, lost, home, qtbot, faults):
    file, code = lost
    start, page = page_of(show, qtbot, file)
    assert page.place.site() == home / "site.lndesk"
    page.rows.kind.set_value("code")
    page.rows.code.setText(code)
    page.rows.new_password.line.setText(NEW)
    assert not page.typed.isVisible()
    assert faults(page) == []

    page.primary.click()
    qtbot.waitUntil(lambda: hasattr(start.page, "panel"), timeout=LONG_MS)

    assert start.page.panel.message.kind == "done"
    assert "Restored from" in start.page.panel.message.text()
    assert "The passwords are those of the backup." in start.page.panel.message.text()
    assert faults(start.page) == []
    Study.open(home / "site.lndesk", login="admin", password=NEW, cost=QUICK).close()


def test_what_is_wrong_with_the_way_is_said_at_its_row_and_nothing_is_left(show, lost, home, qtbot):
    file, code = lost
    _start, page = page_of(show, qtbot, file)

    page.primary.click()
    assert page.people.problem("password") == "Enter the password."
    page.rows.password.line.setText("not the password")
    page.primary.click()
    qtbot.waitUntil(lambda: page.people.problem("password").startswith("The user"), timeout=LONG_MS)

    page.rows.kind.set_value("code")
    page.rows.code.setText(code)
    page.rows.new_password.line.setText("short")
    page.primary.click()
    qtbot.waitUntil(lambda: "characters" in page.people.problem("new_password"), timeout=LONG_MS)
    assert not (home / "site.lndesk").exists()
    assert not list(home.glob("*.restore*"))


def test_a_damaged_backup_is_refused_and_nothing_is_left(show, lost, home, qtbot):
    file, _code = lost
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    _start, page = page_of(show, qtbot, file)
    page.rows.password.line.setText(PASSWORD)

    page.primary.click()
    qtbot.waitUntil(lambda: page.message.kind == "stop" and page.message.text() != "", timeout=LONG_MS)

    assert page.message.text().endswith("Nothing was changed.")
    assert not (home / "site.lndesk").exists()


def test_over_a_site_that_is_there_the_date_is_typed_and_its_copy_is_kept(show, lost, qtbot, tmp_path):
    file, _code = lost
    there = tmp_path / "old.lndesk"
    start, page = page_of(show, qtbot, file)
    page.place.set_path(there)
    page.rows.password.line.setText(PASSWORD)
    assert page.typed.isVisible()

    page.primary.click()
    assert page.form.problem("typed") == "Type the date of the backup as shown: 02-Mar-2026"
    page.typed.setText("02-Mar-2026")
    page.primary.click()
    qtbot.waitUntil(lambda: hasattr(start.page, "panel"), timeout=LONG_MS)

    (copy,) = tmp_path.glob("old-before-restore-*")
    assert str(copy) in start.page.panel.message.text()


def test_after_a_restore_the_desk_stands_at_the_sign_in_of_the_restored_file(study, stick, qapp, qtbot):
    study.note_backup(study.back_up(stick))
    file = study.backups()[0].file
    study.sign_in("admin", PASSWORD)
    settings.save(settings.load().but(last_store=str(study.path)))
    router = ScanRouter(qapp)
    desk = Desk(qapp, router)
    desk._enter(study)
    window = desk.window
    window.go(Place(destination="backup"))
    screen = window.current
    screen.look_into(screen.file_of(study.backups()[0]), restoring=True)
    qtbot.waitUntil(lambda: any(each.isVisible() for each in screen.findChildren(RestoreDialog)), timeout=LONG_MS)
    dialog = next(each for each in screen.findChildren(RestoreDialog) if each.isVisible())
    dialog.typed.setText("2026-03-02")
    dialog.reason.setText("To try")
    dialog.rows.password.line.setText(PASSWORD)
    late = []
    last = [time.monotonic()]
    timer = QTimer(interval=10)

    def tick():
        late.append(time.monotonic() - last[0])
        last[0] = time.monotonic()

    timer.timeout.connect(tick)
    dialog.act.click()
    last[0] = time.monotonic()
    timer.start()
    qtbot.waitUntil(lambda: desk.window is None, timeout=LONG_MS)
    timer.stop()

    assert late[:-1]  # the last one falls together with putting it in place
    assert max(late[:-1]) < 0.1
    assert not isValid(window) or not window.isVisible()
    assert desk.start.isVisible()
    message = desk.start.page.panel.message
    assert "Restored from " in message.text()
    assert file.split("/")[-1] in message.text()
    QApplication.processEvents()
    desk.start.page.panel.password.line.setText(PASSWORD)
    desk.start.page.panel.act.click()
    qtbot.waitUntil(lambda: desk.window is not None, timeout=LONG_MS)
    assert desk.study.restores()[0].reason == "To try"
    desk.window.close()
    desk.close()


def test_a_backup_under_way_goes_on_record_when_the_window_is_closed(study, stick, qapp, clock):
    study.add_target("LNDESK-A", stick)
    desk = Desk(qapp, ScanRouter(qapp))
    desk._enter(study)
    desk.window.go(Place(destination="backup"))
    desk.window.current.back_up()

    desk.window.close()
    desk.close()

    again = Study.open(study.path, login="admin", password=PASSWORD, clock=clock, cost=QUICK)
    assert len(again.backups()) == 1
    again.close()


def test_nothing_missing_and_no_copy_is_said_too(tmp_path):
    said = restored_words(
        Restored(
            path=tmp_path / "a.lndesk", backup=tmp_path / "b", safety_copy=None, comparison=None, keys="kept", head="",
            acts=1,
        )
    )  # fmt: skip

    assert (said.what, said.why, said.done) == ("Restored from b.", "", True)


def test_today_shows_a_day_without_a_backup_until_there_is_one(study, make, stick, show, clock):
    make.patient("H1")
    clock.forward(days=1)
    screen = TodayScreen(study, print)
    screen.refresh()
    show(screen)
    strip = MessageStrip()

    show_notices(study, strip, print)
    assert [row.state for row in screen.tasks.rows_model.shown if row.key == "backup"] == ["None since 02-Mar-2026"]
    assert "No verified backup holds what was recorded since 02-Mar-2026." in strip.texts()[0]

    study.note_backup(study.back_up(stick))
    screen.refresh()
    show_notices(study, strip, print)
    assert [row.state for row in screen.tasks.rows_model.shown if row.key == "backup"] == ["Done 09:00"]
    assert strip.texts() == ()


def test_the_day_is_closed_from_today(study, show):
    went = []
    screen = TodayScreen(study, went.append)
    screen.refresh()
    show(screen)

    next(row for row in screen.tasks.rows_model.shown if row.key == "close_day").act()
    assert went == [Place(destination="backup", action="close_day")]

    study.close_day(why_no_backup="Later")
    screen.refresh()
    assert [row.state for row in screen.tasks.rows_model.shown if row.key == "close_day"] == ["Closed"]


def settings_of(study, show):
    study.sign_in("admin", PASSWORD)
    screen = SettingsScreen(study, print)
    screen.refresh()
    screen.resize(1160, 640)
    screen.tabs.setCurrentWidget(screen.keeping)
    return show(screen)


def test_an_administrator_says_how_long_backups_are_kept(study, show, faults):
    screen = settings_of(study, show)
    rule = study.keeping()
    screen.keeping.all_days.setText("0")
    screen.keeping.save()
    assert screen.keeping.form.problem("all_days") == "Keep every backup for at least 1 day."
    assert study.keeping() == rule

    screen.keeping.all_days.setText("14")
    screen.keeping.save()

    assert study.keeping().all_days == 14
    assert faults(screen) == []


def test_the_daily_backup_is_allowed_with_a_reason_and_ended(study, show, faults):
    screen = settings_of(study, show)
    assert not screen.keeping.lines_part.isVisible()

    screen.keeping.allow_button.click()
    dialog = screen.findChild(AllowUnattendedDialog)
    assert faults(dialog) == []
    dialog.act.click()
    assert dialog.form.problem("reason") == "Give the reason."
    dialog.reason.setText("Nobody is here at night")
    dialog.act.click()

    assert unattended.is_allowed(study.path)
    assert "OnCalendar=*-*-* 17:30:00" in screen.keeping.lines.toPlainText()
    screen.keeping.system.setCurrentIndex(screen.keeping.system.findData("cron"))
    screen.keeping.at.setText("18:05")
    assert "5 18 * * *" in screen.keeping.lines.toPlainText()
    assert faults(screen) == []

    screen.keeping.end_button.click()
    ending = screen.findChild(EndUnattendedDialog)
    ending.reason.setText("The computer moves")
    ending.act.click()
    assert not unattended.is_allowed(study.path)
    assert not screen.keeping.lines_part.isVisible()
