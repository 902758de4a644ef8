"""The days on which the site sees nobody: the list, one span more, and opening a day again."""

from __future__ import annotations

import datetime as dt
from typing import Final

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.open_days import ClosedDay
from lndesk.i18n import _, day, weekday_and_day
from lndesk.services.closed_days import AddClosedDays, RemoveClosedDay
from lndesk.study import Study
from ui.table_model import Column
from ui.widgets.buttons import Button, button_row
from ui.widgets.day_field import DayField
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Text
from ui.widgets.state import set_shown
from ui.widgets.table import Table

_BACK: Final = dt.timedelta(days=31)
_AHEAD: Final = dt.timedelta(days=2 * 366)


class ClosedDaysDialog(FormDialog):
    """Lists the closed days; below the list another span is closed. What is booked there stays booked."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Site closed days"),
            _("Close these days"),
            leave=_("Close without saving"),
            explanation=_("Bookings avoid these days. What is booked on them already stays and has to be moved."),
            parent=parent,
        )
        self.setMinimumWidth(720)
        self._study = study
        self.days: Table[ClosedDay] = Table(
            _columns(), name=_("Site closed days"), empty=_("No day is closed."), key=lambda row: row.id
        )
        self.body.insertWidget(0, self.days)
        self.open_again = Button(_("Open this day again"), self._remove, icon_name="undo-2")
        self.body.insertLayout(1, button_row(self.open_again))
        self.first_on = self.form.add("first_on", _("Closed from"), DayField(study.today))
        self.last_on = self.form.add("last_on", _("Until"), DayField(study.today), hint=_("Empty: that one day."))
        self.reason = self.form.add("reason", _("Reason"), QLineEdit())
        self.body.addStretch(1)
        may = study.permits(AddClosedDays)
        for part in (self.form, self.act, self.open_again):
            set_shown(part, may)
        if not may:
            self.leave.setText(_("Close"))
        self.days.row_selected.connect(lambda row: self.open_again.setEnabled(row is not None))
        self._read()

    def submit(self) -> None:
        """Close the days."""
        first_on = self.first_on.value()
        last_on = self.last_on.optional_value() or first_on
        self._study.run(AddClosedDays(first_on=first_on, last_on=last_on, reason=self.reason.text()))

    def _read(self) -> None:
        today = self._study.today()
        self.days.set_rows(self._study.closed_days(today - _BACK, today + _AHEAD))
        self.days.fit_height(least=3, most=6)
        self.open_again.setEnabled(self.days.current_row() is not None)

    def _remove(self) -> None:
        row = self.days.current_row()
        if row is not None:
            dialog = OpenAgainDialog(self._study, row, self)
            dialog.accepted.connect(self._read)
            dialog.open()


class OpenAgainDialog(FormDialog):
    """Takes a closed day off the list, with the reason."""

    def __init__(self, study: Study, closed: ClosedDay, parent: QWidget | None = None) -> None:
        super().__init__(_("Open this day again"), _("Open this day again"), leave=_("Leave it closed"), parent=parent)
        self._study, self._closed = study, closed
        self.form.add_row(_("Day"), Text(weekday_and_day(closed.closed_on), "strong"))
        self.form.add_row(_("Closed because"), Text(closed.reason, wrap=True))
        self.reason = self.form.add("reason", _("Reason"), QLineEdit())

    def submit(self) -> None:
        """Open it again."""
        self._study.run(RemoveClosedDay(closed_day_id=self._closed.id or 0, reason=self.reason.text()))


def _columns() -> tuple[Column[ClosedDay], ...]:
    return (
        Column[ClosedDay](_("Day"), lambda row: weekday_and_day(row.closed_on)),
        Column[ClosedDay](_("Reason"), lambda row: row.reason),
        Column[ClosedDay](_("Entered by"), lambda row: row.added_by),
        Column[ClosedDay](_("Entered"), lambda row: day(row.added_at.date())),
    )
