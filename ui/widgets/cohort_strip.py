"""One patient's year as a strip: windows as bands, visits as marks, and until when contraception is agreed."""

from __future__ import annotations

import datetime as dt
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygon
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from lndesk.queries.cohort import CohortRow, CohortVisit
from ui.icons import paint_icon
from ui.theme import font, tabular, tokens
from ui.widgets.visit_words import STATES, VisitState, short_visit_name

ROW_ROLE: Final = Qt.ItemDataRole.UserRole
YEAR_ROLE: Final = Qt.ItemDataRole.UserRole + 1
CHOSEN_ROLE: Final = Qt.ItemDataRole.UserRole + 2
TODAY_ROLE: Final = Qt.ItemDataRole.UserRole + 3
MARK: Final = 15
_MONTHS: Final = 12
_TOP, _BAND = 5, 17


def state_of_visit(item: CohortVisit) -> VisitState:
    """Return the state that a visit of the cohort is shown in."""
    if item.in_progress:
        return STATES["in_progress"]
    return STATES["provisional"] if item.provisional and item.status == "upcoming" else STATES[item.status]


def place_of(on: dt.date, year: int, left: int, width: int) -> int:
    """Return where a day lies on a strip; days of other years lie at its ends."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    days = (last - first).days + 1
    return left + (min(max(on, first), last) - first).days * width // days


def visit_at(row: CohortRow, year: int, rect: QRect, at: QPoint) -> CohortVisit | None:
    """Return the visit whose mark lies nearest under a point."""
    near = [
        (abs(place_of(item.visit.day, year, rect.left(), rect.width()) - at.x()), item)
        for item in row.visits
        if item.visit.day.year == year
    ]
    distance, item = min(near, key=lambda pair: pair[0], default=(MARK, None))
    return item if distance < MARK else None


class CohortDelegate(QStyledItemDelegate):
    """Paints the strip of one patient."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the ground, the windows, the marks and the line of today."""
        row, year, rect = index.data(ROW_ROLE), index.data(YEAR_ROLE), option.rect
        painter.save()
        painter.setClipRect(rect)
        _paint_ground(painter, rect, year, index)
        for item in row.visits:
            if item.visit.outcome is None and item.visit.kind != "unscheduled":
                _paint_window(painter, rect, year, item)
        _paint_today(painter, rect, year, index.data(TODAY_ROLE))
        _paint_end(painter, rect, year, row)
        for item in row.visits:
            if item.visit.day.year == year:
                chosen = item.visit.id == index.data(CHOSEN_ROLE)
                _paint_mark(painter, rect, year, item, ground=_ground(index), chosen=chosen)
        painter.restore()


def _paint_ground(painter: QPainter, rect: QRect, year: int, index: QModelIndex | QPersistentModelIndex) -> None:
    colours = tokens()
    painter.fillRect(rect, _ground(index))
    painter.setPen(colours.color("divider"))
    for month in range(1, _MONTHS + 1):
        x = place_of(dt.date(year, month, 1), year, rect.left(), rect.width())
        painter.drawLine(x, rect.top(), x, rect.bottom())
    painter.drawLine(rect.bottomLeft(), rect.bottomRight())


def _ground(index: QModelIndex | QPersistentModelIndex) -> QColor:
    return tokens().color("surface_alt" if index.row() % 2 else "surface")


def _paint_window(painter: QPainter, rect: QRect, year: int, item: CohortVisit) -> None:
    visit, colours = item.visit, tokens()
    if visit.closes_on.year < year or visit.opens_on.year > year:
        return
    left = place_of(visit.opens_on, year, rect.left(), rect.width())
    right = place_of(visit.closes_on + dt.timedelta(days=1), year, rect.left(), rect.width())
    band = QRect(left, rect.top() + _TOP - 2, max(right - left, 3), _BAND)
    painter.fillRect(band, colours.color("accent_subtle"))
    painter.fillRect(QRect(band.left(), band.bottom() - 1, band.width(), 2), colours.color("accent"))


def _paint_today(painter: QPainter, rect: QRect, year: int, today: dt.date) -> None:
    if today.year == year:
        x = place_of(today, year, rect.left(), rect.width())
        painter.setPen(QPen(tokens().color("accent"), 2))
        painter.drawLine(x, rect.top(), x, rect.bottom())


def _paint_end(painter: QPainter, rect: QRect, year: int, row: CohortRow) -> None:
    end = row.contraception_end
    if end is None or end.on.year != year:
        return
    x, y = place_of(end.on, year, rect.left(), rect.width()), rect.top() + _TOP
    paint_end(painter, x, y)


def paint_end(painter: QPainter, x: int, y: int) -> None:
    """Draw the mark of the day until which contraception is agreed."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tokens().color("text_muted"))
    painter.drawPolygon(QPolygon([QPoint(x - 5, y), QPoint(x + 5, y), QPoint(x, y + 8)]))


def _paint_mark(painter: QPainter, rect: QRect, year: int, item: CohortVisit, *, ground: QColor, chosen: bool) -> None:
    colours, state = tokens(), state_of_visit(item)
    x = place_of(item.visit.day, year, rect.left(), rect.width())
    box = QRect(x - MARK // 2, rect.top() + _TOP - 1, MARK, MARK)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colours.color("focus"), 2) if chosen else Qt.PenStyle.NoPen)
    painter.setBrush(colours.color("surface"))
    painter.drawEllipse(box.adjusted(-2, -2, 2, 2) if chosen else box)
    paint_icon(painter, state.status.icon_name, box, getattr(colours, state.status.kind))
    small = tabular(font("caption"))
    painter.setFont(small)
    painter.setPen(colours.color("text" if chosen else "text_muted"))
    words = short_visit_name(item.visit)
    wide = QFontMetrics(small).horizontalAdvance(words)
    place = QRect(x - wide // 2 - 1, box.bottom() + 1, wide + 2, rect.bottom() - box.bottom() - 1)
    if not rect.left() <= place.left() <= place.right() <= rect.right():
        place.moveRight(min(place.right(), rect.right() - 1))
        place.moveLeft(max(place.left(), rect.left() + 1))
    painter.fillRect(place.adjusted(0, 2, 0, -3), ground)  # so that no line runs through the letters
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
