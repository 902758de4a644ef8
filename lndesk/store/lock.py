"""One writer at a time: who has a site's file open, and since when."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from pathlib import Path

from filelock import FileLock, Timeout

from lndesk.domain.errors import StoreInUse, StoreProblem
from lndesk.i18n import Sentence


class WriterLock:
    """Held while a file is open for writing. The system frees it when the program ends, however it ends."""

    def __init__(self, store: Path) -> None:
        self._lock = FileLock(store.with_name(store.name + ".lock"), timeout=0)
        self._holder = store.with_name(store.name + ".holder")

    def take(self, *, who: str, station: str, at: dt.datetime) -> None:
        """Become the one writer.

        Raises:
            StoreInUse: somebody else is; says who, where and since when.
            StoreProblem: the folder cannot be written to.
        """
        content = {"who": who, "station": station, "since": at.isoformat()}
        try:
            self._lock.acquire()
            self._holder.write_text(json.dumps(content), encoding="utf-8")
        except Timeout as error:
            raise StoreInUse(self._told()) from error
        except OSError as error:
            self._lock.release()
            raise StoreProblem(
                Sentence("The folder {folder} cannot be written to.", folder=self._holder.parent)
            ) from error

    def free(self) -> None:
        """Let others write."""
        if self._lock.is_locked:
            with contextlib.suppress(OSError):  # the next to take the lock writes its own note
                self._holder.unlink(missing_ok=True)
            self._lock.release()

    def _told(self) -> Sentence:
        try:
            content = json.loads(self._holder.read_text(encoding="utf-8"))
            return Sentence(
                "{who} has this file open at {station} since {since}. Close it there first.",
                who=content["who"],
                station=content["station"],
                since=dt.datetime.fromisoformat(content["since"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return Sentence("Another window has this file open. Close it there first.")
