"""The ledger of the containers, as rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from lndesk import __version__
from lndesk.domain.ledger import NOWHERE, Balance, Holding, LedgerEntry, balance
from lndesk.domain.product import Container, Lot, LotContainer
from lndesk.domain.stocktake import Difference
from lndesk.i18n import Sentence
from lndesk.store import acts, people, product
from lndesk.store.codecs import insert, select, update
from lndesk.store.database import value, writing
from lndesk.store.driver import Database

OPENING = "OpenLedger"
_SUSPECT = """
    select exists (select 1 from stock_difference where resolved_at is null)
        or exists (
            select 1 from container where status is not (
                select to_state from ledger_entry where container_id = container.id order by id desc limit 1))
        or exists (
            select 1 from (
                select from_state, coalesce(lag(to_state) over (partition by container_id order by id), '') as before
                from ledger_entry) where from_state <> before)
        or (select count(*) from container) <> (select count(*) from ledger_entry where kind = 'receive')
"""
"""Whether anything does not add up; the whole count then says what."""


def add_entry(db: Database, entry: LedgerEntry) -> int:
    """Put a move on record, and move the container with it."""
    entry_id = insert(db, "ledger_entry", entry)
    if entry.kind != "receive":
        update(db, "container", entry.container_id, status=entry.to_state)
    return entry_id


def entries(db: Database, container_id: int | None = None, lot_id: int | None = None) -> list[LedgerEntry]:
    """Return the ledger, oldest first: all of it, of one container, or of one lot."""
    return select(
        db,
        LedgerEntry,
        "select ledger_entry.* from ledger_entry join container on container.id = container_id"
        " where (:container is null or container_id = :container) and (:lot is null or lot_id = :lot)"
        " order by ledger_entry.id",
        {"container": container_id, "lot": lot_id},
    )


def holding_of(item: LotContainer) -> Holding:
    """Return what bears on the next move of a container."""
    return Holding(
        code=item.code,
        state=item.container.status,
        expires_on=item.lot.expires_on,
        preparation_id=item.container.preparation_id,
        patient_id=item.container.patient_id,
    )


def balance_of(db: Database, today: dt.date) -> Balance:
    """Count all containers from the ledger and compare with where they stand and with the last stock count."""
    holdings = {item.container.id or 0: holding_of(item) for item in product.lot_containers(db)}
    return balance(
        holdings, entries_raw(db), today=today, differences=[_difference(item) for item in open_differences(db)]
    )


def first_problem(db: Database) -> Sentence | None:
    """Say why the product does not add up, if it does not."""
    if not value(db, _SUSPECT):
        return None
    found = balance_of(db, dt.date.min)  # what has expired moves between terms, never out of the equation
    if found.balances:
        return None
    return found.problems[0] if found.problems else found.worded


def entries_raw(db: Database) -> list[LedgerEntry]:
    """Return every entry, oldest first, whether its container is there or not."""
    return select(db, LedgerEntry, "select * from ledger_entry order by id")


def open_differences(db: Database) -> list[Difference]:
    """Return what the stock counts found and nobody has explained."""
    return select(db, Difference, "select * from stock_difference where resolved_at is null order by id")


def _difference(item: Difference) -> Sentence:
    if item.kind == "missing":
        return Sentence("Container {code} was not found when the stock was counted.", code=item.read_text)
    return Sentence("“{code}” was found when the stock was counted, and should not be there.", code=item.read_text)


def thawed_at(db: Database, container_ids: Sequence[int]) -> dt.datetime | None:
    """Return when the first of some containers was thawed."""
    found = select(
        db,
        LedgerEntry,
        "select * from ledger_entry where kind = 'thaw'"  # noqa: S608  # only places
        f" and container_id in ({', '.join('?' * len(container_ids))})",
        list(container_ids),
    )
    return min((entry.happened_at for entry in found), default=None)


def needs_opening(db: Database) -> bool:
    """Tell whether the file has containers from before there was a ledger."""
    return bool(value(db, "select exists (select 1 from container) and not exists (select 1 from ledger_entry)"))


def open_ledger(db: Database, *, login: str, at: dt.datetime) -> tuple[int, str]:
    """Write the opening entries of every container as one sealed act; return its number and hash.

    Each container has two at most: that it was received, and the state in which the ledger found it.
    """
    account = people.account_of(db, login)
    name, role = (account.name, account.role) if account else (login, "")
    with writing(db):
        act_id = acts.open_act(db)
        lots = {lot.id: lot for lot in select(db, Lot, "select * from lot")}
        for container in select(db, Container, "select * from container order by id"):
            lot = lots[container.lot_id]
            for entry in _opening(container, lot, name, at):
                insert(db, "ledger_entry", entry)
        head = acts.seal_act(
            db,
            act_id,
            acts.Act(
                at=at, login=login, name=name, role=role, station="", command=OPENING, inputs="{}", reason="",
                app_version=__version__,
            ),
        )  # fmt: skip
    return act_id, head


_OPENED_AS = {
    "quarantine": (), "released": ("release",), "reserved": ("release", "reserve"),
    "used": ("release", "reserve", "infuse"), "destroyed": ("release", "destroy"),
}  # fmt: skip
_LED_TO = {
    "receive": "quarantine", "release": "released", "reserve": "reserved", "infuse": "used", "destroy": "destroyed",
}  # fmt: skip


def _opening(container: Container, lot: Lot, name: str, at: dt.datetime) -> list[LedgerEntry]:
    found, state = [], NOWHERE
    for kind in ("receive", *_OPENED_AS[container.status]):
        when = {"receive": lot.received_at, "release": lot.released_at}.get(kind) or at
        found.append(
            LedgerEntry(
                container_id=container.id or 0,
                kind=kind,
                from_state=state,
                to_state=_LED_TO[kind],
                who=name,
                happened_at=when,
                recorded_at=at,
                reason="Opening entry: moved before there was a ledger" if kind != "receive" else "Opening entry",
                preparation_id=container.preparation_id if kind in {"reserve", "infuse"} else None,
            )
        )
        state = _LED_TO[kind]
    return found
