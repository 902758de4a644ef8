"""Signatures, a line each: who signed what and when, and whether what was signed still stands there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from lndesk.queries.signatures import SignatureRow
from ui.widgets.icon_label import IconLabel
from ui.widgets.labels import Text
from ui.widgets.state import set_shown

HOLDS, BROKEN = ("shield-check", "ok"), ("shield-alert", "stop")


class SignatureLines(QWidget):
    """Shows signatures by icon and words; empty, it takes no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        set_shown(self, False)

    def show_signatures(self, rows: Sequence[SignatureRow]) -> None:
        """Show other signatures."""
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for row in rows:
            self._column.addWidget(_line(row))
        set_shown(self, bool(rows))


def _line(row: SignatureRow) -> QWidget:
    line = QWidget()
    cells = QHBoxLayout(line)
    cells.setContentsMargins(0, 0, 0, 0)
    cells.setSpacing(8)
    cells.addWidget(IconLabel(*(HOLDS if row.valid else BROKEN)), 0, Qt.AlignmentFlag.AlignTop)
    cells.addWidget(Text(str(row.worded), wrap=True), 1)
    return line
