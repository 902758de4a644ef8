"""An investigator's signature under a version of the protocol."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lndesk.domain.errors import RuleViolation, WrongPassword
from lndesk.i18n import _
from lndesk.reads import ProtocolVersion
from lndesk.services.protocols import ApproveProtocol
from lndesk.study import Study
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Text
from ui.widgets.password_field import PasswordField


class ApproveProtocolDialog(FormDialog):
    """Says what the approval does, and takes the password as the signature."""

    def __init__(
        self, study: Study, version: ProtocolVersion, *, site_values: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            _("Approve this version"),
            _("Approve version {n}", n=version.version),
            leave=_("Leave it unapproved"),
            explanation=_(
                "Doses are computed by this version from now on. You confirm its {n} site values as this site's own.",
                n=site_values,
            ),
            parent=parent,
        )
        self._study, self._version = study, version
        self.form.add_row(_("Version"), Text(f"{version.trial_id}, {version.version}"))
        self.form.add_row(_("Signed by"), Text(f"{study.who.name}, {study.who.role.label}"))
        self.password = self.form.add("password", _("Your password"), PasswordField())

    def submit(self) -> None:
        """Sign."""
        command = ApproveProtocol(sha256=self._version.sha256)
        try:
            self._study.sign(command, login=self._study.who.login, password=self.password.text())
        except WrongPassword as error:
            self.password.clear()
            raise RuleViolation(error.sentence, field="password") from error
