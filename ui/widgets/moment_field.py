"""Entry of one instant: a day and a time of 24 hours, typed or taken from the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from lndesk.domain.day_entry import parse_clock
from lndesk.i18n import _, clock
from ui.widgets.buttons import Button
from ui.widgets.day_field import DayField
from ui.widgets.short_line import ShortLine

_DIGITS = 6


class MomentField(QWidget):
    """A date field, a time field and a button for now."""

    changed = Signal()

    def __init__(self, now: Callable[[], dt.datetime], *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self.day = DayField(lambda: now().date())
        self.time = ShortLine(_DIGITS)
        self.time.setPlaceholderText(_("hh:mm"))
        self.time.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.now = Button(_("Now"), lambda: self.set_value(now()), icon_name="clock")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.day, self.time, self.now):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch(1)
        self.setFocusProxy(self.day.line)
        self.setObjectName(name)
        self.day.changed.connect(self.changed)
        self.time.textChanged.connect(lambda _text: self.changed.emit())

    def value(self) -> dt.datetime:
        """Return the instant, with its offset from UTC.

        Raises:
            RuleViolation: the day or the time cannot be read.
        """
        self.day.setObjectName(self.objectName())
        day = self.day.value()
        return _local(dt.datetime.combine(day, parse_clock(self.time.text(), field=self.objectName())), self._now())

    def optional_value(self) -> dt.datetime | None:
        """Return the instant, or None when neither day nor time is typed.

        Raises:
            RuleViolation: one of them is missing or cannot be read.
        """
        return self.value() if self.day.text().strip() or self.time.text().strip() else None

    def set_value(self, value: dt.datetime | None) -> None:
        """Show an instant that is already known."""
        self.day.set_value(None if value is None else value.date())
        self.time.setText("" if value is None else clock(value))

    def setAccessibleName(self, name: str) -> None:
        """Name both lines and the button, each for itself."""
        super().setAccessibleName(name)
        self.day.setAccessibleName(_("{name}, day", name=name))
        self.time.setAccessibleName(_("{name}, time", name=name))
        self.now.setAccessibleName(_("{name}, now", name=name))


def _local(naive: dt.datetime, now: dt.datetime) -> dt.datetime:
    # This machine's zone knows summer time; a clock set elsewhere, as in a test, keeps its own offset.
    machine = now.replace(tzinfo=None).astimezone()
    return naive.astimezone() if machine.utcoffset() == now.utcoffset() else naive.replace(tzinfo=now.tzinfo)
