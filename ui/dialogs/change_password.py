"""Give oneself another password."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lndesk.domain.account import MIN_PASSWORD
from lndesk.domain.errors import RuleViolation, WrongPassword
from lndesk.i18n import Sentence, _
from lndesk.study import Study
from ui.widgets.dialog import FormDialog
from ui.widgets.password_field import PasswordField


class ChangePasswordDialog(FormDialog):
    """Asks for the old password, so that nobody else can do it at an open desk."""

    def __init__(self, study: Study, parent: QWidget | None = None, *, explanation: str = "") -> None:
        super().__init__(
            _("Change my password"),
            _("Change my password"),
            explanation=explanation or f"{study.who.name}  ({study.who.login})",
            parent=parent,
        )
        self._study = study
        self.old = self.form.add("old", _("Password now"), PasswordField())
        hint = _("At least {n} characters; a short sentence is good.", n=MIN_PASSWORD)
        self.new = self.form.add("password", _("New password"), PasswordField(), hint=hint)

    def submit(self) -> None:
        """Change the password."""
        try:
            self._study.change_password(old=self.old.text(), new=self.new.text())
        except WrongPassword as error:
            raise RuleViolation(Sentence("This is not your password now."), field="old") from error
