"""Backups that wait to be put on record: made beside an open window, by a job that may not write to its file.

A note is sealed with a key made from the site's own, so that nobody else can make the program believe in a backup.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lndesk.store.files import write_whole

SUFFIX = ".noted-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What is to be known of a backup."""

    file: str
    size_bytes: int
    sha256: str
    head: str
    acts: int
    target_id: int | None
    made_at: str

    @property
    def instant(self) -> dt.datetime:
        """Return when it was made."""
        return dt.datetime.fromisoformat(self.made_at)


def leave_note(store: Path, key: bytes, note: Note) -> None:
    """Leave a note beside a site's file.

    Raises:
        OSError: the folder takes no file.
    """
    content = asdict(note)
    place = store.with_name(f"{store.name}{SUFFIX}{note.sha256[:16]}")
    write_whole(place, json.dumps(content | {"seal": _seal(content, key)}).encode())


def notes(store: Path, key: bytes) -> list[tuple[Path, Note]]:
    """Return the notes that are sealed with the site's key, oldest first, each with the file that it lies in."""
    found = []
    for place in store.parent.glob(f"{store.name}{SUFFIX}*"):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            content = json.loads(place.read_text(encoding="utf-8"))
            seal = str(content.pop("seal"))
            if hmac.compare_digest(seal.encode(), _seal(content, key).encode()):
                note = Note(**content)
                found.append((note.instant, place, note))
    return [(place, note) for _at, place, note in sorted(found, key=lambda each: each[0])]


def drop_note(place: Path) -> None:
    """Remove a note: the backup is on record."""
    with contextlib.suppress(OSError):
        place.unlink(missing_ok=True)


def _seal(content: dict[str, Any], key: bytes) -> str:
    own = hmac.new(key, b"lndesk-note", hashlib.sha256).digest()
    return hmac.new(own, json.dumps(content, sort_keys=True).encode(), hashlib.sha256).hexdigest()
