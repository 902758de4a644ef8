"""A soft warning beside its cause: a triangle and a sentence; it bars nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.widgets.icon_label import IconLabel
from ui.widgets.labels import Text
from ui.widgets.state import set_shown


class WarningLine(QWidget):
    """Shows a warning, or takes no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = Text(role="warning", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(IconLabel("triangle-alert", "warn"), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        set_shown(self, False)

    def say(self, text: str) -> None:
        """Show a warning, or none."""
        self.words.setText(text)
        set_shown(self, bool(text))

    def text(self) -> str:
        """Return the warning."""
        return self.words.text()
