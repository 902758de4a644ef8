"""What a version of the protocol changes in the screenings that are open, before it is approved."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from lndesk.i18n import _
from lndesk.queries.amendments import AmendmentEffect
from ui.widgets.labels import Muted, Strong, Text
from ui.widgets.warning_line import WarningLine

HEIGHT = 180


class EffectsOnScreenings(QWidget):
    """One paragraph a screening: who, which criteria come out otherwise and why, and whether it goes back."""

    def __init__(self, effects: Sequence[AmendmentEffect]) -> None:
        super().__init__()
        self.said: list[str] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        if not effects:
            column.addWidget(Muted(_("No criterion of an open screening comes out otherwise.")))
            return
        lines = QWidget()
        self._lines = QVBoxLayout(lines)
        self._lines.setContentsMargins(0, 0, 4, 0)
        self._lines.setSpacing(6)
        for effect in effects:
            self._add(effect)
        self._lines.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAccessibleName(_("What it changes in open screenings"))
        area.setWidget(lines)
        area.setMinimumHeight(min(HEIGHT, lines.sizeHint().height() + 8))
        column.addWidget(area)

    def _add(self, effect: AmendmentEffect) -> None:
        self._lines.addWidget(
            Strong(
                _("{name}, {subject}, {number}", name=effect.patient.han_name, subject=effect.patient.subject_id,
                  number=effect.screening.screening_no)
            )
        )  # fmt: skip
        for change in effect.changes:
            self.said.append(str(change.sentence))
            self._lines.addWidget(Text(self.said[-1], wrap=True))
        if effect.goes_back:
            back = WarningLine()
            back.say(_("It goes back from the investigator to the desk."))
            self._lines.addWidget(back)
