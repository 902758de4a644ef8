"""The visits of a month beside those of one day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, Final

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QDialog, QFileDialog, QHBoxLayout, QRadioButton, QStackedWidget, QVBoxLayout

from lndesk.domain.errors import LnDeskError
from lndesk.i18n import _, month, ngettext, weekday_and_day
from lndesk.queries.calendar import LOOK_AHEAD, CalendarRow
from lndesk.services.command import Changes
from lndesk.services.infusions import RecordNotGiven
from lndesk.study import Study
from ui.dialogs.book_visit import BookVisitDialog
from ui.dialogs.miss_visit import MissVisitDialog
from ui.dialogs.record_visit import RecordVisitDialog
from ui.navigation import Go, Place
from ui.widgets.agenda import VisitTable, agenda_table, day_table, unbooked_table
from ui.widgets.buttons import Button, IconButton
from ui.widgets.labels import Section, Strong
from ui.widgets.month_grid import MonthGrid, weeks_of
from ui.widgets.month_key import MonthKey
from ui.widgets.screen import Screen
from ui.widgets.visit_detail import VisitDetail

_AGENDA_SPAN: Final = LOOK_AHEAD - dt.timedelta(days=1)
_SPAN_IN_DIGITS: Final = 16


class CalendarScreen(Screen):
    """Shows several patients, so it has no patient banner."""

    refresh_on: ClassVar[Changes] = Changes.PATIENTS | Changes.VISITS | Changes.DOSES | Changes.INFUSIONS

    def __init__(self, study: Study, go: Go) -> None:
        super().__init__(study, go, _("Calendar"))
        self.grid = MonthGrid(study.today())
        self.day_title = Section()
        self.day_list = day_table()
        self.unbooked = unbooked_table()
        self.agenda = agenda_table()
        self.detail = VisitDetail(
            study,
            {"book": self._book, "record": self._record, "miss": self._miss, "prepare": self._prepare,
             "open": self._open},
        )  # fmt: skip
        self.views = QStackedWidget()
        self.views.addWidget(self.grid)
        self.views.addWidget(self.agenda)
        self.key = MonthKey()
        self._chosen: int | None = None
        self._agenda_from = study.today()
        self._fill_header()
        self._lay_out()
        self._connect()

    def refresh(self) -> None:
        """Read anew what is shown."""
        self._fill_month()
        with QSignalBlocker(self.unbooked):
            self.unbooked.set_rows(self.study.visits_to_book())
        if self._in_agenda:
            self._fill_agenda()
        else:
            self._fill_day()

    def show_place(self, place: Place) -> None:
        """Show the month, or the visit that somebody came for."""
        super().show_place(place)
        self.grid.setFocus()
        if place.visit_id is not None and place.patient_id is not None:
            course = self.study.patient(place.patient_id).course
            for visit in course:
                if visit.id == place.visit_id:
                    self._go_to(visit.id, visit.day)

    def save_month(self, path: Path) -> None:
        """Write the month that is shown as a page to print."""
        try:
            path.write_bytes(self.study.month_pdf(self.grid.selected))
        except LnDeskError as problem:
            self.say_refused(problem)
        except OSError as problem:
            what = _("{path} cannot be written: {why}.", path=path, why=problem.strerror or problem)
            self.say("stop", what, todo=_("Choose another folder."))
        else:
            self.message.clear()
            self.said.emit(_("Saved {path}.", path=path))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn months and go to today from anywhere on the page."""
        keys = {
            Qt.Key.Key_PageUp: lambda: self._turn(-1),
            Qt.Key.Key_PageDown: lambda: self._turn(1),
            Qt.Key.Key_T: self._go_to_today,
        }
        act = keys.get(Qt.Key(event.key()))
        if act is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            act()

    def _fill_header(self) -> None:
        self.span = Strong()
        self.span.setMinimumWidth(self.fontMetrics().horizontalAdvance("0" * _SPAN_IN_DIGITS))
        self.span.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.add_to_header(IconButton("chevron-left", _("Earlier (PgUp)"), lambda: self._turn(-1)))
        self.add_to_header(self.span)
        self.add_to_header(IconButton("chevron-right", _("Later (PgDn)"), lambda: self._turn(1)))
        self.add_to_header(Button(_("Today (T)"), self._go_to_today))
        self.month_choice, self.agenda_choice = QRadioButton(_("Month")), QRadioButton(_("Agenda"))
        self._choice = QButtonGroup(self)
        for button in (self.month_choice, self.agenda_choice):
            button.setAccessibleName(button.text())
            self._choice.addButton(button)
            self.add_to_header(button)
        self.month_choice.setChecked(True)
        self.set_primary(_("Save month as PDF"), self._ask_where_to_save, icon_name="printer")

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.views, 1)
        left.addWidget(self.key)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.day_title)
        right.addWidget(self.day_list, 5)
        right.addWidget(self.detail)
        right.addWidget(Section(_("Without a booked day")))
        right.addWidget(self.unbooked, 4)
        both = QHBoxLayout()
        both.setSpacing(12)
        both.addLayout(left, 5)
        both.addLayout(right, 3)
        self.content.addLayout(both, 1)

    def _connect(self) -> None:
        self.grid.day_selected.connect(self._on_day)
        self.grid.visit_selected.connect(self._on_visit)
        self.grid.opened.connect(self.day_list.setFocus)
        self._choice.buttonClicked.connect(lambda _button: self._change_view())
        for table in (self.day_list, self.agenda):
            table.row_selected.connect(self._show)
            table.row_chosen.connect(self._open)
        self.unbooked.row_selected.connect(self._on_unbooked)
        self.unbooked.row_chosen.connect(self._book)

    @property
    def _in_agenda(self) -> bool:
        return self.agenda_choice.isChecked()

    def _fill_month(self) -> None:
        on, weeks = self.grid.selected, weeks_of(self.grid.selected)
        rows = self.study.calendar(weeks[0][0], weeks[-1][-1])
        self.grid.show_month(on, rows, self.study.today())
        self._say_span(month(on), sum(row.visit.day.month == on.month for row in rows))

    def _fill_day(self) -> None:
        on = self.grid.selected
        rows = self.grid.month_model.visits_on(on)
        self.day_title.setText(weekday_and_day(on))
        self._fill(self.day_list, rows)

    def _fill_agenda(self) -> None:
        first, last = self._agenda_from, self._agenda_from + _AGENDA_SPAN
        rows = self.study.calendar(first, last)
        self._say_span(_("{first} to {last}", first=first, last=last), len(rows))
        self._fill(self.agenda, rows)

    def _fill(self, table: VisitTable, rows: Sequence[CalendarRow]) -> None:
        table.set_rows(rows)
        chosen = next((row for row in rows if row.visit.id == self._chosen), rows[0] if rows else None)
        if chosen is not None:
            table.select(chosen.visit.id)
        self._show(chosen)

    def _say_span(self, span: str, visits: int) -> None:
        said = ngettext("{n} visit", "{n} visits", visits) if visits else _("No visits in {month}.", month=span)
        self.span.setText(span)
        self.subtitle.setText(said)

    def _show(self, row: CalendarRow | None) -> None:
        self._chosen = row.visit.id if row else None
        self.detail.show_visit(row)
        self.grid.month_model.shade(row)

    def _on_day(self, on: dt.date) -> None:
        if on.replace(day=1) != self.grid.month_model.month_on.replace(day=1):
            self._fill_month()
        self._fill_day()

    def _on_visit(self, row: CalendarRow) -> None:
        self.day_list.select(row.visit.id)

    def _on_unbooked(self, row: CalendarRow | None) -> None:
        if row is not None:
            self._go_to(row.visit.id, row.visit.day)

    def _go_to(self, visit_id: int | None, on: dt.date) -> None:
        self._chosen = visit_id
        self.month_choice.setChecked(True)
        self._change_view()
        self.grid.select(on)

    def _change_view(self) -> None:
        self.views.setCurrentWidget(self.agenda if self._in_agenda else self.grid)
        for part in (self.day_title, self.day_list, self.key):
            part.setVisible(not self._in_agenda)
        self.refresh()

    def _turn(self, by: int) -> None:
        if self._in_agenda:
            self._agenda_from += by * LOOK_AHEAD
            self._fill_agenda()
        else:
            self.grid.turn(by)

    def _go_to_today(self) -> None:
        self._agenda_from = self.study.today()
        if self._in_agenda:
            self._fill_agenda()
        else:
            self.grid.select(self.study.today())

    def _book(self, row: CalendarRow) -> None:
        dialog = BookVisitDialog(self.study, row.patient, row.visit, on_not_given=self._not_given(row), parent=self)
        self._ask(dialog, _("A day is booked for {subject}.", subject=row.patient.subject_id), row)

    def _record(self, row: CalendarRow) -> None:
        dialog = RecordVisitDialog(self.study, row.patient, row.visit, parent=self)
        self._ask(dialog, _("The visit of {subject} is recorded.", subject=row.patient.subject_id), row)

    def _miss(self, row: CalendarRow) -> None:
        dialog = MissVisitDialog(self.study, row.patient, row.visit, parent=self)
        self._ask(dialog, _("The visit of {subject} is recorded as missed.", subject=row.patient.subject_id), row)

    def _ask(self, dialog: QDialog, done: str, row: CalendarRow) -> None:
        dialog.accepted.connect(lambda: self._after(done, row))
        dialog.open()

    def _after(self, done: str, row: CalendarRow) -> None:
        self.said.emit(done)
        course = self.study.patient(row.visit.patient_id).course
        self._go_to(row.visit.id, next(visit.day for visit in course if visit.id == row.visit.id))

    def _not_given(self, row: CalendarRow) -> Callable[[], None] | None:
        if row.visit.kind != "infusion" or not self.study.permits(RecordNotGiven):
            return None
        place = Place(destination="infusions", patient_id=row.patient.id, visit_id=row.visit.id, action="not_given")
        return lambda: self.go(place)

    def _prepare(self, row: CalendarRow) -> None:
        self.go(Place(destination="dose", patient_id=row.patient.id))

    def _open(self, row: CalendarRow) -> None:
        self.go(Place(destination="patients", patient_id=row.patient.id))

    def _ask_where_to_save(self) -> None:
        name = f"lndesk-{self.grid.selected:%Y-%m}.pdf"
        chosen, _kind = QFileDialog.getSaveFileName(self, _("Save month as PDF"), name, "PDF (*.pdf)")
        if chosen:
            self.save_month(Path(chosen))
