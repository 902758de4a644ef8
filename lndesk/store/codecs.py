"""Records into rows and back: decimals as text, days ISO, instants UTC with the local offset beside them."""

from __future__ import annotations

import datetime as dt
import types
import typing
from collections.abc import Hashable, Mapping
from dataclasses import fields
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from lndesk.domain.quantity import plain
from lndesk.store.database import one, rows
from lndesk.store.driver import Database

Record = TypeVar("Record")
OFFSET = "_offset_min"


def to_row(record: Any) -> dict[str, object]:
    """Return the columns of a record, without its id."""
    row: dict[str, object] = {}
    for name in _hints(type(record)):
        if name != "id":
            row |= _encoded(name, getattr(record, name))
    return row


def from_row(kind: type[Record], row: Mapping[str, Any]) -> Record:
    """Return the record that a row holds."""
    return kind(**{name: _decoded(hint, name, row) for name, hint in _hints(kind).items()})


def from_kept(kind: type[Record], row: Mapping[str, Any]) -> Record:
    """Return the record that an act kept; what a later step added to the table was null then."""
    added = {name: None for name in _hints(kind) if name not in row}
    return from_row(kind, {**row, **added})


def encode_instant(instant: dt.datetime) -> tuple[str, int]:
    """Return an aware instant as UTC text to the microsecond, and the minutes its clock was ahead of UTC."""
    offset = instant.utcoffset()
    if offset is None:
        raise TypeError(instant)
    text = instant.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return f"{text}Z", int(offset.total_seconds() // 60)


def decode_instant(text: str, offset_min: int) -> dt.datetime:
    """Return an instant as the clock at the desk showed it."""
    return dt.datetime.fromisoformat(text).astimezone(dt.timezone(dt.timedelta(minutes=offset_min)))


def insert(db: Database, table: str, record: Any) -> int:
    """Add a record to a table that exists; return its new id."""
    row = to_row(record)
    names = ", ".join(f'"{name}"' for name in row)
    places = ", ".join("?" for _ in row)
    cursor = db.conn.execute(f'insert into "{table}" ({names}) values ({places})', list(row.values()))  # noqa: S608  # names are ours
    return int(cursor.lastrowid or 0)


def update(db: Database, table: str, row_id: int, **changes: object) -> None:
    """Change columns of one row.

    Raises:
        LookupError: there is no such row.
    """
    columns: dict[str, object] = {}
    for name, content in changes.items():
        columns |= _encoded(name, content)
    settings = ", ".join(f'"{name}" = ?' for name in columns)
    done = db.conn.execute(f'update "{table}" set {settings} where id = ?', [*columns.values(), row_id])  # noqa: S608
    if done.rowcount != 1:
        raise LookupError(table, row_id)


def get(db: Database, kind: type[Record], table: str, row_id: int) -> Record:
    """Return one record by its id.

    Raises:
        LookupError: there is no such row.
    """
    row = one(db, f'select * from "{table}" where id = ?', [row_id])  # noqa: S608
    if row is None:
        raise LookupError(table, row_id)
    return from_row(kind, row)


def select(
    db: Database, kind: type[Record], sql: str, parameters: Mapping[str, object] | typing.Sequence[object] = ()
) -> list[Record]:
    """Return the records that a query over one table gives."""
    return [from_row(kind, row) for row in rows(db, sql, parameters)]


def _hints(kind: type) -> dict[str, Any]:
    return _hints_once(typing.cast("Hashable", kind))


@cache
def _hints_once(kind: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {field.name: _bare(hints[field.name]) for field in fields(kind)}


def _bare(hint: Any) -> Any:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        (hint,) = (part for part in typing.get_args(hint) if part is not types.NoneType)
    return hint


def _encoded(name: str, content: object) -> dict[str, object]:
    match content:
        case dt.datetime():
            text, offset = encode_instant(content)
            return {name: text, name + OFFSET: offset}
        case dt.date():
            return {name: content.isoformat()}
        case Decimal():
            return {name: plain(content)}
        case bool():
            return {name: int(content)}
        case None | str() | int() | bytes():
            return {name: content}
    raise TypeError(name, type(content))  # a float here would be a wrong dose


def _decoded(hint: Any, name: str, row: Mapping[str, Any]) -> Any:
    content = row[name]
    if content is None:
        return None
    if hint is dt.datetime:
        return decode_instant(content, row[name + OFFSET])
    if hint is dt.date:
        return dt.date.fromisoformat(content)
    if hint is Decimal:
        return Decimal(content)
    return bool(content) if hint is bool else content
