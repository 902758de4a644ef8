"""Give a person a login."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from lndesk.domain.account import Role
from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence, _
from lndesk.study import Study
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Muted

ANOTHER: Final = "*"


class CreateAccountDialog(FormDialog):
    """Makes a one-time code, with which the person chooses a password; `code` is then what was made."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        explanation = _("One person with two roles needs two accounts. An account is never deleted.")
        super().__init__(_("Create account"), _("Create account"), explanation=explanation, parent=parent)
        self._study = study
        self.code = ""
        self.name = self.form.add("name", _("Full name"), QLineEdit())
        self.role = self.form.add("role", _("Role"), QComboBox())
        for role in Role:
            self.role.addItem(role.label, role)
        self.role.setPlaceholderText(_("Choose a role"))
        self.role.setCurrentIndex(-1)
        self.login = self.form.add(
            "login", _("Login"), QLineEdit(), hint=_("Small letters, digits, points or hyphens, such as chenjing.")
        )
        self.same_person = self.form.add("same_person", _("Same name as another user"), QComboBox())
        self.same_person.addItem(_("Nobody here has this name"), "")
        self.same_person.addItem(_("It is another person"), ANOTHER)
        for account in study.accounts():
            self.same_person.addItem(_("The same person as {login}", login=account.login), account.login)
        self.add(
            Muted(_("A one-time code is made for the first sign-in. Nobody else learns the password chosen then."))
        )

    def submit(self) -> None:
        """Create the account."""
        role = self.role.currentData()
        if role is None:
            raise RuleViolation(Sentence("Choose a role."), field="role")
        same = self.same_person.currentData()
        self.code = self._study.invite_user(
            login=self.login.text().strip(),
            name=self.name.text(),
            role=Role(role),
            same_person_as="" if same == ANOTHER else same,
            another_person=same == ANOTHER,
        )
