"""Word of each change of the study, as a signal that screens listen to."""

from __future__ import annotations

from collections.abc import Callable
from enum import Flag
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

Change = TypeVar("Change", bound=Flag)


class Notifier(QObject):
    """Emits `changed` with the study's `Changes`, on the window's thread whatever thread changed it."""

    changed = Signal(object)

    def follow(self, listeners: list[Callable[[Change], None]]) -> Callable[[], None]:
        """Listen to a study through its `listeners`; return how to stop."""
        listeners.append(self.changed.emit)

        def stop() -> None:
            if self.changed.emit in listeners:
                listeners.remove(self.changed.emit)

        return stop

    def call(self, wanted: Flag, refresh: Callable[[], object]) -> None:
        """Call `refresh` after each change that has any of the wanted flags."""

        def on_changed(changes: Flag) -> None:
            if changes & wanted:
                refresh()

        self.changed.connect(on_changed)
