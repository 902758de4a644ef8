"""Frozen values into canonical JSON and back, exactly: one value has one text."""

from __future__ import annotations

import datetime as dt
import json
import types
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from lndesk.domain.errors import StoreProblem
from lndesk.domain.quantity import plain
from lndesk.i18n import Sentence

Value = TypeVar("Value")


def to_json(value: Any) -> str:
    """Write a frozen dataclass as JSON with sorted keys, plain decimals and ISO days and instants."""
    return json.dumps(_encoded(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(kind: type[Value], text: str) -> Value:
    """Read what `to_json` wrote.

    Raises:
        StoreProblem: the text is not such a value.
    """
    try:
        value: Value = _decoded(kind, json.loads(text))
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise StoreProblem(Sentence("A stored {kind} cannot be read: {why}.", kind=kind.__name__, why=error)) from error
    return value


def _encoded(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _encoded(getattr(value, field.name)) for field in fields(value)}
    match value:
        case tuple():
            return [_encoded(item) for item in value]
        case Decimal():
            return plain(value)
        case dt.date():  # an instant is a date too
            return value.isoformat()
    return value


def _decoded(kind: Any, stored: Any) -> Any:
    if is_dataclass(kind):
        return _decoded_fields(kind, stored)
    match get_origin(kind):
        case None:
            return _decoded_plain(kind, stored)
        case origin if origin is tuple:
            return tuple(_decoded(get_args(kind)[0], item) for item in stored)
        case origin if origin is Literal:
            return _one_of(get_args(kind), stored)
    wanted = next(item for item in get_args(kind) if item is not types.NoneType)
    return None if stored is None else _decoded(wanted, stored)


def _decoded_plain(kind: Any, stored: Any) -> Any:
    if kind is Decimal:
        return Decimal(stored)
    if kind in (dt.datetime, dt.date):
        return kind.fromisoformat(stored)
    if type(stored) is not kind:
        message = f"{stored!r} is not {kind.__name__}"
        raise TypeError(message)
    return stored


def _decoded_fields(kind: Any, stored: Any) -> Any:
    if not isinstance(stored, dict):
        message = f"{stored!r} is not {kind.__name__}"
        raise TypeError(message)
    hints = get_type_hints(kind)
    unknown = stored.keys() - hints.keys()
    if unknown:
        raise KeyError(*sorted(unknown))
    # a field that came later has a default, which what was stored before it takes
    known = (field for field in fields(kind) if field.name in stored or field.default is MISSING)
    return kind(**{field.name: _decoded(hints[field.name], stored[field.name]) for field in known})


def _one_of(choices: tuple[object, ...], stored: object) -> object:
    if stored not in choices:
        message = f"{stored!r} is none of {choices}"
        raise ValueError(message)
    return stored
