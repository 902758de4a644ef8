"""Commands on the cell product."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.domain.dose import Viability
from lndesk.domain.errors import RuleViolation
from lndesk.domain.product import Container, Lot, check_chosen, check_lot, check_release
from lndesk.domain.scan import donation_of
from lndesk.domain.signature import Meaning
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction
from lndesk.services.corrections import demand_reason
from lndesk.services.ledger import move
from lndesk.services.voiding import set_aside
from lndesk.store import product, stock


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One container of a delivery: its number and usable volume, mL."""

    container_no: str
    volume_ml: Decimal
    donation_no: str = ""
    serial: str = ""
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class ReceiveLot(Command):
    """Book in a lot with its containers, into quarantine."""

    roles: ClassVar = frozenset({Role.TECHNICIAN})

    lot_no: str
    form: str
    cells_per_ml: Decimal
    viability: Viability
    expires_on: dt.date
    certificate_no: str
    containers: tuple[Delivered, ...]
    received_from: str = ""
    transit: str = ""
    condition: str = ""
    gtin: str = ""
    label_cells: Decimal | None = None
    ready_at: dt.datetime | None = None

    def apply(self, tx: Transaction) -> Changes:
        """Check the delivery and write the lot with its containers."""
        lot = self._lot(tx)
        containers = [
            Container(
                lot_id=0,
                container_no=item.container_no.strip(),
                volume_ml=item.volume_ml,
                donation_no=self._donation(item.donation_no),
                serial=item.serial.strip() or None,
                place=item.place.strip() or None,
            )
            for item in self.containers
        ]
        check_lot(lot, containers, today=tx.today)
        if product.lot_numbered(tx.db, lot.lot_no) is not None:
            raise RuleViolation(Sentence("Lot {lot} is already booked in.", lot=lot.lot_no), field="lot_no")
        lot_id = product.add_lot(tx.db, lot)
        for container in containers:
            move(tx, product.add_container(tx.db, replace(container, lot_id=lot_id)), "receive")
        return Changes.PRODUCT

    def _lot(self, tx: Transaction) -> Lot:
        return Lot(
            lot_no=self.lot_no.strip(),
            form=self.form,
            cells_per_ml=self.cells_per_ml,
            viable=self.viability.viable,
            counted=self.viability.counted,
            expires_on=self.expires_on,
            certificate_no=self.certificate_no.strip(),
            received_at=tx.now,
            received_from=self.received_from.strip() or None,
            received_by=tx.who.name,
            transit=self.transit.strip() or None,
            condition=self.condition.strip() or None,
            gtin=self.gtin.strip() or None,
            label_cells=self.label_cells,
            ready_at=self.ready_at,
        )

    def _donation(self, text: str) -> str | None:
        return donation_of(text).text if text.strip() else None


@dataclass(frozen=True, kw_only=True)
class ReleaseLot(Command):
    """Release a lot from quarantine, as investigator; one that was released before, with a reason."""

    roles: ClassVar = frozenset({Role.INVESTIGATOR})
    meaning: ClassVar = Meaning.APPROVED

    lot_id: int
    reason: str = ""

    def apply(self, tx: Transaction) -> Changes:
        """Check that it can be given, and free what waits; what an excursion touched waits for its own decision."""
        lot = product.lot(tx.db, self.lot_id)
        undecided = stock.under_excursion(tx.db)
        in_quarantine = [item.id for item in product.of_lot(tx.db, self.lot_id) if item.status == "quarantine"]
        waiting = [container_id for container_id in in_quarantine if container_id and container_id not in undecided]
        if not waiting and in_quarantine:
            raise RuleViolation(Sentence("Decide about the temperature excursion of lot {lot} first.", lot=lot.lot_no))
        if lot.released_at is not None and not waiting:
            raise RuleViolation(Sentence("Lot {lot} is already released.", lot=lot.lot_no))
        if lot.released_at is not None:
            demand_reason(self.reason)
        check_release(lot, tx.protocol.dose.viability_at_least_percent, today=tx.today)
        product.set_lot(tx.db, self.lot_id, released_at=tx.now, released_by=tx.who.name)
        for container_id in waiting:
            move(tx, container_id, "release", reason=self.reason)
        tx.signed.append(("lot", self.lot_id))
        return Changes.PRODUCT


@dataclass(frozen=True, kw_only=True)
class QuarantineContainers(Command):
    """Put containers into quarantine, as on a recall. Doses under way that hold one are voided."""

    roles: ClassVar = frozenset({Role.TECHNICIAN, Role.INVESTIGATOR})

    container_ids: tuple[int, ...]
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Void the doses, and set the containers aside."""
        check_chosen(self.container_ids)
        demand_reason(self.reason)
        return set_aside(tx, self.container_ids, self.reason)
