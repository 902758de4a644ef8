"""A password: shown on demand, pasted at will, with a word when Caps Lock is on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from lndesk.i18n import _
from ui.widgets.buttons import Button
from ui.widgets.labels import Muted


class PasswordField(QWidget):
    """A line for a password with [Show] beside it and the Caps Lock hint below."""

    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = _PasswordLine()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setAccessibleName(_("Password"))
        self.line.returnPressed.connect(self.entered)
        self.line.caps_lock_seen.connect(self._hint)
        self.show_button = Button(_("Show"), self._toggle, icon_name="eye")
        self.caps = Muted(_("Caps Lock is on"))
        self.caps.setVisible(False)
        self.setFocusProxy(self.line)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        row.addWidget(self.show_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.caps)

    def setAccessibleName(self, name: str) -> None:
        """Name the line, since the line is what takes the focus."""
        super().setAccessibleName(name)
        self.line.setAccessibleName(name)

    def text(self) -> str:
        """Return what is typed."""
        return self.line.text()

    def clear(self) -> None:
        """Empty the line and hide it again."""
        self.line.clear()
        self._set_shown(shown=False)

    def _toggle(self) -> None:
        self._set_shown(shown=self.line.echoMode() == QLineEdit.EchoMode.Password)

    def _set_shown(self, *, shown: bool) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        words = _("Hide") if shown else _("Show")
        self.show_button.setText(words)
        self.show_button.setAccessibleName(words)

    def _hint(self, on: bool) -> None:  # noqa: FBT001  # a signal's value
        self.caps.setVisible(on)


class _PasswordLine(QLineEdit):
    """Finds out about Caps Lock from what is typed: Qt cannot be asked."""

    caps_lock_seen = Signal(bool)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Compare the letter's case with the Shift key."""
        letter = event.text()
        if len(letter) == 1 and letter.isascii() and letter.isalpha():
            shift = bool(event.modifiers() & event.modifiers().ShiftModifier)
            self.caps_lock_seen.emit(letter.isupper() != shift)
        super().keyPressEvent(event)
