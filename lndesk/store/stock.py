"""Excursions, stock counts, certificates and authorisations, as rows."""

from __future__ import annotations

import hashlib

from lndesk.domain.attachment import Attachment
from lndesk.domain.errors import StoreProblem
from lndesk.domain.excursion import Excursion
from lndesk.domain.stocktake import Difference, StockCount
from lndesk.i18n import Sentence
from lndesk.store.codecs import get, insert, select, update
from lndesk.store.database import rows, value
from lndesk.store.driver import Database


def add_excursion(db: Database, excursion: Excursion, container_ids: tuple[int, ...]) -> int:
    """Put an excursion on record with the containers that it touched."""
    excursion_id = insert(db, "excursion", excursion)
    for container_id in container_ids:
        db.conn.execute(
            "insert into excursion_container (excursion_id, container_id) values (?, ?)", [excursion_id, container_id]
        )
    return excursion_id


def excursion(db: Database, excursion_id: int) -> Excursion:
    """Return an excursion.

    Raises:
        LookupError: there is none of this id.
    """
    return get(db, Excursion, "excursion", excursion_id)


def excursions(db: Database) -> list[Excursion]:
    """Return all excursions, newest first."""
    return select(db, Excursion, "select * from excursion order by id desc")


def touched(db: Database, excursion_id: int) -> list[int]:
    """Return the containers that an excursion touched."""
    found = rows(
        db, "select container_id from excursion_container where excursion_id = ? order by container_id", [excursion_id]
    )
    return [row["container_id"] for row in found]


def under_excursion(db: Database, besides: int = 0) -> set[int]:
    """Return the containers of excursions that nobody has decided about, but for one."""
    found = rows(
        db,
        "select container_id from excursion_container join excursion on excursion.id = excursion_id"
        " where decided_at is null and excursion.id <> ?",
        [besides],
    )
    return {row["container_id"] for row in found}


def set_excursion(db: Database, excursion_id: int, **changes: object) -> None:
    """Change columns of an excursion."""
    update(db, "excursion", excursion_id, **changes)


def add_count(db: Database, count: StockCount) -> int:
    """Put a stock count on record."""
    return insert(db, "stock_count", count)


def counts(db: Database) -> list[StockCount]:
    """Return all stock counts, newest first."""
    return select(db, StockCount, "select * from stock_count order by id desc")


def add_difference(db: Database, difference: Difference) -> int:
    """Put a difference on record."""
    return insert(db, "stock_difference", difference)


def difference(db: Database, difference_id: int) -> Difference:
    """Return a difference.

    Raises:
        LookupError: there is none of this id.
    """
    return get(db, Difference, "stock_difference", difference_id)


def differences(db: Database) -> list[Difference]:
    """Return the differences of all counts."""
    return select(db, Difference, "select * from stock_difference order by id")


def set_difference(db: Database, difference_id: int, **changes: object) -> None:
    """Change columns of a difference."""
    update(db, "stock_difference", difference_id, **changes)


def add_attachment(db: Database, attachment: Attachment, content: bytes) -> int:
    """Put a file on record; its bytes lie in the encrypted file once, beside the acts that name their hash."""
    held = value(db, "select 1 from attachment_bytes where sha256 = ?", [attachment.sha256])
    if held is None:
        db.conn.execute("insert into attachment_bytes (sha256, content) values (?, ?)", [attachment.sha256, content])
    return insert(db, "attachment", attachment)


def attachments(db: Database, lot_id: int) -> list[Attachment]:
    """Return what is attached to a lot."""
    return select(db, Attachment, "select * from attachment where lot_id = ? order by id", [lot_id])


def content(db: Database, attachment_id: int) -> bytes:
    """Return the bytes of an attachment.

    Raises:
        LookupError: there is none of this id.
        StoreProblem: they are not those that were attached.
    """
    named = get(db, Attachment, "attachment", attachment_id)
    held = value(db, "select content from attachment_bytes where sha256 = ?", [named.sha256])
    if held is None or hashlib.sha256(held).hexdigest() != named.sha256:
        raise StoreProblem(Sentence("The file {name} is not the one that was attached.", name=named.name))
    return bytes(held)
