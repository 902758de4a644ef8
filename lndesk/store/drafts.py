"""What somebody has typed and not yet sent, kept in the encrypted file so that a kill loses nothing."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from lndesk.store.codecs import encode_instant
from lndesk.store.database import one, rows, writing
from lndesk.store.driver import Database


def save_draft(db: Database, login: str, kind: str, subject: str, content: dict[str, Any], *, now: dt.datetime) -> None:
    """Keep a draft, in the place of the one before."""
    at, offset = encode_instant(now)
    text = json.dumps(content, ensure_ascii=False)
    with writing(db):
        db.conn.execute(
            "insert into draft (login, kind, subject, content, saved_at, saved_at_offset_min)"
            " values (?, ?, ?, ?, ?, ?) on conflict (login, kind, subject) do update set content = excluded.content,"
            " saved_at = excluded.saved_at, saved_at_offset_min = excluded.saved_at_offset_min",
            [login, kind, subject, text, at, offset],
        )


def draft(db: Database, login: str, kind: str, subject: str) -> dict[str, Any] | None:
    """Return a draft."""
    row = one(db, "select content from draft where login = ? and kind = ? and subject = ?", [login, kind, subject])
    return None if row is None else dict(json.loads(row["content"]))


def drafts_of(db: Database, login: str) -> list[tuple[str, str]]:
    """Return the kinds and subjects of a person's drafts, newest first."""
    found = rows(db, "select kind, subject from draft where login = ? order by saved_at desc", [login])
    return [(row["kind"], row["subject"]) for row in found]


def drop_draft(db: Database, login: str, kind: str, subject: str) -> None:
    """Forget a draft: it was sent, or discarded by its author."""
    with writing(db):
        db.conn.execute("delete from draft where login = ? and kind = ? and subject = ?", [login, kind, subject])
