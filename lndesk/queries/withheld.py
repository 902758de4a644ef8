"""Rows as they leave the file without telling who the patients are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from lndesk.queries.audit_lines import coded, hidden_names
from lndesk.store.database import rows
from lndesk.store.dictionary import identifying
from lndesk.store.driver import Database

WITHHELD = "withheld"


class Veil:
    """Leaves out what identifies, and puts the Subject ID in the place of each name and Hospital No. in a text."""

    def __init__(self, db: Database) -> None:
        self._identifying = identifying()
        self._names = frozenset(name for table, name in self._identifying if table in {"patient", "consent"})
        self._hidden = tuple(hidden_names(db))

    def row(self, table: str, columns: Sequence[str], values: Sequence[Any]) -> list[Any]:
        """Return a row as it may leave."""
        of_table = str(values[columns.index("table_name")]) if table == "row_change" else ""
        return [self._value(table, column, value, of_table) for column, value in zip(columns, values, strict=True)]

    def _value(self, table: str, column: str, value: Any, of_table: str) -> Any:
        if value is None or isinstance(value, int):
            return value
        if (table, column) in self._identifying:
            return WITHHELD if value else value
        if table == "row_change" and column in {"before", "after"}:
            return self._json(value, frozenset(name for other, name in self._identifying if other == of_table))
        if (table, column) in {("act", "inputs"), ("day_close", "items")}:
            return self._json(value, self._names | {"snapshot"})
        return coded(str(value), self._hidden)

    def _json(self, text: str, names: frozenset[str]) -> str:
        try:
            content = json.loads(text)
        except ValueError:
            return coded(text, self._hidden)
        return json.dumps(self._inner(content, names), ensure_ascii=False, sort_keys=True)

    def _inner(self, content: Any, names: frozenset[str]) -> Any:
        match content:
            case dict():
                return {
                    name: WITHHELD if name in names and inner else self._inner(inner, names)
                    for name, inner in content.items()
                }
            case list():
                return [self._inner(inner, names) for inner in content]
            case str():
                return coded(content, self._hidden)
        return content


def table_rows(db: Database, table: str) -> tuple[list[str], Any]:
    """Return the columns of a table, and a cursor over its rows in their order."""
    columns = [row["name"] for row in rows(db, f"pragma table_info('{table}')")]
    order = ", ".join(f'"{name}"' for name in (["id"] if "id" in columns else columns))
    return columns, db.conn.execute(f'select * from "{table}" order by {order}')  # noqa: S608  # names are ours
