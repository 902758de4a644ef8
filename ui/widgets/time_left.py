"""How long the cells may still be given: counts down on screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from lndesk.i18n import _, clock
from ui.widgets.message import InlineMessage

SOON: Final = dt.timedelta(minutes=30)
_EVERY_MS: Final = 1_000


class TimeLeft(InlineMessage):
    """A note that becomes a warning half an hour before the limit, and a stop when it has passed."""

    def __init__(self, now: Callable[[], dt.datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._now = now
        self._limit: dt.datetime | None = None
        self._said: tuple[str, str] | None = None
        self._tick = QTimer(self, interval=_EVERY_MS)
        self._tick.timeout.connect(self.refresh)

    def show_limit(self, limit: dt.datetime | None) -> None:
        """Count down to another instant, or to none."""
        self._limit, self._said = limit, None
        if limit is None:
            self._tick.stop()
            self.clear()
            return
        self._tick.start()
        self.refresh()

    def refresh(self) -> None:
        """Say how much is left, when that has changed."""
        if self._limit is None:
            return
        left = self._limit - self._now()
        if left <= dt.timedelta(0):
            said = ("stop", _("The infusion had to end before {time}.", time=clock(self._limit)))
        else:
            hours, minutes = divmod(-(-int(left.total_seconds()) // 60), 60)
            words = _("Use before {time}: {hours} h {minutes} min left.", time=clock(self._limit), hours=hours,
                      minutes=minutes)  # fmt: skip
            said = ("warn" if left <= SOON else "info", words)
        if said != self._said:
            self._said = said
            self.show_message("stop" if said[0] == "stop" else "warn" if said[0] == "warn" else "info", said[1])
