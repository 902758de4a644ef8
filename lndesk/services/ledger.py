"""The one gateway through which a container moves: rule, entry and state in one step."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from lndesk.domain.errors import RuleViolation
from lndesk.domain.ledger import NOWHERE, LedgerEntry, next_state
from lndesk.i18n import Sentence
from lndesk.services.command import Transaction
from lndesk.store import ledger, product


def move(  # noqa: PLR0913  # each is a column of the ledger
    tx: Transaction,
    container_id: int,
    kind: str,
    *,
    reason: str = "",
    happened_at: dt.datetime | None = None,
    preparation_id: int | None = None,
    patient_id: int | None = None,
    witness: str = "",
    method: str = "",
) -> None:
    """Move one container, or refuse.

    A dose that holds the container is named by `preparation_id`, whoever moves it; freeing it clears the hold.

    Raises:
        RuleViolation: the rules of the ledger forbid the move.
        LookupError: there is no such container.
    """
    item = product.lot_container(tx.db, container_id)
    holding = ledger.holding_of(item)
    if kind == "receive":
        if ledger.entries(tx.db, container_id):
            raise RuleViolation(Sentence("Container {code} was received before.", code=item.code))
        holding = replace(holding, state=NOWHERE)
    entry = LedgerEntry(
        container_id=container_id,
        kind=kind,
        from_state=holding.state,
        to_state="",
        who=tx.who.name,
        witness=witness.strip(),
        happened_at=happened_at or tx.now,
        recorded_at=tx.now,
        reason=reason.strip(),
        method=method.strip(),
        preparation_id=preparation_id,
        patient_id=patient_id if patient_id is not None else item.container.patient_id,
    )
    ledger.add_entry(tx.db, replace(entry, to_state=next_state(holding, entry)))
    if kind == "reserve":
        product.set_containers(tx.db, [container_id], preparation_id=preparation_id)
    elif kind == "unreserve":
        product.set_containers(tx.db, [container_id], preparation_id=None)
    elif kind == "thaw":
        product.set_containers(tx.db, [container_id], patient_id=patient_id)
