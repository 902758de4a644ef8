"""All that follows from a move before anything is saved: each visit before and after, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from lndesk.domain.moving import MoveLine, MovePreview
from lndesk.i18n import _, day, ngettext, weekday_and_day
from ui.table_model import Column, Status
from ui.widgets.day_notes import Line, Notes
from ui.widgets.labels import Text
from ui.widgets.table import Table

_MOST_LINES: Final = 24
_LEAST_HEIGHT: Final = 190


class MovePreviewView(QWidget):
    """Shows a preview: the course as it would be, then what is wrong with what moves, in sentences."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: Table[MoveLine] = Table(
            _columns(),
            name=_("What follows"),
            empty=_("Enter the new day to see what follows from it."),
            key=lambda line: line.visit.id,
        )
        self.notes = Notes()
        self.contraception = Text(wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self.lines, self.contraception, self.notes):
            column.addWidget(part)
        column.addStretch(1)
        self.show_preview(None)

    def show_preview(self, preview: MovePreview | None) -> None:
        """Show another preview, or none."""
        lines = () if preview is None else preview.lines
        self.lines.set_rows(lines)
        self.lines.fit_height(least=3, most=_MOST_LINES)
        self.notes.show_lines([] if preview is None else list(_told(preview)))
        self.contraception.setText("" if preview is None else _contraception(preview))
        self.contraception.setVisible(bool(self.contraception.text()))
        self.changed.emit()


class PreviewArea(QScrollArea):
    """Gives a preview the height that it needs, and scrolls it where the screen has less."""

    def __init__(self, preview: MovePreviewView) -> None:
        super().__init__()
        self._preview = preview
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(_LEAST_HEIGHT)
        self.setWidget(preview)
        for part in (preview, self.viewport()):
            part.setAutoFillBackground(False)
        preview.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Return the size of the whole preview."""
        wide = self.viewport().width()
        return QSize(self._preview.sizeHint().width(), max(self._preview.heightForWidth(wide), _LEAST_HEIGHT))


def _columns() -> tuple[Column[MoveLine], ...]:
    return (
        Column[MoveLine](_("Visit"), lambda line: line.visit.label),
        Column[MoveLine](_("Now"), lambda line: day(line.day_before)),
        Column[MoveLine](_("Afterwards"), lambda line: weekday_and_day(line.day_after)),
        Column[MoveLine](_("What changes"), _change),
        Column[MoveLine](_("Window"), _window),
        Column[MoveLine](_("Gap"), _gap),
        Column[MoveLine](_("Status"), lambda line: _check(line)[0], status=lambda line: _check(line)[1],
                         tooltip=lambda line: "\n".join(str(problem) for problem in line.problems)),
    )  # fmt: skip


def _change(line: MoveLine) -> str:
    if line.books:
        return _("is booked")
    if line.visit.outcome is not None:
        return _("on record")
    if line.moved:
        return _("counted anew")
    return _("stays")


def _window(line: MoveLine) -> str:
    if line.visit.kind == "unscheduled":
        return ""
    return _("{first} to {last}", first=line.window_after.opens_on, last=line.window_after.closes_on)


def _gap(line: MoveLine) -> str:
    return "" if line.gap is None else ngettext("{n} day", "{n} days", line.gap.days)


def _check(line: MoveLine) -> tuple[str, Status | None]:
    if line.visit.outcome is not None:
        return "", None
    if line.gap is not None and line.gap.too_short:
        return _("Too early"), Status("stop")
    if not line.in_window and line.visit.kind != "unscheduled":
        return _("Outside window"), Status("warn")
    if any(note.closes for note in line.notes):
        return _("Site closed"), Status("warn", "calendar-x")
    if line.problems:
        return _("Look again"), Status("warn")
    return _("In time"), Status("ok")


def _told(preview: MovePreview) -> Iterator[Line]:
    for line in preview.lines:
        early = line.gap is not None and line.gap.too_short
        if line.visit.outcome is None and (line.books or early or not line.in_window):
            for problem in line.problems:
                yield "warn", _("{visit}: {what}", visit=line.visit.label, what=problem)


def _contraception(preview: MovePreview) -> str:
    before, after = preview.contraception_before, preview.contraception_after
    if after is None:
        return ""
    if before is None or before.on == after.on:
        return _("Contraception until {day}, as before.", day=after.on)
    return _("Contraception until {day}; until now {before}. {why}", day=after.on, before=before.on, why=after.why)
