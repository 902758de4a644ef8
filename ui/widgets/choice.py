"""One of a few: radio buttons with nothing chosen until somebody chooses."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLayout, QRadioButton, QWidget

from ui.widgets.flow import FlowLayout, keep_height


class Choice(QWidget):
    """Radio buttons in a line; a code stands behind each word."""

    changed = Signal()

    def __init__(
        self,
        options: Sequence[tuple[str, str]],
        *,
        chosen: str = "",
        wraps: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._buttons: dict[str, QRadioButton] = {}
        self._group = QButtonGroup(self)
        line: QLayout = FlowLayout(gap=16, parent=self) if wraps else QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        if wraps:
            keep_height(self)
        for code, word in options:
            button = self._buttons[code] = QRadioButton(word)
            button.setAccessibleName(word)
            self._group.addButton(button)
            line.addWidget(button)
        if self._buttons:
            self.setFocusProxy(next(iter(self._buttons.values())))
        self.set_value(chosen)
        self._group.buttonToggled.connect(self._on_toggled)

    def value(self) -> str:
        """Return the code chosen, or nothing."""
        return next((code for code, button in self._buttons.items() if button.isChecked()), "")

    def set_value(self, code: str) -> None:
        """Choose one, or none."""
        if code in self._buttons:
            self._buttons[code].setChecked(True)
            return
        self._group.setExclusive(False)
        for button in self._buttons.values():
            button.setChecked(False)
        self._group.setExclusive(True)

    def button(self, code: str) -> QRadioButton:
        """Return the button of a code."""
        return self._buttons[code]

    def setAccessibleName(self, name: str) -> None:
        """Name the group, and with it each of its buttons."""
        super().setAccessibleName(name)
        for button in self._buttons.values():
            button.setAccessibleName(f"{name}, {button.text()}")

    def _on_toggled(self, _button: QRadioButton, checked: bool) -> None:  # noqa: FBT001  # Qt's own signal
        if checked:
            self.changed.emit()


class LineChoice(Choice):
    """A choice whose few short words never need a second line; a dialog keeps no room for one."""

    def sizeHint(self) -> QSize:
        """Return the room of one line."""
        layout = self.layout()
        hints = [button.sizeHint() for button in self._buttons.values()]
        width = layout.line_width() if isinstance(layout, FlowLayout) else 0
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSizeHint(self) -> QSize:
        """Return the same: it is not made narrower."""
        return self.sizeHint()
