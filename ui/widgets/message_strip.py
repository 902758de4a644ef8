"""The line at the foot of the window: what was just done, and what stays true until someone acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui.widgets.buttons import Button
from ui.widgets.icon_label import IconLabel
from ui.widgets.labels import Text
from ui.widgets.message import ICONS, MessageKind, announce
from ui.widgets.state import set_shown

QUIET_MS: Final = 6_000


class MessageStrip(QFrame):
    """Quiet lines go by themselves; kept ones stay until they are dropped by name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("MessageStrip")
        self._kept: dict[str, _Line] = {}
        self._quiet = _Line()
        self._quiet.setVisible(False)
        self._timer = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._timer.timeout.connect(self._end_quiet)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 4, 16, 4)
        self._column.setSpacing(4)
        self._column.addWidget(self._quiet)
        self.setVisible(False)

    def say(self, text: str, kind: MessageKind = "done") -> None:
        """Say for a moment what was done."""
        self._quiet.show_line(kind, text)
        self._quiet.setVisible(True)
        self._timer.start()
        self._settle()
        announce(self, text)

    def keep(
        self, key: str, kind: MessageKind, text: str, *, act: str = "", on_act: Callable[[], object] | None = None
    ) -> None:
        """Say something until it is dropped; saying it again under the same key replaces it."""
        self.drop(key)
        line = self._kept[key] = _Line()
        line.show_line(kind, text)
        if act:
            line.add_act(act, on_act)
        self._column.insertWidget(0, line)
        self._settle()

    def drop(self, key: str) -> None:
        """Take a kept line away, if it is there."""
        line = self._kept.pop(key, None)
        if line is not None:
            line.hide()
            self._column.removeWidget(line)
            line.deleteLater()
            self._settle()

    def texts(self) -> tuple[str, ...]:
        """Return what is now said."""
        kept = tuple(line.text() for line in self._kept.values())
        return kept if self._quiet.isHidden() else (*kept, self._quiet.text())

    def _end_quiet(self) -> None:
        self._quiet.setVisible(False)
        self._settle()

    def _settle(self) -> None:
        set_shown(self, bool(self.texts()))


class _Line(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._icon = IconLabel("info", "info")
        self._text = Text(wrap=True)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self._text, 1)

    def text(self) -> str:
        return self._text.text()

    def show_line(self, kind: MessageKind, text: str) -> None:
        self._icon.show_icon(ICONS[kind], "ok" if kind == "done" else kind)
        self._text.setText(text)

    def add_act(self, act: str, on_act: Callable[[], object] | None) -> None:
        self._row.addWidget(Button(act, on_act))
