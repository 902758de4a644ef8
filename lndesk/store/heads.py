"""The head of the chain, kept beside a site's file, so that acts cut off its end are missed.

It has a file of its own: written with every save, it must never put the keys file at risk.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Head:
    """The last act that was acknowledged: its number and its hash."""

    act_id: int
    hash: str


def head_file(store: Path) -> Path:
    """Return where the head of a site's file is kept."""
    return store.with_name(store.name + ".head")


def write_head(store: Path, head: Head) -> None:
    """Keep the head, in one step and without waiting for the disk: after a power cut it may be old, never wrong."""
    fresh = store.with_name(store.name + ".head.new")
    fresh.write_text(json.dumps({"act": head.act_id, "hash": head.hash}), encoding="utf-8")
    fresh.replace(head_file(store))


def read_head(store: Path) -> Head | None:
    """Return the head that was kept, or None when there is none that can be read."""
    try:
        content = json.loads(head_file(store).read_text(encoding="utf-8"))
        return Head(int(content["act"]), str(content["hash"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
