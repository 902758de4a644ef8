"""Days of the agenda as the ward's list shows them."""

from __future__ import annotations

from collections.abc import Sequence

from lndesk.domain.patient import spaced_hospital_no
from lndesk.domain.sheet import Text
from lndesk.queries.agenda import AgendaDay
from lndesk.queries.calendar import CalendarRow
from lndesk.reports.calendar_entries import printed_status
from lndesk.reports.ward_list import WardDay, WardVisit


def ward_days(days: Sequence[AgendaDay], overdue: Sequence[CalendarRow] = ()) -> list[WardDay]:
    """Return the days with what the ward needs of each visit; what is overdue from before them comes first."""
    late = [row for row in overdue if row.visit.day < days[0].on]
    first = [WardDay(on=None, closed=None, visits=[_visit(row) for row in late])] if late else []
    return first + [WardDay(on=day.on, closed=_closed(day), visits=[_visit(row) for row in day.visits]) for day in days]


def _closed(day: AgendaDay) -> Text | None:
    note = next((note for note in day.notes if note.closes), None)
    return None if note is None else Text.spoken(lambda: note.text)


def _visit(row: CalendarRow) -> WardVisit:
    visit, patient = row.visit, row.patient
    waiting = visit.outcome is None and visit.kind != "unscheduled"
    return WardVisit(
        subject_id=patient.subject_id,
        hospital_no=spaced_hospital_no(patient.hospital_no),
        han_name=patient.han_name,
        latin_name=patient.latin_name,
        label=Text.spoken(lambda: visit.label),
        status=printed_status(row),
        booked=visit.booked_on is not None,
        opens=visit.opens_on if waiting else None,
        closes=visit.closes_on if waiting else None,
    )
