"""Tasks under headings, one a row, each with one button that names the next step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QWidget

from lndesk.i18n import _
from ui.table_model import ROW_ROLE, Column, Status
from ui.theme import font, tokens
from ui.widgets.page import ENTER
from ui.widgets.status_delegate import StatusDelegate, paint_pill, pill_size
from ui.widgets.table import Table

_PADDING: Final = 12
_INSET: Final = 4
_NARROWEST_NAME: Final = 24
NO_STATUS: Final = Status("neutral")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One row. A heading has no step; a note is one sentence, with a step or without."""

    key: str
    heading: str = ""
    note: str = ""
    name: str = ""
    alike: bool = False
    subject_id: str = ""
    hospital_no: str = ""
    task: str = ""
    until: str = ""
    why: str = ""
    state: str = ""
    status: Status = NO_STATUS
    step: str = ""
    act: Callable[[], object] | None = None

    @property
    def spans(self) -> bool:
        """Tell whether the row is one text and not cells."""
        return bool(self.heading or self.note)


def columns() -> tuple[Column[Task], ...]:
    """Return the columns of the list."""
    return (
        Column[Task](_("Patient"), _first_text),
        Column[Task](_("Subject ID"), lambda row: row.subject_id),
        Column[Task](_("Hospital No."), lambda row: row.hospital_no),
        Column[Task](_("Task"), lambda row: row.task, tooltip=lambda row: row.why),
        Column[Task](_("In time until"), lambda row: row.until, tooltip=lambda row: row.why),
        Column[Task](_("Status"), lambda row: row.state, status=lambda row: row.status),
        Column[Task](_("Next step"), lambda row: row.step),
    )


def _first_text(row: Task) -> str:
    return row.heading or row.note or (f"{row.name}   {_('Similar name')}" if row.alike else row.name)


STEP_COLUMN: Final = 6


class TaskTable(Table[Task]):
    """Arrows pass over headings; Enter on a row, or a click on its button, does its next step."""

    def __init__(self, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(columns(), name=name, key=lambda row: row.key, parent=parent)
        self.setItemDelegate(_TaskDelegate(self))
        self.setAlternatingRowColors(False)
        self.setMouseTracking(True)
        self.row_chosen.connect(_do)

    def show_tasks(self, tasks: Sequence[Task]) -> None:
        """Show other tasks; the cursor stays on its task, or goes to the first."""
        self.clearSpans()
        self.set_rows(tasks)
        for at, task in enumerate(tasks):
            if task.spans:
                self.setSpan(at, 0, 1, STEP_COLUMN if task.step else STEP_COLUMN + 1)
        if self.current_row() is None:
            first = next((at for at, task in enumerate(tasks) if task.step), None)
            if first is not None:
                self.selectRow(first)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Move as in any table, but never on to a heading."""
        moved = super().moveCursor(action, modifiers)
        up = moved.row() < self.currentIndex().row()
        at = self._row_with_step(moved.row(), -1 if up else 1)
        if at is None:
            at = self._row_with_step(moved.row(), 1 if up else -1)
        return moved if at is None else self.rows_model.index(at, max(0, moved.column()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Do the step of the button under the mouse."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid() and index.column() == STEP_COLUMN:
            _do(self.rows_model.row_at(index))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show by the cursor what can be pressed."""
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        pressable = index.isValid() and index.column() == STEP_COLUMN and bool(self.rows_model.row_at(index).step)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if pressable else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave typed letters alone: no search by first letters jumps away from a task."""
        if event.key() in ENTER or not event.text().isprintable() or not event.text():
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _width(self, column: Column[Any], sample: Sequence[Any], metrics: QFontMetrics) -> int:
        # A note runs over all cells, and a tag is wider than its words.
        cells = [row for row in self.rows_model.shown if not row.spans]
        if column is not self.rows_model.columns[0] or not cells:
            return super()._width(column, sample, metrics)
        names = max(metrics.horizontalAdvance(row.name) for row in cells)
        tag = pill_size(_("Similar name"), self.font()).width() if any(row.alike for row in cells) else 0
        return max(names + 3 * _PADDING + tag, metrics.averageCharWidth() * _NARROWEST_NAME)

    def _row_with_step(self, at: int, by: int) -> int | None:
        shown = self.rows_model.shown
        while 0 <= at < len(shown):
            if shown[at].step:
                return at
            at += by
        return None


def _do(task: Task) -> None:
    if task.act is not None:
        task.act()


class _TaskDelegate(StatusDelegate):
    """Paints headings, notes, the tag of a similar name, and the button of a step."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one cell."""
        row = index.data(ROW_ROLE)
        if not isinstance(row, Task):
            super().paint(painter, option, index)
        elif row.heading:
            _paint_heading(painter, option.rect, row.heading)
        elif index.column() == STEP_COLUMN:
            self._paint_ground(painter, option, index)
            if row.step:
                hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
                _paint_button(painter, option.rect, row.step, hovered=hovered)
        elif index.column() == 0 and row.alike:
            self._paint_ground(painter, option, index)
            _paint_tagged(painter, option, row.name)
        elif not index.data():
            self._paint_ground(painter, option, index)
        else:
            super().paint(painter, option, index)

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        bare = QStyleOptionViewItem(option)
        self.initStyleOption(bare, index)
        bare.text = ""
        bare.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, bare, painter, bare.widget)


def _paint_heading(painter: QPainter, rect: QRect, text: str) -> None:
    colours = tokens()
    painter.save()
    painter.setFont(font("body", bold=True))
    painter.setPen(colours.color("text_muted"))
    low = rect.adjusted(_INSET + 4, 0, -_INSET, -5)
    painter.drawText(low, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, text)
    painter.setPen(colours.color("divider"))
    painter.drawLine(rect.left(), rect.bottom(), rect.right(), rect.bottom())
    painter.restore()


def _paint_tagged(painter: QPainter, option: QStyleOptionViewItem, name: str) -> None:
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    painter.save()
    painter.setFont(option.font)
    painter.setPen(tokens().color("on_select" if selected else "text"))
    text = option.rect.adjusted(_INSET + 4, 0, 0, 0)
    painter.drawText(text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
    painter.restore()
    wide = QFontMetrics(option.font).horizontalAdvance(name) + _PADDING
    paint_pill(painter, text.adjusted(wide, 0, 0, 0), _("Similar name"), Status("warn", "users"), option.font)


def _paint_button(painter: QPainter, rect: QRect, text: str, *, hovered: bool) -> None:
    colours = tokens()
    room = QFontMetrics(font("body")).horizontalAdvance(text) + 2 * _PADDING
    button = QRect(rect.x() + _INSET, rect.y() + 3, min(room, rect.width() - 2 * _INSET), rect.height() - 6)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font("body"))
    painter.setPen(QPen(colours.color("border"), 1))
    painter.setBrush(colours.color("accent_subtle" if hovered else "surface"))
    painter.drawRoundedRect(button, 4, 4)
    painter.setPen(colours.color("text"))
    painter.drawText(button, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
