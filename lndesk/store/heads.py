"""The head of the chain, kept beside a site's file, so that acts cut off its end are missed.

It has a file of its own: written with every save, it must never put the keys file at risk.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Head:
    """The last act that was acknowledged, its number and hash; and the one about to be, while it is being saved."""

    act_id: int
    hash: str
    coming: Head | None = None

    def covers(self, act_id: int, act_hash: str) -> bool:
        """Tell whether an act is not beyond what was acknowledged or about to be."""
        return act_id <= self.act_id or (self.coming is not None and (act_id, act_hash) == _place(self.coming))


def _place(head: Head) -> tuple[int, str]:
    return head.act_id, head.hash


def head_file(store: Path) -> Path:
    """Return where the head of a site's file is kept."""
    return store.with_name(store.name + ".head")


def drop_half_written(store: Path) -> None:
    """Remove what a kill left of a head that was being written; for the one writer only."""
    _fresh(store).unlink(missing_ok=True)


def write_head(store: Path, head: Head) -> None:
    """Keep the head, in one step and without waiting for the disk: after a power cut it may be old, never wrong."""
    fresh = _fresh(store)
    fresh.write_text(head_text(head), encoding="utf-8")
    fresh.replace(head_file(store))


def head_text(head: Head) -> str:
    """Return a head as its file says it."""
    return json.dumps(_as_kept(head))


def read_head(store: Path) -> Head | None:
    """Return the head that was kept, or None when there is none that can be read."""
    try:
        content = json.loads(head_file(store).read_text(encoding="utf-8"))
        coming = content.get("coming")
        return Head(
            int(content["act"]),
            str(content["hash"]),
            None if coming is None else Head(int(coming["act"]), str(coming["hash"])),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _fresh(store: Path) -> Path:
    return store.with_name(store.name + ".head.new")


def _as_kept(head: Head) -> dict[str, object]:
    content: dict[str, object] = {"act": head.act_id, "hash": head.hash}
    return content | {"coming": _as_kept(head.coming)} if head.coming else content
