"""Counting the stock: what should be on the shelf against what was scanned there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lndesk.domain.bedside import plain_code


@dataclass(frozen=True, slots=True, kw_only=True)
class StockCount:
    """One count of the stock."""

    id: int | None = None
    expected: int
    scanned: int
    counted_by: str
    counted_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A container that was not found, or a label that should not have been; open until somebody explains it."""

    id: int | None = None
    stock_count_id: int
    container_id: int | None
    read_text: str
    kind: str
    resolution: str | None = None
    resolved_by: str | None = None
    resolved_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """What a count found: container ids, and the labels of no container on record."""

    found: tuple[int, ...]
    missing: tuple[int, ...]
    unexpected: tuple[tuple[int | None, str], ...]
    scanned: int


def compare(expected: Mapping[str, int], others: Mapping[str, int], read: Sequence[str]) -> Compared:
    """Compare labels as scanned with those that should be there. A label that was read twice counts once.

    Args:
        expected: by label, the containers that should be on the shelf.
        others: by label, those on record that should not.
        read: the labels as scanned or typed.
    """
    wanted = {plain_code(code): container_id for code, container_id in expected.items()}
    elsewhere = {plain_code(code): container_id for code, container_id in others.items()}
    scanned = {plain_code(text): text.strip() for text in read if text.strip()}
    return Compared(
        found=tuple(wanted[code] for code in scanned if code in wanted),
        missing=tuple(container_id for code, container_id in wanted.items() if code not in scanned),
        unexpected=tuple((elsewhere.get(code), text) for code, text in scanned.items() if code not in wanted),
        scanned=len(scanned),
    )
