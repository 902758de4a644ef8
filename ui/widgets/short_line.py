"""A line for something short, no wider than it has to be."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

_FRAME = 24


class ShortLine(QLineEdit):
    """A line as wide as so many digits, at each text size."""

    def __init__(self, digits: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._digits = digits
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the room for the digits."""
        width = self.fontMetrics().horizontalAdvance("0" * self._digits) + _FRAME
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the same: what is typed is never cut."""
        return self.sizeHint()
