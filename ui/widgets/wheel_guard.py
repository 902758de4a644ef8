"""The mouse wheel changes no value that nobody is editing."""

from __future__ import annotations

from typing import Final, TypeGuard

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSlider, QAbstractSpinBox, QComboBox, QScrollBar, QWidget

_GUARDED: Final = (QAbstractSpinBox, QComboBox, QAbstractSlider)


class WheelGuard(QObject):
    """An event filter for the whole application: `app.installEventFilter(WheelGuard(app))`."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the wheel pass an unfocused field by, so that the page behind it scrolls."""
        kind = event.type()
        if kind == QEvent.Type.Wheel:
            if _is_guarded(watched) and not watched.hasFocus():
                event.ignore()
                return True
        elif kind == QEvent.Type.Polish and _is_guarded(watched) and watched.focusPolicy() == Qt.FocusPolicy.WheelFocus:
            # With this policy the first notch gives the focus and the second would change the value.
            watched.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return False


def _is_guarded(watched: QObject) -> TypeGuard[QWidget]:
    return isinstance(watched, _GUARDED) and not isinstance(watched, QScrollBar)
