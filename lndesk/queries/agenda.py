"""The visits of the days ahead, day by day, with what closes a day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from lndesk.domain.open_days import DayNote
from lndesk.queries.calendar import CalendarRow, calendar_rows
from lndesk.queries.planning import open_days
from lndesk.store.driver import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaDay:
    """One day: what is worth knowing of it, and its visits."""

    on: dt.date
    notes: tuple[DayNote, ...]
    visits: tuple[CalendarRow, ...]

    @property
    def closed(self) -> bool:
        """Tell whether the site is closed."""
        return any(note.closes for note in self.notes)


def agenda(db: Database, first: dt.date, days: int, *, today: dt.date) -> list[AgendaDay]:
    """Return so many days from a first one on, each with its visits."""
    last = first + dt.timedelta(days=days - 1)
    known = open_days(db, first, last)
    found = defaultdict(list)
    for row in calendar_rows(db, first, last, today=today):
        found[row.visit.day].append(row)
    span = (first + dt.timedelta(days=n) for n in range(days))
    return [AgendaDay(on=on, notes=known.notes(on), visits=tuple(found[on])) for on in span]
