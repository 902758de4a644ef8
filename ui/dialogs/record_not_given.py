"""Record that an infusion was not given."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from lndesk.domain.infusion import REASONS_NOT_GIVEN
from lndesk.domain.patient import Patient
from lndesk.i18n import _
from lndesk.services.infusions import RecordNotGiven
from lndesk.study import Study
from ui.widgets.dialog import FormDialog


class RecordNotGivenDialog(FormDialog):
    """Asks for the coded reason; none is chosen beforehand."""

    def __init__(self, study: Study, patient: Patient, infusion_no: int, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Infusion {n} not given", n=infusion_no),
            _("Record as not given"),
            explanation=_(
                "{name}, {subject}. A dose under way is voided. Later infusions keep their days.",
                name=f"{patient.han_name}  {patient.latin_name}",
                subject=patient.subject_id,
            ),
            parent=parent,
        )
        self._study, self._patient, self._infusion_no = study, patient, infusion_no
        self.reason = self.form.add("reason", _("Reason"), QComboBox())
        for code, label in REASONS_NOT_GIVEN.items():
            self.reason.addItem(_(label), code)
        self.reason.setPlaceholderText(_("Choose a reason"))
        self.reason.setCurrentIndex(-1)
        self.remark = self.form.add("remark", _("Remark"), QLineEdit())

    def submit(self) -> None:
        """Record it."""
        self._study.run(
            RecordNotGiven(
                patient_id=self._patient.id or 0,
                infusion_no=self._infusion_no,
                reason_code=self.reason.currentData() or "",
                remark=self.remark.text(),
            )
        )
