"""A sheet's code scanned while another field has the focus goes where it belongs, never into that field."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from ui.widgets.page import ENTER
from ui.widgets.scan_field import ScanField

PREFIXES: Final = ("LND1*", "TRN1*")
# A scanner sends a key every few milliseconds; no hand types five keys at this pace.
BURST_MS: Final = 60
_COMMANDS: Final = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class ScanRouter(QObject):
    """An event filter for the whole application: `app.installEventFilter(router)`.

    The first keys of what may be a code are held back; they are given to the field after all when no code follows.
    """

    scanned = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._held: list[tuple[QWidget, QKeyEvent]] = []
        self._text = ""
        self._replaying = False
        self._pause = QTimer(self, singleShot=True, interval=BURST_MS)
        self._pause.timeout.connect(self._on_pause)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hold back, take or pass on a key."""
        if event.type() != QEvent.Type.KeyPress or self._replaying:
            return False
        if not isinstance(event, QKeyEvent) or event.modifiers() & _COMMANDS:
            return False
        if not isinstance(watched, QWidget) or isinstance(watched, ScanField):
            return False
        return self._take(watched, event)

    def _take(self, watched: QWidget, event: QKeyEvent) -> bool:
        text = event.text().upper()
        if self._is_code() and event.key() in ENTER:
            self._finish()
        elif not text:
            return False  # a Shift on its own, which scanners send between the keys
        elif self._is_code() or _may_begin_code(self._text + text):
            self._hold(watched, event, text)
        else:
            self._give_back()
            if not _may_begin_code(text):
                return False
            self._hold(watched, event, text)
        event.accept()
        return True

    def _is_code(self) -> bool:
        return self._text.startswith(PREFIXES)

    def _hold(self, watched: QWidget, event: QKeyEvent, text: str) -> None:
        self._text += text
        self._held.append((watched, QKeyEvent(event.type(), event.key(), event.modifiers(), event.text())))
        self._pause.start()

    def _on_pause(self) -> None:
        if self._is_code():
            self._finish()
        else:
            self._give_back()

    def _finish(self) -> None:
        code = self._text
        self._forget()
        self.scanned.emit(code)

    def _give_back(self) -> None:
        held = list(self._held)
        self._forget()
        self._replaying = True
        try:
            for widget, event in held:
                if isValid(widget):
                    QCoreApplication.sendEvent(widget, event)
        finally:
            self._replaying = False

    def _forget(self) -> None:
        self._pause.stop()
        self._held.clear()
        self._text = ""


def _may_begin_code(text: str) -> bool:
    return any(prefix.startswith(text) for prefix in PREFIXES)
