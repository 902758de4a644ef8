"""What voiding a dose does to it and to its containers, whoever asks for it."""

from __future__ import annotations

from lndesk.services.command import Changes, Transaction
from lndesk.store import preparations, product


def void_open_dose(tx: Transaction, patient_id: int, reason: str) -> Changes:
    """Void the dose of a patient that is under way, if there is one; tell what that changed."""
    preparation = preparations.open_preparation(tx.db, patient_id)
    if preparation is None or preparation.id is None:
        return Changes.NOTHING
    preparations.set_preparation(tx.db, preparation.id, status="voided", void_reason=reason.strip())
    let_go_of_containers(tx, preparation.id)
    return Changes.DOSES | Changes.PRODUCT | Changes.SHEETS


def let_go_of_containers(tx: Transaction, preparation_id: int) -> None:
    """Return reserved containers to stock, or destroy them when a sheet was issued: the cells may have been thawed."""
    held = [item.id for item in product.of_preparation(tx.db, preparation_id) if item.id and item.status == "reserved"]
    if preparations.sheet_of(tx.db, preparation_id) is not None:
        product.set_containers(tx.db, held, status="destroyed")
    else:
        product.set_containers(tx.db, held, status="released", preparation_id=None)
