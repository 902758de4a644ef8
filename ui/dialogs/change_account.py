"""What an administrator does to another person's account, each with a reason."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QVBoxLayout, QWidget

from lndesk.domain.account import Account, Role
from lndesk.domain.errors import RuleViolation, WrongPassword
from lndesk.i18n import Sentence, _
from lndesk.study import Study
from ui.widgets.buttons import PrimaryButton, button_row
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Figure, Muted, Text, Title
from ui.widgets.password_field import PasswordField


class ChangeRoleDialog(FormDialog):
    """Another role, from the next sign-in on."""

    def __init__(self, study: Study, account: Account, parent: QWidget | None = None) -> None:
        super().__init__(_("Change role"), _("Change role"), explanation=_named(account), parent=parent)
        self._study, self._account = study, account
        self.form.add_row(_("Role now"), Text(Role(account.role).label))
        self.role = self.form.add("role", _("New role"), QComboBox())
        for role in Role:
            if role != account.role:
                self.role.addItem(role.label, role)
        self.role.setPlaceholderText(_("Choose a role"))
        self.role.setCurrentIndex(-1)
        self.reason = self.form.add("reason", _("Reason"), QLineEdit())

    def submit(self) -> None:
        """Change it."""
        role = self.role.currentData()
        if role is None:
            raise RuleViolation(Sentence("Choose a role."), field="role")
        self._study.change_role(self._account.login, Role(role), reason=self.reason.text())


class ResetPasswordDialog(FormDialog):
    """A one-time code in place of a forgotten password; `code` is then what was made."""

    def __init__(self, study: Study, account: Account, parent: QWidget | None = None) -> None:
        super().__init__(_("Reset password"), _("Make a one-time code"), explanation=_named(account), parent=parent)
        self._study, self._account = study, account
        self.code = ""
        self.reason = self.form.add("reason", _("Reason"), QLineEdit())

    def submit(self) -> None:
        """Make the code."""
        self.code = self._study.reset_password(self._account.login, reason=self.reason.text())


class OneTimeCodeDialog(QDialog):
    """Shows a one-time code, once."""

    def __init__(self, name: str, code: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("One-time code"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addWidget(Title(_("One-time code of {name}", name=name)))
        column.addWidget(Figure(code), 0, Qt.AlignmentFlag.AlignCenter)
        column.addWidget(Muted(_("Give it to this person only. It is the password once; then they choose their own.")))
        self.handed_over = PrimaryButton(_("It is handed over"), self.accept)
        column.addLayout(button_row(self.handed_over))

    def reject(self) -> None:
        """Stay: the code cannot be shown again."""
        self.handed_over.setFocus()


class EndAccountDialog(FormDialog):
    """Restates who loses the way in, and asks for the login and the administrator's own password."""

    def __init__(self, study: Study, account: Account, parent: QWidget | None = None) -> None:
        super().__init__(
            _("End account"),
            _("End the account of {name}", name=account.name),
            leave=_("Keep the account"),
            explanation=_(
                "{name} can no longer sign in. What they recorded stays; the login is never given again.",
                name=_named(account),
            ),
            parent=parent,
        )
        self._study, self._account = study, account
        self.reason = self.form.add("reason", _("Reason"), QLineEdit())
        self.typed = self.form.add("typed", _("Type the login that ends"), QLineEdit())
        self.password = self.form.add("password", _("Your password"), PasswordField())

    def submit(self) -> None:
        """End it."""
        if self.typed.text().strip() != self._account.login:
            raise RuleViolation(Sentence("This is not the login of {name}.", name=self._account.name), field="typed")
        try:
            self._study.authenticate(self._study.who.login, self.password.text())
        except WrongPassword as error:
            raise RuleViolation(error.sentence, field="password") from error
        self._study.end_account(self._account.login, reason=self.reason.text())


def _named(account: Account) -> str:
    return f"{account.name}  ({account.login})"
