"""The data dictionary: what each table and each column of a site's file means, from one list."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from lndesk.settings import resources
from lndesk.store.codecs import OFFSET
from lndesk.store.database import rows
from lndesk.store.driver import Database

FORMATS = {"_at": "instant, UTC, ISO 8601", "_on": "day, YYYY-MM-DD", OFFSET: "minutes"}
EVERYWHERE = {"id": "Number of the record within its table."}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column in words."""

    table: str
    name: str
    form: str
    """`text`, `integer`, or a closer word."""
    identifies: bool
    """Whether it tells who a patient is."""
    description: str


def tables(db: Database) -> list[str]:
    """Return the tables of a file, by name."""
    found = rows(db, "select name from sqlite_master where type = 'table' order by name")
    return [row["name"] for row in found if not row["name"].startswith("sqlite_")]


def columns(db: Database, table: str) -> list[Column]:
    """Return the columns of a table in words, in their order.

    Raises:
        KeyError: the list lacks one.
    """
    return [_column(table, row["name"], row["type"]) for row in rows(db, f"pragma table_info('{table}')")]


def about(table: str) -> str:
    """Say what a table holds.

    Raises:
        KeyError: the list lacks it.
    """
    return str(_entries()[table]["about"])


def identifying() -> frozenset[tuple[str, str]]:
    """Return the columns that tell who a patient is, as table and column."""
    return frozenset(_identifying())


def _identifying() -> Iterator[tuple[str, str]]:
    for table, entry in _entries().items():
        for name, said in entry.items():
            if isinstance(said, dict) and said.get("identifies"):
                yield table, name


def _column(table: str, name: str, kind: str) -> Column:
    said = _said(table, name)
    form = next((word for end, word in FORMATS.items() if name.endswith(end)), kind.lower())
    return Column(
        table=table,
        name=name,
        form=form,
        identifies=isinstance(said, dict) and bool(said.get("identifies")),
        description=str(said["is"]) if isinstance(said, dict) else str(said),
    )


def _said(table: str, name: str) -> Any:
    entry = _entries()[table]
    if name in entry:
        return entry[name]
    if name in EVERYWHERE:
        return EVERYWHERE[name]
    if name.endswith(OFFSET) and name.removesuffix(OFFSET) in entry:
        return f"By how many minutes the clock at the desk was ahead of UTC at {name.removesuffix(OFFSET)}."
    raise KeyError(table, name)


@cache
def _entries() -> dict[str, dict[str, Any]]:
    return tomllib.loads((resources() / "dictionary.toml").read_text(encoding="utf-8"))
