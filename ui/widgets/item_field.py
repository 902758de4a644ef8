"""One question of a screening: its value with the unit beside it, the limit, the day of the sample, details."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from lndesk.domain.errors import RuleViolation
from lndesk.domain.items import Item
from lndesk.domain.screening import Answer
from lndesk.i18n import _
from ui.widgets.answer_value import AnswerValue, OneLineChoice, value_widget
from ui.widgets.answer_words import unit_words
from ui.widgets.day_field import DayField
from ui.widgets.flow import FlowLayout, keep_height
from ui.widgets.form import ShowsRefusal
from ui.widgets.labels import Muted, Text
from ui.widgets.message import announce
from ui.widgets.number_field import NumberField
from ui.widgets.result_age import age_words
from ui.widgets.state import set_shown, set_state

LABEL_CHARACTERS: Final = 22
DETAIL: Final = 30
SHORT_DETAIL: Final = 18
PRESSURE: Final = "mm Hg"
PARTS: Final = ("value", "unit", "upper_limit", "on", "detail")


class ItemField(QWidget):
    """Takes one answer. What is typed stays as it is until it can be read; blank is blank."""

    changed = Signal()

    def __init__(self, item: Item, today: Callable[[], dt.date], *, bare: bool = False) -> None:
        """Ask an item.

        Args:
            item: what is asked.
            today: the day at this desk.
            bare: leave the label to what stands beside it; it is still read out.
        """
        super().__init__()
        self._bare = bare
        self.item, self._today = item, today
        self.label = _(item.label)
        self.value: AnswerValue = value_widget(item, today)
        self.unit: OneLineChoice | None = None
        self.upper_limit: NumberField | None = None
        self.on: DayField | None = None
        self.detail: QLineEdit | None = None
        self.age = Muted()
        self.problem = Text(role="problem", wrap=True)
        self.problem.setVisible(False)
        self._on_record: dict[str, str] = {}
        self._flow_of_parts()
        self._watch()

    def answer(self, screening_id: int) -> Answer | None:
        """Return the answer, or None while it is blank.

        Raises:
            RuleViolation: a part of it cannot be read.
        """
        value = self.value.read()
        limit = self.upper_limit.optional_value() if self.upper_limit else None
        on = self.on.optional_value() if self.on else None
        detail = self.detail.text().strip() if self.detail else ""
        unit = self.unit.value() if self.unit else (self.item.units[0] if self.item.units else "")
        if not value and limit is None and on is None and not detail:
            return None
        return Answer(
            screening_id=screening_id, item=self.item.code, value=value, unit=unit, upper_limit=limit, on=on,
            detail=detail,
        )  # fmt: skip

    def show_answer(self, answer: Answer | None) -> None:
        """Show what is on record."""
        self.value.show_value(answer.value if answer else "")
        if self.unit:
            self.unit.set_value(answer.unit if answer and answer.unit else self.item.units[0])
        if self.upper_limit:
            self.upper_limit.set_value(answer.upper_limit if answer else None)
        if self.on:
            self.on.set_value(answer.on if answer else None)
        if self.detail:
            self.detail.setText(answer.detail if answer else "")
        self._on_record = self.typed()
        self._show_age()

    @property
    def is_pending(self) -> bool:
        """Tell whether something else is typed than is on record."""
        return self.typed() != self._on_record

    def typed(self) -> dict[str, str]:
        """Return what is typed, readable or not, for a draft."""
        parts = {
            "value": self.value.typed(),
            "unit": self.unit.value() if self.unit else "",
            "upper_limit": self.upper_limit.text() if self.upper_limit else "",
            "on": self.on.text() if self.on else "",
            "detail": self.detail.text() if self.detail else "",
        }
        return {part: text for part, text in parts.items() if text}

    def show_typed(self, parts: dict[str, str]) -> None:
        """Show what was typed before."""
        self.value.show_typed(parts.get("value", ""))
        if self.unit and parts.get("unit"):
            self.unit.set_value(parts["unit"])
        if self.upper_limit:
            self.upper_limit.setText(parts.get("upper_limit", ""))
        if self.on:
            self.on.line.setText(parts.get("on", ""))
        if self.detail:
            self.detail.setText(parts.get("detail", ""))

    def check(self) -> list[str]:
        """Say at the field what cannot be read; return it."""
        self.clear_problem()
        readings: list[Callable[[], object]] = [self.value.read]
        if self.upper_limit:
            readings.append(self.upper_limit.optional_value)
        if self.on:
            readings.append(self.on.optional_value)
        said: list[str] = []
        for reading in readings:
            try:
                reading()
            except RuleViolation as violation:
                said.append(str(violation))
                self.show_violation(violation)
        self.problem.setText("\n".join(said))
        return said

    def show_violation(self, violation: RuleViolation) -> None:
        """Show a refusal at the part that it is about."""
        part = self._part(violation.field)
        if isinstance(part, ShowsRefusal):
            part.show_refusal(violation)
        self.problem.setText(str(violation))
        self.problem.setVisible(True)
        line = part.focusProxy() or part
        set_state(line, "stop")
        line.setAccessibleDescription(str(violation))
        announce(line, str(violation))

    def clear_problem(self) -> None:
        """Take the problem away."""
        self.problem.clear()
        self.problem.setVisible(False)
        for part in self._parts():
            line = part.focusProxy() or part
            if line.property("state"):
                set_state(line, "")
                line.setAccessibleDescription("")

    def begin(self) -> None:
        """Go to the part that is wrong, or to the value."""
        wrong = (part.focusProxy() or part for part in self._parts())
        first = next((line for line in wrong if line.property("state") == "stop"), self.value.first())
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _part(self, field: str | None) -> QWidget:
        if self.upper_limit and field == self.upper_limit.objectName():
            return self.upper_limit
        if self.on and field == self.on.objectName():
            return self.on
        return self.value

    def _parts(self) -> list[QWidget]:
        return [part for part in (self.value, self.upper_limit, self.on, self.detail) if part is not None]

    def _flow_of_parts(self) -> None:
        item, label = self.item, self.label
        parts = QWidget()
        flow = QHBoxLayout(parts) if self._bare else FlowLayout(gap=16, line_gap=6, level_tops=True, parent=parts)
        flow.setContentsMargins(0, 0, 0, 0)
        if not self._bare:
            keep_height(parts)
        self.value.setObjectName(item.code)
        self.value.setAccessibleName(label)
        units = [(unit, unit_words(unit)) for unit in item.units]
        flow.addWidget(beside(self.value, units[0][1] if len(units) == 1 else ""))
        if len(units) > 1:
            self.unit = OneLineChoice(units, chosen=item.units[0])
            self.unit.setAccessibleName(_("{label}, unit", label=label))
            flow.addWidget(self.unit)
        if item.asks_upper_limit:
            self.upper_limit = NumberField(places=item.places, name=f"{item.code}_uln")
            self.upper_limit.setAccessibleName(_("{label}, upper limit of normal", label=label))
            flow.addWidget(beside(self.upper_limit, before=_("Upper limit of normal")))
        if item.asks_day:
            self.on = DayField(self._today, name=f"{item.code}_on")
            self.on.setAccessibleName(_("{label}, day of the sample", label=label))
            flow.addWidget(beside(self.on, before=_("Measured on") if item.units == (PRESSURE,) else _("Sampled on")))
            self.age.setMinimumHeight(32)
            flow.addWidget(self.age)
        if item.asks_detail:
            self.detail = QLineEdit()
            self.detail.setPlaceholderText(_("Details"))
            self.detail.setAccessibleName(_("{label}, details", label=label))
            wide = SHORT_DETAIL if self._bare else DETAIL
            self.detail.setMinimumWidth(self.fontMetrics().horizontalAdvance("n") * wide)
            flow.addWidget(self.detail)
        caption = Text(label, wrap=True)
        caption.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        caption.setBuddy(self.value.first())
        caption.setMinimumHeight(32)
        caption.setFixedWidth(self.fontMetrics().horizontalAdvance("n") * LABEL_CHARACTERS)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        if self._bare:
            set_shown(caption, False)
            grid.setHorizontalSpacing(0)
        grid.addWidget(caption, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(parts, 0, 1)
        grid.addWidget(self.problem, 1, 1)

    def _watch(self) -> None:
        self.value.changed.connect(self.changed)
        if self.unit:
            self.unit.changed.connect(self.changed)
        if self.on:
            self.on.changed.connect(self._on_day)
        for line in (self.upper_limit, self.detail):
            if line is not None:
                line.textChanged.connect(lambda _text: self.changed.emit())

    def _on_day(self) -> None:
        self._show_age()
        self.changed.emit()

    def _show_age(self) -> None:
        try:
            on = self.on.optional_value() if self.on else None
        except RuleViolation:
            on = None
        self.age.setText(age_words(on, self._today()) if on else "")


def beside(widget: QWidget, after: str = "", before: str = "") -> QWidget:
    """Put words beside a field, level with its first line."""
    cell = QWidget()
    row = QHBoxLayout(cell)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for part in (Text(before) if before else None, widget, Text(after) if after else None):
        if part is None:
            continue
        if isinstance(part, Text):
            part.setMinimumHeight(32)
        row.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
    cell.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
    return cell
