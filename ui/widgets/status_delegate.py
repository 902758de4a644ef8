"""A status in a table: icon, word and colour, in that order."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.icons import SIZE, paint_icon
from ui.table_model import STATUS_ROLE, Status
from ui.theme import current, tokens

_PADDING: Final = 8
_GAP: Final = 6
_INSET: Final = 4


def pill_size(text: str, font: QFont) -> QSize:
    """Return the room that a status needs."""
    metrics = QFontMetrics(_bold(font))
    width = metrics.horizontalAdvance(text) + icon_side() + _GAP + 2 * _PADDING
    return QSize(width, max(metrics.height(), icon_side()) + 2 * _INSET)


def paint_pill(painter: QPainter, rect: QRect, text: str, status: Status, font: QFont) -> None:
    """Draw a status at the left of a rectangle, no wider than it needs."""
    colours = tokens()
    size = pill_size(text, font)
    pill = QRect(rect.x(), rect.center().y() - size.height() // 2, min(size.width(), rect.width()), size.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colours.color(f"{status.kind}_bg"))
    painter.drawRoundedRect(pill, 4, 4)
    side = icon_side()
    at = QRect(pill.x() + _PADDING, pill.center().y() - side // 2, side, side)
    paint_icon(painter, status.icon_name, at, getattr(colours, status.kind))
    painter.setPen(colours.color(status.kind))
    painter.setFont(_bold(font))
    words = pill.adjusted(_PADDING + side + _GAP, 0, -_INSET, 0)
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
    painter.restore()


def icon_side() -> int:
    """Return the side of a status icon at the chosen text size."""
    return (SIZE - 2) * current.text_percent // 100


class StatusDelegate(QStyledItemDelegate):
    """Paints cells that have a status; all others as usual."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the cell's ground, then its status."""
        status = index.data(STATUS_ROLE)
        if not isinstance(status, Status):
            super().paint(painter, option, index)
            return
        bare = QStyleOptionViewItem(option)
        self.initStyleOption(bare, index)
        text = bare.text
        font, rect = bare.font, bare.rect
        bare.text = ""
        widget = bare.widget
        style = widget.style() if widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, bare, painter, widget)
        paint_pill(painter, rect.adjusted(_INSET, 0, -_INSET, 0), text, status, font)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the room that the cell needs."""
        if not isinstance(index.data(STATUS_ROLE), Status):
            return super().sizeHint(option, index)
        font = option.font
        return pill_size(str(index.data()), font) + QSize(2 * _INSET, 0)


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setBold(True)
    return bold
