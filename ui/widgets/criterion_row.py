"""One criterion of a screening: its wording and line, the answers that it asks for, and how it comes out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from lndesk.domain.criteria import Criterion
from lndesk.domain.eligibility import Judgement
from lndesk.i18n import Sentence, _
from ui.widgets.labels import Muted, Strong, Text
from ui.widgets.message import joined
from ui.widgets.state import set_shown
from ui.widgets.verdict_line import VerdictLine
from ui.widgets.warning_line import WarningLine

Child = TypeVar("Child", bound=QWidget)
ID_CHARACTERS = 5


class CriterionRow(QFrame):
    """Shows a criterion; what is typed below it changes its verdict at once."""

    def __init__(self, criterion: Criterion) -> None:
        super().__init__()
        self.criterion = criterion
        self.setObjectName("Card")
        self.setAccessibleName(_("{id}: {text}", id=criterion.id, text=criterion.text))
        self.verdict = VerdictLine()
        self.computed = Muted()
        self.warning = WarningLine()
        set_shown(self.computed, False)
        self._fields = QVBoxLayout()
        self._fields.setSpacing(6)
        body = QVBoxLayout()
        body.setSpacing(6)
        body.addLayout(criterion_heading(criterion))
        body.addLayout(self._fields)
        body.addWidget(self.computed)
        body.addWidget(self.warning)
        self._last = QHBoxLayout()
        self._last.setSpacing(16)
        self._last.addWidget(self.verdict, 1)
        body.addLayout(self._last)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 10)
        column.addLayout(body)

    def add(self, field: Child) -> Child:
        """Add a field, and return it."""
        self._fields.addWidget(field)
        return field

    def add_short(self, field: Child) -> Child:
        """Add the only field of a criterion beside its verdict, and return it."""
        self._last.insertWidget(0, field, 0, Qt.AlignmentFlag.AlignVCenter)
        self._last.setAlignment(self.verdict, Qt.AlignmentFlag.AlignVCenter)
        return field

    def show_judgement(self, judgement: Judgement) -> None:
        """Show how it comes out now."""
        self.verdict.show_judgement(judgement)

    def show_computed(self, lines: Iterable[str]) -> None:
        """Show what is computed from its answers."""
        self.computed.setText("\n".join(lines))
        set_shown(self.computed, bool(self.computed.text()))

    def show_warnings(self, warnings: Iterable[Sentence]) -> None:
        """Show what its answers warn of."""
        self.warning.say(joined(*(str(warning) for warning in warnings)))


def criterion_heading(criterion: Criterion) -> QHBoxLayout:
    """Return a line with the id, the wording in the language of the person, and where the registry entry says it."""
    row = QHBoxLayout()
    row.setSpacing(12)
    name = Strong(criterion.id)
    name.setFixedWidth(name.fontMetrics().horizontalAdvance("n") * ID_CHARACTERS)
    row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Text(str(criterion.text), wrap=True), 1, Qt.AlignmentFlag.AlignTop)
    line = Text(_("registry entry, line {line}", line=criterion.line), "muted")
    row.addWidget(line, 0, Qt.AlignmentFlag.AlignTop)
    return row
