"""What is known of the days ahead: which are open, which to book, and what follows from a move."""

from __future__ import annotations

import datetime as dt

from lndesk.domain.course import why_lines
from lndesk.domain.moving import MovePreview
from lndesk.domain.open_days import DayNote, OpenDays, Proposal, propose
from lndesk.i18n import Sentence
from lndesk.store import closed_days, deviations, infusions, protocols, visits
from lndesk.store.driver import Database
from lndesk.store.moves import preview


def open_days(db: Database, first: dt.date, last: dt.date) -> OpenDays:
    """Return what is known of the days between two days, both included."""
    return closed_days.open_days(db, protocols.current_version(db).parsed().calendar, first, last)


def day_notes(db: Database, visit_id: int, on: dt.date) -> tuple[DayNote, ...]:
    """Return what is worth knowing of a day before a visit is booked on it."""
    visit = visits.visit(db, visit_id)
    rules = protocols.current_version(db).parsed().calendar
    days = closed_days.open_days(db, rules, on, on, patient_id=visit.patient_id, visit_id=visit_id)
    return days.notes(on, infusion=visit.kind == "infusion")


def proposal(db: Database, visit_id: int, *, today: dt.date) -> Proposal:
    """Return the day to book for a visit, and why that one."""
    visit = visits.visit(db, visit_id)
    protocol = protocols.current_version(db).parsed()
    days = closed_days.open_days(
        db, protocol.calendar, visit.opens_on, visit.closes_on, patient_id=visit.patient_id, visit_id=visit_id
    )
    infusion = visit.kind == "infusion"
    earliest = today
    if infusion:
        before = [item for item in infusions.given_to(db, visit.patient_id) if item.infusion_no < visit.number]
        if before:
            gap = dt.timedelta(days=protocol.schedule.minimum_gap_days)
            allowed = deviations.allowed_from(db, visit_id)
            earliest = max(today, min(before[-1].happened_on + gap, allowed or dt.date.max))
    return propose(visit.window, visit.target_on, days, not_before=earliest, infusion=infusion)


def move_preview(db: Database, visit_id: int, to_on: dt.date, *, also_later: bool, today: dt.date) -> MovePreview:
    """Return all that follows from moving a visit, without changing anything."""
    protocol = protocols.current_version(db).parsed()
    return preview(db, protocol, visit_id, to_on=to_on, also_later=also_later, today=today)


def visit_why(db: Database, visit_id: int) -> tuple[Sentence, ...]:
    """Return why a visit lies where it lies, a sentence each."""
    visit = visits.visit(db, visit_id)
    return why_lines(visit, visits.course(db, visit.patient_id))
