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
from ui.widgets.day_notes import Line, Notes
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Strong, Text
from ui.widgets.visit_words import full_name, identifiers, visit_name

REASON = "reason"


class VisitDialog(FormDialog):
    """Shows a visit with its window; a day outside it asks for a reason."""

    def __init__(  # what is shown and what is done
        self,
        study: Study,
        patient: Patient,
        visit: CourseVisit,
        *,
        title: str,
        act: str,
        leave: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, act, leave=leave, parent=parent)
        self.study, self.patient, self.visit = study, patient, visit
        self.form.add_row(_("Patient"), Strong(full_name(patient)))
        self.form.add_row("", Text(identifiers(patient)))
        self.form.add_row(_("Visit"), Strong(visit_name(visit, study.protocol().schedule.infusions)))
        if visit.kind != "unscheduled":
            self.form.add_row(_("Target"), Text(visit.target_why, wrap=True))
            self.form.add_row(_("Window"), Text(_("{first} to {last}", first=visit.opens_on, last=visit.closes_on)))
        if visit.booked_on is not None:
            self.form.add_row(_("Booked for"), Text(weekday_and_day(visit.booked_on)))

    def add_day(self, name: str, label: str, *, hint: str) -> DayField:
        """Add the day, what is worth knowing of it, and the reason that shows when it needs one."""
        field = self.form.add(name, label, DayField(self.study.today), hint=hint)
        self.notes = self.form.add_row("", Notes())
        self.reason = self.add_reason("")
        self.form.set_visible(REASON, False)
        field.changed.connect(lambda: self._on_day(field))
        return field

    def add_link(self, text: str, on_click: Callable[[], object]) -> Button:
        """Add a way out beside the fields."""
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        button = Button(text, on_click, kind="link")
        line.addWidget(button)
        line.addStretch(1)
        self.form.add_row("", row)
        return button

    def add_reason(self, hint: str) -> QLineEdit:
        """Add the reason."""
        return self.form.add(REASON, _("Reason"), QLineEdit(), hint=hint)

    def reason_for(self, on: dt.date) -> str:
        """Return the reason, where the day needs one."""
        return self.reason.text() if self._wants_reason(on) else ""

    def _on_day(self, field: DayField) -> None:
        try:
            on = field.optional_value()
        except RuleViolation:
            on = None
        self._show_day(on)
        self._make_room()

    def _show_day(self, on: dt.date | None) -> None:
        self.notes.show_lines([] if on is None else self._lines_about(on))
        self.form.set_visible(REASON, on is not None and self._wants_reason(on))

    def _lines_about(self, on: dt.date) -> list[Line]:
        if self._in_window(on):
            return []
        opens, closes = day(self.visit.opens_on), day(self.visit.closes_on)
        text = _(
            "The day is outside the window of {opens} to {closes}. It is kept with your reason.",
            opens=opens,
            closes=closes,
        )
        return [("warn", text)]

    def _in_window(self, on: dt.date) -> bool:
        return on in self.visit.window or self.visit.kind == "unscheduled"

    def _wants_reason(self, on: dt.date) -> bool:
        return on not in self.visit.window
