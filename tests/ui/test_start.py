import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel

from lndesk import i18n, settings
from lndesk.domain.account import Role
from lndesk.store.keys import Cost
from lndesk.study import NewSite, Study
from ui.dialogs.create_site import CreateSitePage
from ui.dialogs.make_demo import demo_store
from ui.dialogs.recover import RecoverDialog
from ui.dialogs.recovery_code import RecoveryCodePage
from ui.dialogs.welcome import WelcomePage
from ui.display import display
from ui.start_window import StartWindow
from ui.widgets.password_field import PasswordField

PASSWORD = "a sentence to test with"
QUICK = Cost(rounds=1, memory_kib=8, lanes=1)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LNDESK_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def store(tmp_path, clock):
    site = NewSite(name="Yan'an Affiliated Hospital", administrator="ADMIN Ann", login="admin")
    study, _code = Study.create(tmp_path / "there.lndesk", site, PASSWORD, clock=clock, cost=QUICK)
    study.close()
    return study.path


@pytest.fixture
def start(show):
    return show(StartWindow())


def fill(page: CreateSitePage, **changes):
    page.name.setText("Yan'an Affiliated Hospital")
    page.name_zh.setText("延安医院")
    page.administrator.setText(changes.get("administrator", "ADMIN Ann"))
    page.login.setText(changes.get("login", "admin"))
    page.password.line.setText(changes.get("password", PASSWORD))


def test_the_first_start_offers_plain_choices(start):
    assert isinstance(start.page, WelcomePage)
    assert {"Create this site", "Open the demo site", "Open a site's file"} <= set(texts_of(start))


def test_a_site_is_proposed_in_the_data_folder(start, home):
    start.page.create_site.click()

    assert start.page.file.site() == home / "site.lndesk"


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"login": "Admin Ann"}, "login", "Choose a login of 2 to 32 small letters"),
        ({"administrator": " "}, "administrator", "Enter the person's full name."),
        ({"password": "short"}, "password", "The password has 5 characters. Use at least 12"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field(start, home, changes, field, said):
    start.page.create_site.click()
    fill(start.page, **changes)

    start.page.primary.click()

    assert said in start.page.people.problem(field)
    assert not (home / "site.lndesk").exists()


def test_a_site_without_a_name_is_refused_at_the_name(start, home):
    start.page.create_site.click()
    fill(start.page)
    start.page.name.clear()
    start.page.name_zh.clear()

    start.page.primary.click()

    assert start.page.form.problem("name") == "Enter the name of the site."
    assert not (home / "site.lndesk").exists()


def test_a_file_that_is_there_is_never_replaced(start, store):
    start.page.create_site.click()
    fill(start.page)
    start.page.file.set_path(store)

    start.page.primary.click()

    assert "There already is a file" in start.page.message.text()


def test_the_recovery_code_is_shown_once_and_has_to_be_on_paper(start, qtbot, tmp_path):
    start.page.create_site.click()
    fill(start.page)
    start.page.primary.click()
    page = start.page
    assert isinstance(page, RecoveryCodePage)
    assert [group for group in page.code.split("-") if group not in texts_of(page)] == []
    assert not page.primary.isEnabled()

    page.save_to(tmp_path / "code.pdf")
    assert "Saved as" in page.message.text()
    assert (tmp_path / "code.pdf").read_bytes().startswith(b"%PDF")

    page.kept.click()
    with qtbot.waitSignal(start.opened) as opened:
        page.primary.click()

    study = opened.args[0]
    assert study.site().name_zh == "延安医院"
    assert settings.load().last_store == str(study.path)
    study.close()


def test_a_folder_that_takes_no_file_is_named(start, tmp_path):
    start.page.create_site.click()
    fill(start.page)
    start.page.primary.click()
    page = start.page

    page.save_to(tmp_path / "missing" / "code.pdf")

    assert "cannot be written" in page.message.text()
    page._study.close()


def test_the_last_site_asks_for_its_user(show, store, qtbot):
    settings.save(settings.load().but(last_store=str(store)))
    start = show(StartWindow())
    panel = start.page.panel
    assert [panel.user.itemText(at) for at in range(panel.user.count())] == ["admin"]

    panel.password.line.setText("something else")
    panel.act.click()
    assert panel.message.text() == "The user and the password do not match."
    assert panel.password.text() == ""

    panel.password.line.setText(PASSWORD)
    with qtbot.waitSignal(start.opened) as opened:
        QTest.keyClick(panel.password.line, Qt.Key.Key_Return)
    opened.args[0].close()


def test_a_site_that_is_open_elsewhere_says_who_has_it(show, store):
    other = Study.open(store, login="admin", password=PASSWORD)
    start = show(StartWindow(store=store))
    start.page.panel.password.line.setText(PASSWORD)

    start.page.panel.act.click()

    assert "admin has this file open at" in start.page.panel.message.text()
    other.close()


def test_a_file_without_its_keys_leads_back_and_says_so(show, store):
    Path(f"{store}.keys").unlink()

    start = show(StartWindow(store=store))

    assert isinstance(start.page, WelcomePage)
    assert "keys file" in start.page.message.text()


def test_a_last_site_that_is_gone_leads_to_the_first_page(show, tmp_path):
    settings.save(settings.load().but(last_store=str(tmp_path / "gone.lndesk")))

    assert isinstance(show(StartWindow()).page, WelcomePage)


def test_the_language_is_chosen_before_anyone_signs_in(show, store, qtbot):
    start = show(StartWindow(store=store))
    before = start.page

    display.choose(language="zh_CN")
    qtbot.waitUntil(lambda: start.page is not before)

    assert i18n.language() == "zh_CN"
    assert settings.load().language == "zh_CN"
    display.choose(language="en")


def test_the_demonstration_site_is_made_and_says_its_password(start, qtbot):
    start.page.open_demo.click()

    qtbot.waitUntil(lambda: hasattr(start.page, "panel"), timeout=60_000)

    assert demo_store().is_file()
    assert "training-site-only" in start.page.panel.message.text()
    assert start.page.panel.user.currentText() == "chenjing"


def test_the_recovery_code_opens_the_site_when_every_password_is_lost(show, tmp_path, qtbot):
    site = NewSite(name="Yan'an Affiliated Hospital", administrator="ADMIN Ann", login="admin")
    study, code = Study.create(tmp_path / "lost.lndesk", site, PASSWORD, cost=QUICK)
    study.close()
    start = show(StartWindow(store=study.path))
    start.page.recover()
    dialog = start.page.findChild(RecoverDialog)
    dialog.password.line.setText("a quite different one")

    dialog.code.setText("0000 1111")
    dialog.act.click()
    assert dialog.form.problem("code")

    dialog.code.setText(code.lower().replace("-", " "))
    with qtbot.waitSignal(start.opened) as opened:
        dialog.act.click()
    opened.args[0].close()


def test_a_wait_outlives_the_program_and_counts_down_at_the_next_start(show, store, qtbot):
    start = show(StartWindow(store=store))
    for _attempt in range(5):
        start.page.panel.password.line.setText("something else")
        start.page.panel.act.click()
    assert "Too many tries failed. Wait 60 seconds." in start.page.panel.message.text()
    start.close()

    again = show(StartWindow(store=store))
    panel = again.page.panel
    first = panel.message.text()
    assert re.fullmatch(r"Too many tries failed\. Wait \d+ seconds\.", first)
    assert not panel.act.isEnabled()
    qtbot.waitUntil(lambda: panel.message.text() != first, timeout=3_000)
    panel.password.line.setText(PASSWORD)
    with qtbot.assertNotEmitted(again.opened):
        panel.submit()
    again.close()


def test_recovery_in_a_wait_is_told_at_the_code(show, store, qtbot):
    start = show(StartWindow(store=store))
    for _attempt in range(5):
        start.page.panel.password.line.setText("something else")
        start.page.panel.submit()
    start.page.recover()
    dialog = start.page.findChild(RecoverDialog)
    dialog.code.setText("0000")
    dialog.password.line.setText("a quite different one")

    dialog.act.click()

    assert "Wait" in dialog.form.problem("code")
    dialog.close()
    qtbot.waitUntil(dialog.isHidden)


def test_an_account_that_ended_says_no_more_than_a_wrong_password(show, tmp_path, clock):
    site = NewSite(name="Yan'an Affiliated Hospital", administrator="ADMIN Ann", login="admin")
    study, _code = Study.create(tmp_path / "ended.lndesk", site, PASSWORD, clock=clock, cost=QUICK)
    study.add_user(login="lina", name="LI Na", role=Role.NURSE, password=PASSWORD)
    start = show(StartWindow(store=study.path))
    study.end_account("lina", reason="Has left")
    study.close()
    panel = start.page.panel
    panel.user.setCurrentIndex(panel.user.findData("lina"))
    panel.password.line.setText(PASSWORD)

    panel.act.click()

    assert panel.message.text() == "The user and the password do not match."


def test_caps_lock_is_noticed_by_what_is_typed(show):
    field = show(PasswordField())

    QTest.keyClicks(field.line, "a")
    assert not field.caps.isVisible()

    QTest.keyClick(field.line, "A", Qt.KeyboardModifier.NoModifier)
    assert field.caps.isVisible()


def test_a_password_is_shown_and_hidden_again(show):
    field = show(PasswordField())
    QTest.keyClicks(field.line, "abc")

    field.show_button.click()
    assert field.line.displayText() == "abc"
    assert field.show_button.text() == "Hide"

    field.show_button.click()
    assert field.line.displayText() != "abc"


def test_the_pages_before_the_window_have_no_faults(start, faults, store):
    assert faults(start) == []
    start.create_site()
    assert faults(start) == []
    start.sign_in(store)
    assert faults(start) == []


def texts_of(widget):
    return [each.text() for kind in (QLabel, QAbstractButton) for each in widget.findChildren(kind)]
