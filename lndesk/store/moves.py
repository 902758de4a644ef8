"""What follows from moving a visit, worked out from what is on record."""

from __future__ import annotations

import datetime as dt

from lndesk.domain.moving import MovePreview, move_preview
from lndesk.domain.protocol import Protocol
from lndesk.store import deviations, visits
from lndesk.store.closed_days import open_days
from lndesk.store.driver import Database


def preview(
    db: Database, protocol: Protocol, visit_id: int, *, to_on: dt.date, also_later: bool, today: dt.date
) -> MovePreview:
    """Return what follows from moving a visit; nothing is changed.

    Raises:
        LookupError: there is no such visit.
    """
    patient_id = visits.visit(db, visit_id).patient_id
    course = visits.course(db, patient_id)
    shift = abs(to_on - visits.visit(db, visit_id).day)
    first, last = (choose(visit.day for visit in course) for choose in (min, max))
    days = open_days(db, protocol.calendar, first - shift, last + shift, patient_id=patient_id)
    return move_preview(
        course,
        protocol,
        visit_id=visit_id,
        to_on=to_on,
        also_later=also_later,
        today=today,
        days=days,
        authorised=deviations.allowed_of(db, patient_id),
    )
