"""What the dialogs on one planned visit have in common: whom it is for, when it is due, and why then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from lndesk.domain.course import CourseVisit
from lndesk.domain.errors import RuleViolation
from lndesk.domain.patient import Patient
from lndesk.i18n import _, day, weekday_and_day
from lndesk.study import Study
from ui.widgets.buttons import Button
from ui.widgets.day_field import DayField
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Strong, Text
from ui.widgets.visit_words import full_name, identifiers, visit_name

REASON = "reason"


class VisitDialog(FormDialog):
    """Shows a visit with its window; a day outside it asks for a reason."""

    def __init__(  # what is shown and what is done
        self, study: Study, patient: Patient, visit: CourseVisit, *, title: str, act: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, act, parent=parent)
        self.study, self.patient, self.visit = study, patient, visit
        self.form.add_row(_("Patient"), Strong(full_name(patient)))
        self.form.add_row("", Text(identifiers(patient)))
        self.form.add_row(_("Visit"), Strong(visit_name(visit, study.protocol().schedule.infusions)))
        self.form.add_row(_("Target"), Text(visit.target_why, wrap=True))
        self.form.add_row(_("Window"), Text(_("{first} to {last}", first=visit.opens_on, last=visit.closes_on)))
        if visit.booked_on is not None:
            self.form.add_row(_("Booked for"), Text(weekday_and_day(visit.booked_on)))

    def add_day(self, name: str, label: str, *, hint: str) -> DayField:
        """Add the day, and the reason that shows when it is out of the window."""
        field = self.form.add(name, label, DayField(self.study.today), hint=hint)
        self.reason = self.add_reason(
            _(
                "The day is outside the window of {opens} to {closes}. It is kept with your reason.",
                opens=day(self.visit.opens_on),
                closes=day(self.visit.closes_on),
            )
        )
        self.form.set_visible(REASON, False)
        field.changed.connect(lambda: self._ask_reason(field))
        return field

    def add_link(self, text: str, on_click: Callable[[], object]) -> None:
        """Add a way out beside the fields."""
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(Button(text, on_click, kind="link"))
        line.addStretch(1)
        self.form.add_row("", row)

    def add_reason(self, hint: str) -> QLineEdit:
        """Add the reason."""
        return self.form.add(REASON, _("Reason"), QLineEdit(), hint=hint)

    def reason_for(self, on: dt.date) -> str:
        """Return the reason, where the day needs one."""
        return self.reason.text() if self._wants_reason(on) else ""

    def _ask_reason(self, field: DayField) -> None:
        try:
            on = field.optional_value()
        except RuleViolation:
            on = None
        self.form.set_visible(REASON, on is not None and self._wants_reason(on))
        self.adjustSize()

    def _wants_reason(self, on: dt.date) -> bool:
        return on not in self.visit.window
