"""Visits as lists: of one day, of the coming weeks, and those without a booked day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from PySide6.QtWidgets import QWidget

from lndesk.domain.open_days import DayNote
from lndesk.i18n import N_, _, day, weekday_and_day
from lndesk.queries.agenda import AgendaDay
from lndesk.queries.calendar import CalendarRow
from ui.table_model import Column, Status
from ui.widgets.message import joined
from ui.widgets.table import Table
from ui.widgets.visit_words import full_name, short_visit_name, state_of

VisitTable = Table[CalendarRow]
Row = TypeVar("Row")
_WEEKENDS = frozenset({"weekend"})
DAY_WORDS: Final[dict[str, str]] = {
    "site_closed": N_("Site closed"),
    "holiday": N_("Holiday"),
    "weekend": N_("Weekend"),
    "working_weekend": N_("Working weekend"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaLine:
    """One visit on its day, or a closed day that has none; what is worth knowing of the day stands beside it."""

    on: dt.date
    row: CalendarRow | None
    notes: tuple[DayNote, ...]

    @property
    def note(self) -> str:
        """Return all that is worth knowing of the day."""
        return joined(*(str(note.text) for note in self.notes))

    @property
    def closed(self) -> bool:
        """Tell whether the site is closed."""
        return any(note.closes for note in self.notes)


AgendaTable = Table[AgendaLine]


def agenda_lines(days: Sequence[AgendaDay]) -> Iterator[AgendaLine]:
    """Give the lines of some days; a weekend that nobody comes on needs none."""
    for item in days:
        notes = tuple(note for note in item.notes if note.code in DAY_WORDS)
        rows: Sequence[CalendarRow | None] = item.visits
        if not rows and item.closed and not {note.code for note in item.notes if note.closes} <= _WEEKENDS:
            rows = (None,)
        for row in rows:
            yield AgendaLine(on=item.on, row=row, notes=notes)


def day_table(parent: QWidget | None = None) -> VisitTable:
    """Return the list of one day's visits."""
    columns = (_patient(_row, short=True), _visit(_row, short=True), _state(_row))
    return Table(columns, name=_("Visits of the day"), empty=_("No visits on this day."), key=_key, parent=parent)


def unbooked_table(parent: QWidget | None = None) -> VisitTable:
    """Return the list of the visits that need a day."""
    target = Column[CalendarRow](_("In time until"), lambda row: day(row.visit.closes_on))
    columns = (_patient(_row, short=True), _visit(_row, short=True), target, _state(_row))
    empty = _("Every visit of the next four weeks has its day.")
    return Table(columns, name=_("Without a booked day"), empty=empty, key=_key, parent=parent)


def agenda_table(parent: QWidget | None = None) -> AgendaTable:
    """Return the list of the coming weeks."""
    columns = (
        Column[AgendaLine](_("Day"), lambda line: weekday_and_day(line.on)),
        _patient(_of_line, short=True),
        _visit(_of_line),
        _state(_of_line),
        Column[AgendaLine](_("The day"), _day_word, status=_shape, tooltip=lambda line: line.note),
    )
    return Table(columns, name=_("Agenda"), empty=_("No visits in these four weeks."), key=_line_key, parent=parent)


Find = Callable[[Row], CalendarRow | None]


def _row(row: CalendarRow) -> CalendarRow | None:
    return row


def _of_line(line: AgendaLine) -> CalendarRow | None:
    return line.row


def _patient(find: Find[Row], *, short: bool = False) -> Column[Row]:
    def said(item: Row) -> str:
        row = find(item)
        if row is None:
            return ""
        return f"{row.patient.han_name} {row.patient.subject_id}" if short else full_name(row.patient)

    def tip(item: Row) -> str:
        row = find(item)
        return "" if row is None else full_name(row.patient)

    return Column(_("Patient"), said, tooltip=tip)


def _visit(find: Find[Row], *, short: bool = False) -> Column[Row]:
    def said(item: Row) -> str:
        row = find(item)
        if row is None:
            return ""
        return short_visit_name(row.visit) if short else row.visit.label

    def tip(item: Row) -> str:
        row = find(item)
        return "" if row is None else row.visit.why

    return Column(_("Visit"), said, tooltip=tip)


def _state(find: Find[Row]) -> Column[Row]:
    def said(item: Row) -> str:
        row = find(item)
        return "" if row is None else state_of(row).word

    def shape(item: Row) -> Status | None:
        row = find(item)
        return None if row is None else state_of(row).status

    return Column(_("Status"), said, status=shape)


def _day_word(line: AgendaLine) -> str:
    return _(DAY_WORDS[line.notes[0].code]) if line.notes else ""


def _shape(line: AgendaLine) -> Status | None:
    if not line.notes:
        return None
    return Status("warn", "calendar-x") if line.closed else Status("info")


def _key(row: CalendarRow) -> int | None:
    return row.visit.id


def _line_key(line: AgendaLine) -> object:
    return line.row.visit.id if line.row else line.on
