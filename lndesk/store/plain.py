"""Writing tables in forms that any program reads: CSV, and a plain SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

BOM = "\N{BYTE ORDER MARK}"


class PlainFiles:
    """A folder with one CSV file a table, and one SQLite file with all of them."""

    def __init__(self, folder: Path, database: str) -> None:
        self._tables = folder / "tables"
        self._tables.mkdir()
        self._db = sqlite3.connect(folder / database, isolation_level=None)
        self._db.execute("pragma foreign_keys = off")  # the rows come table by table
        self._db.execute("begin")

    def add(self, table: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]]) -> int:
        """Write one table to both; return how many rows it had.

        Args:
            table: its name.
            columns: name and type of each column.
            rows: the values, in the order of the columns.
        """
        declared = ", ".join(f'"{name}" {kind}' for name, kind in columns)
        self._db.execute(f'create table "{table}" ({declared})')
        insert = f'insert into "{table}" values ({", ".join("?" * len(columns))})'  # noqa: S608  # names are ours
        count = 0
        with (self._tables / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
            stream.write(BOM + _line([name for name, _kind in columns]))
            for row in rows:
                stream.write(_line(row))
                self._db.execute(insert, row)
                count += 1
        return count

    def finish(self) -> None:
        """Have the SQLite file on the disk, whole."""
        self._db.execute("commit")
        self._db.execute("vacuum")

    def close(self) -> None:
        """Close the SQLite file."""
        self._db.close()


def write_csv(file: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write one CSV file as UTF-8 with its mark, so that spreadsheets read Chinese."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        stream.write(BOM + _line(header))
        stream.writelines(_line(row) for row in rows)


def _line(values: Iterable[Any]) -> str:
    return ",".join(_field(value) for value in values) + "\r\n"


def _field(value: Any) -> str:
    """Write a value; nothing at all and an empty text stay apart: one is bare, the other in quotes."""
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    return '"' + str(value).replace('"', '""') + '"'
