"""The investigator decides that an infusion may go on in spite of a stop in the answers before it."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.dose import Finding
from lndesk.i18n import _
from lndesk.queries.care import BeforeView
from lndesk.services.before_infusions import LiftStop
from lndesk.study import Study
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Text
from ui.widgets.signing import SignatureRows


class LiftStopDialog(FormDialog):
    """Shows the stop, asks for the reason and takes the signature."""

    def __init__(self, study: Study, view: BeforeView, stop: Finding, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Decide that infusion {n} may go on", n=view.infusion_no),
            _("Sign decision"),
            leave=_("Leave it stopped"),
            explanation=_("{name}, {subject}", name=view.patient.han_name, subject=view.patient.subject_id),
            parent=parent,
        )
        self._view, self._stop = view, stop
        self.form.add_row(_("Stopped by"), Text(str(stop.text), "strong", wrap=True))
        self.reason = self.form.add("reason", _("Reason"), QLineEdit(), hint=_("At least 10 characters."))
        self.signature = SignatureRows(self.form, study, LiftStop.meaning)
        self.signature.state(
            _(
                "I have judged that infusion {n} may be given to {patient} all the same, for the reason above.",
                n=view.infusion_no,
                patient=view.patient.han_name,
            )
        )

    def submit(self) -> None:
        """Sign the decision."""
        asked = self._view.asked
        self.signature.sign(
            LiftStop(before_infusion_id=asked.id or 0 if asked else 0, stop=self._stop.code, reason=self.reason.text())
        )
