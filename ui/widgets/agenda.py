"""Visits as lists: of one day, of the coming weeks, and those without a booked day."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lndesk.i18n import _, day, weekday_and_day
from lndesk.queries.calendar import CalendarRow
from ui.table_model import Column
from ui.widgets.table import Table
from ui.widgets.visit_words import full_name, short_visit_name, state_of

VisitTable = Table[CalendarRow]


def day_table(parent: QWidget | None = None) -> VisitTable:
    """Return the list of one day's visits."""
    columns = (_patient(short=True), _visit(short=True), _state())
    return Table(columns, name=_("Visits of the day"), empty=_("No visits on this day."), key=_key, parent=parent)


def unbooked_table(parent: QWidget | None = None) -> VisitTable:
    """Return the list of the visits that need a day."""
    target = Column[CalendarRow](_("In time until"), lambda row: day(row.visit.closes_on))
    columns = (_patient(short=True), _visit(short=True), target, _state())
    empty = _("Every visit of the next four weeks has its day.")
    return Table(columns, name=_("Without a booked day"), empty=empty, key=_key, parent=parent)


def agenda_table(parent: QWidget | None = None) -> VisitTable:
    """Return the list of the coming weeks."""
    columns = (
        Column[CalendarRow](_("Day"), lambda row: weekday_and_day(row.visit.day)),
        _patient(),
        Column[CalendarRow](_("Subject ID"), lambda row: row.patient.subject_id),
        _visit(),
        _state(),
    )
    return Table(columns, name=_("Agenda"), empty=_("No visits in these four weeks."), key=_key, parent=parent)


def _patient(*, short: bool = False) -> Column[CalendarRow]:
    def said(row: CalendarRow) -> str:
        return f"{row.patient.han_name} {row.patient.subject_id}" if short else full_name(row.patient)

    return Column(_("Patient"), said, tooltip=lambda row: full_name(row.patient))


def _visit(*, short: bool = False) -> Column[CalendarRow]:
    def said(row: CalendarRow) -> str:
        return short_visit_name(row.visit) if short else row.visit.label

    return Column(_("Visit"), said, tooltip=lambda row: row.visit.why)


def _state() -> Column[CalendarRow]:
    return Column(_("Status"), lambda row: state_of(row).word, status=lambda row: state_of(row).status)


def _key(row: CalendarRow) -> int | None:
    return row.visit.id
