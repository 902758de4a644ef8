"""Backups that nobody sits beside: let them be made, or end that."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk import unattended
from lndesk.i18n import _
from lndesk.study import Study
from ui.widgets.dialog import FormDialog


class AllowUnattendedDialog(FormDialog):
    """Says what the secret on this machine is worth, and asks why."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Backups without a password"),
            _("Allow backups without a password"),
            leave=_("Leave it as it is"),
            explanation=_(
                "A secret is kept in a file of this computer that only this user of the system reads. It makes backups"
                " and signs nobody in. Whoever can read both that file and the site's file can read the record."
            ),
            parent=parent,
        )
        self._study = study
        self.reason = self.form.add("reason", _("Reason"), QLineEdit())

    def submit(self) -> None:
        """Make the secret."""
        unattended.allow(self._study, reason=self.reason.text())


class EndUnattendedDialog(FormDialog):
    """Asks why."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(
            _("End backups without a password"),
            _("End them"),
            leave=_("Go on with them"),
            explanation=_("The secret on this computer opens nothing any more. The timer of the system then fails."),
            parent=parent,
        )
        self._study = study
        self.reason = self.form.add("reason", _("Reason"), QLineEdit())

    def submit(self) -> None:
        """Take the way in away."""
        unattended.end(self._study, reason=self.reason.text())
