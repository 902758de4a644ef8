"""Visits as the printed month shows them."""

from __future__ import annotations

from collections.abc import Sequence

from lndesk.domain.course import CourseVisit
from lndesk.domain.sheet import Text
from lndesk.i18n import _
from lndesk.queries.calendar import CalendarRow
from lndesk.reports.month_calendar import CalendarEntry
from lndesk.reports.visit_marks import VisitStatus

PRINTED: dict[str, VisitStatus] = {
    "done": "done",
    "missed": "missed",
    "not_given": "missed",
    "cancelled": "missed",
    "arrived": "in_progress",
    "upcoming": "planned",
    "open": "planned",
    "overdue": "overdue",
}


def calendar_entries(rows: Sequence[CalendarRow]) -> list[CalendarEntry]:
    """Return the entries of a printed month; a window is drawn for what is still to come."""
    return [_entry(row) for row in rows]


def printed_status(row: CalendarRow) -> VisitStatus:
    """Return the state that a visit is printed in."""
    return "in_progress" if row.in_progress else PRINTED[row.status]


def _entry(row: CalendarRow) -> CalendarEntry:
    visit = row.visit
    waiting = visit.outcome is None
    return CalendarEntry(
        day=visit.day,
        subject_id=row.patient.subject_id,
        name=row.patient.han_name,
        label=Text.spoken(lambda: _printed_label(visit)),
        status=printed_status(row),
        opens=visit.opens_on if waiting else None,
        closes=visit.closes_on if waiting else None,
    )


def _printed_label(visit: CourseVisit) -> str:
    # Paper lies about: it does not name the arm of a single-blind trial.
    return _("Visit {n}", n=visit.number) if visit.kind == "control" else visit.label
