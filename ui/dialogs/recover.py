"""The way in when every password is lost."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from lndesk.domain.account import MIN_PASSWORD
from lndesk.domain.errors import NotPermitted, RuleViolation, WrongPassword
from lndesk.i18n import _
from lndesk.study import Study
from ui.widgets.dialog import FormDialog
from ui.widgets.password_field import PasswordField


class RecoverDialog(FormDialog):
    """Takes the code from the paper, and gives an administrator a new password."""

    def __init__(self, store: Path, logins: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(
            _("Open with the recovery code"),
            _("Open the site"),
            leave=_("Back to the sign-in"),
            explanation=_("The code is on the paper in the sealed envelope. The audit trail records its use."),
            parent=parent,
        )
        self._store = store
        self.study: Study | None = None
        self.code = self.form.add("code", _("Recovery code"), QLineEdit(), hint=_("Eight groups of four letters."))
        self.login = self.form.add("login", _("Administrator"), QComboBox())
        self.login.addItems(logins)
        hint = _("At least {n} characters; a short sentence is good.", n=MIN_PASSWORD)
        self.password = self.form.add("password", _("New password"), PasswordField(), hint=hint)

    def submit(self) -> None:
        """Open the site; `study` is then open, signed in as the administrator."""
        login = self.login.currentText()
        try:
            self.study = Study.recover(
                self._store, code=self.code.text(), login=login, new_password=self.password.text()
            )
        except WrongPassword as error:
            raise RuleViolation(error.sentence, field="code") from error
        except NotPermitted as error:
            raise RuleViolation(error.sentence, field="login") from error
