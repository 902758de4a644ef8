"""How the window looks, what the site is, by which rules the trial runs, and who may sign in."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtWidgets import QDialog, QTabWidget

from lndesk.domain.account import Account
from lndesk.i18n import _
from lndesk.services.accounts import CreateAccount
from lndesk.services.backups import SetKeeping
from lndesk.services.command import Changes
from lndesk.study import Study
from ui.dialogs.approve_protocol import ApproveProtocolDialog
from ui.dialogs.change_account import ChangeRoleDialog, EndAccountDialog, OneTimeCodeDialog, ResetPasswordDialog
from ui.dialogs.change_password import ChangePasswordDialog
from ui.dialogs.create_account import CreateAccountDialog
from ui.dialogs.recovery_code import NewRecoveryCodeDialog, RecoveryCodeDialog
from ui.dialogs.rotate_key import RotateKeyDialog
from ui.dialogs.unattended import AllowUnattendedDialog, EndUnattendedDialog
from ui.navigation import Go
from ui.widgets.display_choices import DisplayChoices
from ui.widgets.keeping_rules import KeepingRules
from ui.widgets.screen import Screen
from ui.widgets.site_facts import SiteFacts
from ui.widgets.trial_rules import TrialRules
from ui.widgets.user_list import UserList


class SettingsScreen(Screen):
    """One tab a group. The primary act is the tab's own, or the person's password."""

    refresh_on: ClassVar[Changes] = Changes.SITE | Changes.ACCOUNTS | Changes.PROTOCOL | Changes.BACKUPS

    def __init__(self, study: Study, go: Go) -> None:
        super().__init__(study, go, _("Settings"))
        self.display = DisplayChoices()
        self.site = SiteFacts(study)
        self.rules = TrialRules(study)
        self.users = UserList(study)
        self.users.reset.connect(self._reset_password)
        self.users.role_change.connect(self._change_role)
        self.users.ending.connect(self._end_account)
        self.site.new_code.connect(self._new_recovery_code)
        self.site.new_key.connect(self._rotate_key)
        self.rules.refused.connect(self.say_refused)
        self.tabs = self.add(QTabWidget(), 1)
        self.tabs.setAccessibleName(_("Settings"))
        for part, title in (
            (self.display, _("Display")),
            (self.site, _("Site")),
            (self.rules, _("Trial rules")),
            (self.users, _("Users")),
        ):
            self.tabs.addTab(part, title)
        self.tabs.setTabVisible(self.tabs.indexOf(self.users), study.permits(CreateAccount))
        if study.permits(SetKeeping):
            self.keeping = KeepingRules(study)
            self.keeping.allowing.connect(lambda: self._ask_unattended(AllowUnattendedDialog(study, self)))
            self.keeping.ending.connect(lambda: self._ask_unattended(EndUnattendedDialog(study, self)))
            self.keeping.said.connect(self.said)
            self.tabs.addTab(self.keeping, _("Backups"))
        self.set_primary(_("Change my password"), self._act)
        self.tabs.currentChanged.connect(lambda _index: self._offer())
        self.rules.changed.connect(self._offer)

    def refresh(self) -> None:
        """Read everything anew."""
        self.message.clear()
        for part in (self.site, self.rules, self.users):
            part.refresh()
        if self.study.permits(SetKeeping):
            self.keeping.refresh()
        self._offer()

    def _offer(self) -> None:
        if self.primary is not None:
            self.primary.set_text(self._primary_act()[0])

    def _act(self) -> None:
        self._primary_act()[1]()

    def _primary_act(self) -> tuple[str, Callable[[], None]]:
        shown = self.tabs.currentWidget()
        if shown is self.rules and self.rules.can_approve:
            return _("Approve this version"), self._approve
        if shown is self.users and self.study.permits(CreateAccount):
            return _("Create account"), self._create_account
        return _("Change my password"), self._change_password

    def _approve(self) -> None:
        version = self.rules.shown()
        if version is not None:
            dialog = ApproveProtocolDialog(self.study, version, site_values=self.rules.site_values, parent=self)
            dialog.accepted.connect(lambda: self.said.emit(_("The protocol version is approved and in force.")))
            dialog.open()

    def _create_account(self) -> None:
        dialog = CreateAccountDialog(self.study, self)
        dialog.accepted.connect(lambda: self._on_created(dialog))
        dialog.open()

    def _on_created(self, dialog: CreateAccountDialog) -> None:
        self.said.emit(_("The account of {name} is created.", name=dialog.name.text()))
        OneTimeCodeDialog(dialog.name.text().strip(), dialog.code, self).open()

    def _reset_password(self, account: Account) -> None:
        dialog = ResetPasswordDialog(self.study, account, self)
        dialog.accepted.connect(lambda: OneTimeCodeDialog(account.name, dialog.code, self).open())
        dialog.open()

    def _change_role(self, account: Account) -> None:
        dialog = ChangeRoleDialog(self.study, account, self)
        dialog.accepted.connect(lambda: self.said.emit(_("The role of {name} is changed.", name=account.name)))
        dialog.open()

    def _end_account(self, account: Account) -> None:
        dialog = EndAccountDialog(self.study, account, self)
        dialog.accepted.connect(lambda: self.said.emit(_("The account of {name} has ended.", name=account.name)))
        dialog.open()

    def _new_recovery_code(self) -> None:
        dialog = NewRecoveryCodeDialog(self.study, self)
        dialog.accepted.connect(lambda: RecoveryCodeDialog(self.study, dialog.code, self).open())
        dialog.open()

    def _rotate_key(self) -> None:
        dialog = RotateKeyDialog(self.study, self)
        dialog.accepted.connect(lambda: self.said.emit(_("The file is encrypted with a new key.")))
        dialog.open()

    def _ask_unattended(self, dialog: QDialog) -> None:
        dialog.accepted.connect(self.keeping.refresh)
        dialog.open()

    def _change_password(self) -> None:
        dialog = ChangePasswordDialog(self.study, self)
        dialog.accepted.connect(lambda: self.said.emit(_("Your password is changed.")))
        dialog.open()
