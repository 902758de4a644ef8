"""Commands on the stock: thaw, issue, return, destroy, expire, adjust, count."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import ClassVar

from lndesk.domain.account import Role, alike, same_person
from lndesk.domain.errors import RuleViolation
from lndesk.domain.ledger import ON_SHELF
from lndesk.domain.product import check_chosen
from lndesk.domain.scan import own_code
from lndesk.domain.stocktake import Difference, compare
from lndesk.domain.stocktake import StockCount as Count
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction, found
from lndesk.services.corrections import demand_reason
from lndesk.services.ledger import move
from lndesk.services.voiding import void_doses_of
from lndesk.store import ledger, patients, people, preparations, product, stock

STOCK = frozenset({Role.TECHNICIAN})
DECIDING = frozenset({Role.TECHNICIAN, Role.INVESTIGATOR})
EXPIRED = "Past its last day"
COUNTED_AGAIN = "Counted again"
AT_THE_BENCH = frozenset({Role.NURSE, Role.TECHNICIAN})


@dataclass(frozen=True, kw_only=True)
class ThawContainers(Command):
    """Note that containers were thawed for one patient. They are that patient's, or nobody's."""

    roles: ClassVar = AT_THE_BENCH

    container_ids: tuple[int, ...]
    patient_id: int
    thawed_at: dt.datetime

    def apply(self, tx: Transaction) -> Changes:
        """Move each; the time limit counts from the first."""
        check_chosen(self.container_ids)
        patients.patient(tx.db, self.patient_id)
        for container_id in self.container_ids:
            item = product.lot_container(tx.db, container_id)
            if item.lot.form != "cryopreserved":
                raise RuleViolation(Sentence("Container {code} is fresh: it is not thawed.", code=item.code))
            held = item.container.preparation_id
            if held is not None and preparations.preparation(tx.db, held).patient_id != self.patient_id:
                raise RuleViolation(Sentence("Container {code} is reserved for another dose.", code=item.code))
            move(
                tx,
                container_id,
                "thaw",
                happened_at=self.thawed_at,
                patient_id=self.patient_id,
                preparation_id=held,
            )
        return Changes.PRODUCT


@dataclass(frozen=True, kw_only=True)
class IssueContainers(Command):
    """Note that the containers of a dose left for the ward with their sheet, and who received them."""

    roles: ClassVar = AT_THE_BENCH

    preparation_id: int
    received_by: str

    def apply(self, tx: Transaction) -> Changes:
        """Move each container of the dose."""
        preparation = preparations.preparation(tx.db, self.preparation_id)
        if preparation.status != "issued":
            raise RuleViolation(Sentence("No sheet is issued for this dose."))
        if not self.received_by.strip():
            raise RuleViolation(Sentence("Enter who received the containers."), field="received_by")
        held = product.of_preparation(tx.db, self.preparation_id)
        for container in held:
            move(
                tx,
                container.id or 0,
                "issue",
                preparation_id=self.preparation_id,
                patient_id=preparation.patient_id,
                witness=self.received_by,
            )
        return Changes.PRODUCT | Changes.DOSES


@dataclass(frozen=True, kw_only=True)
class ReturnContainer(Command):
    """Note that a container went back to where it came from."""

    roles: ClassVar = STOCK

    container_id: int
    reason: str
    returned_to: str

    def apply(self, tx: Transaction) -> Changes:
        """Move it."""
        demand_reason(self.reason)
        if not self.returned_to.strip():
            raise RuleViolation(Sentence("Enter to whom the container is returned."), field="returned_to")
        move(tx, self.container_id, "return", reason=self.reason, witness=self.returned_to)
        return Changes.PRODUCT


@dataclass(frozen=True, kw_only=True)
class DestroyContainers(Command):
    """Note that containers were destroyed: why, how, and who saw it."""

    roles: ClassVar = STOCK

    container_ids: tuple[int, ...]
    reason: str
    method: str
    witness: str = ""
    witness_account_id: int | None = field(default=None)
    """Set when the witness has signed in; a witness without an account is named."""

    def apply(self, tx: Transaction) -> Changes:
        """Check that somebody else saw it, void doses under way, and move each."""
        check_chosen(self.container_ids)
        demand_reason(self.reason)
        if not self.method.strip():
            raise RuleViolation(Sentence("Enter how the containers were destroyed."), field="method")
        _check_witness(tx, self.witness, self.witness_account_id)
        changes = void_doses_of(tx, self.container_ids, self.reason)
        for container_id in self.container_ids:
            container = product.lot_container(tx.db, container_id).container
            if container.status == "destroyed" and changes:
                continue  # by the void of its dose, in this act
            move(tx, container_id, "destroy", reason=self.reason, method=self.method, witness=self.witness)
        return changes | Changes.PRODUCT


@dataclass(frozen=True, kw_only=True)
class ExpireContainers(Command):
    """Take containers past their last day out of stock for good. A dose under way that holds one is voided."""

    roles: ClassVar = STOCK

    container_ids: tuple[int, ...]

    def apply(self, tx: Transaction) -> Changes:
        """Void the doses, and move each."""
        check_chosen(self.container_ids)
        reason = EXPIRED
        changes = void_doses_of(tx, self.container_ids, reason)
        for container_id in self.container_ids:
            if product.lot_container(tx.db, container_id).container.status == "destroyed" and changes:
                continue
            move(tx, container_id, "expire", reason=reason)
        return changes | Changes.PRODUCT


@dataclass(frozen=True, kw_only=True)
class AdjustContainer(Command):
    """Put the book right: a container is missing, or one that was written off is there after all."""

    roles: ClassVar = DECIDING

    container_id: int
    found: bool
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Move it, and close what a stock count left open about it. What was found waits for its release."""
        demand_reason(self.reason)
        changes = Changes.NOTHING if self.found else void_doses_of(tx, [self.container_id], self.reason)
        item = product.lot_container(tx.db, self.container_id)
        if self.found == (item.container.status in ON_SHELF):
            raise RuleViolation(
                Sentence("Container {code} is on hand as it is.", code=item.code)
                if self.found
                else Sentence("Container {code} is not on hand as it is.", code=item.code)
            )
        move(tx, self.container_id, "adjust", reason=self.reason)
        for difference in ledger.open_differences(tx.db):
            if difference.container_id == self.container_id:
                _resolve(tx, difference, self.reason)
        return changes | Changes.PRODUCT


@dataclass(frozen=True, kw_only=True)
class StockCount(Command):
    """Count the stock: every label on the shelf, as scanned."""

    roles: ClassVar = STOCK

    read: tuple[str, ...]

    def apply(self, tx: Transaction) -> Changes:
        """Keep the count and what differs; what an earlier count missed and this one found is explained by it."""
        items = product.lot_containers(tx.db)
        expected = {item.code: item.container.id or 0 for item in items if item.container.status in ON_SHELF}
        others = {item.code: item.container.id or 0 for item in items if item.container.status not in ON_SHELF}
        labels = [own_code(text, items, today=tx.today) for text in self.read if text.strip()]
        seen = compare(expected, others, labels)
        count_id = stock.add_count(
            tx.db,
            Count(expected=len(expected), scanned=seen.scanned, counted_by=tx.who.name, counted_at=tx.now),
        )
        for earlier in ledger.open_differences(tx.db):
            _resolve(tx, earlier, COUNTED_AGAIN)
        codes = {item.container.id: item.code for item in items}
        missing = [(container_id, codes[container_id], "missing") for container_id in seen.missing]
        unexpected = [(container_id, text, "unexpected") for container_id, text in seen.unexpected]
        for container_id, text, kind in (*missing, *unexpected):
            stock.add_difference(
                tx.db, Difference(stock_count_id=count_id, container_id=container_id, read_text=text, kind=kind)
            )
        return Changes.PRODUCT


@dataclass(frozen=True, kw_only=True)
class ResolveDifference(Command):
    """Explain what a stock count found."""

    roles: ClassVar = DECIDING

    difference_id: int
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Write the explanation."""
        demand_reason(self.reason)
        difference = stock.difference(tx.db, self.difference_id)
        if difference.resolved_at is not None:
            raise RuleViolation(Sentence("This is explained already."))
        _resolve(tx, difference, self.reason)
        return Changes.PRODUCT


def _resolve(tx: Transaction, difference: Difference, reason: str) -> None:
    stock.set_difference(
        tx.db, difference.id or 0, resolution=reason.strip(), resolved_by=tx.who.name, resolved_at=tx.now
    )


def _check_witness(tx: Transaction, name: str, account_id: int | None) -> None:
    if not name.strip():
        raise RuleViolation(Sentence("Enter who saw it, or let the witness sign in."), field="witness")
    own = found(people.account(tx.db, tx.who.account_id), Sentence("There is no such user."))
    same = alike(name, own.name)
    if account_id is not None:
        same = same_person(own, found(people.account(tx.db, account_id), Sentence("There is no such user.")))
    if same:
        raise RuleViolation(Sentence("The witness must be another person than {name}.", name=own.name), field="witness")
