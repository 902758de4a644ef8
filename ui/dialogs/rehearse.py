"""Try whether a backup would give everything back, without touching anything."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.day_end import Rehearsal
from lndesk.domain.errors import LnDeskError, RuleViolation, WrongPassword
from lndesk.domain.watch import Watch
from lndesk.i18n import Sentence, _
from lndesk.study import Study
from ui.widgets.choice import Choice
from ui.widgets.password_field import PasswordField
from ui.widgets.work_dialog import WorkDialog


class RehearseDialog(WorkDialog):
    """Asks how it is opened; `rehearsal` is then what came of it, and is on record."""

    def __init__(self, study: Study, file: Path, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Rehearse a restore"),
            _("Rehearse now"),
            leave=_("Close without rehearsing"),
            explanation=_(
                "The whole of {file} is restored into memory and every act is replayed there. Nothing on record is"
                " touched.",
                file=file.name,
            ),
            parent=parent,
        )
        self._study, self._file = study, file
        self.rehearsal: Rehearsal | None = None
        ways = (
            ("password", _("My password (tries the keys too)")),
            ("code", _("Recovery code")),
            ("site_key", _("The key of this site")),
        )
        self.kind = self.form.add("way", _("Opened by"), Choice(ways, chosen="password"))
        self.password = self.form.add("password", _("Your password"), PasswordField())
        self.code = self.form.add("code", _("Recovery code"), QLineEdit(), hint=_("Eight groups of four letters."))
        self.kind.changed.connect(self._show)
        self._show()

    def submit(self) -> None:
        """Rehearse it on a thread."""
        kind = self.kind.value()
        if kind == "password" and not self.password.text():
            raise RuleViolation(Sentence("Enter the password."), field="password")
        if kind == "code" and not self.code.text().strip():
            raise RuleViolation(Sentence("Enter the recovery code."), field="code")
        password = self.password.text() if kind == "password" else ""
        code = self.code.text() if kind == "code" else ""
        self.work(partial(_rehearse, self._study, self._file, password, code), on_done=self._note)

    def show_refused(self, problem: LnDeskError) -> None:
        """Say at its row what is wrong."""
        if isinstance(problem, WrongPassword):
            self.password.clear()
            problem = RuleViolation(problem.sentence, field="code" if self.kind.value() == "code" else "password")
        super().show_refused(problem)

    def unharmed(self) -> str:
        """Say that a rehearsal changes nothing."""
        return _("Nothing was changed.")

    def _note(self, rehearsal: Rehearsal) -> None:
        try:
            self._study.note_rehearsal(rehearsal)
        except LnDeskError as problem:
            self.show_refused(problem)
            return
        self.rehearsal = rehearsal
        self.finish()

    def _show(self) -> None:
        self.form.set_visible("password", self.kind.value() == "password")
        self.form.set_visible("code", self.kind.value() == "code")


def _rehearse(study: Study, file: Path, password: str, code: str, watch: Watch) -> Rehearsal:
    return study.rehearse(file, login=study.who.login, password=password, code=code, watch=watch)
