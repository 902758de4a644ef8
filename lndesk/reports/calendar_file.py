"""Visits as an iCalendar file (RFC 5545): whole days, stable names, and the same bytes until something changes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lndesk.i18n import Sentence, day, speaking
from lndesk.queries.events import CalendarEvent

if TYPE_CHECKING:
    from icalendar import Event

ONE_DAY = dt.timedelta(days=1)
OFF = frozenset({"missed", "not_given", "cancelled"})


def calendar_file(events: Sequence[CalendarEvent], *, store_id: str, names: bool, language: str) -> bytes:
    """Compose the file.

    An event's UID comes from the site, the patient and the visit's code, so that a second import changes the events of
    the first and adds none. SEQUENCE counts the changes of the visit, and both stamps are the instant of the last one.

    Args:
        events: every visit that is or was on the calendar.
        store_id: the number of the site's file.
        names: whether patients are named; the Subject ID alone otherwise.
        language: which language it speaks.
    """
    from icalendar import Calendar  # heavy: time zones

    calendar = Calendar()
    calendar.add("prodid", "-//lndesk//visits//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    with speaking(language):
        for item in events:
            calendar.add_component(_event(item, store_id, names=names))
    return bytes(calendar.to_ical())


def _event(item: CalendarEvent, store_id: str, *, names: bool) -> Event:
    from icalendar import Event

    visit, patient = item.visit, item.patient
    event = Event()
    event.add("uid", f"{uuid.uuid5(uuid.NAMESPACE_OID, f'{store_id}/{visit.patient_id}/{visit.code}')}@lndesk")
    event.add("dtstamp", item.changed_at.astimezone(dt.UTC))
    event.add("last-modified", item.changed_at.astimezone(dt.UTC))
    event.add("sequence", item.changes - 1)
    event.add("dtstart", visit.day)
    event.add("dtend", visit.day + ONE_DAY)  # the first day that is not in it any more
    who = f"{patient.subject_id} {patient.han_name} {patient.latin_name}" if names else patient.subject_id
    event.add("summary", f"{who}: {visit.label}")
    event.add("description", _description(item))
    event.add("status", _status(item))
    event.add("transp", "TRANSPARENT")
    event.add("class", "CONFIDENTIAL")
    return event


def _description(item: CalendarEvent) -> str:
    visit = item.visit
    if visit.outcome == "done":
        return str(Sentence("Took place."))
    if visit.kind == "unscheduled":
        return str(Sentence("Not asked for by the protocol."))
    window = Sentence("Window {opens} to {closes}.", opens=day(visit.opens_on), closes=day(visit.closes_on))
    return str(window) if visit.booked_on is not None else f"{Sentence('No day is booked.')} {window}"


def _status(item: CalendarEvent) -> str:
    if item.gone or item.visit.outcome in OFF:
        return "CANCELLED"
    return "CONFIRMED" if item.visit.booked_on is not None or item.visit.outcome == "done" else "TENTATIVE"
