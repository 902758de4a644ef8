"""What voiding a dose does to it and to its containers, whoever asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lndesk.domain.ledger import HELD
from lndesk.services.command import Changes, Transaction
from lndesk.services.ledger import move
from lndesk.store import preparations, product


def void_open_dose(tx: Transaction, patient_id: int, reason: str) -> Changes:
    """Void the dose of a patient that is under way, if there is one; tell what that changed."""
    preparation = preparations.open_preparation(tx.db, patient_id)
    if preparation is None or preparation.id is None:
        return Changes.NOTHING
    preparations.set_preparation(tx.db, preparation.id, status="voided", void_reason=reason.strip())
    let_go_of_containers(tx, preparation.id, reason)
    return Changes.DOSES | Changes.PRODUCT | Changes.SHEETS


def let_go_of_containers(tx: Transaction, preparation_id: int, reason: str) -> None:
    """Free the containers of a dose, or destroy them when a sheet was issued: the cells may have been opened.

    A thawed container stays thawed, for its patient alone.
    """
    with_sheet = preparations.sheet_of(tx.db, preparation_id) is not None
    for item in product.of_preparation(tx.db, preparation_id):
        if item.status in HELD:
            kind = "destroy" if with_sheet else "unreserve"
            move(tx, item.id or 0, kind, reason=reason, preparation_id=preparation_id)


def void_doses_of(tx: Transaction, container_ids: Iterable[int], reason: str) -> Changes:
    """Void every dose under way that holds one of some containers; tell what that changed."""
    changes = Changes.NOTHING
    for container_id in container_ids:
        container = product.lot_container(tx.db, container_id).container
        if container.status in HELD and container.preparation_id is not None:
            preparation = preparations.preparation(tx.db, container.preparation_id)
            changes |= void_open_dose(tx, preparation.patient_id, reason)
    return changes


def set_aside(tx: Transaction, container_ids: Sequence[int], reason: str) -> Changes:
    """Put containers into quarantine, voiding the doses that hold them; a thawed one cannot wait and is rejected.

    Raises:
        RuleViolation: a container is no longer on hand.
    """
    held = {item for item in container_ids if product.lot_container(tx.db, item).container.status in HELD}
    changes = void_doses_of(tx, container_ids, reason)
    for container_id in container_ids:
        state = product.lot_container(tx.db, container_id).container.status
        if state in {"quarantine", "rejected"} or (state == "destroyed" and container_id in held):
            continue  # it is aside already, or the void has destroyed it
        move(tx, container_id, "reject" if state == "thawed" else "quarantine", reason=reason)
    return changes | Changes.PRODUCT
