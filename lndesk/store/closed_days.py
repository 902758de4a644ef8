"""The days on which the site sees nobody, as rows, and all that decides whether a day is open."""

from __future__ import annotations

import datetime as dt

from lndesk.domain.open_days import ClosedDay, OpenDays
from lndesk.domain.protocol import CalendarRules
from lndesk.store.codecs import get, insert, select
from lndesk.store.driver import Database
from lndesk.store.visits import course, days_of_others


def add_closed_day(db: Database, day: ClosedDay) -> int:
    """Put a closed day on record."""
    return insert(db, "closed_day", day)


def closed_day(db: Database, closed_day_id: int) -> ClosedDay:
    """Return one closed day.

    Raises:
        LookupError: there is none of this id.
    """
    return get(db, ClosedDay, "closed_day", closed_day_id)


def remove_closed_day(db: Database, closed_day_id: int) -> None:
    """Take a closed day off the record; the acts keep what it was."""
    db.conn.execute("delete from closed_day where id = ?", [closed_day_id])


def closed_between(db: Database, first: dt.date, last: dt.date) -> list[ClosedDay]:
    """Return the closed days between two days, both included."""
    return select(
        db,
        ClosedDay,
        "select * from closed_day where closed_on between ? and ? order by closed_on",
        [first.isoformat(), last.isoformat()],
    )


def open_days(
    db: Database, rules: CalendarRules, first: dt.date, last: dt.date, *, patient_id: int = 0, visit_id: int = 0
) -> OpenDays:
    """Return what is known of the days between two days, both included.

    Args:
        db: the open file.
        rules: the protocol's values on the calendar.
        first: the first day.
        last: the last day.
        patient_id: the patient to be booked, who does not count among the others of a day.
        visit_id: the visit to be booked, which does not count among the patient's own; 0 leaves all of them out.
    """
    own = course(db, patient_id) if visit_id else []
    return OpenDays(
        rules=rules,
        closed={day.closed_on: day.reason for day in closed_between(db, first, last)},
        load=days_of_others(db, first, last, patient_id=patient_id),
        own=frozenset(visit.day for visit in own if visit.id != visit_id and visit.outcome in {None, "done"}),
    )
