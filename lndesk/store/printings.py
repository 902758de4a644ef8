"""Prints of sheets, as rows."""

from __future__ import annotations

from lndesk.domain.printing import Printing
from lndesk.store.codecs import from_row, get, insert, select, update
from lndesk.store.database import one
from lndesk.store.driver import Database
from lndesk.store.preparations import Sheet


def add_printing(db: Database, printing: Printing) -> int:
    """Put a print on record."""
    return insert(db, "printing", printing)


def printing(db: Database, printing_id: int) -> Printing:
    """Return one print.

    Raises:
        LookupError: there is none of this id.
    """
    return get(db, Printing, "printing", printing_id)


def set_outcome(db: Database, printing_id: int, outcome: str) -> None:
    """Note how a print came out."""
    update(db, "printing", printing_id, outcome=outcome)


def printings_of(db: Database, sheet_id: int) -> list[Printing]:
    """Return the prints of a sheet, oldest first."""
    return select(db, Printing, "select * from printing where sheet_id = ? order by id", [sheet_id])


def sheet_by_hash(db: Database, sha256: str) -> tuple[Sheet, Printing | None] | None:
    """Return the sheet whose issued bytes, or a print of which, have a hash."""
    row = one(db, "select * from sheet where sha256 = ?", [sha256])
    if row is not None:
        return from_row(Sheet, row), None
    found = one(db, "select * from printing where sha256 = ? order by id limit 1", [sha256])
    if found is None:
        return None
    kept = from_row(Printing, found)
    return get(db, Sheet, "sheet", kept.sheet_id), kept
