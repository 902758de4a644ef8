"""The investigator sends a screening back to the desk, with a question."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.errors import RuleViolation, WrongPassword
from lndesk.i18n import Sentence, _
from lndesk.services.screenings import ReturnScreening
from lndesk.study import Study
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Text
from ui.widgets.password_field import PasswordField


class ReturnScreeningDialog(FormDialog):
    """Takes the question; the desk sees it at the top of the screening, which is open again."""

    def __init__(self, study: Study, screening_id: int, *, whose: str, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Return with a question"), _("Return"), leave=_("Keep it here"), explanation=whose, parent=parent
        )
        self._study, self._screening_id = study, screening_id
        self.question = self.form.add("question", _("Question"), QLineEdit(), hint=_("What the desk should find out."))
        self.form.add_row(_("Returned by"), Text(f"{study.who.name}, {study.who.role.label}"))
        self.password = self.form.add("password", _("Your password"), PasswordField())

    def submit(self) -> None:
        """Return it, as the person whose password it is."""
        if not self.password.text():
            raise RuleViolation(Sentence("Enter your password."), field="password")
        command = ReturnScreening(screening_id=self._screening_id, question=self.question.text().strip())
        try:
            self._study.sign(command, login=self._study.who.login, password=self.password.text())
        except WrongPassword as wrong:
            self.password.clear()
            raise RuleViolation(wrong.sentence, field="password") from wrong
