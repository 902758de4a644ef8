"""A second person signs in over the first, whose session goes on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QWidget

from lndesk.domain.account import Person, Role
from lndesk.domain.errors import RuleViolation, WrongPassword
from lndesk.i18n import Sentence, _
from lndesk.services.command import Command
from lndesk.study import Study
from ui.widgets.dialog import FormDialog
from ui.widgets.password_field import PasswordField


class SignInAsDialog(FormDialog):
    """Offers the people whose role does the act; `person` is who signed in."""

    def __init__(
        self,
        study: Study,
        command: type[Command],
        *,
        allow: Callable[[Person], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Ask for another person.

        Args:
            study: the open site.
            command: what the person is to do.
            allow: refuses, with a rule's own sentence, a person who may not.
            parent: the window.
        """
        super().__init__(
            _("Second person signs in"),
            _("Sign in for this act"),
            leave=_("Leave without signing in"),
            explanation=_("{name} stays signed in. The second person acts under their own name.", name=study.who.name),
            parent=parent,
        )
        self._study, self._allow = study, allow
        self.person: Person | None = None
        self.login = self.form.add("login", _("Second person"), QComboBox())
        for account in study.accounts():
            if account.ended_at is None and Role(account.role) in command.roles:
                label = _("{name}, {role}", name=account.name, role=Role(account.role).label)
                self.login.addItem(label, account.login)
        self.login.setPlaceholderText(_("Choose your name"))
        self.login.setCurrentIndex(-1)
        self.password = self.form.add("password", _("Password"), PasswordField())

    def submit(self) -> None:
        """Check the password and whether this person may act."""
        login = self.login.currentData()
        if login is None:
            raise RuleViolation(Sentence("Choose your name."), field="login")
        try:
            person = self._study.authenticate(login, self.password.text())
        except WrongPassword as wrong:
            raise RuleViolation(wrong.sentence, field="password") from wrong
        if self._allow is not None:
            self._allow(person)
        self.person = person
