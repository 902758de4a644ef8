"""What can be done about the visits of a patient's record: about the selected one, and about the course."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from lndesk.domain.course import CourseVisit
from lndesk.i18n import _
from lndesk.services.visits import AddUnscheduledVisit
from lndesk.study import Study
from ui.widgets.buttons import Button
from ui.widgets.state import set_shown
from ui.widgets.visit_buttons import VisitButtons

ADD, LETTER, DEVIATIONS = "add", "letter", "deviations"


class CourseActs(QWidget):
    """The selected visit's acts at the left, the course's own at the right; `wanted` says which one."""

    wanted = Signal(str)

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.visit = VisitButtons(study, with_record=False)
        self.add = Button(_("Unscheduled visit"), lambda: self.wanted.emit(ADD), icon_name="plus")
        self.letter = Button(_("Appointment letter"), lambda: self.wanted.emit(LETTER), icon_name="file-text")
        self.deviations = Button(_("Deviations"), lambda: self.wanted.emit(DEVIATIONS), icon_name="clipboard-list")
        self.visit.wanted.connect(self.wanted)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.visit, 1)
        for button in (self.deviations, self.letter, self.add):
            line.addWidget(button)
        self._study = study

    def show_visit(self, visit: CourseVisit | None) -> None:
        """Offer the acts on another visit."""
        self.visit.show_visit(visit)
        for button in (self.add, self.letter):  # what is given to a patient is not for those who only read
            set_shown(button, self._study.permits(AddUnscheduledVisit))
