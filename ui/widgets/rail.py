"""The destinations down the left side of the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from lndesk.domain.account import Role
from lndesk.i18n import _
from ui.icons import icon, icon_size
from ui.navigation import Destination

WIDE: Final = 172
NARROW: Final = 52
_AIR: Final = 6


@dataclass(frozen=True, slots=True)
class ScreenEntry:
    """One destination: what it is called, where its screen is written, and who sees it."""

    key: Destination
    label: str
    icon: str
    module: str
    screen: str
    roles: frozenset[Role]


class Rail(QFrame):
    """One button a destination; the number on Alt never changes with the role."""

    def __init__(
        self,
        entries: Sequence[tuple[int, ScreenEntry]],
        on_chosen: Callable[[Destination], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("Rail")
        self.setAccessibleName(_("Destinations"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 8, 0, 8)
        self._column.setSpacing(2)
        self.buttons: dict[Destination, QToolButton] = {}
        for number, entry in entries:
            button = self.buttons[entry.key] = _button(number, entry)
            button.clicked.connect(lambda _checked, key=entry.key: on_chosen(key))
            self._column.addWidget(button)
        self._column.addStretch(1)
        self.set_narrow(narrow=False)

    def set_narrow(self, *, narrow: bool) -> None:
        """Show icons alone, or icons with words."""
        beside, alone = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
        for button in self.buttons.values():
            button.setToolButtonStyle(alone if narrow else beside)
        self.setMinimumWidth(NARROW if narrow else WIDE)
        self.setMaximumWidth(NARROW if narrow else self.sizeHint().width() + WIDE)

    def mark(self, key: Destination) -> None:
        """Mark where the window now is."""
        if key in self.buttons:
            self.buttons[key].setChecked(True)


def _button(number: int, entry: ScreenEntry) -> QToolButton:
    button = QToolButton()
    label = _(entry.label)
    button.setText(label)
    button.setAccessibleName(label)
    button.setToolTip(f"{label}    Alt+{number}")
    button.setIcon(icon(entry.icon))
    button.setIconSize(icon_size() + QSize(_AIR, 0))
    button.setCheckable(True)
    button.setAutoExclusive(True)
    button.setMinimumHeight(36)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return button
