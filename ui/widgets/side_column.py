"""A column beside a page whose lists take the room that is left; where there is none, the column scrolls."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QTableView, QVBoxLayout, QWidget

LEAST_LIST: Final = 110


class SideColumn(QScrollArea):
    """Add parts with `add` and lists with `add_list`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inner = _Inner()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self._inner)
        for part in (self._inner, self.viewport()):
            part.setAutoFillBackground(False)

    def add(self, part: QWidget) -> None:
        """Add a part that takes the room it needs."""
        self._inner.column.addWidget(part)

    def add_list(self, table: QTableView, stretch: int) -> None:
        """Add a list that shares the room that is left."""
        table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        table.setMinimumHeight(LEAST_LIST)
        self._inner.lists.append(table)
        self._inner.column.addWidget(table, stretch)


class _Inner(QWidget):
    """Says the height that it cannot do without: Qt's own guess is that of the narrowest width."""

    def __init__(self) -> None:
        super().__init__()
        self.lists: list[QTableView] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)
        self.setMinimumSize(1, 1)

    def heightForWidth(self, width: int) -> int:
        """Return the height of the parts and of the least of each list."""
        shown = [table for table in self.lists if not table.isHidden()]
        return self.column.heightForWidth(width) + LEAST_LIST * len(shown)
