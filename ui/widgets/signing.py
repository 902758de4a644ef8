"""The rows of a form that make it a signature: what is signed, by whom, as what, and the password."""

from __future__ import annotations

from PySide6.QtCore import Qt

from lndesk.domain.account import Person
from lndesk.domain.errors import RuleViolation, WrongPassword
from lndesk.domain.signature import Meaning
from lndesk.i18n import Sentence, _
from lndesk.services.command import Command
from lndesk.study import Study
from ui.widgets.form import Form
from ui.widgets.labels import Text
from ui.widgets.password_field import PasswordField

PASSWORD = "password"  # noqa: S105  # the name of a field


class SignatureRows:
    """Says in one sentence what is signed, shows the printed name and role, and takes the password."""

    def __init__(self, form: Form, study: Study, meaning: Meaning, *, person: Person | None = None) -> None:
        """Add the rows below the others.

        Args:
            form: the form that is signed.
            study: the open site.
            meaning: what the signature says.
            person: who signs, when it is not the person signed in.
        """
        self._study = study
        self.person = person or study.who
        self.statement = form.add_row(_("Signed is"), Text(wrap=True))
        self.meaning = form.add_row(_("Meaning"), Text(meaning.label, "strong"))
        self.signer = form.add_row(
            _("Signed by"),
            Text(
                _("{name}, {role}, login {login}", name=self.person.name, role=self.person.role.label,
                  login=self.person.login),
                wrap=True,
            ),
        )  # fmt: skip
        for said in (self.statement, self.meaning, self.signer):
            said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.password = form.add(
            PASSWORD,
            _("Your password"),
            PasswordField(),
            hint=_("Login and password are your signature. Your name and the time stand beside it."),
        )

    def state(self, what: str) -> None:
        """Say what is signed."""
        self.statement.setText(what)

    def sign(self, command: Command) -> None:
        """Sign a command; a wrong password is refused at its field, and is not kept.

        Raises:
            RuleViolation: the password is missing or wrong, or a rule forbids the act.
            StoreProblem: the file could not be written.
        """
        if not self.password.text():
            raise RuleViolation(Sentence("Enter your password to sign."), field=PASSWORD)
        try:
            self._study.sign(command, login=self.person.login, password=self.password.text())
        except WrongPassword as wrong:
            self.password.clear()
            raise RuleViolation(wrong.sentence, field=PASSWORD) from wrong
