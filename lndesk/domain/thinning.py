"""Which backups may go: all of some days stay, then one a week, then one a month for ever."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence

ALL_DAYS, WEEKLY_DAYS = 7, 92
LONGEST_DAYS = 36_500


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepRule:
    """How long every backup is kept, and how long one a week. One a month is kept for ever."""

    all_days: int = ALL_DAYS
    weekly_days: int = WEEKLY_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One verified backup at one target."""

    id: int
    made_at: dt.datetime


def check_rule(rule: KeepRule) -> KeepRule:
    """Return a rule that keeps at least a day of all and does not end the weekly ones before them.

    Raises:
        RuleViolation: it keeps less, or a number cannot be.
    """
    if not 1 <= rule.all_days <= LONGEST_DAYS:
        raise RuleViolation(Sentence("Keep every backup for at least 1 day."), field="all_days")
    if not rule.all_days <= rule.weekly_days <= LONGEST_DAYS:
        raise RuleViolation(
            Sentence("Keep one backup a week at least as long as every backup, {n} days.", n=rule.all_days),
            field="weekly_days",
        )
    return rule


def superfluous(copies: Iterable[Copy], today: dt.date, rule: KeepRule) -> tuple[Copy, ...]:
    """Return what may go, oldest first. The newest is never among it, nor the newest of a week or month that counts."""
    ordered = sorted(copies, key=lambda copy: (copy.made_at, copy.id))
    newest_of = {_span(copy, today, rule): copy for copy in ordered}  # a later one takes an earlier one's place
    kept = {copy.id for copy in newest_of.values()} | {copy.id for copy in ordered[-1:]}
    return tuple(copy for copy in ordered if copy.id not in kept)


def _span(copy: Copy, today: dt.date, rule: KeepRule) -> tuple[object, ...]:
    day = copy.made_at.date()
    age = (today - day).days
    if age < rule.all_days:  # one of the future, by a clock that was wrong, stays as well
        return ("each", copy.id)
    if age < rule.weekly_days:
        return ("week", *day.isocalendar()[:2])
    return ("month", day.year, day.month)
