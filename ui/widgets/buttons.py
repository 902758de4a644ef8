"""Buttons that say verb and object; none of them answers to a stray Enter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QWidget

from lndesk.i18n import _
from ui.icons import icon, icon_size

Kind = Literal["plain", "primary", "danger", "link"]
DANGER_GAP: Final = 24
_AIR: Final = 4
SUBMIT_KEYS: Final = ("Ctrl+Return", "Ctrl+Enter")
_ICON_ROLE: Final[dict[Kind, str]] = {"plain": "text", "primary": "on_accent", "danger": "danger", "link": "accent"}


class Button(QPushButton):
    """A button with words, and an icon if it helps."""

    def __init__(
        self,
        text: str,
        on_click: Callable[[], object] | None = None,
        *,
        icon_name: str = "",
        kind: Kind = "plain",
        icon_role: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setProperty("kind", kind)
        self.setAutoDefault(False)
        self.setAccessibleName(text)
        if icon_name:
            self.setIcon(icon(icon_name, icon_role or _ICON_ROLE[kind]))
            self._fit_icon()
        if on_click is not None:
            self.clicked.connect(lambda _checked: on_click())

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text size."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit_icon()

    def _fit_icon(self) -> None:
        # Wider than high: the engine draws at the left, which leaves air before the words.
        self.setIconSize(icon_size() + QSize(_AIR, 0))


class PrimaryButton(Button):
    """The one act of a page or dialog, also on Ctrl+Enter, which it shows."""

    def __init__(
        self,
        text: str,
        on_click: Callable[[], object] | None = None,
        *,
        icon_name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, on_click, icon_name=icon_name, kind="primary", parent=parent)
        self.set_text(text)
        for keys in SUBMIT_KEYS:
            QShortcut(QKeySequence(keys), self).activated.connect(self.click)

    def set_text(self, text: str) -> None:
        """Say another act."""
        self.setText(f"{text}    Ctrl+Enter")
        self.setAccessibleName(text)
        self.setAccessibleDescription(_("Shortcut Ctrl+Enter"))


class DangerButton(Button):
    """An act that takes something away."""

    def __init__(
        self,
        text: str,
        on_click: Callable[[], object] | None = None,
        *,
        icon_name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, on_click, icon_name=icon_name, kind="danger", parent=parent)


class IconButton(QToolButton):
    """A button of an icon alone, which has a tooltip and an accessible name instead of words."""

    def __init__(
        self, icon_name: str, text: str, on_click: Callable[[], object] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setIcon(icon(icon_name))
        self.setIconSize(icon_size())
        self.setToolTip(text)
        self.setAccessibleName(text)
        if on_click is not None:
            self.clicked.connect(lambda _checked: on_click())


def button_row(*buttons: QPushButton, danger: QPushButton | None = None) -> QHBoxLayout:
    """Lay buttons out at the right, the last being the primary; what takes away stands apart at the left."""
    row = QHBoxLayout()
    row.setSpacing(8)
    if danger is not None:
        row.addWidget(danger)
        row.addSpacing(DANGER_GAP)
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    return row
