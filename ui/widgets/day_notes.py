"""What is worth knowing of a day, a line each: shape, then words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from lndesk.domain.open_days import DayNote
from lndesk.i18n import Sentence
from ui.widgets.icon_label import IconLabel
from ui.widgets.labels import Text
from ui.widgets.message import announce
from ui.widgets.state import set_shown

Kind = str
_SHAPES: Final = {"ok": "circle-check", "info": "info", "warn": "triangle-alert", "stop": "octagon-x"}
Line = tuple[Kind, Sentence | str]


class Notes(QWidget):
    """Shows sentences by kind; empty, it takes no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._said: list[str] = []
        set_shown(self, False)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show other sentences, and have them read out when they are new."""
        said = [str(text) for _kind, text in lines]
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for kind, text in lines:
            self._column.addWidget(_line(kind, str(text)))
        set_shown(self, bool(lines))
        if said and said != self._said:
            announce(self, " ".join(said))
        self._said = said

    def text(self) -> str:
        """Return all that is said."""
        return "\n".join(self._said)


def of_day(notes: Sequence[DayNote]) -> list[Line]:
    """Return notes of a day as lines; what closes it, or fills it, warns."""
    return [("warn" if note.avoided else "info", note.text) for note in notes]


def _line(kind: Kind, text: str) -> QWidget:
    line = QWidget()
    cells = QHBoxLayout(line)
    cells.setContentsMargins(0, 0, 0, 0)
    cells.setSpacing(8)
    cells.addWidget(IconLabel(_SHAPES[kind], kind), 0, Qt.AlignmentFlag.AlignTop)
    cells.addWidget(Text(text, wrap=True), 1)
    return line
