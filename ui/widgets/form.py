"""Rows of labelled fields, each with room for the problem found in it."""

from __future__ import annotations

from typing import Literal, Protocol, TypeVar, runtime_checkable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from lndesk.domain.errors import RuleViolation
from ui.widgets.labels import Muted, Text
from ui.widgets.message import announce
from ui.widgets.state import set_state

Field = TypeVar("Field", bound=QWidget)


@runtime_checkable
class ShowsRefusal(Protocol):
    """A field that shows a refusal in its own way, such as a day with two readings."""

    def show_refusal(self, violation: RuleViolation) -> bool:
        """Show it, and say whether the text is shown too."""


class Form(QWidget):
    """Labelled fields, one a row. A field's name is the `field` of the refusals about it."""

    def __init__(self, *, labels: Literal["left", "above"] = "left", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels = labels
        self._fields: dict[str, QWidget] = {}
        self._captions: dict[str, Text] = {}
        self._problems: dict[str, Text] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)

    def add(self, name: str, label: str, field: Field, *, hint: str = "") -> Field:
        """Add a row with a field, and return the field."""
        field.setObjectName(name)
        unit = getattr(field, "unit", "")
        if not field.accessibleName():
            field.setAccessibleName(f"{label}, {unit}" if unit else label)
        caption = Text(label)
        caption.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        caption.setBuddy(_focus_of(field))
        self._fields[name], self._captions[name] = field, caption
        self._place(caption, self._cell(name, field, unit, hint))
        self._level(name)
        return field

    def add_row(self, label: str, widget: Field) -> Field:
        """Add a row that shows something and takes nothing."""
        if label:
            self._place(Text(label, "muted"), widget)
        else:  # an empty label would still take its room when the widget is hidden
            side = Qt.AlignmentFlag.AlignLeft if isinstance(widget, QAbstractButton) else Qt.AlignmentFlag(0)
            self._grid.addWidget(widget, self._grid.rowCount(), 0 if self._labels == "above" else 1, side)
        return widget

    def add_wide(self, widget: Field, *, name: str = "") -> Field:
        """Add a widget over the whole width; with a name, refusals are shown at it as at any field."""
        cell: QWidget = widget
        if name:
            widget.setObjectName(name)
            self._fields[name] = widget
            cell = self._cell(name, widget, "", "")
        self._grid.addWidget(cell, self._grid.rowCount(), 0, 1, 2)
        return widget

    def field(self, name: str) -> QWidget:
        """Return the field with this name."""
        return self._fields[name]

    def has(self, name: str | None) -> bool:
        """Say whether there is a field with this name."""
        return name in self._fields

    def problem(self, name: str) -> str:
        """Return the problem now shown at a field."""
        return self._problems[name].text()

    def show_problem(self, name: str, text: str) -> None:
        """Say at a field what is wrong with it, and go there."""
        self._tell(name, text)
        _focus_of(self._fields[name]).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_violation(self, violation: RuleViolation) -> bool:
        """Show a refusal at its field; say False when it is about no field here."""
        if violation.field is None or not self.has(violation.field):
            return False
        field = self._fields[violation.field]
        if isinstance(field, ShowsRefusal) and field.show_refusal(violation):
            _focus_of(field).setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.show_problem(violation.field, str(violation))
        return True

    def clear_problems(self) -> None:
        """Take all problems away."""
        for name, problem in self._problems.items():
            problem.clear()
            problem.setVisible(False)
            set_state(_focus_of(self._fields[name]), "")

    def set_visible(self, name: str, visible: bool) -> None:  # noqa: FBT001  # as Qt's own setVisible
        """Show or hide a row."""
        if name in self._captions:
            self._captions[name].setVisible(visible)
        cell = self._fields[name].parentWidget()
        if cell is not None:
            cell.setVisible(visible)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text size."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            for name in self._captions:
                self._level(name)

    def _level(self, name: str) -> None:
        # The label stands level with the first line of a field that may grow downwards.
        if self._labels == "left":
            self._captions[name].setMinimumHeight(_focus_of(self._fields[name]).sizeHint().height())

    def _place(self, caption: QLabel, cell: QWidget) -> None:
        row = self._grid.rowCount()
        if self._labels == "above":
            self._grid.addWidget(caption, row, 0, 1, 2)
            self._grid.addWidget(cell, row + 1, 0, 1, 2)
            return
        side = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(caption, row, 0, side)
        self._grid.addWidget(cell, row, 1)

    def _cell(self, name: str, field: QWidget, unit: str, hint: str) -> QWidget:
        cell = _Cell()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(field, 1)
        if unit:
            line.addWidget(Text(unit))
        if unit or field.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Maximum:
            line.addStretch(1)
        column.addLayout(line)
        if hint:
            column.addWidget(Muted(hint))
        problem = self._problems[name] = Text(role="problem", wrap=True)
        problem.setVisible(False)
        column.addWidget(problem)
        return cell

    def _tell(self, name: str, text: str) -> None:
        problem = self._problems[name]
        problem.setText(text)
        problem.setVisible(True)
        field = _focus_of(self._fields[name])
        set_state(field, "stop")
        field.setAccessibleDescription(text)
        announce(field, text)


class _Cell(QWidget):
    """A field with its unit, its hint and its problem."""


def _focus_of(field: QWidget) -> QWidget:
    return field.focusProxy() or field


def typed_in(widget: QWidget) -> tuple[str, ...]:
    """Return all that is typed, chosen and ticked in a widget, to tell whether it changed."""
    lines = [line.text() for line in widget.findChildren(QLineEdit)]
    texts = [text.toPlainText() for text in widget.findChildren(QPlainTextEdit)]
    chosen = [str(box.currentIndex()) for box in widget.findChildren(QComboBox)]
    ticked = [str(button.isChecked()) for button in widget.findChildren(QAbstractButton) if button.isCheckable()]
    return (*lines, *texts, *chosen, *ticked)
