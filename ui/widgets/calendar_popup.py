"""A month to pick a day from, opened beside a date field and gone afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import QDate, QLocale, QPoint, Qt
from PySide6.QtWidgets import QCalendarWidget, QFrame, QVBoxLayout, QWidget

from lndesk.i18n import _, language
from ui.theme import tokens


class CalendarPopup(QFrame):
    """Shows one month, Monday first; a click or Enter picks, Esc closes."""

    def __init__(self, parent: QWidget, shown: dt.date, on_picked: Callable[[dt.date], object]) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._on_picked = on_picked
        self.calendar = QCalendarWidget()
        # The program's language, not the machine's, names the months and the weekdays.
        self.calendar.setLocale(QLocale("zh_CN" if language() == "zh_CN" else "en_GB"))
        self.calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.setAccessibleName(_("Calendar"))
        self.calendar.setSelectedDate(QDate(shown.year, shown.month, shown.day))
        self.calendar.setMinimumWidth(self.calendar.fontMetrics().horizontalAdvance("0") * 48)
        for weekend in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            # Qt paints weekends red, which is kept for what must stop.
            weekend_format = self.calendar.weekdayTextFormat(weekend)
            weekend_format.setForeground(tokens().color("text_muted"))
            self.calendar.setWeekdayTextFormat(weekend, weekend_format)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self.calendar)
        self.calendar.clicked.connect(self._pick)
        self.calendar.activated.connect(self._pick)

    def open_below(self, field: QWidget) -> None:
        """Open under a field, on the screen whole."""
        self.adjustSize()
        at = field.mapToGlobal(QPoint(0, field.height() + 2))
        room = field.screen().availableGeometry()
        at.setX(max(room.left(), min(at.x(), room.right() - self.width())))
        if at.y() + self.height() > room.bottom():
            at.setY(field.mapToGlobal(QPoint(0, 0)).y() - self.height() - 2)
        self.move(at)
        self.show()
        self.calendar.setFocus()

    def _pick(self, picked: QDate) -> None:
        self.close()
        self._on_picked(dt.date(picked.year(), picked.month(), picked.day()))
