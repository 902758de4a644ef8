"""A patient's letter with the appointments to come: the language first, then the paper."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lndesk.domain.patient import Patient
from lndesk.i18n import _, language
from lndesk.study import Study
from ui.dialogs.paper_preview import PaperPreviewDialog
from ui.widgets.choice import Choice
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Strong
from ui.widgets.visit_words import full_name, identifiers


class AppointmentLetterDialog(FormDialog):
    """Asks for the patient's language; the letter tells neither arm nor diagnosis."""

    def __init__(self, study: Study, patient: Patient, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Appointment letter"),
            _("Show letter"),
            leave=_("Close"),
            explanation=_("For the patient to take home. It tells neither the arm nor the diagnosis."),
            parent=parent,
        )
        self._study, self._patient = study, patient
        self.form.add_row(_("Patient"), Strong(f"{full_name(patient)}   {identifiers(patient)}"))
        languages = (("zh_CN", "中文"), ("en", "English"))
        self.language = self.form.add("language", _("Language"), Choice(languages, chosen=language()))

    def submit(self) -> None:
        """Compose the letter and show it."""
        pdf = self._study.letter_pdf(self._patient.id or 0, "en" if self.language.value() == "en" else "zh_CN")
        file_name = f"{self._patient.subject_id}-appointments.pdf"
        PaperPreviewDialog(_("Appointment letter"), pdf, file_name, parent=self.parentWidget()).open()
