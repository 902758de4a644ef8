"""Commands on the cell product."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.domain.dose import Viability
from lndesk.domain.errors import RuleViolation
from lndesk.domain.product import Container, Lot, check_lot
from lndesk.domain.signature import Meaning
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction
from lndesk.store import product


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One container of a delivery: its number and usable volume, mL."""

    container_no: str
    volume_ml: Decimal


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

    def apply(self, tx: Transaction) -> Changes:
        """Check the delivery and write the lot with its containers."""
        lot = Lot(
            lot_no=self.lot_no.strip(),
            form=self.form,
            cells_per_ml=self.cells_per_ml,
            viable=self.viability.viable,
            counted=self.viability.counted,
            expires_on=self.expires_on,
            certificate_no=self.certificate_no.strip(),
            received_at=tx.now,
        )
        containers = [
            Container(lot_id=0, container_no=item.container_no.strip(), volume_ml=item.volume_ml)
            for item in self.containers
        ]
        check_lot(lot, containers, today=tx.today)
        if product.lot_numbered(tx.db, lot.lot_no) is not None:
            raise RuleViolation(Sentence("Lot {lot} is already booked in.", lot=lot.lot_no), field="lot_no")
        lot_id = product.add_lot(tx.db, lot)
        for container in containers:
            product.add_container(
                tx.db,
                Container(lot_id=lot_id, container_no=container.container_no, volume_ml=container.volume_ml),
            )
        return Changes.PRODUCT


@dataclass(frozen=True, kw_only=True)
class ReleaseLot(Command):
    """Release a lot from quarantine, as investigator."""

    roles: ClassVar = frozenset({Role.INVESTIGATOR})
    meaning: ClassVar = Meaning.APPROVED

    lot_id: int

    def apply(self, tx: Transaction) -> Changes:
        """Check that it can be given, and free its containers."""
        lot = product.lot(tx.db, self.lot_id)
        if lot.released_at is not None:
            raise RuleViolation(Sentence("Lot {lot} is already released.", lot=lot.lot_no))
        if lot.expires_on < tx.today:
            raise RuleViolation(Sentence("Lot {lot} expired on {day}.", lot=lot.lot_no, day=lot.expires_on))
        limit = tx.protocol.dose.viability_at_least_percent
        if lot.viability.below(limit):
            raise RuleViolation(
                Sentence(
                    "The viability of lot {lot} is {viability}, less than {limit} % (site value)."
                    " It cannot be released.",
                    lot=lot.lot_no,
                    viability=lot.viability.worded,
                    limit=limit,
                )
            )
        product.set_lot(tx.db, self.lot_id, released_at=tx.now, released_by=tx.who.name)
        waiting = [item.id for item in product.of_lot(tx.db, self.lot_id) if item.id and item.status == "quarantine"]
        product.set_containers(tx.db, waiting, status="released")
        tx.signed.append(("lot", self.lot_id))
        return Changes.PRODUCT
