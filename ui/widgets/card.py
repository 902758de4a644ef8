"""A part of a page that belongs together."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui.widgets.labels import Section
from ui.widgets.state import set_shown

Child = TypeVar("Child", bound=QWidget)


class Card(QFrame):
    """A framed surface with a title, its content below, and room for a button beside the title."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Card")
        self.setAccessibleName(title)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 12, 16, 16)
        outer.setSpacing(8)
        self.header = QHBoxLayout()
        self.title = Section(title)
        self.header.addWidget(self.title)
        self.header.addStretch(1)
        set_shown(self.title, bool(title))
        outer.addLayout(self.header)
        self.content = QVBoxLayout()
        self.content.setSpacing(8)
        outer.addLayout(self.content, 1)

    def add(self, widget: Child, stretch: int = 0) -> Child:
        """Add a widget below the others, and return it."""
        self.content.addWidget(widget, stretch)
        return widget

    def add_to_header(self, widget: Child) -> Child:
        """Add a widget at the right of the title, and return it."""
        self.header.addWidget(widget)
        return widget
