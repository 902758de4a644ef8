"""What the shapes in the month stand for."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QBrush, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from lndesk.i18n import _
from ui.icons import icon_size
from ui.theme import tokens
from ui.widgets.flow import FlowLayout, keep_height
from ui.widgets.icon_label import IconLabel
from ui.widgets.labels import Caption
from ui.widgets.month_cell import HATCH
from ui.widgets.visit_words import STATES

_SWATCH: Final = 22


class MonthKey(QWidget):
    """Names each shape."""

    def __init__(self, *, closed: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = FlowLayout(gap=14)
        self.setLayout(self._flow)
        keep_height(self)
        for state in STATES.values():
            self.add(IconLabel(state.status.icon_name, state.status.kind), state.word)
        self.add(_Swatch(hatched=False), _("Window"))
        if closed:
            self.add(_Swatch(hatched=True), _("Site closed"))

    def add(self, picture: QWidget, word: str) -> None:
        """Name one shape more."""
        self._flow.addWidget(_entry(picture, word))


class _Swatch(QWidget):
    """A piece of the ground of a day."""

    def __init__(self, *, hatched: bool) -> None:
        super().__init__()
        self._hatched = hatched
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size of an icon, a little wider."""
        return QSize(_SWATCH, icon_size().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground as in the month."""
        painter, colours = QPainter(self), tokens()
        box = self.rect().adjusted(0, 2, -1, -3)
        if self._hatched:
            painter.fillRect(box, colours.color("surface"))
            painter.fillRect(box, QBrush(colours.color("divider"), HATCH))
        else:
            painter.fillRect(box, colours.color("accent_subtle"))
            painter.fillRect(QRect(box.left(), box.bottom() - 3, box.width(), 3), colours.color("accent"))
        painter.setPen(colours.color("divider"))
        painter.drawRect(box)
        painter.end()


def _entry(picture: QWidget, word: str) -> QWidget:
    entry = QWidget()
    line = QHBoxLayout(entry)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(4)
    line.addWidget(picture)
    line.addWidget(Caption(word))
    return entry
