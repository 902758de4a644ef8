"""Kinds of text on a page; the style sheet gives each its size, weight and colour."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

Role = Literal[
    "body",
    "title",
    "section",
    "strong",
    "muted",
    "caption",
    "figure",
    "problem",
    "warning",
    "training",
    "bannerLabel",
    "bannerValue",
    "bannerName",
]


class Text(QLabel):
    """A text that can be selected and copied; never read as markup."""

    def __init__(
        self, text: str = "", role: Role = "body", *, wrap: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setIndent(0)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)


class Title(Text):
    """The title of a page."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, "title", parent=parent)


class Section(Text):
    """The title of a part of a page."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, "section", parent=parent)


class Strong(Text):
    """A value that carries weight."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, "strong", parent=parent)


class Muted(Text):
    """A text that stands back; it wraps."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, "muted", wrap=True, parent=parent)


class Caption(Text):
    """A small label over or beside a value."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, "caption", parent=parent)


class Figure(Text):
    """The one figure that a page is about, such as the volume to prepare."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, "figure", parent=parent)
