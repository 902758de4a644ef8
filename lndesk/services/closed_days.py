"""Commands on the days on which the site sees nobody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from lndesk.domain.errors import RuleViolation
from lndesk.domain.open_days import ClosedDay, check_closure
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction
from lndesk.services.corrections import AT_THE_DESK
from lndesk.store import closed_days


@dataclass(frozen=True, kw_only=True)
class AddClosedDays(Command):
    """Note that the site sees nobody from one day to another, both included. What is booked there stays booked."""

    roles: ClassVar = AT_THE_DESK

    first_on: dt.date
    last_on: dt.date
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Check the days and write those that are not closed already."""
        check_closure(self.first_on, self.last_on, self.reason, today=tx.today)
        known = {day.closed_on for day in closed_days.closed_between(tx.db, self.first_on, self.last_on)}
        span = [self.first_on + dt.timedelta(days=n) for n in range((self.last_on - self.first_on).days + 1)]
        new = [on for on in span if on not in known]
        if not new:
            raise RuleViolation(Sentence("These days are closed already."), field="first_on")
        for on in new:
            closed_days.add_closed_day(
                tx.db, ClosedDay(closed_on=on, reason=self.reason.strip(), added_by=tx.who.name, added_at=tx.now)
            )
        return Changes.CLOSED_DAYS


@dataclass(frozen=True, kw_only=True)
class RemoveClosedDay(Command):
    """Open a closed day again."""

    roles: ClassVar = AT_THE_DESK

    closed_day_id: int
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Take the day off the record; the act keeps it and why."""
        closed_days.closed_day(tx.db, self.closed_day_id)
        if not self.reason.strip():
            raise RuleViolation(Sentence("Give the reason."), field="reason")
        closed_days.remove_closed_day(tx.db, self.closed_day_id)
        return Changes.CLOSED_DAYS
