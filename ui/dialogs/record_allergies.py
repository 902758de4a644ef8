"""Record what is known of a patient's allergies."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.patient import Patient, allergy_text
from lndesk.i18n import _
from lndesk.services.patients import RecordAllergies
from lndesk.study import Study
from ui.widgets.allergy_field import AllergyRows
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Text


class RecordAllergiesDialog(FormDialog):
    """Shows what stands on record and takes what is to stand there."""

    def __init__(self, study: Study, patient: Patient, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Record allergies"),
            _("Record allergies"),
            explanation=_("{name}, {subject}", name=patient.han_name, subject=patient.subject_id),
            parent=parent,
        )
        self._study, self._patient = study, patient
        on_record = self.form.add_row(_("Now on record"), Text(allergy_text(patient)))
        on_record.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.rows = AllergyRows(self.form, state=patient.allergy_state, allergies=patient.allergies)
        self.reason = self.form.add(
            "reason",
            _("Reason for the change"),
            QLineEdit(),
            hint=_("Needed when something is on record already."),
        )

    def submit(self) -> None:
        """Record the allergies."""
        self._study.run(
            RecordAllergies(
                patient_id=self._patient.id or 0,
                allergy_state=self.rows.state.value(),
                allergies=self.rows.allergies(),
                reason=self.reason.text().strip(),
            )
        )
