"""The one kind of table that the program shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Generic

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ui.table_model import Column, Row, RowsModel
from ui.theme import tabular, tokens
from ui.widgets.page import ENTER
from ui.widgets.status_delegate import StatusDelegate

ROW_HEIGHT: Final = 36
_MEASURED_ROWS: Final = 50
_CELL_PADDING: Final = 20
_WIDEST_IN_CHARACTERS: Final = 64


class Table(QTableView, Generic[Row]):
    """Rows of fixed height; Enter or a double click chooses one, Ctrl+C copies."""

    row_chosen = Signal(object)
    row_selected = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        name: str,
        empty: str = "",
        key: Callable[[Row], object] | None = None,
        search_key: Callable[[Row], str] | None = None,
        sortable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.rows_model: RowsModel[Row] = RowsModel(columns, search_key=search_key, parent=self)
        self.setModel(self.rows_model)
        self._key = key
        self._empty = empty
        self.setAccessibleName(name)
        self._dress()
        self.setSortingEnabled(sortable)
        if sortable:
            self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.doubleClicked.connect(self._choose)
        self.selectionModel().currentRowChanged.connect(
            lambda _now, _before: self.row_selected.emit(self.current_row())
        )
        self._fit()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows; the current one stays current when its key is still there."""
        before = self.current_row()
        self.rows_model.set_rows(rows)
        self._fit()
        if before is not None and self._key is not None:
            self.select(self._key(before))

    def add_rows(self, rows: Sequence[Row]) -> None:
        """Show more rows below, without moving what is in sight."""
        if rows:
            self.rows_model.add_rows(rows)

    def set_empty_text(self, text: str) -> None:
        """Say something else where no row is."""
        self._empty = text
        self.viewport().update()

    def fit_height(self, *, least: int, most: int) -> None:
        """Be as high as the rows, at least and at most so many of them."""
        rows = min(max(self.rows_model.rowCount(), least), most)
        head = self.horizontalHeader().sizeHint().height() + 2 * self.frameWidth() + 2
        self.setFixedHeight(rows * self.verticalHeader().defaultSectionSize() + head)

    def search(self, text: str) -> None:
        """Show only the rows that contain every word."""
        self.rows_model.set_search(text)

    def current_row(self) -> Row | None:
        """Return the row with the cursor, if any."""
        index = self.currentIndex()
        return self.rows_model.row_at(index) if index.isValid() else None

    def select(self, key: object) -> None:
        """Put the cursor on the row with this key."""
        if self._key is None:
            return
        for at, row in enumerate(self.rows_model.shown):
            if self._key(row) == key:
                self.selectRow(at)
                return

    def copy(self) -> None:
        """Copy the selected rows as text, one a line."""
        rows = sorted({index.row() for index in self.selectedIndexes()})
        shown = self.rows_model.shown
        lines = ("\t".join(column.text(shown[at]) for column in self.rows_model.columns) for at in rows)
        QGuiApplication.clipboard().setText("\n".join(lines))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose on Enter, copy on Ctrl+C; the rest moves as in any table."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in ENTER and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._choose(self.currentIndex())
        elif event.key() in ENTER:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text size."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange} and hasattr(self, "rows_model"):
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, or say why there are none."""
        super().paintEvent(event)
        if self._empty and not self.rows_model.rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(tokens().color("text_muted"))
            room = self.viewport().rect().adjusted(16, 16, -16, -16)
            painter.drawText(room, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, self._empty)
            painter.end()

    def _dress(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(StatusDelegate(self))
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _fit(self) -> None:
        # Fixed heights, and widths from a sample: measuring all of 5,000 rows takes seconds.
        metrics = QFontMetrics(tabular(self.font()))
        self.verticalHeader().setDefaultSectionSize(max(ROW_HEIGHT, metrics.height() + 14))
        sample = self.rows_model.shown[:_MEASURED_ROWS]
        for at, column in enumerate(self.rows_model.columns):
            self.setColumnWidth(at, self._width(column, sample, metrics))

    def _width(self, column: Column[Any], sample: Sequence[Any], metrics: QFontMetrics) -> int:
        bold = QFontMetrics(_bold(self))
        title = bold.horizontalAdvance(column.title)
        measure = bold if column.status else metrics
        texts = [column.text(row) for row in sample]
        texts.append(max(map(column.text, self.rows_model.shown), key=len, default=""))
        widest = max(map(measure.horizontalAdvance, texts))
        extra = 2 * _CELL_PADDING if column.status else 0
        return min(max(title, widest + extra), metrics.averageCharWidth() * _WIDEST_IN_CHARACTERS) + _CELL_PADDING

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.row_chosen.emit(self.rows_model.row_at(index))


def _bold(widget: QWidget) -> QFont:
    font = tabular(widget.font())
    font.setBold(True)
    return font
