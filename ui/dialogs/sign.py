"""Sign an act whose inputs stand elsewhere on the page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from lndesk.domain.account import Person
from lndesk.domain.errors import RuleViolation
from lndesk.domain.signature import Meaning
from lndesk.i18n import _
from lndesk.services.command import Command
from lndesk.study import Study
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Text
from ui.widgets.signing import SignatureRows


class SignDialog(FormDialog):
    """Takes a signature. A wrong password stays here; when a rule refuses the act itself, `refused` says so."""

    signed = Signal()
    refused = Signal(object)

    def __init__(
        self,
        study: Study,
        command: Command,
        *,
        title: str,
        what: str,
        facts: Sequence[tuple[str, str]] = (),
        person: Person | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Ask for a signature.

        Args:
            study: the open site.
            command: what is signed.
            title: names the act.
            what: says in one sentence what the person states by signing.
            facts: what it rests on, a label and a value each.
            person: who signs, when it is not the person signed in.
            parent: the window.
        """
        super().__init__(title, _("Sign"), leave=_("Leave unsigned"), parent=parent)
        self._command = command
        for label, value in facts:
            self.form.add_row(label, Text(value, "strong", wrap=True)).setAlignment(Qt.AlignmentFlag.AlignTop)
        self.signature = SignatureRows(self.form, study, command.meaning or Meaning.APPROVED, person=person)
        self.signature.state(what)

    def submit(self) -> None:
        """Sign, or hand a refusal of the act back to the page that it came from."""
        try:
            self.signature.sign(self._command)
        except RuleViolation as violation:
            if self.form.has(violation.field):
                raise
            self.refused.emit(violation)
        else:
            self.signed.emit()
