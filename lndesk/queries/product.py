"""The product in stock, lot by lot and container by container."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from lndesk.domain.product import Lot, LotContainer, status_on
from lndesk.i18n import Sentence
from lndesk.store import product
from lndesk.store.database import rows
from lndesk.store.driver import Database

GONE = frozenset({"used", "destroyed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerRow:
    """One container: where it stands, and for whom."""

    item: LotContainer
    status: str
    subject_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StockCount:
    """Received = on hand + used + destroyed; every container is counted once."""

    received: int
    by_status: dict[str, int]

    @property
    def worded(self) -> Sentence:
        """Say the count as an equation."""
        on_hand = sum(self.by_status.get(status, 0) for status in ("quarantine", "released", "reserved", "expired"))
        return Sentence(
            "Received {received} = on hand {on_hand} + used {used} + destroyed {destroyed}",
            received=self.received,
            on_hand=on_hand,
            used=self.by_status.get("used", 0),
            destroyed=self.by_status.get("destroyed", 0),
        )


def container_rows(db: Database, today: dt.date) -> list[ContainerRow]:
    """Return all containers: those on hand first, first to expire first, then those that are gone."""
    owners = {
        row["container_id"]: row["subject_id"]
        for row in rows(
            db,
            "select container.id as container_id, subject_id from container"
            " join preparation on preparation.id = container.preparation_id"
            " join patient on patient.id = preparation.patient_id",
        )
    }
    found = [
        ContainerRow(item=item, status=status_on(item, today), subject_id=owners.get(item.container.id))
        for item in product.lot_containers(db)
    ]
    return sorted(found, key=lambda row: row.status in GONE)


def lots_in_quarantine(db: Database) -> list[Lot]:
    """Return the lots that an investigator has not released."""
    lots = {item.lot.id: item.lot for item in product.lot_containers(db) if item.lot.released_at is None}
    return list(lots.values())


def stock_count(found: list[ContainerRow]) -> StockCount:
    """Count containers by where they stand."""
    return StockCount(received=len(found), by_status=dict(Counter(row.status for row in found)))
