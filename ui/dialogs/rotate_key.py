"""A new key for the site's file, after everybody has read what it means."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.errors import RuleViolation, WrongPassword
from lndesk.i18n import _
from lndesk.study import Study
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Text
from ui.widgets.password_field import PasswordField


class RotateKeyDialog(FormDialog):
    """Says what happens, asks why, and asks for the administrator's own password."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(
            _("New key for the file"),
            _("Encrypt the file anew"),
            leave=_("Keep the key"),
            explanation=_("For when somebody who may no longer read the file may have kept a copy of its old key."),
            parent=parent,
        )
        self._study = study
        for words, what in (
            (_("What changes"), _("The whole file is written anew with a new key. Nobody can go on meanwhile.")),
            (_("What stays"), _("Every password and the recovery code open the file as before.")),
            (_("Old copies"), _("Backups made before still open with the old key. Make a new backup afterwards.")),
            (_("Power cut"), _("Whenever it is cut short, the file opens with the old key or with the new one.")),
        ):
            said = Text(what, wrap=True)
            said.setAlignment(Qt.AlignmentFlag.AlignTop)
            self.form.add_row(words, said)
        self.reason = self.form.add("reason", _("Reason"), QLineEdit())
        self.password = self.form.add("password", _("Your password"), PasswordField())

    def submit(self) -> None:
        """Encrypt it."""
        try:
            self._study.authenticate(self._study.who.login, self.password.text())
        except WrongPassword as error:
            raise RuleViolation(error.sentence, field="password") from error
        self._study.rotate_key(reason=self.reason.text())
