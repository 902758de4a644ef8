"""The ledger as people read it, counts, excursions, and who was given which lot."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lndesk.domain.excursion import Excursion
from lndesk.domain.ledger import LedgerEntry
from lndesk.domain.product import Lot, status_on
from lndesk.domain.stocktake import Difference, StockCount
from lndesk.store import ledger, product, stock
from lndesk.store.codecs import select
from lndesk.store.database import rows
from lndesk.store.driver import Database


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One move, with the label of its container and the patient whom it was for."""

    entry: LedgerEntry
    code: str
    subject_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceRow:
    """One container, and to whom it went."""

    container_id: int
    code: str
    status: str
    patient_id: int | None
    subject_id: str | None
    infusion_no: int | None
    given_on: dt.date | None


@dataclass(frozen=True, slots=True)
class LotTrace:
    """A lot, and where each of its containers went."""

    lot: Lot
    rows: tuple[TraceRow, ...]


@dataclass(frozen=True, slots=True)
class CountRow:
    """A stock count with what it found."""

    count: StockCount
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class ExcursionRow:
    """An excursion with the labels of what it touched."""

    excursion: Excursion
    codes: tuple[str, ...]


def ledger_rows(db: Database, *, container_id: int | None = None, lot_id: int | None = None) -> list[LedgerRow]:
    """Return the ledger, oldest first: all of it, of one container or of one lot."""
    codes = {item.container.id: item.code for item in product.lot_containers(db)}
    subjects = {row["id"]: row["subject_id"] for row in rows(db, "select id, subject_id from patient")}
    doses = {row["id"]: row["patient_id"] for row in rows(db, "select id, patient_id from preparation")}
    return [
        LedgerRow(entry, codes[entry.container_id], subjects.get(entry.patient_id or doses.get(entry.preparation_id)))
        for entry in ledger.entries(db, container_id, lot_id)
    ]


def lot_trace(db: Database, lot_id: int, today: dt.date) -> LotTrace:
    """Return where each container of a lot went.

    Raises:
        LookupError: there is no such lot.
    """
    return LotTrace(product.lot(db, lot_id), _traced(db, "container.lot_id = ?", lot_id, today))


def patient_lots(db: Database, patient_id: int, today: dt.date) -> tuple[TraceRow, ...]:
    """Return the containers that a patient was given, or that are held for the patient."""
    return _traced(db, "patient.id = ?", patient_id, today)


def _traced(db: Database, where: str, value: int, today: dt.date) -> tuple[TraceRow, ...]:
    items = {item.container.id: item for item in product.lot_containers(db)}
    found = rows(
        db,
        "select container.id as container_id, patient.id as patient_id, subject_id, preparation.infusion_no,"  # noqa: S608  # one of two
        " happened_on as given_on from container"
        " left join preparation on preparation.id = container.preparation_id"
        " left join patient on patient.id = coalesce(preparation.patient_id, container.patient_id)"
        " left join infusion on infusion.preparation_id = preparation.id and infusion.given = 1"
        f" where {where} order by container.lot_id, container.id",
        [value],
    )
    return tuple(
        TraceRow(
            container_id=row["container_id"],
            code=items[row["container_id"]].code,
            status=status_on(items[row["container_id"]], today),
            patient_id=row["patient_id"],
            subject_id=row["subject_id"],
            infusion_no=row["infusion_no"],
            given_on=None if row["given_on"] is None else dt.date.fromisoformat(row["given_on"]),
        )
        for row in found
    )


def count_rows(db: Database) -> list[CountRow]:
    """Return the stock counts, newest first, each with what it found."""
    differences = stock.differences(db)
    return [
        CountRow(count, tuple(item for item in differences if item.stock_count_id == count.id))
        for count in stock.counts(db)
    ]


def excursion_rows(db: Database) -> list[ExcursionRow]:
    """Return the excursions, newest first; what waits for a decision has no `decided_at`."""
    codes = {item.container.id: item.code for item in product.lot_containers(db)}
    return [
        ExcursionRow(item, tuple(codes[container_id] for container_id in stock.touched(db, item.id or 0)))
        for item in select(db, Excursion, "select * from excursion order by id desc")
    ]
