"""A temperature excursion: what it touched waits until the investigator decides."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Excursion:
    """When the storage left its limits, what the logger read, and the investigator's decision."""

    id: int | None = None
    began_at: dt.datetime
    ended_at: dt.datetime
    reading: str
    reason: str
    recorded_by: str
    recorded_at: dt.datetime
    usable: bool | None = None
    decision: str | None = None
    decided_by: str | None = None
    decided_at: dt.datetime | None = None


def check_excursion(excursion: Excursion) -> Excursion:
    """Check what is recorded of an excursion.

    Raises:
        RuleViolation: the times cannot be, or the reading is missing.
    """
    if excursion.ended_at < excursion.began_at:
        raise RuleViolation(Sentence("The excursion cannot end before it began."), field="ended_at")
    if excursion.ended_at > excursion.recorded_at:
        raise RuleViolation(Sentence("{instant} is in the future.", instant=excursion.ended_at), field="ended_at")
    if not excursion.reading.strip():
        raise RuleViolation(Sentence("Enter what the logger read, with its unit."), field="reading")
    return excursion
