"""The value of one answer, by its kind: an amount, yes or no, one of a few, classes, a day, or words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from lndesk.domain.answers import CLASSES, OTHER
from lndesk.domain.errors import RuleViolation
from lndesk.domain.items import NO, YES, Item
from lndesk.domain.quantity import plain
from lndesk.i18n import _
from ui.widgets.choice import Choice
from ui.widgets.day_field import DayField
from ui.widgets.flow import FlowLayout, keep_height
from ui.widgets.form import ShowsRefusal
from ui.widgets.number_field import NumberField


class AnswerValue(QWidget):
    """Holds one value, which is blank until somebody gives it."""

    changed = Signal()

    def __init__(self, field: QWidget) -> None:
        super().__init__()
        self.field = field
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(field)
        self.setFocusProxy(field.focusProxy() or field)

    def read(self) -> str:
        """Return the value in its stored form, or nothing while it is blank.

        Raises:
            RuleViolation: it cannot be read.
        """
        return self.typed()

    def typed(self) -> str:
        """Return what is typed or chosen."""
        raise NotImplementedError

    def show_typed(self, text: str) -> None:
        """Show what was typed or chosen before."""
        raise NotImplementedError

    def show_value(self, value: str) -> None:
        """Show a value that is on record."""
        self.show_typed(value)

    def first(self) -> QWidget:
        """Return what takes the focus."""
        return self.field.focusProxy() or self.field

    def show_refusal(self, violation: RuleViolation) -> bool:
        """Let the field show a refusal in its own way."""
        return isinstance(self.field, ShowsRefusal) and self.field.show_refusal(violation)

    def setObjectName(self, name: str) -> None:
        """Name the field inside too, since it is the one that refuses."""
        super().setObjectName(name)
        self.field.setObjectName(name)

    def setAccessibleName(self, name: str) -> None:
        """Name the field inside, which is what takes the focus."""
        super().setAccessibleName(name)
        self.field.setAccessibleName(name)


class _Amount(AnswerValue):
    def __init__(self, item: Item) -> None:
        self.line = NumberField(places=item.places)
        super().__init__(self.line)
        self.line.textChanged.connect(lambda _text: self.changed.emit())

    def read(self) -> str:
        value = self.line.optional_value()
        return "" if value is None else plain(value)

    def typed(self) -> str:
        return self.line.text()

    def show_typed(self, text: str) -> None:
        self.line.setText(text)


class OneLine(QWidget):
    """Ticks in a line, which asks for the room to stand in one."""

    def __init__(self, ticks: Sequence[QWidget], *, gap: int = 12) -> None:
        super().__init__()
        self._line = FlowLayout(gap=gap, parent=self)
        self._line.setContentsMargins(0, 0, 0, 0)
        keep_height(self)
        for tick in ticks:
            self._line.addWidget(tick)

    def sizeHint(self) -> QSize:
        """Return the room for one line."""
        return QSize(self._line.line_width(), self._line.heightForWidth(self._line.line_width()))


class OneLineChoice(Choice):
    """A choice beside other fields, which asks for the room to stand in one line."""

    def sizeHint(self) -> QSize:
        """Return the room for one line."""
        line = self.layout()
        if not isinstance(line, FlowLayout):
            return super().sizeHint()
        return QSize(line.line_width(), line.heightForWidth(line.line_width()))


class _OneOf(AnswerValue):
    def __init__(self, options: Sequence[tuple[str, str]]) -> None:
        self.choice = OneLineChoice(options)
        super().__init__(self.choice)
        self.choice.changed.connect(self.changed)

    def typed(self) -> str:
        return self.choice.value()

    def show_typed(self, text: str) -> None:
        self.choice.set_value(text)


class _Classes(AnswerValue):
    def __init__(self, separator: str = "+") -> None:
        self._separator = separator
        self.boxes = {code: QCheckBox(code) for code in CLASSES} | {OTHER: QCheckBox(_("Other"))}
        ticks = OneLine(list(self.boxes.values()))
        for box in self.boxes.values():
            box.toggled.connect(lambda _checked: self.changed.emit())
        ticks.setFocusProxy(self.boxes[CLASSES[0]])
        super().__init__(ticks)

    def typed(self) -> str:
        return self._separator.join(code for code, box in self.boxes.items() if box.isChecked())

    def show_typed(self, text: str) -> None:
        found = text.split(self._separator)
        for code, box in self.boxes.items():
            box.setChecked(code in found)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        for code, box in self.boxes.items():
            box.setAccessibleName(_("{what}, class {found}", what=name, found=code))


class _Day(AnswerValue):
    def __init__(self, today: Callable[[], dt.date]) -> None:
        self.day = DayField(today)
        super().__init__(self.day)
        self.day.changed.connect(self.changed)

    def read(self) -> str:
        on = self.day.optional_value()
        return "" if on is None else on.isoformat()

    def typed(self) -> str:
        return self.day.text()

    def show_typed(self, text: str) -> None:
        self.day.line.setText(text)

    def show_value(self, value: str) -> None:
        self.day.set_value(dt.date.fromisoformat(value) if value else None)


class _Words(AnswerValue):
    def __init__(self) -> None:
        self.line = QLineEdit()
        super().__init__(self.line)
        self.line.setMinimumWidth(self.line.fontMetrics().horizontalAdvance("n") * 30)
        self.line.textChanged.connect(lambda _text: self.changed.emit())

    def read(self) -> str:
        return self.line.text().strip()

    def typed(self) -> str:
        return self.line.text()

    def show_typed(self, text: str) -> None:
        self.line.setText(text)


def value_widget(item: Item, today: Callable[[], dt.date]) -> AnswerValue:
    """Return what takes the value of an item."""
    match item.kind:
        case "amount":
            return _Amount(item)
        case "flag":
            return _OneOf([(YES, _("Yes")), (NO, _("No"))])
        case "choice":
            return _OneOf([(code, _(word)) for code, word in item.choices])
        case "classes":
            return _Classes()
        case "day":
            return _Day(today)
        case _:
            return _Words()
