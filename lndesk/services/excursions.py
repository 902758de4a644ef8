"""Commands on temperature excursions: recorded by who looks after the stock, decided by the investigator."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.domain.errors import RuleViolation
from lndesk.domain.excursion import Excursion, check_excursion
from lndesk.domain.product import LotContainer, check_chosen
from lndesk.domain.signature import Meaning
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction
from lndesk.services.corrections import demand_reason
from lndesk.services.ledger import move
from lndesk.services.voiding import set_aside
from lndesk.store import ledger, product, stock


@dataclass(frozen=True, kw_only=True)
class RecordExcursion(Command):
    """Record that storage left its limits. What it touched goes into quarantine, and doses that hold it are voided."""

    roles: ClassVar = frozenset({Role.TECHNICIAN})

    container_ids: tuple[int, ...]
    began_at: dt.datetime
    ended_at: dt.datetime
    reading: str
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Write the excursion and set its containers aside."""
        check_chosen(self.container_ids)
        demand_reason(self.reason)
        excursion = check_excursion(
            Excursion(
                began_at=self.began_at,
                ended_at=self.ended_at,
                reading=self.reading.strip(),
                reason=self.reason.strip(),
                recorded_by=tx.who.name,
                recorded_at=tx.now,
            )
        )
        stock.add_excursion(tx.db, excursion, self.container_ids)
        return set_aside(tx, self.container_ids, self.reason)


@dataclass(frozen=True, kw_only=True)
class DecideExcursion(Command):
    """Decide, as investigator, whether what an excursion touched may still be given."""

    roles: ClassVar = frozenset({Role.INVESTIGATOR})
    meaning: ClassVar = Meaning.AUTHORISED

    excursion_id: int
    usable: bool
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Write the decision; free or reject what waits. A lot that was never released still waits for that."""
        demand_reason(self.reason)
        excursion = stock.excursion(tx.db, self.excursion_id)
        if excursion.decided_at is not None:
            raise RuleViolation(Sentence("This excursion is decided already."))
        stock.set_excursion(
            tx.db,
            self.excursion_id,
            usable=self.usable,
            decision=self.reason.strip(),
            decided_by=tx.who.name,
            decided_at=tx.now,
        )
        elsewhere = stock.under_excursion(tx.db, besides=self.excursion_id)
        for container_id in stock.touched(tx.db, self.excursion_id):
            item = product.lot_container(tx.db, container_id)
            if item.container.status != "quarantine":
                continue
            if not self.usable:
                move(tx, container_id, "reject", reason=self.reason)
            elif container_id not in elsewhere and _waits_only_for_this(tx, item, excursion):
                move(tx, container_id, "release", reason=self.reason)
        tx.signed.append(("excursion", self.excursion_id))
        return Changes.PRODUCT


def _waits_only_for_this(tx: Transaction, item: LotContainer, excursion: Excursion) -> bool:
    """Tell whether a container was free until this excursion, so that no recall and no first release is passed over."""
    last = ledger.entries(tx.db, item.container.id)[-1]
    return (
        item.lot.released_at is not None
        and tx.today <= item.lot.expires_on
        and last.kind == "quarantine"
        and last.recorded_at == excursion.recorded_at
    )
