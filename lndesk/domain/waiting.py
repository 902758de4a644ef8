"""Growing waits after failed sign-ins."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

FREE_TRIES = 5
FIRST_WAIT_S = 60
LONGEST_WAIT_S = 3_600


@dataclass(frozen=True, slots=True)
class Tries:
    """How many sign-ins failed since the last good one, and when the last of them was."""

    failed: int
    last_at: dt.datetime | None

    def wait(self, now: dt.datetime) -> dt.timedelta:
        """Return how long it is until the next try; a clock that was set back does not shorten it."""
        if self.failed < FREE_TRIES or self.last_at is None:
            return dt.timedelta(0)
        whole = dt.timedelta(seconds=min(FIRST_WAIT_S * 2 ** min(self.failed - FREE_TRIES, 16), LONGEST_WAIT_S))
        passed = max(now - self.last_at, dt.timedelta(0))
        return max(whole - passed, dt.timedelta(0))

    def by(self, now: dt.datetime) -> Tries:
        """Count from now when the last failure lies ahead: the clock was wrong then, and nobody waits a year for it."""
        return Tries(self.failed, now) if self.last_at is not None and self.last_at > now else self

    def one_more(self, now: dt.datetime) -> Tries:
        """Count another failure."""
        return Tries(self.failed + 1, now)
