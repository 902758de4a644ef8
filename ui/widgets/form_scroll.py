"""A form that may grow past the screen: as high as its fields while there is room, and scrolled when there is not."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from ui.widgets.following_scroll import FollowingScroll

LEAST = 160
"""The height under which a few lines of a form are no use."""


class FormScroll(FollowingScroll):
    """Asks for the room of the whole form, and takes less."""

    def __init__(self, form: QWidget) -> None:
        super().__init__()
        self.column.addWidget(form)
        self.column.addStretch(1)
        self._margin = self.verticalScrollBar().sizeHint().width()
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        """Texts that wrap give a form its height."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height at which nothing is scrolled."""
        inner = width - self._margin
        hint = self.column.totalSizeHint().height()
        return self.column.totalHeightForWidth(inner) if self.column.hasHeightForWidth() else hint

    def sizeHint(self) -> QSize:
        """Return the room of the whole form."""
        hint = self.column.totalSizeHint()
        return QSize(hint.width() + self._margin, hint.height())

    def minimumSizeHint(self) -> QSize:
        """Return the width of the form, and the height of a few lines of it."""
        least = self.column.totalMinimumSize()
        return QSize(least.width() + self._margin, min(least.height(), LEAST))
