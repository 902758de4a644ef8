"""“Print and export” of the calendar: the papers of the day, week, month and year, the downtime kit, the iCalendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from lndesk.domain.errors import LnDeskError
from lndesk.i18n import _, month, weekday_and_day
from lndesk.study import Study
from ui.dialogs.export_calendar import ExportCalendarDialog
from ui.dialogs.paper_preview import PaperPreviewDialog


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: what the menu calls it, its title, its file and how it is made."""

    label: str
    title: str
    file_name: str
    make: Callable[[], bytes]


class CalendarPapers(QMenu):
    """Lists the papers for a day and a year; each opens as a preview first."""

    said = Signal(str)
    refused = Signal(object)

    def __init__(self, study: Study, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Print and export"))
        self._study, self._page = study, parent

    def open_below(self, button: QWidget, on: dt.date, year: int) -> None:
        """Offer the papers of a day and of a year, below a button."""
        self.offer(on, year)
        corner = button.mapToGlobal(QPoint(button.width() - self.sizeHint().width(), button.height()))
        self.popup(corner)
        self.setActiveAction(self.actions()[0])

    def offer(self, on: dt.date, year: int) -> None:
        """Fill the menu for a day and a year."""
        self.clear()
        for paper in self._papers(on, year):
            self.addAction(paper.label).triggered.connect(lambda _checked=False, it=paper: self._show(it))
        self.addSeparator()
        self.addAction(_("iCalendar file")).triggered.connect(self._export)

    def _papers(self, on: dt.date, year: int) -> list[Paper]:
        study, day = self._study, weekday_and_day(on)
        monday = on - dt.timedelta(days=on.weekday())
        return [
            Paper(_("Month: {month}", month=month(on)), month(on), f"lndesk-{on:%Y-%m}.pdf",
                  lambda: study.month_pdf(on)),
            Paper(_("Week from {day}", day=monday), _("Week from {day}", day=monday), f"lndesk-week-{monday}.pdf",
                  lambda: study.week_pdf(on)),
            Paper(_("Day: {day}", day=day), day, f"lndesk-day-{on}.pdf", lambda: study.day_pdf(on)),
            Paper(_("The cohort's year: {year}", year=str(year)), _("The cohort's year: {year}", year=str(year)),
                  f"lndesk-{year}.pdf", lambda: study.cohort_pdf(year)),
            Paper(_("Downtime kit: the next 14 days and blank forms"), _("Downtime kit"), "lndesk-downtime.pdf",
                  study.downtime_pdf),
        ]  # fmt: skip

    def _show(self, paper: Paper) -> None:
        try:
            pdf = paper.make()
        except LnDeskError as problem:
            self.refused.emit(problem)
            return
        dialog = PaperPreviewDialog(paper.title, pdf, paper.file_name, parent=self._page)
        dialog.finished.connect(lambda _result: dialog.deleteLater())
        dialog.open()

    def _export(self) -> None:
        dialog = ExportCalendarDialog(self._study, self._page)
        dialog.accepted.connect(lambda: self.said.emit(_("Saved {path}.", path=dialog.file)))
        dialog.finished.connect(lambda _result: dialog.deleteLater())
        dialog.open()
