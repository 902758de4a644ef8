"""Book a day for a planned visit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from lndesk.domain.course import CourseVisit
from lndesk.domain.patient import Patient
from lndesk.i18n import _, weekday_and_day
from lndesk.services.visits import BookVisit
from lndesk.study import Study
from ui.dialogs.visit_dialog import VisitDialog


class BookVisitDialog(VisitDialog):
    """Books a day; the target and the window stay as the protocol gives them."""

    def __init__(
        self,
        study: Study,
        patient: Patient,
        visit: CourseVisit,
        *,
        on_not_given: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(study, patient, visit, title=_("Book a day"), act=_("Book this day"), parent=parent)
        self.booked_on = self.add_day("booked_on", _("Day"), hint=_("+1d is tomorrow, +1w in a week."))
        if visit.target_on >= study.today():
            text = _("Take the target, {day}", day=weekday_and_day(visit.target_on))
            self.add_link(text, lambda: self.booked_on.set_value(visit.target_on))
        if on_not_given is not None:
            self._on_not_given = on_not_given
            self.add_link(_("It will not be given: record why"), self.leave_to_record)

    def submit(self) -> None:
        """Book the day."""
        on = self.booked_on.value()
        self.study.run(BookVisit(visit_id=self.visit.id or 0, booked_on=on, reason=self.reason_for(on)))

    def _wants_reason(self, on: dt.date) -> bool:
        moved = self.visit.booked_on not in {None, on}
        closed = any(note.closes for note in self.study.day_notes(self.visit.id or 0, on))
        return moved or closed or super()._wants_reason(on)

    def leave_to_record(self) -> None:
        """Close, and go to where it is recorded that an infusion is not given."""
        self.reject()
        self._on_not_given()
