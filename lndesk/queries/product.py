"""The product in stock, lot by lot and container by container."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lndesk.domain.ledger import GONE
from lndesk.domain.product import Lot, LotContainer, status_on
from lndesk.store import product, stock
from lndesk.store.database import rows
from lndesk.store.driver import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerRow:
    """One container: where it stands, and for whom."""

    item: LotContainer
    status: str
    subject_id: str | None


def container_rows(db: Database, today: dt.date) -> list[ContainerRow]:
    """Return all containers: those on hand first, first to expire first, then those that are gone."""
    owners = {
        row["container_id"]: row["subject_id"]
        for row in rows(
            db,
            "select container.id as container_id, subject_id from container"
            " join preparation on preparation.id = container.preparation_id"
            " join patient on patient.id = preparation.patient_id"
            " union all select container.id, subject_id from container"
            " join patient on patient.id = container.patient_id where preparation_id is null",
        )
    }
    found = [
        ContainerRow(item=item, status=status_on(item, today), subject_id=owners.get(item.container.id))
        for item in product.lot_containers(db)
    ]
    return sorted(found, key=lambda row: row.status in GONE)


def lots_in_quarantine(db: Database) -> list[Lot]:
    """Return the lots of which something waits for the investigator's release."""
    undecided = stock.under_excursion(db)
    lots = {
        item.lot.id: item.lot
        for item in product.lot_containers(db)
        if item.container.status == "quarantine" and item.container.id not in undecided
    }
    return list(lots.values())
