"""Entry by barcode scanner, or by hand."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_TABS: Final = (Qt.Key.Key_Tab,)


class ScanField(QLineEdit):
    """Takes a code and its closing Enter or Tab, so that a scan never presses a button or runs into the next field."""

    scanned = Signal(str)

    def __init__(self, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self._told = ""

    def value(self) -> str:
        """Return the code, without the space around it."""
        return self.text().strip()

    def take(self, code: str) -> None:
        """Take a code that was scanned elsewhere in the window."""
        self.setText(code)
        self._tell()

    def event(self, event: QEvent) -> bool:
        """Keep Enter; keep Tab once after typing, so that Tab alone still leaves the field."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._closes(event):
            self._tell()
            event.accept()
            return True
        return super().event(event)

    def _closes(self, event: QKeyEvent) -> bool:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        return event.key() in _ENTER or (event.key() in _TABS and self.value() not in {"", self._told})

    def _tell(self) -> None:
        self._told = self.value()
        self.selectAll()
        if self._told:
            self.scanned.emit(self._told)
