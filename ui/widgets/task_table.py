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
from ui.theme import font, tabular, tokens
from ui.widgets.page import ENTER
from ui.widgets.status_delegate import StatusDelegate, paint_pill
from ui.widgets.table import Table

_PADDING: Final = 12
_INSET: Final = 4
_ROW_AIR: Final = 14
_TAG_AIR: Final = 32
_GAP: Final = "   "
NO_STATUS: Final = Status("neutral")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One row. A heading has no step; a note is one sentence, with a step or without."""

    key: str
    heading: str = ""
    note: str = ""
    name: str = ""
    alike: bool = False
    identifiers: str = ""
    task: str = ""
    window: str = ""
    why: str = ""
    state: str = ""
    status: Status = NO_STATUS
    step: str = ""
    act: Callable[[], object] | None = None
    infusion_of: int | None = None
    """The patient, where the row is an infusion that is still to be given."""

    @property
    def spans(self) -> bool:
        """Tell whether the row is one text and not cells."""
        return bool(self.heading or self.note)

    @property
    def who(self) -> str:
        """Return what the first cell says, a line each."""
        if self.spans:
            return self.heading or self.note
        tag = f"{_GAP}{_('Similar name')}" if self.alike else ""
        return _lines(self.name + tag, self.identifiers)


def columns() -> tuple[Column[Task], ...]:
    """Return the columns of the list."""
    return (
        Column[Task](_("Patient"), lambda row: row.who),
        Column[Task](_("Task"), lambda row: _lines(row.task, row.window), tooltip=lambda row: row.why),
        Column[Task](_("Status"), lambda row: row.state, status=lambda row: row.status),
        Column[Task](_("Next step"), lambda row: row.step),
    )


STATUS_COLUMN: Final = 2
STEP_COLUMN: Final = 3


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

    def _fit(self) -> None:
        super()._fit()
        line = QFontMetrics(self.font()).height()
        self.verticalHeader().setDefaultSectionSize(line + QFontMetrics(font("caption")).height() + _ROW_AIR)
        for at, task in enumerate(self.rows_model.shown):
            if task.heading:
                self.setRowHeight(at, line + _ROW_AIR)

    def _width(self, column: Column[Any], sample: Sequence[Any], metrics: QFontMetrics) -> int:
        del sample, metrics  # a day has few rows: all of them are measured
        cells = [row for row in self.rows_model.shown if not row.spans]
        bold = QFontMetrics(font("body", bold=True))
        texts = [line for row in cells for line in column.text(row).split("\n")]
        widest = max(map(bold.horizontalAdvance, texts), default=0)
        extra = _TAG_AIR if column.status or any(row.alike for row in cells) else 0
        return max(bold.horizontalAdvance(column.title), widest + extra) + 3 * _PADDING

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
        elif row.note or index.column() == STATUS_COLUMN:
            super().paint(painter, option, index)
        else:
            self._paint_ground(painter, option, index)
            _paint_lines(painter, option, str(index.data()), row if index.column() == 0 else None)

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        bare = QStyleOptionViewItem(option)
        self.initStyleOption(bare, index)
        bare.text = ""
        bare.state &= ~QStyle.StateFlag.State_HasFocus
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


def _paint_lines(painter: QPainter, option: QStyleOptionViewItem, text: str, who: Task | None) -> None:
    first, _newline, second = text.partition("\n")
    first = who.name if who else first
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    strong, small = font("body", bold=who is not None), font("caption")
    above, below = QFontMetrics(strong).height(), QFontMetrics(small).height() if second else 0
    at = QRect(option.rect.x() + 2 * _INSET, 0, option.rect.width() - 2 * _INSET, above)
    at.moveTop(option.rect.center().y() - (above + below) // 2)
    painter.save()
    painter.setFont(strong)
    painter.setPen(tokens().color("on_select" if selected else "text"))
    painter.drawText(at, Qt.AlignmentFlag.AlignVCenter, first)
    if who and who.alike:
        wide = QFontMetrics(strong).horizontalAdvance(first) + _PADDING
        paint_pill(painter, at.adjusted(wide, 0, 0, 0), _("Similar name"), Status("warn", "users"), small)
    painter.setFont(tabular(small))
    painter.setPen(tokens().color("on_select" if selected else "text_muted"))
    painter.drawText(QRect(at.x(), at.bottom() + 1, at.width(), below), Qt.AlignmentFlag.AlignVCenter, second)
    painter.restore()


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _paint_button(painter: QPainter, rect: QRect, text: str, *, hovered: bool) -> None:
    colours = tokens()
    room = QFontMetrics(font("body")).horizontalAdvance(text) + 2 * _PADDING
    high = QFontMetrics(font("body")).height() + _PADDING
    button = QRect(rect.x() + _INSET, 0, min(room, rect.width() - 2 * _INSET), high)
    button.moveTop(rect.center().y() - high // 2)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font("body"))
    painter.setPen(QPen(colours.color("border"), 1))
    painter.setBrush(colours.color("accent_subtle" if hovered else "surface"))
    painter.drawRoundedRect(button, 4, 4)
    painter.setPen(colours.color("text"))
    painter.drawText(button, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
