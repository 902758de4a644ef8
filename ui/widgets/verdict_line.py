"""How a criterion comes out: icon, word and colour, and the reason in a sentence."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from lndesk.domain.criteria import Kind
from lndesk.domain.eligibility import Judgement
from lndesk.domain.outcome import Passes
from lndesk.i18n import N_, _
from ui.table_model import Status
from ui.widgets.labels import Muted
from ui.widgets.status_pill import StatusPill

# "Met" of an exclusion could be taken for either: an exclusion says what it does instead.
WORDS: Final[dict[Kind, dict[Passes, str]]] = {
    "inclusion": {
        "yes": N_("Met"),
        "no": N_("Not met"),
        "investigator_decides": N_("Investigator decides"),
        "unknown": N_("Not answered"),
    },
    "exclusion": {
        "yes": N_("Does not exclude"),
        "no": N_("Excludes"),
        "investigator_decides": N_("Investigator decides"),
        "unknown": N_("Not answered"),
    },
}
MARKS: Final[dict[Passes, Status]] = {
    "yes": Status("ok"),
    "no": Status("stop"),
    "investigator_decides": Status("warn", "user-check"),
    "unknown": Status("neutral"),
}


def verdict_word(judgement: Judgement) -> str:
    """Return the word for how a criterion comes out."""
    return _(WORDS[judgement.criterion.kind][judgement.passes])


class VerdictLine(QWidget):
    """Shows how one criterion comes out, and why."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pill = StatusPill(_(WORDS["inclusion"]["unknown"]), MARKS["unknown"])
        self.why = Muted()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.pill, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.why, 1, Qt.AlignmentFlag.AlignTop)
        self.why.setMinimumHeight(self.pill.sizeHint().height())

    def show_judgement(self, judgement: Judgement) -> None:
        """Show another outcome."""
        self.pill.show_status(verdict_word(judgement), MARKS[judgement.passes])
        self.why.setText(str(judgement.why))

    def text(self) -> str:
        """Return the word and the reason."""
        return f"{self.pill.text()}: {self.why.text()}"
