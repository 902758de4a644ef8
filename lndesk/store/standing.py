"""Whether a prepared dose still rests on what is on record: what voids its check and its print without an act on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lndesk.domain.dosing import earliest, ready_before, use_before
from lndesk.domain.preparation import Preparation
from lndesk.domain.product import why_unusable
from lndesk.domain.protocol import DoseRules
from lndesk.i18n import Sentence
from lndesk.store import patients, preparations, product, protocols, signatures
from lndesk.store.driver import Database

UNDER_WAY = frozenset({"awaiting_check", "checked", "issued"})


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Why a dose no longer holds, and since when; None where that is not known."""

    why: Sentence
    since: dt.datetime | None = None


def overtaken(db: Database, preparation: Preparation, *, now: dt.datetime) -> Overtaken | None:
    """Say why a dose under way no longer holds, or None while it does or when it is over."""
    if preparation.status not in UNDER_WAY:
        return None
    return (
        _by_weight(db, preparation)
        or _by_protocol(db, preparation)
        or _by_time(db, preparation, now)
        or _by_container(db, preparation, now)
        or _by_change(db, preparation)
    )


def time_limit(db: Database, preparation: Preparation, rules: DoseRules) -> dt.datetime | None:
    """Return the instant by which the infusion must have ended: of thawed cells, or of a fresh product."""
    lots = [product.lot_container(db, draw.container_id).lot for draw in preparations.draws(db, preparation.id or 0)]
    fresh = [ready_before(lot.ready_at or lot.released_at, rules) for lot in lots if lot.form == "fresh"]
    return earliest(use_before(preparation.thawed_at, rules), *fresh)


def _by_weight(db: Database, preparation: Preparation) -> Overtaken | None:
    newest = patients.weights(db, preparation.patient_id)[0]
    if newest.id == preparation.weight_id:
        return None
    return Overtaken(Sentence("The weight was recorded again since."), newest.recorded_at)


def _by_protocol(db: Database, preparation: Preparation) -> Overtaken | None:
    version = protocols.current_version(db)
    if version.id == preparation.protocol_id:
        return None
    return Overtaken(Sentence("The protocol has changed since."), version.approved_at)


def _by_time(db: Database, preparation: Preparation, now: dt.datetime) -> Overtaken | None:
    rules = protocols.version(db, preparation.protocol_id).parsed().dose
    limit = time_limit(db, preparation, rules)
    if limit is None or limit > now:
        return None
    return Overtaken(Sentence("The cells had to be infused before {instant} (site value).", instant=limit), limit)


def _by_container(db: Database, preparation: Preparation, now: dt.datetime) -> Overtaken | None:
    for draw in preparations.draws(db, preparation.id or 0):
        item = product.lot_container(db, draw.container_id)
        why = why_unusable(item, on=now.date(), preparation_id=preparation.id, patient_id=preparation.patient_id)
        if why is None and item.container.preparation_id != preparation.id:
            why = Sentence("Container {code} is no longer held for this dose.", code=item.code)
        if why is not None:
            return Overtaken(why)
    return None


def _by_change(db: Database, preparation: Preparation) -> Overtaken | None:
    check = preparations.check_of(db, preparation.id or 0)
    signed = [("preparation", preparation.id or 0)]
    if check is not None and check.agreed:
        signed.append(("dose_check", check.id or 0))
    if all(signatures.all_hold(db, table, row_id) for table, row_id in signed):
        return None
    return Overtaken(Sentence("What was signed was changed since."))
