"""Record what the scale says."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.patient import Patient
from lndesk.i18n import _, amount, moment
from lndesk.services.patients import RecordWeight
from lndesk.study import Study
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Text
from ui.widgets.moment_field import MomentField
from ui.widgets.number_field import NumberField


class RecordWeightDialog(FormDialog):
    """A reading of the scale, with its time and the scale; nothing is entered beforehand."""

    def __init__(self, study: Study, patient: Patient, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Record weight"),
            _("Record weight"),
            explanation=f"{patient.han_name}  {patient.latin_name}  {patient.subject_id}",
            parent=parent,
        )
        self._study, self._patient = study, patient
        self.kg = self.form.add("kg", _("Weight"), NumberField(places=1, unit="kg"))
        self.measured_at = self.form.add("measured_at", _("Measured"), MomentField(study.now))
        self.scale = self.form.add("scale", _("Scale"), QLineEdit())
        weights = study.patient(patient.id or 0).weights
        if weights:
            latest = _(
                "{weight}, {instant}", weight=amount(weights[0].kg, "kg"), instant=moment(weights[0].measured_at)
            )
            self.form.add_row(_("On record"), Text(latest))

    def submit(self) -> None:
        """Record it."""
        self._study.run(
            RecordWeight(
                patient_id=self._patient.id or 0,
                kg=self.kg.value(),
                measured_at=self.measured_at.value(),
                scale=self.scale.text(),
            )
        )
