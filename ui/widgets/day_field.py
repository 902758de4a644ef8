"""Entry of one day: blank until someone types it, read strictly, echoed in full."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from lndesk.domain.day_entry import AmbiguousDay, age_in_years, parse_day
from lndesk.domain.errors import RuleViolation
from lndesk.i18n import _, day, weekday_and_day
from ui.widgets.buttons import Button, IconButton
from ui.widgets.calendar_popup import CalendarPopup
from ui.widgets.labels import Caption
from ui.widgets.short_line import ShortLine

_DIGITS = 14


class DayField(QWidget):
    """A line for a date, with its echo below; a date that could be two days offers both as buttons."""

    changed = Signal()

    def __init__(
        self, today: Callable[[], dt.date], *, age: bool = False, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._today = today
        self._age = age
        self.setObjectName(name)
        self.line = ShortLine(_DIGITS)
        self.line.setPlaceholderText(_("dd-Mmm-yyyy"))
        self.open_calendar = IconButton("calendar-days", _("Pick the day in a calendar"), self._open_calendar)
        self.echo = Caption()
        self._offered: list[Button] = []
        self._choices = QHBoxLayout()
        self._choices.setSpacing(8)
        self._choices.addStretch(1)
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self.line, 1)
        line.addWidget(self.open_calendar)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.echo)
        column.addLayout(self._choices)
        self.echo.setVisible(False)
        self.setFocusProxy(self.line)
        self.line.textChanged.connect(self._on_typed)
        self.line.editingFinished.connect(self._on_left)

    def text(self) -> str:
        """Return what is typed."""
        return self.line.text()

    def value(self) -> dt.date:
        """Return the day.

        Raises:
            AmbiguousDay: it could be two days.
            RuleViolation: it is no day.
        """
        return parse_day(self.line.text(), self._today(), field=self.objectName() or None)

    def optional_value(self) -> dt.date | None:
        """Return the day, or None when nothing is typed.

        Raises:
            RuleViolation: what is typed is no day, or two.
        """
        return self.value() if self.line.text().strip() else None

    def set_value(self, value: dt.date | None) -> None:
        """Show a day that is already known."""
        self.line.setText("" if value is None else day(value))

    def choices(self) -> tuple[Button, ...]:
        """Return the buttons that now offer two readings; none when nothing is unclear."""
        return tuple(self._offered)

    def show_refusal(self, violation: RuleViolation) -> bool:
        """Offer both readings of an unclear day; other refusals are the form's to show."""
        if isinstance(violation, AmbiguousDay):
            self._offer(violation)
            return True
        return False

    def setAccessibleName(self, name: str) -> None:
        """Name the line, which is what has the focus."""
        super().setAccessibleName(name)
        self.line.setAccessibleName(name)

    def _on_typed(self) -> None:
        self._withdraw_offer()
        try:
            typed = self.optional_value()
        except RuleViolation:
            typed = None
        self._show_echo("" if typed is None else self._in_full(typed))
        self.changed.emit()

    def _on_left(self) -> None:
        try:
            typed = self.optional_value()
        except AmbiguousDay as ambiguous:
            self._offer(ambiguous)
        except RuleViolation as violation:
            self._show_echo(str(violation))
        else:
            # A step such as +1m would mean another day tomorrow: write down the day it meant.
            self.set_value(typed)

    def _offer(self, ambiguous: AmbiguousDay) -> None:
        self._withdraw_offer()
        self._show_echo(str(ambiguous))
        for reading in ambiguous.readings:
            button = Button(weekday_and_day(reading), partial(self._choose, reading))
            self._offered.append(button)
            self._choices.insertWidget(self._choices.count() - 1, button)

    def _withdraw_offer(self) -> None:
        for button in self._offered:
            button.hide()
            button.deleteLater()
        self._offered.clear()

    def _choose(self, chosen: dt.date) -> None:
        self.set_value(chosen)
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _in_full(self, value: dt.date) -> str:
        full = weekday_and_day(value)
        if not self._age or value > self._today():
            return full
        years = age_in_years(value, self._today())
        return _("{day} ({age} y)", day=full, age=years)

    def _show_echo(self, text: str) -> None:
        self.echo.setText(text)
        self.echo.setVisible(bool(text))

    def _open_calendar(self) -> None:
        try:
            shown = self.optional_value() or self._today()
        except RuleViolation:
            shown = self._today()
        CalendarPopup(self, shown, self._choose).open_below(self.line)
