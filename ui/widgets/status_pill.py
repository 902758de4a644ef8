"""A status outside a table: icon, word and colour, in that order."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.table_model import Status
from ui.widgets.status_delegate import paint_pill, pill_size


class StatusPill(QWidget):
    """Shows one status as a pill."""

    def __init__(self, text: str, status: Status, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_status(text, status)

    def show_status(self, text: str, status: Status) -> None:
        """Show another status."""
        self._text, self.status = text, status
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """Return the word shown."""
        return self._text

    def sizeHint(self) -> QSize:
        """Return the room that the status needs."""
        return pill_size(self._text, self.font())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the status."""
        painter = QPainter(self)
        paint_pill(painter, self.rect(), self._text, self.status, self.font())
        painter.end()
