"""How somebody who waits is told how far long work is, and can stop it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from lndesk.domain.errors import Cancelled
from lndesk.i18n import Sentence

Stage = Literal["copying", "writing", "reading", "verifying", "exporting"]


def _untold(_stage: Stage, _done: int, _of: int) -> None:
    return None


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Watch:
    """Two callables, both called on the thread that does the work."""

    progress: Callable[[Stage, int, int], object] = _untold
    """Told the stage, how much of it is done, and of how much; 0 when nobody can know."""
    stopped: Callable[[], bool] = _never

    def tell(self, stage: Stage, done: int, of: int) -> None:
        """Say how far the work is.

        Raises:
            Cancelled: the person has stopped it.
        """
        if self.stopped():
            raise Cancelled(Sentence("Stopped. Nothing half made was left."))
        self.progress(stage, done, of)


QUIET = Watch()
