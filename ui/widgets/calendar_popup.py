"""A month to pick a day from, opened beside a date field and gone afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import QDate, QLocale, QPoint, Qt
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from lndesk.i18n import _, language, month
from ui.theme import tokens
from ui.widgets.buttons import IconButton
from ui.widgets.labels import Strong

_WIDTH_IN_DIGITS = 44
_LINES = 7  # six weeks and their heading


class CalendarPopup(QFrame):
    """Shows one month, Monday first; a click or Enter picks, Esc closes."""

    def __init__(self, parent: QWidget, shown: dt.date, on_picked: Callable[[dt.date], object]) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._on_picked = on_picked
        self.calendar = _month_grid(shown)
        self.month = Strong()
        self.month.setAlignment(Qt.AlignmentFlag.AlignCenter)
        header = QHBoxLayout()
        header.addWidget(IconButton("chevron-left", _("Previous month"), self.calendar.showPreviousMonth))
        header.addWidget(self.month, 1)
        header.addWidget(IconButton("chevron-right", _("Next month"), self.calendar.showNextMonth))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(header)
        layout.addWidget(self.calendar)
        letters = self.fontMetrics()
        self.calendar.setMinimumSize(letters.horizontalAdvance("0" * _WIDTH_IN_DIGITS), _LINES * (letters.height() + 8))
        self.calendar.clicked.connect(self._pick)
        self.calendar.activated.connect(self._pick)
        self.calendar.currentPageChanged.connect(self._name_month)
        self._name_month(shown.year, shown.month)

    def open_below(self, field: QWidget) -> None:
        """Open under a field, whole on its screen."""
        self.adjustSize()
        at = field.mapToGlobal(QPoint(0, field.height() + 2))
        room = field.screen().availableGeometry()
        at.setX(max(room.left(), min(at.x(), room.right() - self.width())))
        if at.y() + self.height() > room.bottom():
            at.setY(field.mapToGlobal(QPoint(0, 0)).y() - self.height() - 2)
        self.move(at)
        self.show()
        self.calendar.setFocus()

    def _name_month(self, year: int, number: int) -> None:
        self.month.setText(month(dt.date(year, number, 1)))

    def _pick(self, picked: QDate) -> None:
        self.close()
        self._on_picked(dt.date(picked.year(), picked.month(), picked.day()))


def _month_grid(shown: dt.date) -> QCalendarWidget:
    grid = QCalendarWidget()
    # Qt's own bar has a spin box, and arrows that the dark theme hides.
    grid.setNavigationBarVisible(False)
    # The program's language, not the machine's, names the weekdays.
    grid.setLocale(QLocale("zh_CN" if language() == "zh_CN" else "en_GB"))
    grid.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
    grid.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
    grid.setAccessibleName(_("Calendar"))
    grid.setSelectedDate(QDate(shown.year, shown.month, shown.day))
    # Qt paints weekends red, which is kept for what must stop.
    muted = QTextCharFormat()
    muted.setForeground(tokens().color("text_muted"))
    for weekend in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
        grid.setWeekdayTextFormat(weekend, muted)
    return grid
