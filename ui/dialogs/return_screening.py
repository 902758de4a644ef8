"""The investigator sends a screening back to the desk, with a question."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.i18n import _
from lndesk.services.screenings import ReturnScreening
from lndesk.study import Study
from ui.widgets.dialog import FormDialog
from ui.widgets.signing import SignatureRows


class ReturnScreeningDialog(FormDialog):
    """Takes the question; the desk sees it at the top of the screening, which is open again."""

    def __init__(self, study: Study, screening_id: int, *, whose: str, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Return with a question"), _("Return"), leave=_("Keep it here"), explanation=whose, parent=parent
        )
        self._study, self._screening_id = study, screening_id
        self.question = self.form.add("question", _("Question"), QLineEdit(), hint=_("What the desk should find out."))
        meaning = ReturnScreening.meaning
        self.signature = None if meaning is None else SignatureRows(self.form, study, meaning)
        if self.signature is not None:
            self.signature.state(_("I return this screening to the desk with the question above."))

    def submit(self) -> None:
        """Return it."""
        command = ReturnScreening(screening_id=self._screening_id, question=self.question.text().strip())
        if self.signature is None:
            self._study.run(command)
        else:
            self.signature.sign(command)
