"""The marker that a medium carries, so that it is known whatever letter or folder the system gives it."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from lndesk.store.files import write_whole

MARKER = "lndesk-target.json"
MOUNTS = ("/run/media/*/*", "/media/*/*", "/media/*", "/mnt/*", "/Volumes/*")
State = Literal["present", "missing", "wrong", "unmarked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """Which target of which site a medium is. No name of a patient, no secret."""

    store_id: str
    target: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a target was looked for, and what is there."""

    state: State
    folder: Path | None = None
    other: Marker | None = None
    """The marker that lies there instead."""


def new_marker(store_id: str, name: str) -> Marker:
    """Return the marker of a new target."""
    return Marker(store_id=store_id, target=uuid.uuid4().hex, name=name)


def write_marker(folder: Path, marker: Marker) -> None:
    """Mark a medium.

    Raises:
        OSError: it cannot be written to.
    """
    write_whole(folder / MARKER, json.dumps({"format": 1, **asdict(marker)}, ensure_ascii=False, indent=1).encode())


def read_marker(folder: Path) -> Marker | None:
    """Return the marker of a medium, or None when there is none that can be read."""
    try:
        content = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        return Marker(
            store_id=str(content["store_id"]), target=str(content["target"]), name=str(content.get("name", ""))
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def look_for(marker: str, store_id: str, folder: Path, roots: Iterable[Path] | None = None) -> Found:
    """Look for a target where it was last, then at every other medium that is plugged in."""
    for place in (folder, *elsewhere(folder, tuple(mounts()) if roots is None else tuple(roots))):
        there = read_marker(place)
        if there is not None and (there.target, there.store_id) == (marker, store_id):
            return Found(state="present", folder=place)
    try:
        present = folder.is_dir()
    except OSError:
        present = False
    if not present:
        return Found(state="missing")
    other = read_marker(folder)
    return Found(state="unmarked" if other is None else "wrong", folder=folder, other=other)


def elsewhere(folder: Path, roots: Iterable[Path]) -> Iterator[Path]:
    """Give the same folder on each other medium, and the top of each."""
    roots = tuple(roots)
    tails = {folder.relative_to(root) for root in roots if folder.is_relative_to(root)} or {Path()}
    for root in roots:
        for place in (*(root / tail for tail in tails), root):
            if place != folder:
                yield place


def mounts() -> Iterator[Path]:
    """Give the tops of the media that are plugged in."""
    if sys.platform == "win32":
        yield from (Path(f"{letter}:\\") for letter in "DEFGHIJKLMNOPQRSTUVWXYZ")
        return
    for pattern in MOUNTS:
        yield from sorted(Path("/").glob(pattern[1:]))
