import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel

from lndesk import i18n, settings
from lndesk.domain.account import Role
from lndesk.domain.protocol_rows import rule_rows
from lndesk.services.protocols import AddProtocol
from lndesk.settings import resources
from ui import theme
from ui.dialogs.approve_protocol import ApproveProtocolDialog
from ui.dialogs.change_account import ChangeRoleDialog, EndAccountDialog, OneTimeCodeDialog, ResetPasswordDialog
from ui.dialogs.change_password import ChangePasswordDialog
from ui.dialogs.create_account import CreateAccountDialog
from ui.dialogs.recovery_code import NewRecoveryCodeDialog, RecoveryCodeDialog
from ui.dialogs.rotate_key import RotateKeyDialog
from ui.screens.settings import SettingsScreen

PASSWORD = "a sentence to test with"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LNDESK_HOME", str(tmp_path / "home"))


@pytest.fixture
def screen(study, show):
    def made(login="chenjing", part=""):
        study.sign_in(login, PASSWORD)
        shown = show(SettingsScreen(study, lambda _place: None))
        shown.resize(1190, 640)
        if part:
            shown.tabs.setCurrentWidget(getattr(shown, part))
        return shown

    return made


def with_a_second_version(study):
    content = study.protocol_versions()[0].content.replace('version = "1"', 'version = "2"')
    study.run(AddProtocol(content=content), by=study.authenticate("admin", PASSWORD))


def choose(box, value):
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def test_theme_and_text_size_are_applied_at_once_and_kept(screen):
    shown = screen()

    choose(shown.display.theme, "dark")
    choose(shown.display.text_size, 130)

    assert theme.tokens() == theme.DARK
    assert theme.points("body") == pytest.approx(13.65)
    assert (settings.load().theme, settings.load().text_percent) == ("dark", 130)
    choose(shown.display.theme, "light")
    choose(shown.display.text_size, 100)


def test_every_value_of_the_protocol_is_listed_with_unit_and_origin(screen):
    shown = screen(part="rules")

    rows = {row.key: row for row in shown.rules.table.rows_model.shown}
    dose = rows["dose.cells_per_kg"]
    assert (dose.label, dose.value_with_unit, str(dose.origin)) == (
        "Dose", "1,000,000\N{NO-BREAK SPACE}cells per kg", "registry entry, line 46",
    )  # fmt: skip
    assert rows["schedule.followup_weeks"].value == "4, 12, 24"
    assert rows["dose.basis"].value == "viable cells"
    assert all(row.label != row.key for row in rows.values())


def test_every_origin_of_the_protocol_has_its_row(study):
    content = (resources() / "protocols" / "nct04318600.toml").read_text(encoding="utf-8")

    criteria = {f"criteria.{item.id}" for item in study.protocol().criteria}
    assert {row.key for row in rule_rows(content)} == set(study.protocol().origins) | criteria


def test_an_investigator_approves_what_is_shown(screen, study, qtbot, clock):
    with_a_second_version(study)
    clock.forward(minutes=5)
    shown = screen("zhaomin", "rules")
    assert "not approved" in shown.rules.choice.currentText()
    assert "Read every value." in shown.rules.state.text()
    assert shown.primary.accessibleName() == "Approve this version"

    shown.primary.click()
    dialog = shown.findChild(ApproveProtocolDialog)
    dialog.signature.password.line.setText("not the one")
    dialog.act.click()
    assert dialog.form.problem("password") == "The user and the password do not match."
    dialog.signature.password.line.setText(PASSWORD)
    with qtbot.waitSignal(shown.said):
        dialog.act.click()
    shown.refresh()

    assert study.protocol().version == "2"
    assert "Approved by ZHAO Min" in shown.rules.state.text()
    assert shown.primary.accessibleName() == "Change my password"


def test_nobody_else_is_offered_the_approval(screen, study):
    with_a_second_version(study)

    shown = screen("admin", "rules")

    assert shown.primary.accessibleName() == "Change my password"
    assert "An investigator reads and approves it here." in shown.rules.state.text()


def test_a_version_comes_from_a_file_and_a_wrong_one_is_named(screen, study, tmp_path):
    shown = screen("admin", "rules")
    good, bad, other = tmp_path / "good.toml", tmp_path / "bad.toml", tmp_path / "other.toml"
    content = study.protocol_versions()[0].content
    good.write_text(content.replace('version = "1"', 'version = "3"'), encoding="utf-8")
    bad.write_text(content.replace("[dose]", "[doze]"), encoding="utf-8")
    other.write_bytes(b"\xff\xfe\x00")

    shown.rules.add_file(good)
    shown.refresh()
    assert "version 3" in shown.rules.choice.itemText(0)

    shown.rules.add_file(bad)
    assert "dose.cells_per_kg" in shown.message.text()

    shown.rules.add_file(other)
    assert "cannot be read as text" in shown.message.text()


def test_the_administrator_creates_an_account_and_never_learns_its_password(screen, study):
    shown = screen("admin", "users")
    shown.primary.click()
    dialog = opened(shown, CreateAccountDialog)
    dialog.name.setText("SUN Li")
    dialog.login.setText("sunli")

    dialog.act.click()
    assert dialog.form.problem("role") == "Choose a role."

    dialog.role.setCurrentIndex(dialog.role.findData(Role.NURSE))
    dialog.act.click()
    handing = opened(shown, OneTimeCodeDialog)
    assert {"One-time code of SUN Li", dialog.code} <= {label.text() for label in handing.findChildren(QLabel)}
    handing.reject()
    assert handing.isVisible()
    handing.handed_over.click()
    assert not handing.isVisible()

    person = study.authenticate("sunli", dialog.code)
    assert (person.role, person.must_change_password) == (Role.NURSE, True)


def test_a_login_is_never_given_twice(study, show):
    study.sign_in("admin", PASSWORD)
    dialog = show(CreateAccountDialog(study))
    dialog.name.setText("CHEN Jin")
    dialog.login.setText("chenjing")
    dialog.role.setCurrentIndex(0)

    dialog.act.click()

    assert "is taken" in dialog.form.problem("login")
    assert dialog.isVisible()


def test_only_the_administrator_is_offered_accounts(screen):
    nurse = screen("chenjing")
    assert not nurse.tabs.isTabVisible(nurse.tabs.indexOf(nurse.users))
    assert nurse.primary.accessibleName() == "Change my password"

    administrator = screen("admin", "users")
    assert administrator.primary.accessibleName() == "Create account"


def opened(shown, kind):
    return next(dialog for dialog in shown.findChildren(kind) if dialog.isVisible())


def test_a_forgotten_password_is_replaced_by_a_code_that_is_shown_once(screen, study):
    shown = screen("admin", "users")
    shown.users.table.select(study.authenticate("lina", PASSWORD).account_id)

    shown.users.acts[0].click()
    dialog = opened(shown, ResetPasswordDialog)
    dialog.act.click()
    assert dialog.form.problem("reason") == "Give the reason."
    dialog.reason.setText("Forgot it")
    dialog.act.click()

    assert dialog.code in [label.text() for label in opened(shown, OneTimeCodeDialog).findChildren(QLabel)]
    assert study.authenticate("lina", dialog.code).must_change_password


def test_a_role_changes_with_a_reason(screen, study):
    shown = screen("admin", "users")
    shown.users.table.select(study.authenticate("lina", PASSWORD).account_id)

    shown.users.acts[1].click()
    dialog = opened(shown, ChangeRoleDialog)
    dialog.role.setCurrentIndex(dialog.role.findData(Role.NURSE))
    dialog.reason.setText("Moved to the ward")
    dialog.act.click()

    assert study.authenticate("lina", PASSWORD).role is Role.NURSE


def test_an_account_ends_only_with_its_login_and_the_own_password(screen, study):
    shown = screen("admin", "users")
    shown.users.table.select(study.authenticate("monitor", PASSWORD).account_id)

    shown.users.acts[2].click()
    dialog = opened(shown, EndAccountDialog)
    dialog.reason.setText("The monitoring is over")
    dialog.typed.setText("lina")
    dialog.act.click()
    assert dialog.form.problem("typed") == "This is not the login of MON Itor."
    dialog.typed.setText("monitor")
    dialog.act.click()
    assert dialog.form.problem("password") == "The user and the password do not match."
    dialog.password.line.setText(PASSWORD)
    dialog.act.click()
    shown.refresh()

    assert "monitor" not in study.logins(study.path)
    assert not shown.users.acts[2].isEnabled()


def test_nobody_ends_their_own_account(screen, study):
    shown = screen("admin", "users")

    shown.users.table.select(study.who.account_id)

    assert not any(act.isEnabled() for act in shown.users.acts)


def test_a_new_recovery_code_stays_until_it_is_on_paper(screen):
    shown = screen("admin", "site")

    shown.site.new_code.emit()
    dialog = opened(shown, NewRecoveryCodeDialog)
    dialog.reason.setText("The envelope was open")
    dialog.act.click()

    page = opened(shown, RecoveryCodeDialog)
    page.reject()
    assert page.isVisible()
    assert page.page.code == dialog.code
    page.page.kept.click()
    page.page.primary.click()
    assert not page.isVisible()


def test_everyone_changes_their_own_password(study, show, qtbot):
    dialog = show(ChangePasswordDialog(study))
    QTest.keyClicks(dialog.old.line, "not the one")
    QTest.keyClicks(dialog.new.line, "a quite different one")

    dialog.act.click()
    assert dialog.form.problem("old") == "This is not your password now."

    dialog.old.line.setText(PASSWORD)
    with qtbot.waitSignal(dialog.accepted):
        dialog.act.click()

    assert study.authenticate("chenjing", "a quite different one")


@pytest.mark.parametrize("part", ["display", "site", "rules", "users"])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_settings_have_no_faults(screen, faults, part, language):
    i18n.set_language(language)

    assert faults(screen("admin", part)) == []


def test_a_new_key_says_what_happens_and_asks_for_reason_and_password(screen, study, qtbot):
    shown = screen("admin", "site")
    key = study._file.key
    shown.site.new_key.emit()
    dialog = opened(shown, RotateKeyDialog)
    words = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "Every password and the recovery code open the file as before." in words
    assert "Make a new backup afterwards." in words

    dialog.password.line.setText("not the one")
    dialog.act.click()
    assert dialog.form.problem("password") == "The user and the password do not match."
    dialog.password.line.setText(PASSWORD)
    dialog.act.click()
    assert dialog.form.problem("reason") == "Give the reason."
    dialog.reason.setText("A copy of the file was lost")
    with qtbot.waitSignal(shown.said):
        dialog.act.click()

    assert study._file.key != key
    assert study.verify().ok
    shown.refresh()


def test_only_the_administrator_is_offered_a_new_key(screen):
    for login in ("chenjing", "zhaomin", "lina", "monitor"):
        buttons = [button.text() for button in screen(login, "site").site.findChildren(QAbstractButton)]
        assert "New key for the file" not in buttons


def test_an_ended_user_stays_in_the_list_and_says_when(screen, study):
    study.sign_in("admin", PASSWORD)
    study.end_account("monitor", reason="The monitoring is over")
    shown = screen("admin", "users")
    row = next(account for account in shown.users.table.rows_model.shown if account.login == "monitor")

    shown.users.table.select(row.id)

    assert row.ended_by == "ADMIN Ann"
    assert not any(act.isEnabled() for act in shown.users.acts)


@pytest.mark.parametrize("kind", [ChangeRoleDialog, ResetPasswordDialog, EndAccountDialog])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_dialogs_on_accounts_have_no_faults(study, show, faults, kind, language):
    i18n.set_language(language)
    study.sign_in("admin", PASSWORD)

    assert faults(show(kind(study, study.accounts()[1]))) == []


@pytest.mark.parametrize("kind", [RotateKeyDialog, NewRecoveryCodeDialog, CreateAccountDialog])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_dialogs_on_the_site_have_no_faults(study, show, faults, kind, language):
    i18n.set_language(language)
    study.sign_in("admin", PASSWORD)

    assert faults(show(kind(study))) == []
