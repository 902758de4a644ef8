"""Void a dose that is under way."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.i18n import _, amount
from lndesk.queries.doses import PreparedDose
from lndesk.services.preparations import VoidDose
from lndesk.study import Study
from ui.widgets.dialog import FormDialog


class VoidDoseDialog(FormDialog):
    """Says what voiding does and asks for the reason; the button names the dose."""

    def __init__(self, study: Study, prepared: PreparedDose, parent: QWidget | None = None) -> None:
        n = prepared.preparation.infusion_no
        effect = (
            _("The dose stays readable. Its containers stay thawed, for this patient alone.")
            if prepared.sheet_no is None and prepared.preparation.thawed_at is not None
            else _("The dose stays readable. Its containers go back into stock.")
            if prepared.sheet_no is None
            else _(
                "The dose stays readable. Its sheet no longer holds. Its containers count as destroyed,"
                " since the cells may have been thawed."
            )
        )
        super().__init__(
            _("Void the dose of infusion {n}", n=n),
            _("Void dose {n}", n=n),
            leave=_("Keep dose {n}", n=n),
            explanation=_(
                "{name}, {subject}, {volume}. {effect}",
                name=prepared.patient.han_name,
                subject=prepared.patient.subject_id,
                volume=amount(prepared.preparation.volume_ml, "mL"),
                effect=effect,
            ),
            parent=parent,
        )
        self._study, self._prepared = study, prepared
        self.reason = self.form.add("reason", _("Reason"), QLineEdit(), hint=_("At least 10 characters."))
        self.leave.setFocus()

    def submit(self) -> None:
        """Void it."""
        self._study.run(VoidDose(preparation_id=self._prepared.preparation.id or 0, reason=self.reason.text()))
