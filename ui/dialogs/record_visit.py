"""Record that a visit without an infusion took place."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lndesk.domain.course import CourseVisit
from lndesk.domain.patient import Patient
from lndesk.i18n import _
from lndesk.services.visits import RecordVisit
from lndesk.study import Study
from ui.dialogs.visit_dialog import VisitDialog


class RecordVisitDialog(VisitDialog):
    """Asks for the day on which the patient came."""

    def __init__(self, study: Study, patient: Patient, visit: CourseVisit, parent: QWidget | None = None) -> None:
        super().__init__(study, patient, visit, title=_("Record visit"), act=_("Record visit"), parent=parent)
        self.visited_on = self.add_day("on", _("Took place on"), hint=_("t is today, -1d yesterday."))

    def submit(self) -> None:
        """Record the visit."""
        on = self.visited_on.value()
        self.study.run(RecordVisit(visit_id=self.visit.id or 0, visited_on=on, reason=self.reason_for(on)))
