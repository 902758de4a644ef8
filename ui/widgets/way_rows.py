"""The rows of a form that lead into a backup: a login with its password of then, or the recovery code."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QLineEdit

from lndesk.domain.account import MIN_PASSWORD
from lndesk.domain.errors import LnDeskError, RuleViolation, WrongPassword
from lndesk.i18n import Sentence, _
from lndesk.inside import Way
from ui.widgets.choice import Choice
from ui.widgets.form import Form
from ui.widgets.password_field import PasswordField

NEW: Final = "new_password"


class WayRows:
    """Takes one of the two ways, and says at its row what is wrong with it."""

    def __init__(self, form: Form, *, login: str = "", renews: bool, password: str = "", hint: str = "") -> None:
        """Add the rows below the others.

        Args:
            form: the form.
            login: the login that is proposed.
            renews: whether the recovery code brings a new password with it.
            password: what the password is called here.
            hint: what is to be known about the password.
        """
        self._form, self._renews = form, renews
        self.kind = form.add(
            "way",
            _("Opened by"),
            Choice((("password", _("Password")), ("code", _("Recovery code"))), chosen="password"),
        )
        self.login = form.add("login", _("Login"), QLineEdit(login))
        self.password = form.add("password", password or _("Password"), PasswordField(), hint=hint)
        self.code = form.add("code", _("Recovery code"), QLineEdit(), hint=_("Eight groups of four letters."))
        if renews:
            words = _("At least {n} characters; a short sentence is good.", n=MIN_PASSWORD)
            self.new_password = form.add(NEW, _("New password"), PasswordField(), hint=words)
        self.kind.changed.connect(self._show)
        self._show()

    def value(self) -> Way:
        """Return the way that was entered.

        Raises:
            RuleViolation: something of it is missing.
        """
        by_code = self._by_code
        login = self.login.text().strip()
        if not login:
            raise RuleViolation(Sentence("Enter the login."), field="login")
        if by_code and not self.code.text().strip():
            raise RuleViolation(Sentence("Enter the recovery code."), field="code")
        if not by_code and not self.password.text():
            raise RuleViolation(Sentence("Enter the password."), field="password")
        if by_code:
            return Way(
                login=login, code=self.code.text(), new_password=self.new_password.text() if self._renews else ""
            )
        return Way(login=login, password=self.password.text())

    def placed(self, problem: LnDeskError) -> LnDeskError:
        """Return a refusal as one that is about the row that it belongs to."""
        if isinstance(problem, WrongPassword):
            if not self._by_code:
                self.password.clear()
            return RuleViolation(problem.sentence, field="code" if self._by_code else "password")
        if isinstance(problem, RuleViolation) and problem.field == "password" and self._by_code:
            return RuleViolation(problem.sentence, field=NEW)
        return problem

    @property
    def _by_code(self) -> bool:
        return self.kind.value() == "code"

    def _show(self) -> None:
        self._form.set_visible("password", not self._by_code)
        self._form.set_visible("code", self._by_code)
        if self._renews:
            self._form.set_visible(NEW, self._by_code)
