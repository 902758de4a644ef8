"""One thing read at the bedside and at once compared with what is on record."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QWidget

from lndesk.domain.errors import RuleViolation
from lndesk.i18n import _
from ui.table_model import Status
from ui.widgets.scan_field import ScanField
from ui.widgets.status_pill import StatusPill


class ReadCheck(QWidget):
    """A scan field with its verdict beside it. It shows whether a reading agrees, never what would."""

    def __init__(self, check: Callable[[str], None], *, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._check = check
        self.scan = ScanField()
        self.scan.setPlaceholderText(hint)
        self.verdict = StatusPill(_("Not read"), Status("neutral"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.scan, 1)
        row.addWidget(self.verdict)
        self.setFocusProxy(self.scan)
        self.scan.scanned.connect(lambda _code: self.compare())
        self.scan.editingFinished.connect(self.compare)
        self.scan.textEdited.connect(lambda _text: self._say_not_read())

    def setAccessibleName(self, name: str) -> None:
        """Name the field, which is what has the focus."""
        super().setAccessibleName(name)
        self.scan.setAccessibleName(name)

    def compare(self) -> None:
        """Show whether the reading agrees."""
        if not self.scan.value():
            self._say_not_read()
            return
        try:
            self.demand()
        except RuleViolation:
            self.verdict.show_status(_("Does not agree"), Status("stop"))

    def demand(self) -> None:
        """Refuse a reading that does not agree.

        Raises:
            RuleViolation: with the rule's own sentence.
        """
        self._check(self.scan.value())
        self.verdict.show_status(_("Agrees"), Status("ok"))

    def _say_not_read(self) -> None:
        self.verdict.show_status(_("Not read"), Status("neutral"))
