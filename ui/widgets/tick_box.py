"""A box to tick, named by its own words."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QWidget


class TickBox(QCheckBox):
    """Says its words to those who hear and do not see, too."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(text)
