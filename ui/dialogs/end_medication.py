"""Record the last day of a drug."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lndesk.i18n import _, day
from lndesk.queries.care import MedicationRow
from lndesk.services.medications import EndMedication
from lndesk.study import Study
from ui.widgets.day_field import DayField
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Text


class EndMedicationDialog(FormDialog):
    """Shows the drug and asks for its last day."""

    def __init__(self, study: Study, row: MedicationRow, *, whose: str, parent: QWidget | None = None) -> None:
        super().__init__(_("End drug"), _("Record the end"), explanation=whose, parent=parent)
        self._study, self._row = study, row
        self.form.add_row(_("Drug"), Text(f"{row.name}, {row.medication.dose_words}", "strong", wrap=True))
        self.form.add_row(_("Started"), Text(day(row.medication.started_on)))
        self.ended_on = self.form.add("ended_on", _("Last day"), DayField(study.today))

    def submit(self) -> None:
        """Record the day."""
        self._study.run(EndMedication(medication_id=self._row.medication.id or 0, ended_on=self.ended_on.value()))
