"""Lots and containers, as rows."""

from __future__ import annotations

from collections.abc import Iterable

from lndesk.domain.product import Container, Lot, LotContainer
from lndesk.store.codecs import from_row, get, insert, select, update
from lndesk.store.database import one
from lndesk.store.driver import Database


def add_lot(db: Database, lot: Lot) -> int:
    """Put a lot on record."""
    return insert(db, "lot", lot)


def lot(db: Database, lot_id: int) -> Lot:
    """Return a lot.

    Raises:
        LookupError: there is none of this id.
    """
    return get(db, Lot, "lot", lot_id)


def lot_numbered(db: Database, lot_no: str) -> Lot | None:
    """Return the lot of a number."""
    row = one(db, "select * from lot where lot_no = ?", [lot_no])
    return None if row is None else from_row(Lot, row)


def add_container(db: Database, container: Container) -> int:
    """Put a container on record."""
    return insert(db, "container", container)


def lot_container(db: Database, container_id: int) -> LotContainer:
    """Return a container with its lot.

    Raises:
        LookupError: there is none of this id.
    """
    container = get(db, Container, "container", container_id)
    return LotContainer(lot(db, container.lot_id), container)


def lot_containers(db: Database) -> list[LotContainer]:
    """Return all containers with their lots, first to expire first."""
    lots = {item.id: item for item in select(db, Lot, "select * from lot")}
    found = select(
        db,
        Container,
        "select container.* from container join lot on lot.id = lot_id order by expires_on, lot_no, container_no",
    )
    return [LotContainer(lots[container.lot_id], container) for container in found]


def set_containers(db: Database, container_ids: Iterable[int], **changes: object) -> None:
    """Change columns of containers other than where they stand, which only the ledger moves."""
    for container_id in container_ids:
        update(db, "container", container_id, **changes)


def of_lot(db: Database, lot_id: int) -> list[Container]:
    """Return the containers of a lot."""
    return select(db, Container, "select * from container where lot_id = ? order by container_no", [lot_id])


def of_preparation(db: Database, preparation_id: int) -> list[Container]:
    """Return the containers that a preparation holds, or used up."""
    return select(db, Container, "select * from container where preparation_id = ? order by id", [preparation_id])


def set_lot(db: Database, lot_id: int, **changes: object) -> None:
    """Change columns of a lot."""
    update(db, "lot", lot_id, **changes)
