"""The visits of a month beside those of one day; the coming weeks as a list; the cohort's year."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Final

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from lndesk.domain.course import CourseVisit
from lndesk.i18n import _, month, ngettext, weekday_and_day
from lndesk.queries.calendar import LOOK_AHEAD, CalendarRow
from lndesk.queries.cohort import CohortVisit
from lndesk.services.command import Changes
from lndesk.services.moves import MoveVisit
from lndesk.services.visits import AddUnscheduledVisit
from lndesk.study import Study
from ui.dialogs.calendar_papers import CalendarPapers
from ui.dialogs.closed_days import ClosedDaysDialog
from ui.dialogs.deviations import DeviationsDialog
from ui.dialogs.visit_acts import VisitActs
from ui.navigation import Go, Place
from ui.widgets.agenda import AgendaLine, agenda_lines, agenda_table, day_table, unbooked_table
from ui.widgets.buttons import Button, IconButton
from ui.widgets.choice import Choice
from ui.widgets.cohort_view import CohortView
from ui.widgets.day_notes import Notes, of_day
from ui.widgets.labels import Section, Strong
from ui.widgets.month_grid import MonthGrid, weeks_of
from ui.widgets.month_key import MonthKey
from ui.widgets.screen import Screen
from ui.widgets.side_column import SideColumn
from ui.widgets.visit_detail import VisitDetail

MONTH, AGENDA, YEAR = "month", "agenda", "year"
_SPAN_IN_DIGITS: Final = 14
_MARGIN: Final = 16


class CalendarScreen(Screen):
    """Shows several patients, so it has no patient banner."""

    refresh_on: ClassVar[Changes] = (
        Changes.PATIENTS | Changes.VISITS | Changes.DOSES | Changes.INFUSIONS | Changes.CLOSED_DAYS
        | Changes.DEVIATIONS | Changes.PROTOCOL
    )  # fmt: skip

    def __init__(self, study: Study, go: Go) -> None:
        super().__init__(study, go, _("Calendar"))
        self.acts = VisitActs(study, go, self)
        self.papers = CalendarPapers(study, self)
        self.grid = MonthGrid(study.today())
        self.grid.may_drag = study.permits(MoveVisit)
        self.day_title, self.day_notes, self.day_list = Section(), Notes(), day_table()
        self.unbooked = unbooked_table()
        self.agenda = agenda_table()
        self.detail = VisitDetail(study)
        self._year = study.today().year
        self.year = CohortView(study.cohort_year(self._year))
        self.views = QStackedWidget()
        for view in (self.grid, self.agenda, self.year):
            self.views.addWidget(view)
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
        drafts = len(self.study.deviations())
        self.deviations.setText(_("Deviations ({n})", n=drafts) if drafts else _("Deviations"))
        match self.view.value():
            case "agenda":
                self._fill_agenda()
            case "year":
                self._fill_year()
            case _:
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the header fit."""
        super().resizeEvent(event)
        self._fit_header()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn pages and go to today from anywhere on the page."""
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
        self.header.setSpacing(8)
        self.span = Strong()
        self.span.setMinimumWidth(self.fontMetrics().horizontalAdvance("0" * _SPAN_IN_DIGITS))
        self.span.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.add_to_header(IconButton("chevron-left", _("Earlier (PgUp)"), lambda: self._turn(-1)))
        self.add_to_header(self.span)
        self.add_to_header(IconButton("chevron-right", _("Later (PgDn)"), lambda: self._turn(1)))
        self.add_to_header(Button(_("Today (T)"), self._go_to_today))
        views = ((MONTH, _("Month")), (AGENDA, _("Agenda")), (YEAR, _("Year")))
        self.view = self.add_to_header(Choice(views, chosen=MONTH, wraps=False))
        self.set_primary(_("Print and export"), self._offer_papers)

    def _lay_out(self) -> None:
        self.add_visit = Button(_("Unscheduled visit"), self._add_visit, icon_name="plus")
        self.add_visit.setVisible(self.study.permits(AddUnscheduledVisit))
        self.closed_days = Button(_("Site closed days"), self._show_closed_days, kind="link")
        self.deviations = Button(_("Deviations"), self._show_deviations, kind="link")
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.views, 1)
        self.links = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self.links.setSpacing(0)
        for link in (self.deviations, self.closed_days):
            self.links.addWidget(link, 0, Qt.AlignmentFlag.AlignRight)
        foot = QHBoxLayout()
        foot.addWidget(self.key, 100)
        foot.addStretch(1)
        foot.addLayout(self.links)
        left.addLayout(foot)
        self.side = SideColumn()
        self.day_head = QWidget()
        head = QHBoxLayout(self.day_head)
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.day_title, 1)
        head.addWidget(self.add_visit)
        for part in (self.day_head, self.day_notes):
            self.side.add(part)
        self.side.add_list(self.day_list, 5)
        self.side.add(self.detail)
        self.side.add(Section(_("Without a booked day")))
        self.side.add_list(self.unbooked, 4)
        both = QHBoxLayout()
        both.setSpacing(12)
        both.addLayout(left, 3)
        both.addWidget(self.side, 2)
        self.content.addLayout(both, 1)

    def _connect(self) -> None:
        self.grid.day_selected.connect(self._on_day)
        self.grid.visit_selected.connect(lambda row: self.day_list.select(row.visit.id))
        self.grid.opened.connect(self.day_list.setFocus)
        self.grid.dragged.connect(lambda row, on: self.acts.move(row.patient, row.visit, on))
        self.view.changed.connect(self._change_view)
        self.day_list.row_selected.connect(self._show)
        self.day_list.row_chosen.connect(lambda row: self._begin("open", row))
        self.agenda.row_selected.connect(self._on_line)
        self.agenda.row_chosen.connect(self._open_line)
        self.year.opened.connect(self._open_in_month)
        self.unbooked.row_selected.connect(self._on_unbooked)
        self.unbooked.row_chosen.connect(lambda row: self._begin("book", row))
        self.detail.wanted.connect(self._begin)
        self.acts.done.connect(self._after)
        self.papers.said.connect(self.said)
        self.papers.refused.connect(self.say_refused)

    def _fill_month(self) -> None:
        on, weeks = self.grid.selected, weeks_of(self.grid.selected)
        first, last = weeks[0][0], weeks[-1][-1]
        rows, days = self.study.calendar(first, last), self.study.open_days(first, last)
        notes = {day: days.notes(day) for week in weeks for day in week}
        self.grid.show_month(on, rows, self.study.today(), notes)
        self._say_span(month(on), sum(row.visit.day.month == on.month for row in rows))

    def _fill_day(self) -> None:
        on = self.grid.selected
        rows = self.grid.month_model.visits_on(on)
        self.day_title.setText(weekday_and_day(on))
        self.day_notes.show_lines(of_day(self.grid.month_model.notes_on(on)))
        chosen = next((row for row in rows if row.visit.id == self._chosen), rows[0] if rows else None)
        with QSignalBlocker(self.day_list):
            self.day_list.set_rows(rows)
            if chosen is not None:
                self.day_list.select(chosen.visit.id)
        self._show(chosen)

    def _fill_agenda(self) -> None:
        days = self.study.agenda(self._agenda_from, LOOK_AHEAD.days)
        lines = list(agenda_lines(days))
        self._say_span(_("{first} to {last}", first=days[0].on, last=days[-1].on), sum(len(day.visits) for day in days))
        with_visits = [line for line in lines if line.row is not None]
        chosen = next((line for line in with_visits if line.row and line.row.visit.id == self._chosen), None)
        chosen = chosen or (with_visits[0] if with_visits else None)
        with QSignalBlocker(self.agenda):
            self.agenda.set_rows(lines)
            if chosen is not None and chosen.row is not None:
                self.agenda.select(chosen.row.visit.id)
        self._on_line(chosen)

    def _fill_year(self) -> None:
        year = self.study.cohort_year(self._year)
        self.year.show_year(year)
        self._say_span(
            str(self._year), sum(visit.visit.day.year == self._year for row in year.rows for visit in row.visits)
        )

    def _say_span(self, span: str, visits: int) -> None:
        said = ngettext("{n} visit", "{n} visits", visits) if visits else _("No visits in {month}.", month=span)
        self.span.setText(span)
        self.subtitle.setText(said)
        self._fit_header()

    def _fit_header(self) -> None:
        # With large letters the count of visits gives way to the buttons.
        wide = self.subtitle.sizeHint().width() + self.header.spacing()
        rest = self.header.minimumSize().width() - (0 if self.subtitle.isHidden() else wide)
        self.subtitle.setVisible(rest + wide <= self.contentsRect().width() - 2 * _MARGIN)

    def _show(self, row: CalendarRow | None) -> None:
        self._chosen = row.visit.id if row else None
        self.detail.show_visit(row)
        self.grid.month_model.shade(row)

    def _on_line(self, line: AgendaLine | None) -> None:
        self._show(line.row if line else None)

    def _open_line(self, line: AgendaLine) -> None:
        if line.row is not None:
            self._begin("open", line.row)

    def _on_day(self, on: dt.date) -> None:
        if on.replace(day=1) != self.grid.month_model.month_on.replace(day=1):
            self._fill_month()
        self._fill_day()

    def _on_unbooked(self, row: CalendarRow | None) -> None:
        if row is not None:
            self._go_to(row.visit.id, row.visit.day)

    def _open_in_month(self, item: CohortVisit) -> None:
        self._go_to(item.visit.id, item.visit.day)
        self.grid.setFocus()

    def _go_to(self, visit_id: int | None, on: dt.date) -> None:
        self.view.set_value(MONTH)
        self.grid.select(on)
        self._chosen = visit_id
        self.refresh()

    def _change_view(self) -> None:
        view = self.view.value()
        shown = {MONTH: self.grid, AGENDA: self.agenda, YEAR: self.year}[view]
        self.views.setCurrentWidget(shown)
        self.side.setVisible(view != YEAR)
        for part in (self.day_head, self.day_notes, self.day_list, self.key):
            part.setVisible(view == MONTH)
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self.links.setDirection(down if view == MONTH else across)
        self.refresh()

    def _turn(self, by: int) -> None:
        match self.view.value():
            case "agenda":
                self._agenda_from += by * LOOK_AHEAD
                self._fill_agenda()
            case "year":
                self._year += by
                self._fill_year()
            case _:
                self.grid.turn(by)

    def _go_to_today(self) -> None:
        today = self.study.today()
        self._agenda_from, self._year = today, today.year
        if self.view.value() == MONTH:
            self.grid.select(today)
        else:
            self.refresh()

    def _begin(self, act: str, row: CalendarRow) -> None:
        self.acts.begin(act, row.patient, row.visit)

    def _after(self, done: str, visit: CourseVisit | None) -> None:
        self.said.emit(done)
        if visit is None:
            self.refresh()
            return
        course = self.study.patient(visit.patient_id).course
        self._go_to(visit.id, next(now.day for now in course if now.id == visit.id))

    def _offer_papers(self) -> None:
        if self.primary is not None:
            self.papers.open_below(self.primary, self.grid.selected, self._year)

    def _add_visit(self) -> None:
        self.acts.add_visit(on=self.grid.selected)

    def _show_closed_days(self) -> None:
        self._open(ClosedDaysDialog(self.study, self))

    def _show_deviations(self) -> None:
        self._open(DeviationsDialog(self.study, self.study.deviations, parent=self))

    def _open(self, dialog: QDialog) -> None:
        dialog.finished.connect(lambda _result: dialog.deleteLater())
        dialog.open()
