"""The year of the whole cohort: one line a patient, walked through by keyboard."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QToolTip, QWidget

from lndesk.i18n import _, day, language, month_abbreviations
from lndesk.queries.cohort import CohortRow, CohortVisit, CohortYear
from ui.theme import font, tokens
from ui.widgets.cohort_strip import (
    CHOSEN_ROLE,
    ROW_ROLE,
    TODAY_ROLE,
    YEAR_ROLE,
    CohortDelegate,
    state_of_visit,
    visit_at,
)
from ui.widgets.page import ENTER
from ui.widgets.state import set_shown
from ui.widgets.visit_words import full_name

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX: Final = QModelIndex()
_ROW_LINES: Final = 2.6
_AIR: Final = 12
_LEAST_NAME: Final = 110


class CohortModel(QAbstractTableModel):
    """Patients as rows: the name, and the year as one cell that says all its visits."""

    def __init__(self, year: CohortYear, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.year = year
        self.chosen: int | None = None

    def show_year(self, year: CohortYear) -> None:
        """Show another year, or the same one read anew."""
        self.beginResetModel()
        self.year = year
        self.endResetModel()

    def choose(self, visit_id: int | None) -> None:
        """Mark one visit."""
        self.chosen = visit_id
        if self.year.rows:
            self.dataChanged.emit(self.index(0, 1), self.index(len(self.year.rows) - 1, 1))

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Return how many patients are shown."""
        return 0 if parent.isValid() else len(self.year.rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Return two: the name and the year."""
        return 0 if parent.isValid() else 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell says."""
        if not index.isValid():
            return None
        row = self.year.rows[index.row()]
        of_strip = {ROW_ROLE: row, YEAR_ROLE: self.year.year, CHOSEN_ROLE: self.chosen, TODAY_ROLE: self.year.today}
        if role in of_strip:
            return of_strip[role]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return full_name(row.patient) if index.column() == 0 else said_of(row)
        if role == Qt.ItemDataRole.DisplayRole and index.column() == 0:
            return f"{row.patient.subject_id}  {row.patient.han_name}"
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 0:
            return full_name(row.patient)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _("Patient") if section == 0 else str(self.year.year)
        return None


class MonthsHeader(QHeaderView):
    """Writes the months over the strips."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Draw the name of the column, or twelve months."""
        if section == 0:
            super().paintSection(painter, rect, section)
            return
        painter.save()
        painter.fillRect(rect, tokens().color("sunken"))
        painter.setFont(font("caption", bold=True))
        for number in range(12):
            left = rect.left() + rect.width() * number // 12
            painter.setPen(tokens().color("divider"))
            painter.drawLine(left, rect.top(), left, rect.bottom())
            painter.setPen(tokens().color("text"))
            place = QRect(left, rect.top(), rect.width() // 12, rect.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, _month_name(number))
        painter.restore()


class CohortGrid(QTableView):
    """Up and Down change the patient, Left and Right the visit; Enter opens the visit in the month."""

    visit_selected = Signal(object, object)
    """Emitted with the row and the visit."""
    opened = Signal(object)
    """Emitted with the visit."""

    def __init__(self, year: CohortYear, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cohort = CohortModel(year, self)
        self.setModel(self.cohort)
        self.setItemDelegateForColumn(1, CohortDelegate(self))
        self.setAccessibleName(_("The cohort's year"))
        self._dress()
        self.show_year(year)

    def show_year(self, year: CohortYear) -> None:
        """Show a year; the chosen visit stays chosen where the year has it."""
        self.cohort.show_year(year)
        rows = year.rows
        self.horizontalHeader().resizeSection(0, max(self.sizeHintForColumn(0), _LEAST_NAME) + _AIR)
        at = next((n for n, row in enumerate(rows) if self._chosen_in(row) is not None), 0)
        if rows:
            self.setCurrentIndex(self.cohort.index(at, 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by patient and by visit."""
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held or not self.cohort.year.rows:
            event.ignore()
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self._go(self.currentIndex().row() + (1 if key == Qt.Key.Key_Down else -1))
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self._step(1 if key == Qt.Key.Key_Right else -1)
        elif key in ENTER:
            self._open()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the visit whose mark is under the mouse."""
        at = event.position().toPoint()
        index = self.indexAt(at)
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        row = self.cohort.year.rows[index.row()]
        self.setCurrentIndex(self.cohort.index(index.row(), 1))
        strip = self.visualRect(self.cohort.index(index.row(), 1))
        self._select(row, visit_at(row, self.cohort.year.year, strip, at) or self._nearest(row))

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Open the visit in the month."""
        self._open()

    def viewportEvent(self, event: Any) -> bool:
        """Say in a tip what a mark stands for."""
        if isinstance(event, QHelpEvent):
            index = self.indexAt(event.pos())
            if index.isValid() and index.column() == 1:
                row = self.cohort.year.rows[index.row()]
                item = visit_at(row, self.cohort.year.year, self.visualRect(index), event.pos())
                QToolTip.showText(event.globalPos(), said_of(row) if item is None else said_of_visit(item), self)
                return True
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, or say that there are none."""
        super().paintEvent(event)
        if not self.cohort.year.rows:
            painter = QPainter(self.viewport())
            painter.setPen(tokens().color("text_muted"))
            words = _("No visits in {year}.", year=str(self.cohort.year.year))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, words)
            painter.end()

    def _go(self, at: int) -> None:
        rows = self.cohort.year.rows
        at = min(max(at, 0), len(rows) - 1)
        self.setCurrentIndex(self.cohort.index(at, 1))
        self._select(rows[at], self._nearest(rows[at]))

    def _step(self, by: int) -> None:
        row = self.cohort.year.rows[max(self.currentIndex().row(), 0)]
        shown = self._shown(row)
        if not shown:
            return
        chosen = self._chosen_in(row)
        at = shown.index(chosen) + by if chosen in shown else 0
        self._select(row, shown[min(max(at, 0), len(shown) - 1)])

    def _open(self) -> None:
        row = self.cohort.year.rows[max(self.currentIndex().row(), 0)] if self.cohort.year.rows else None
        chosen = None if row is None else self._chosen_in(row)
        if chosen is not None:
            self.opened.emit(chosen)

    def _select(self, row: CohortRow, item: CohortVisit | None) -> None:
        self.cohort.choose(None if item is None else item.visit.id)
        self.visit_selected.emit(row, item)

    def _shown(self, row: CohortRow) -> list[CohortVisit]:
        return sorted(
            (item for item in row.visits if item.visit.day.year == self.cohort.year.year),
            key=lambda item: item.visit.day,
        )

    def _chosen_in(self, row: CohortRow) -> CohortVisit | None:
        return next((item for item in self._shown(row) if item.visit.id == self.cohort.chosen), None)

    def _nearest(self, row: CohortRow) -> CohortVisit | None:
        today = self.cohort.year.today
        return min(self._shown(row), key=lambda item: abs((item.visit.day - today).days), default=None)

    def _dress(self) -> None:
        self.setHorizontalHeader(MonthsHeader(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        across, down = self.horizontalHeader(), self.verticalHeader()
        set_shown(down, False)
        down.setDefaultSectionSize(round(QFontMetrics(font("body")).height() * _ROW_LINES))
        across.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        across.resizeSection(
            0, QFontMetrics(font("body")).horizontalAdvance("LN-0000-X  " + "\N{CJK UNIFIED IDEOGRAPH-738B}" * 4)
        )
        across.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        across.setHighlightSections(False)
        across.setSectionsClickable(False)


def said_of(row: CohortRow) -> str:
    """Say a patient's whole year."""
    said = [said_of_visit(item) for item in row.visits]
    if row.contraception_end is not None:
        said.append(_("Contraception until {day}", day=row.contraception_end.on))
    return ". ".join([full_name(row.patient), *said])


def said_of_visit(item: CohortVisit) -> str:
    """Say what a mark stands for."""
    visit = item.visit
    return _(
        "{visit}, {day}, {state}; window {opens} to {closes}",
        visit=visit.label,
        day=day(visit.day),
        state=state_of_visit(item).word,
        opens=visit.opens_on,
        closes=visit.closes_on,
    )


def _month_name(number: int) -> str:
    return f"{number + 1}月" if language() == "zh_CN" else month_abbreviations()[number]
