"""Records as they stood at an earlier act, whatever was corrected since."""

from __future__ import annotations

import json
from typing import TypeVar

from lndesk.store.codecs import from_kept, get
from lndesk.store.database import value
from lndesk.store.driver import Database

Record = TypeVar("Record")


def act_of(db: Database, table: str, row_id: int) -> int:
    """Return the act that made a row.

    Raises:
        LookupError: none did.
    """
    act_id = value(db, "select min(act_id) from row_change where table_name = ? and row_id = ?", [table, row_id])
    if act_id is None:
        raise LookupError(table, row_id)
    return int(act_id)


def as_it_was(db: Database, kind: type[Record], table: str, row_id: int, *, act_id: int) -> Record:
    """Return a record as an act left it.

    Raises:
        LookupError: there is no such row.
    """
    before = value(
        db,
        "select before from row_change where table_name = ? and row_id = ? and act_id > ? order by id limit 1",
        [table, row_id, act_id],
    )
    return get(db, kind, table, row_id) if before is None else from_kept(kind, json.loads(before))
