"""Failed sign-ins beside a site's file, so that the waits they cause survive a restart."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from lndesk.domain.waiting import Tries
from lndesk.store.files import write_whole


def tries_file(store: Path) -> Path:
    """Return where the failed sign-ins of a site's file are kept."""
    return store.with_name(store.name + ".tries")


def read_tries(store: Path) -> Tries:
    """Return the failed sign-ins since the last good one; a damaged file counts as none."""
    try:
        content = json.loads(tries_file(store).read_text(encoding="utf-8"))
        return Tries(int(content["failed"]), dt.datetime.fromisoformat(content["last"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Tries(0, None)


def write_tries(store: Path, tries: Tries) -> None:
    """Keep the failed sign-ins."""
    if tries.last_at is None:
        tries_file(store).unlink(missing_ok=True)
        return
    content = {"failed": tries.failed, "last": tries.last_at.isoformat()}
    write_whole(tries_file(store), json.dumps(content).encode())
