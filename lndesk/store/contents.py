"""Bytes kept once, by their SHA-256: printed sheets. What names them lies in a guarded table; they never change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from lndesk.domain.errors import StoreProblem
from lndesk.i18n import Sentence
from lndesk.store.database import one, rows, value
from lndesk.store.driver import Database

NAMED_BY = ("printing", "sheet_file")
"""The guarded tables whose rows name a content by its hash."""


def keep_content(db: Database, content: bytes) -> tuple[int, str]:
    """Keep some bytes inside the open act; return their id and their hash."""
    sha256 = hashlib.sha256(content).hexdigest()
    db.conn.execute("insert into content (sha256, bytes) values (?, ?) on conflict do nothing", [sha256, content])
    return int(value(db, "select id from content where sha256 = ?", [sha256])), sha256


def content(db: Database, sha256: str) -> bytes | None:
    """Return the bytes of a hash, or None where none are kept.

    Raises:
        StoreProblem: they are not the bytes that were kept.
    """
    row = one(db, "select id, bytes from content where sha256 = ?", [sha256])
    if row is None:
        return None
    found = bytes(row["bytes"])
    if hashlib.sha256(found).hexdigest() != sha256:
        raise StoreProblem(Sentence("content, row {id}: the bytes were changed.", id=row["id"]))
    return found


def faults(db: Database) -> Iterator[Sentence]:
    """Name what is changed, gone, or kept although no record names it."""
    named = {
        (row["content_id"], row["sha256"])
        for table in NAMED_BY
        for row in rows(db, f"select content_id, sha256 from {table}")  # noqa: S608  # names are ours
    }
    kept = rows(db, "select id, sha256, bytes from content order by id")
    for row in kept:
        if hashlib.sha256(row["bytes"]).hexdigest() != row["sha256"]:
            yield Sentence("content, row {id}: the bytes were changed.", id=row["id"])
        elif (row["id"], row["sha256"]) not in named:
            yield Sentence("content, row {id}: no record names it.", id=row["id"])
    for _content_id, sha256 in sorted(named - {(row["id"], row["sha256"]) for row in kept}):
        yield Sentence("content: the bytes {sha256} are gone.", sha256=sha256[:12])
