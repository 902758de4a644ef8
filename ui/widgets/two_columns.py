"""Cards in two columns that become one where there is no room for two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

_GAP: Final = 12
# Characters of average width, so that large text has the same right to room.
_TWO_NEED: Final = 74


class TwoColumns(QScrollArea):
    """Lays cards out at the left, at the right, and over the whole width below; scrolls only when it must."""

    def __init__(
        self,
        left: Sequence[QWidget],
        right: Sequence[QWidget],
        below: Sequence[QWidget] = (),
        *,
        shares: tuple[int, int] = (3, 2),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(_GAP)
        for cards, share in zip((left, right), shares, strict=True):
            column = QVBoxLayout()
            column.setSpacing(_GAP)
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
            self._columns.addLayout(column, share)
        inner = QWidget()
        rows = QVBoxLayout(inner)
        rows.setContentsMargins(0, 0, 4, 0)
        rows.setSpacing(_GAP)
        rows.addLayout(self._columns)
        for card in below:
            rows.addWidget(card)
        rows.addStretch(1)
        self.setWidget(inner)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the columns beside one another where both have room."""
        super().resizeEvent(event)
        room = self.viewport().width() >= _TWO_NEED * self.fontMetrics().averageCharWidth()
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._columns.setDirection(across if room else down)
