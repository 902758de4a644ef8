"""A month of visits: Monday first, at most three lines a day, the window of one visit shaded."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView, QWidget

from lndesk.domain.open_days import DayNote
from lndesk.domain.visit import Window, add_months
from lndesk.i18n import _, ngettext, weekday_and_day, weekday_names
from lndesk.queries.calendar import CalendarRow
from ui.widgets.month_cell import CELL_ROLE, Cell, MonthDelegate, line_at
from ui.widgets.page import ENTER
from ui.widgets.visit_words import full_name, state_of

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX: Final = QModelIndex()
_DAYS: Final = 7


def weeks_of(month_on: dt.date) -> list[list[dt.date]]:
    """Return the whole weeks that a month touches."""
    return calendar.Calendar(calendar.MONDAY).monthdatescalendar(month_on.year, month_on.month)


class MonthModel(QAbstractTableModel):
    """Days as cells, each with its visits."""

    def __init__(self, month_on: dt.date, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.month_on = month_on
        self.weeks = weeks_of(month_on)
        self._today = month_on
        self._visits: dict[dt.date, list[CalendarRow]] = {}
        self._notes: Mapping[dt.date, tuple[DayNote, ...]] = {}
        self._drop_on: dt.date | None = None
        self._window: Window | None = None
        self._chosen: int | None = None

    def show_month(
        self,
        month_on: dt.date,
        rows: Sequence[CalendarRow],
        today: dt.date,
        notes: Mapping[dt.date, tuple[DayNote, ...]],
    ) -> None:
        """Show another month, or the same one read anew, with what is worth knowing of its days."""
        self.beginResetModel()
        self.month_on, self.weeks, self._today = month_on, weeks_of(month_on), today
        self._notes = notes
        self._visits = defaultdict(list)
        for row in rows:
            self._visits[row.visit.day].append(row)
        self.endResetModel()

    def shade(self, visit: CalendarRow | None) -> None:
        """Shade the window of a visit; of none, nothing."""
        waiting = visit is not None and visit.visit.outcome is None
        self._window = visit.visit.window if visit is not None and waiting else None
        self._chosen = visit.visit.id if visit is not None else None
        self._redraw()

    def show_drop(self, on: dt.date | None) -> None:
        """Mark the day over which a visit is dragged."""
        self._drop_on = on
        self._redraw()

    def visits_on(self, on: dt.date) -> list[CalendarRow]:
        """Return the visits of a day."""
        return self._visits.get(on, [])

    def notes_on(self, on: dt.date) -> tuple[DayNote, ...]:
        """Return what is worth knowing of a day."""
        return self._notes.get(on, ())

    def index_of(self, on: dt.date) -> QModelIndex:
        """Return the cell of a day; none when the month does not show it."""
        offset = (on - self.weeks[0][0]).days
        return self.index(offset // _DAYS, offset % _DAYS) if 0 <= offset < _DAYS * len(self.weeks) else _NO_INDEX

    def day_at(self, index: Index) -> dt.date:
        """Return the day of a cell."""
        return self.weeks[index.row()][index.column()]

    def cell_at(self, index: Index) -> Cell:
        """Return what a cell shows."""
        on = self.day_at(index)
        return Cell(
            on=on,
            visits=tuple(self.visits_on(on)),
            today=on == self._today,
            other_month=on.month != self.month_on.month,
            window=self._window if self._window is not None and on in self._window else None,
            chosen=self._chosen,
            notes=self.notes_on(on),
            dropping=on == self._drop_on,
        )

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Return how many weeks are shown."""
        return 0 if parent.isValid() else len(self.weeks)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Return the days of a week."""
        return 0 if parent.isValid() else _DAYS

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows or says."""
        if not index.isValid():
            return None
        if role == CELL_ROLE:
            return self.cell_at(index)
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return _said(self.cell_at(index), tip=role == Qt.ItemDataRole.ToolTipRole)
        return str(self.day_at(index).day) if role == Qt.ItemDataRole.DisplayRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name the days of the week."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return weekday_names()[section]
        return None

    def _redraw(self) -> None:
        self.dataChanged.emit(self.index(0, 0), self.index(len(self.weeks) - 1, _DAYS - 1))


class MonthGrid(QTableView):
    """Arrows move the day, across months too; PgUp and PgDn the month; T is today; Enter goes to the day's visits."""

    day_selected = Signal(object)
    """Emitted with the day, also when it lies in another month: whoever owns the grid shows that month."""
    visit_selected = Signal(object)
    opened = Signal()
    dragged = Signal(object, object)
    """Emitted with the row and the day that it was dropped on: nothing is moved by that."""

    def __init__(self, today: dt.date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.month_model = MonthModel(today, self)
        self.selected = today
        self._today = today
        self.may_drag = False
        self._held: tuple[CalendarRow, QPoint] | None = None
        self.setModel(self.month_model)
        self.setItemDelegate(MonthDelegate(self))
        self.setAccessibleName(_("Month"))
        self._dress()

    def show_month(
        self,
        month_on: dt.date,
        rows: Sequence[CalendarRow],
        today: dt.date,
        notes: Mapping[dt.date, tuple[DayNote, ...]],
    ) -> None:
        """Show a month; the selected day keeps the cursor where the month has it."""
        self._today = today
        self.month_model.show_month(month_on, rows, today, notes)
        self.setCurrentIndex(self.month_model.index_of(self.selected))

    def select(self, on: dt.date) -> None:
        """Put the cursor on a day, and say so."""
        self.selected = on
        self.setCurrentIndex(self.month_model.index_of(on))
        self.day_selected.emit(on)

    def turn(self, months: int) -> None:
        """Go some months on or back, to the same day or the last one there is."""
        self.select(add_months(self.selected, months))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by day, week and month."""
        days = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -_DAYS, Qt.Key.Key_Down: _DAYS}
        months = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        key = Qt.Key(event.key())
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held:
            event.ignore()
        elif key in days:
            self.select(self.selected + dt.timedelta(days=days[key]))
        elif key in months:
            self.turn(months[key])
        elif key == Qt.Key.Key_T:
            self.select(self._today)
        elif key in ENTER:
            self.opened.emit()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the day under the mouse, and the visit on it."""
        at = event.position().toPoint()
        index = self.indexAt(at)
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        cell, rect = self.month_model.cell_at(index), self.visualRect(index)
        line = line_at(cell, rect, at)
        self.select(cell.on)
        if line is not None:
            row = cell.visits[line]
            self._held = (row, at) if self.may_drag and row.visit.outcome is None else None
            self.visit_selected.emit(row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the day over which a visit is held; a drag by itself moves nothing."""
        at = event.position().toPoint()
        if self._held is None or (at - self._held[1]).manhattanLength() < QApplication.startDragDistance():
            return
        index = self.indexAt(at)
        self.month_model.show_drop(self.month_model.day_at(index) if index.isValid() else None)
        self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Say on which day a visit was let go; on its own day, nothing."""
        held, self._held = self._held, None
        self.month_model.show_drop(None)
        self.viewport().unsetCursor()
        index = self.indexAt(event.position().toPoint())
        if held is None or not index.isValid():
            return
        on = self.month_model.day_at(index)
        if on != held[0].visit.day:
            self.dragged.emit(held[0], on)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Go to the visits of the day."""
        self.opened.emit()

    def _dress(self) -> None:
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().setVisible(False)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
            header.setMinimumSectionSize(1)
            header.setHighlightSections(False)
            header.setFocusPolicy(Qt.FocusPolicy.NoFocus)


def _said(cell: Cell, *, tip: bool) -> str:
    what = ngettext("{n} visit", "{n} visits", len(cell.visits)) if cell.visits else _("No visits")
    lines = [f"{weekday_and_day(cell.on)}: {what}"]
    if cell.today:
        lines.append(_("Today"))
    if cell.window is not None:
        lines.append(_("In the window of the selected visit"))
    lines += [str(note.text) for note in cell.notes]
    lines += [
        _("{name}, {visit}, {state}", name=full_name(row.patient), visit=row.visit.label, state=state_of(row).word)
        for row in cell.visits
    ]
    return "\n".join(lines) if tip else ". ".join(lines)
