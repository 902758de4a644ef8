"""Note that a patient has come for a visit."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lndesk.domain.course import CourseVisit
from lndesk.domain.patient import Patient
from lndesk.i18n import _
from lndesk.services.visits import RecordArrival
from lndesk.study import Study
from ui.dialogs.visit_dialog import VisitDialog
from ui.widgets.moment_field import MomentField


class RecordArrivalDialog(VisitDialog):
    """Takes the time at which the patient came, by default now."""

    def __init__(self, study: Study, patient: Patient, visit: CourseVisit, parent: QWidget | None = None) -> None:
        title = _("Record arrival")
        super().__init__(study, patient, visit, title=title, act=title, parent=parent)
        self.arrived_at = self.form.add("arrived_at", _("Came at"), MomentField(study.now))
        self.arrived_at.set_value(study.now())

    def submit(self) -> None:
        """Record the arrival."""
        self.study.run(RecordArrival(visit_id=self.visit.id or 0, arrived_at=self.arrived_at.value()))
