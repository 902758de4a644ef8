"""Give a person a login."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from lndesk.domain.account import MIN_PASSWORD, Role
from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence, _
from lndesk.study import Study
from ui.widgets.dialog import FormDialog
from ui.widgets.password_field import PasswordField


class CreateAccountDialog(FormDialog):
    """The administrator chooses the first password; the person changes it in Settings."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        explanation = _("One person with two roles needs two accounts. An account is never deleted.")
        super().__init__(_("Create account"), _("Create account"), explanation=explanation, parent=parent)
        self._study = study
        self.name = self.form.add("name", _("Full name"), QLineEdit())
        self.role = self.form.add("role", _("Role"), QComboBox())
        for role in Role:
            self.role.addItem(role.label, role)
        self.role.setPlaceholderText(_("Choose a role"))
        self.role.setCurrentIndex(-1)
        self.login = self.form.add(
            "login", _("Login"), QLineEdit(), hint=_("Small letters, digits, points or hyphens, such as chenjing.")
        )
        hint = _("At least {n} characters; a short sentence is good.", n=MIN_PASSWORD)
        self.password = self.form.add("password", _("First password"), PasswordField(), hint=hint)

    def submit(self) -> None:
        """Create the account."""
        role = self.role.currentData()
        if role is None:
            raise RuleViolation(Sentence("Choose a role."), field="role")
        self._study.add_user(
            login=self.login.text().strip(), name=self.name.text(), role=Role(role), password=self.password.text()
        )
