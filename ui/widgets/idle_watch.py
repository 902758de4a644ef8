"""Notices when nobody is at the desk any more."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

NOTICE_S: Final = 30
_SIGNS: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


def awake_seconds() -> float:
    """Return seconds that go on counting while the computer sleeps: a desk that slept is a desk left alone."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()  # of the other systems it counts sleep already


class IdleWatch(QObject):
    """An event filter for the whole application that counts the seconds without any key or movement."""

    counting = Signal(int)
    """Emitted each second of the last ones, with how many are left."""
    resumed = Signal()
    """Emitted when somebody moves after the counting began."""
    expired = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        limit_s: float,
        notice_s: float = NOTICE_S,
        seconds: Callable[[], float] = awake_seconds,
    ) -> None:
        super().__init__(parent)
        self._limit_s, self._notice_s, self._seconds = limit_s, notice_s, seconds
        self._last = seconds()
        self._told = False
        self._tick = QTimer(self, interval=1_000)
        self._tick.timeout.connect(self.look)

    def set_limit(self, limit_s: float) -> None:
        """Expire after so many seconds from now on."""
        self._limit_s = limit_s

    def start(self) -> None:
        """Begin to count."""
        self._last, self._told = self._seconds(), False
        self._tick.start()

    def stop(self) -> None:
        """Count no more."""
        self._tick.stop()

    def look(self) -> None:
        """Tell how long nobody has moved, when that matters."""
        left = self._limit_s - (self._seconds() - self._last)
        if left <= 0:
            self.stop()
            self.expired.emit()
        elif left <= self._notice_s:
            self._told = True
            self.counting.emit(max(1, round(left)))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take every sign of life, and let it pass."""
        if event.type() in _SIGNS and self._tick.isActive():
            self._last = self._seconds()
            if self._told:
                self._told = False
                self.resumed.emit()
        return False
