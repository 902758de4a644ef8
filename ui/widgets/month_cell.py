"""One day of the month as it is painted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableView

from lndesk.domain.open_days import DayNote
from lndesk.domain.visit import Window
from lndesk.i18n import _
from lndesk.queries.calendar import CalendarRow
from ui.icons import paint_icon
from ui.theme import font, tabular, tokens
from ui.widgets.visit_words import short_visit_name, state_of

CELL_ROLE: Final = Qt.ItemDataRole.UserRole
SHOWN: Final = 3
_PADDING: Final = 4
_BAR: Final = 4
HATCH: Final = Qt.BrushStyle.BDiagPattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """All that is known of one day."""

    on: dt.date
    visits: tuple[CalendarRow, ...]
    today: bool
    other_month: bool
    window: Window | None
    chosen: int | None
    notes: tuple[DayNote, ...] = ()
    dropping: bool = False
    """Whether a visit is being dragged over the day."""

    @property
    def closed(self) -> bool:
        """Tell whether the site is closed."""
        return any(note.closes for note in self.notes)

    def lines(self, rect: QRect) -> tuple[CalendarRow, ...]:
        """Return the visits that have a line of their own: three, or fewer where the cell is low."""
        room = _line_rect(rect, 0).top() - rect.top()
        below = _BAR + 1 if self.window is not None else 0
        fitting = (rect.height() - room - below) // _line_step()
        return self.visits[: max(1, min(SHOWN, fitting))]


def line_at(cell: Cell, rect: QRect, at: QPoint) -> int | None:
    """Return which visit's line lies under a point of the cell."""
    for number in range(len(cell.lines(rect))):
        if _line_rect(rect, number).contains(at):
            return number
    return None


class MonthDelegate(QStyledItemDelegate):
    """Paints a day: ground, number, visits, window."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one cell."""
        cell: Cell = index.data(CELL_ROLE)
        view = option.widget
        current = isinstance(view, QTableView) and view.currentIndex() == index
        painter.save()
        painter.setClipRect(option.rect)
        _paint_ground(painter, option.rect, cell)
        _paint_number(painter, option.rect, cell)
        for number, row in enumerate(cell.lines(option.rect)):
            _paint_line(painter, _line_rect(option.rect, number), row, chosen=row.visit.id == cell.chosen)
        if cell.window is not None:
            _paint_window(painter, option.rect, cell.on, cell.window)
        if current:
            painter.setPen(QPen(tokens().color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(option.rect.adjusted(1, 1, -2, -2))
        if cell.dropping:
            painter.setPen(QPen(tokens().color("accent"), 3, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(option.rect.adjusted(2, 2, -3, -3))
        painter.restore()


def _paint_ground(painter: QPainter, rect: QRect, cell: Cell) -> None:
    colours = tokens()
    ground = "accent_subtle" if cell.window is not None else "sunken" if cell.other_month else "surface"
    painter.fillRect(rect, colours.color(ground))
    if cell.closed:
        # A shape, not only a tint: a closed day must be told in grey too.
        painter.fillRect(rect, QBrush(colours.color("divider"), HATCH))
    painter.setPen(colours.color("divider"))
    painter.drawLine(rect.topRight(), rect.bottomRight())
    painter.drawLine(rect.bottomLeft(), rect.bottomRight())


def _paint_number(painter: QPainter, rect: QRect, cell: Cell) -> None:
    colours, number = tokens(), font("body", bold=not cell.other_month)
    metrics = QFontMetrics(number)
    text = str(cell.on.day)
    room = _number_rect(rect)
    painter.setFont(number)
    painter.setPen(colours.color("text_muted" if cell.other_month else "text"))
    wide = max(metrics.horizontalAdvance(text) + 8, room.height())
    ring = QRect(room.x(), room.y(), wide, room.height())
    if cell.today:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.color("accent"), 2))
        painter.setBrush(colours.color("surface"))
        painter.drawRoundedRect(ring.adjusted(1, 1, -1, -1), ring.height() / 2, ring.height() / 2)
        painter.setPen(colours.color("accent"))
    painter.drawText(ring, Qt.AlignmentFlag.AlignCenter, text)
    more = len(cell.visits) - len(cell.lines(rect))
    if more:
        painter.setFont(font("caption", bold=True))
        painter.setPen(colours.color("text"))
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        words, metrics = _("+{n} more", n=more), painter.fontMetrics()
        fits = metrics.horizontalAdvance(words) <= room.right() - ring.right()
        painter.drawText(room, side, words if fits else f"+{more}")


def _paint_line(painter: QPainter, rect: QRect, row: CalendarRow, *, chosen: bool) -> None:
    colours, state = tokens(), state_of(row)
    kind = state.status.kind
    provisional = row.provisional and row.visit.outcome is None
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = QColor(Qt.GlobalColor.transparent) if provisional else colours.color(f"{kind}_bg")
    if provisional:
        ground = colours.color("surface")
    painter.setBrush(ground)
    dashes = Qt.PenStyle.DashLine if provisional else Qt.PenStyle.NoPen
    painter.setPen(QPen(colours.color("focus"), 2) if chosen else QPen(colours.color("border"), 1, dashes))
    painter.drawRoundedRect(rect.adjusted(0, 0, -1, -1), 3, 3)
    side = rect.height() - 4
    paint_icon(painter, state.status.icon_name, QRect(rect.x() + 3, rect.y() + 2, side, side), getattr(colours, kind))
    words = rect.adjusted(side + 6, 0, 0, 0)
    small = tabular(font("caption"))
    painter.setFont(small)
    painter.setPen(colours.color(kind))
    text = _fitting(row, state.word, QFontMetrics(small), words.width())
    painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def _fitting(row: CalendarRow, word: str, metrics: QFontMetrics, room: int) -> str:
    # The fullest form that fits; a name is shown whole or not at all, never cut.
    name, visit, subject = row.patient.han_name, short_visit_name(row.visit), row.patient.subject_id
    forms = [f"{name} {visit} · {word}", f"{name} {visit}", name]
    if row.provisional and row.visit.outcome is None:
        about = _("about")
        forms = [f"{about} {name} {visit}", f"{about} {name}", *forms[1:]]
    return next((form for form in forms if metrics.horizontalAdvance(form) <= room), subject)


def _paint_window(painter: QPainter, rect: QRect, on: dt.date, window: Window) -> None:
    bar = QRect(rect.left(), rect.bottom() - _BAR - 1, rect.width(), _BAR)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(bar, tokens().color("accent"))
    end = 3 * _BAR
    if on == window.opens_on:
        painter.fillRect(QRect(bar.left(), rect.bottom() - end, _BAR, end), tokens().color("accent"))
    if on == window.closes_on:
        painter.fillRect(QRect(bar.right() - _BAR, rect.bottom() - end, _BAR, end), tokens().color("accent"))


def _number_rect(rect: QRect) -> QRect:
    height = QFontMetrics(_line_font()).height() + 3
    return QRect(rect.x() + _PADDING, rect.y() + 2, rect.width() - 2 * _PADDING, height)


def _line_rect(rect: QRect, number: int) -> QRect:
    height = QFontMetrics(_line_font()).height()
    top = rect.y() + height + 6 + number * _line_step()
    return QRect(rect.x() + _PADDING, top, rect.width() - 2 * _PADDING - 1, height + 1)


def _line_step() -> int:
    return QFontMetrics(_line_font()).height() + 2


def _line_font() -> QFont:
    return font("caption")
