"""Keeps what is typed in a form, a moment after each change, so that closing or a kill loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer

from lndesk.domain.errors import StoreProblem
from lndesk.study import Study

PAUSE_MS: Final = 400


class DraftKeeper(QObject):
    """Saves one draft of the signed-in person; `kept` is called after each save."""

    def __init__(
        self,
        study: Study,
        kind: str,
        subject: str,
        read: Callable[[], dict[str, Any]],
        kept: Callable[[], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._study, self._kind, self._subject = study, kind, subject
        self._read, self._kept = read, kept
        self._login = study.who.login
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._save)

    def draft(self) -> dict[str, Any] | None:
        """Return what was kept before."""
        return self._study.draft(self._kind, self._subject)

    def touch(self, *_what_changed: object) -> None:
        """Note that something changed."""
        self._timer.start()

    def save(self) -> None:
        """Save now, if anything changed since the last time."""
        if self._timer.isActive():
            self._timer.stop()
            self._save()

    def drop(self) -> None:
        """Forget the draft: it was sent, or is not wanted."""
        self._timer.stop()
        self._study.drop_draft(self._kind, self._subject)

    def _save(self) -> None:
        if self._study.who.login != self._login:
            return  # somebody else has the desk: what the first one typed was kept when it was locked
        try:
            self._study.save_draft(self._kind, self._subject, self._read())
        except StoreProblem:
            self._timer.start()  # the form still holds everything: try again
        else:
            self._kept()
