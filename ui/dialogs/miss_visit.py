"""Decide that a visit without an infusion is missed."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lndesk.domain.course import CourseVisit
from lndesk.domain.patient import Patient
from lndesk.i18n import _
from lndesk.services.visits import MissVisit
from lndesk.study import Study
from ui.dialogs.visit_dialog import VisitDialog


class MissVisitDialog(VisitDialog):
    """Asks why the visit did not take place."""

    def __init__(self, study: Study, patient: Patient, visit: CourseVisit, parent: QWidget | None = None) -> None:
        title = _("Record as missed")
        super().__init__(study, patient, visit, title=title, act=title, parent=parent)
        self.reason = self.add_reason(_("Why the patient was not seen. The visit stays on the calendar as missed."))

    def submit(self) -> None:
        """Record the decision."""
        self.study.run(MissVisit(visit_id=self.visit.id or 0, reason=self.reason.text()))
