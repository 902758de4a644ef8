"""One patient's record: its sub-pages, each read from one frozen record."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from lndesk.i18n import _
from lndesk.queries.patients import PatientRecord
from lndesk.study import Study
from ui.widgets.act_tables import ActTables
from ui.widgets.medication_page import MedicationPage
from ui.widgets.record_overview import OfferedStep, Overview
from ui.widgets.record_pages import ConsentPage, DosesPage, WeightsPage


class PatientRecordView(QWidget):
    """Shows a record; asks for acts by `step_wanted`. The history is read when somebody looks at it."""

    step_wanted = Signal(str)
    correction_wanted = Signal(str, object)
    act_wanted = Signal(str, object)

    def __init__(self, study: Study) -> None:
        super().__init__()
        self._study = study
        self.record: PatientRecord | None = None
        self.overview = Overview(study, self.step_wanted.emit)
        self.consent = ConsentPage(study)
        self.weights = WeightsPage(study)
        self.doses = DosesPage(study)
        self.medication = MedicationPage(study)
        self.overview.act_wanted.connect(self.act_wanted)
        for part in (self.overview, self.consent, self.weights, self.doses, self.medication):
            part.correct.connect(self.correction_wanted)
        self.history = ActTables(study, subjects=False)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(_("Pages of the record"))
        self.tabs.tabBar().setAccessibleName(_("Pages of the record"))
        for page, title in (
            (self.overview, _("Overview")),
            (self.consent, _("Consent and eligibility")),
            (self.weights, _("Weights")),
            (self.doses, _("Infusions and doses")),
            (self.medication, _("Medication")),
            (self.history, _("History")),
        ):
            self.tabs.addTab(page, title)
        self.tabs.currentChanged.connect(lambda _index: self._read_history())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tabs)

    def show_record(self, record: PatientRecord, steps: Sequence[OfferedStep], waits_for: str = "") -> None:
        """Show a record; another patient's opens on the first sub-page."""
        if self.record is None or self.record.patient.id != record.patient.id:
            self.tabs.setCurrentIndex(0)
        self.record = record
        self.overview.show_record(record, steps, waits_for)
        self.consent.show_record(record, self._study.protocol())
        self.weights.show_record(record)
        self.doses.show_record(record)
        self.medication.show_record(record)
        self._read_history()

    def _read_history(self) -> None:
        if self.record is not None and self.tabs.currentWidget() is self.history:
            self.history.show_acts(self._study.acts_about(self.record.patient.id or 0))
