"""What a preparer may choose beyond weight and containers: final volume, time, drops, thaw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from lndesk.domain.errors import RuleViolation
from lndesk.domain.evaluation import DoseRequest
from lndesk.i18n import _
from ui.widgets.card import Card
from ui.widgets.count_after_thaw import CountAfterThaw
from ui.widgets.derivation import PreparationLines
from ui.widgets.findings import Findings
from ui.widgets.flow import FlowLayout, keep_height
from ui.widgets.labels import Caption, Section, Text
from ui.widgets.moment_field import MomentField
from ui.widgets.number_field import NumberField
from ui.widgets.state import set_state


class PreparationOptions(Card):
    """What the protocol leaves to the day. What cannot be read yet is said below and takes no focus from the typist."""

    changed = Signal()

    def __init__(self, now: Callable[[], dt.datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setAccessibleName(_("Preparation (optional)"))
        self.final_ml = NumberField(places=1, unit="mL", name="final_ml")
        self.minutes = NumberField(places=0, unit="min", name="minutes")
        self.drops_per_ml = NumberField(places=0, unit="", name="drops_per_ml")
        self.filter_um = NumberField(places=0, unit="µm", name="filter_um")
        self.thawed_at = MomentField(now, name="thawed_at")
        self.count = CountAfterThaw()
        self.problem = Text(role="problem", wrap=True)
        self.findings = Findings()
        line = self.add(QWidget())
        row = FlowLayout(gap=24, line_gap=8, level_tops=True, parent=line)
        row.setContentsMargins(0, 0, 0, 0)
        keep_height(line)
        row.addWidget(Section(_("Preparation (optional)")))
        for label, field in self._numbers():
            field.setAccessibleName(f"{label}, {field.unit}" if field.unit else label)
            field.textChanged.connect(lambda _text: self.changed.emit())
            row.addWidget(_captioned(label, field))
        thawed = _("Thaw finished")
        self.thawed_at.setAccessibleName(thawed)
        self.thawed_at.changed.connect(self.changed)
        row.addWidget(_captioned(thawed, self.thawed_at))
        for label, field in self.count.fields():
            field.setAccessibleName(label)
            field.textChanged.connect(lambda _text: self.changed.emit())
            row.addWidget(_captioned(label, field))
        self.add(self.problem).setVisible(False)
        self.add(self.findings)
        self.lines = self.add(PreparationLines())
        self.findings.changed.connect(self.changed)

    def request(self) -> DoseRequest:
        """Return what is chosen.

        Raises:
            RuleViolation: an entry cannot be read; it is marked, too.
        """
        self.clear_problem()
        try:
            return DoseRequest(
                final_ml=self.final_ml.optional_value(),
                minutes=self.minutes.optional_value(),
                drops_per_ml=self.drops_per_ml.optional_value(),
                thawed_at=self.thawed_at.optional_value(),
                filter_um=self.filter_um.optional_value(),
                count=self.count.optional_value(),
            )
        except RuleViolation as violation:
            self.show_problem(violation)
            raise

    def show_problem(self, violation: RuleViolation) -> bool:
        """Say what is wrong with an entry; say False when it is about none here."""
        fields = {field.objectName(): field for _label, field in (*self._numbers(), *self.count.fields())}
        if violation.field == self.thawed_at.objectName():
            set_state(self.thawed_at.day.line, "stop")
        elif violation.field in fields:
            set_state(fields[violation.field], "stop")
        elif violation.field == "count":
            set_state(self.count.cells_per_ml, "stop")
        else:
            return False
        self.problem.setText(str(violation))
        self.problem.setVisible(True)
        return True

    def clear_problem(self) -> None:
        """Take the marks away."""
        self.problem.clear()
        self.problem.setVisible(False)
        for _label, field in (*self._numbers(), *self.count.fields()):
            set_state(field, "")
        set_state(self.thawed_at.day.line, "")

    def typed(self) -> dict[str, str]:
        """Return what is typed, for a draft."""
        return {
            **{field.objectName(): field.text().strip() for _label, field in (*self._numbers(), *self.count.fields())},
            "thawed_day": self.thawed_at.day.text().strip(),
            "thawed_time": self.thawed_at.time.text().strip(),
        }

    def restore(self, typed: Mapping[str, Any]) -> None:
        """Show what a draft holds; nothing where it holds nothing."""
        for _label, field in (*self._numbers(), *self.count.fields()):
            field.setText(str(typed.get(field.objectName(), "")))
        self.thawed_at.day.line.setText(str(typed.get("thawed_day", "")))
        self.thawed_at.time.setText(str(typed.get("thawed_time", "")))

    def _numbers(self) -> tuple[tuple[str, NumberField], ...]:
        return (
            (_("Final volume"), self.final_ml),
            (_("Infusion time"), self.minutes),
            (_("Drops per mL"), self.drops_per_ml),
            (_("Filter of the set"), self.filter_um),
        )


def _captioned(label: str, field: NumberField | MomentField) -> QWidget:
    widget = QWidget()
    caption = Caption(label)
    caption.setBuddy(field)
    line = QHBoxLayout()
    line.setSpacing(6)
    line.addWidget(field)
    if isinstance(field, NumberField) and field.unit:
        line.addWidget(Text(field.unit))
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(caption)
    column.addLayout(line)
    column.addStretch(1)
    return widget
