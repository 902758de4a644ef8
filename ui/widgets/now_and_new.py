"""One line of a correction: the value that stands on record, and beside it the one that is to stand there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from lndesk.domain.errors import RuleViolation
from lndesk.i18n import _
from ui.widgets.form import ShowsRefusal, typed_in
from ui.widgets.labels import Text
from ui.widgets.short_line import ShortLine

NOW_WIDTH = 220


class NowAndNew(QWidget):
    """Shows a value, and takes a new one; nothing is changed until the new one differs."""

    def __init__(self, now: str, new: QWidget, unit: str = "") -> None:
        super().__init__()
        self.new = new
        self.now = Text(now or _("None"), wrap=True)
        self.now.setFixedWidth(NOW_WIDTH)
        self.now.setMinimumHeight((new.focusProxy() or new).sizeHint().height())  # level with the first line
        self._cell = QWidget()
        cell = QHBoxLayout(self._cell)
        cell.setContentsMargins(0, 0, 0, 0)
        cell.setSpacing(8)
        short = isinstance(new, ShortLine)
        cell.addWidget(new, 0 if short else 1)
        if unit:
            cell.addWidget(Text(unit))
        if short:
            cell.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.now, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._cell, 1)
        self.setFocusProxy(new.focusProxy() or new)
        self._untouched = typed_in(self._cell)

    @property
    def changed(self) -> bool:
        """Tell whether the new value is another one than on record."""
        return typed_in(self._cell) != self._untouched

    def setObjectName(self, name: str) -> None:
        """Name the field inside too, since it is the one that refuses."""
        super().setObjectName(name)
        self.new.setObjectName(name)

    def setAccessibleName(self, name: str) -> None:
        """Name the field that takes the new value."""
        super().setAccessibleName(name)
        self.new.setAccessibleName(_("{name}, new value", name=name))

    def show_refusal(self, violation: RuleViolation) -> bool:
        """Let the field show a refusal in its own way."""
        return isinstance(self.new, ShowsRefusal) and self.new.show_refusal(violation)
