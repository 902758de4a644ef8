"""How a dose was worked out, line by line, the volume to prepare above all."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from lndesk.domain.dose import Dose, Line
from lndesk.i18n import _
from ui.theme import tabular
from ui.widgets.labels import Role, Text

VOLUME: Final = "volume"


PREPARATION: Final = ("diluent", "concentration", "rate", "drops", "use_before")


class Derivation(QWidget):
    """The lines of a dose: what, how, what comes out, and that in words. It computes nothing."""

    def __init__(self, *, whole: bool = True, parent: QWidget | None = None) -> None:
        """Make the lines.

        Args:
            whole: show all lines; else only those up to the volume and what it delivers.
            parent: the page.
        """
        super().__init__(parent)
        self._left_out = () if whole else PREPARATION
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._rows: list[QWidget] = []

    def show_dose(self, dose: Dose | None) -> None:
        """Show another dose, or none."""
        _take_away(self._rows)
        lines = [] if dose is None else [line for line in dose.derivation if line.code not in self._left_out]
        self._rows = [_VolumeRow(line) if line.code == VOLUME else _LineRow(line) for line in lines]
        for row in self._rows:
            self._column.addWidget(row)
        self.setVisible(dose is not None)


class PreparationLines(QWidget):
    """The lines that the optional choices give, side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 4, 0, 0)
        self._line.setSpacing(24)
        self._cells: list[QWidget] = []
        self.setVisible(False)

    def show_dose(self, dose: Dose | None) -> None:
        """Show another dose, or none."""
        _take_away(self._cells)
        lines = [] if dose is None else [line for line in dose.derivation if line.code in PREPARATION]
        self._cells = [_Cell(line) for line in lines]
        for cell in self._cells:
            self._line.addWidget(cell, 1, Qt.AlignmentFlag.AlignTop)
        self.setVisible(bool(lines))


def _take_away(widgets: list[QWidget]) -> None:
    for widget in widgets:
        widget.hide()
        widget.setParent(None)
        widget.deleteLater()
    widgets.clear()


class _Cell(QWidget):
    """One line as a column: what, what comes out, how."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Text(str(line.label), "body"))
        result = Text(str(line.result), "strong")
        result.setFont(tabular(result.font()))
        column.addWidget(result)
        column.addWidget(_how(line))
        if line.words is not None:
            column.addWidget(Text(str(line.words), "muted"))


class _LineRow(QWidget):
    """What and what comes out; below, how and that in words."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        grid = _grid(self)
        grid.addWidget(Text(str(line.label), "body"), 0, 0)
        grid.addWidget(_figures(str(line.result), "strong"), 0, 1)
        grid.addWidget(_how(line), 1, 0)
        if line.words is not None:
            grid.addWidget(_figures(str(line.words), "muted"), 1, 1)


class _VolumeRow(QFrame):
    """The one figure that the page is about."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self.setProperty("part", "volume")
        grid = _grid(self)
        grid.setContentsMargins(12, 6, 12, 6)
        grid.addWidget(Text(_("VOLUME TO PREPARE"), "strong"), 0, 0, Qt.AlignmentFlag.AlignBottom)
        grid.addWidget(_figures(str(line.result), "figure"), 0, 1)
        grid.addWidget(_how(line), 1, 0)
        if line.words is not None:
            grid.addWidget(_figures(str(line.words), "muted"), 1, 1)


def _grid(widget: QWidget) -> QGridLayout:
    grid = QGridLayout(widget)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(0)
    grid.setColumnStretch(0, 1)
    return grid


def _how(line: Line) -> Text:
    working = Text(str(line.working), "muted", wrap=True)
    working.setFont(tabular(working.font()))
    return working


def _figures(text: str, role: Role) -> Text:
    label = Text(text, role)
    label.setFont(tabular(label.font()))
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label
