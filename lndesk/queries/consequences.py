"""What a correction of a record brings with it, said before it is made."""

from __future__ import annotations

from typing import Final

from lndesk.domain.items import fed_by
from lndesk.domain.preparation import Preparation
from lndesk.domain.screening import Answer
from lndesk.i18n import Sentence
from lndesk.queries.signatures import signature_rows
from lndesk.store import preparations, product, protocols, screenings
from lndesk.store.codecs import get
from lndesk.store.database import rows
from lndesk.store.driver import Database

# Which signatures are bound to a record: the signed rows, as table and id.
_BOUND: Final = {
    "patient": (
        "select 'preparation', id from preparation where patient_id = :id"
        " union all select 'statement', id from statement where patient_id = :id"
    ),
    "consent": (
        "select 'statement', statement.id from statement join consent using (patient_id)"
        " where consent.id = :id and consent.recorded_at <= statement.signed_at"
    ),
    "answer": (
        "select 'statement', statement.id from statement join answer using (screening_id) where answer.id = :id"
    ),
    "weight": "select 'preparation', id from preparation where weight_id = :id",
    "assignment": "select 'assignment', :id",
    "lot": (
        "select 'lot', :id union all select 'preparation', draw.preparation_id from draw"
        " join container on container.id = container_id where lot_id = :id"
    ),
    "container": (
        "select 'lot', lot_id from container where id = :id"
        " union all select 'preparation', preparation_id from draw where container_id = :id"
    ),
}
_OF_PATIENT: Final = {"patient", "weight"}
_MOVES: Final = {"infusion", "visit", "assignment"}


def consequences(db: Database, table: str, row_id: int) -> tuple[Sentence, ...]:
    """Return what follows from a correction of one record, a sentence each."""
    said = [_voided(db, preparation) for preparation in _doses_under_way(db, table, row_id)]
    if table == "lot":
        said.append(Sentence("The lot goes back into quarantine until an investigator releases it again."))
    if table == "answer" and (void := _decisions_on(db, row_id)):
        said.append(Sentence("Decisions of the investigator that will be void: {ids}.", ids=", ".join(void)))
    if table in _MOVES:
        said.append(Sentence("The days that are counted from it move along; what is booked or done stays."))
    lost = signatures_bound(db, table, row_id)
    if lost:
        said.append(Sentence("Signatures that will be shown as no longer valid: {n}.", n=lost))
    return tuple(said)


def signatures_bound(db: Database, table: str, row_id: int) -> int:
    """Return how many signatures that hold now are bound to a record."""
    if table not in _BOUND:
        return 0
    signed = {tuple(row.values()) for row in rows(db, _BOUND[table], {"id": row_id})}
    checks = {
        ("dose_check", row["id"])
        for name, preparation_id in signed if name == "preparation"
        for row in rows(db, "select id from dose_check where preparation_id = ?", [preparation_id])
    }  # fmt: skip
    return sum(item.valid for name, signed_id in signed | checks for item in signature_rows(db, name, signed_id))


def _decisions_on(db: Database, row_id: int) -> list[str]:
    answer = get(db, Answer, "answer", row_id)
    screening = screenings.screening(db, answer.screening_id)
    touched = fed_by(answer.item, protocols.version(db, screening.protocol_id).parsed().criteria)
    decided = screenings.determinations(db, answer.screening_id)
    return sorted({each.criterion_id for each in decided if each.void_at is None} & touched)


def _doses_under_way(db: Database, table: str, row_id: int) -> list[Preparation]:
    if table in _OF_PATIENT:
        patient_id = row_id if table == "patient" else _patient_of(db, table, row_id)
        found = preparations.open_preparation(db, patient_id)
        return [] if found is None else [found]
    if table in {"lot", "container"}:
        column = "lot_id" if table == "lot" else "id"
        held = rows(
            db,
            f"select distinct preparation_id from container where {column} = ? and preparation_id is not null"  # noqa: S608  # one of two
            " and status in ('reserved', 'thawed', 'issued')",
            [row_id],
        )
        return [preparations.preparation(db, row["preparation_id"]) for row in held]
    return []


def _patient_of(db: Database, table: str, row_id: int) -> int:
    (row,) = rows(db, f"select patient_id from {table} where id = ?", [row_id])  # noqa: S608  # from _OF_PATIENT
    return int(row["patient_id"])


def _voided(db: Database, preparation: Preparation) -> Sentence:
    codes = ", ".join(
        product.lot_container(db, draw.container_id).code for draw in preparations.draws(db, preparation.id or 0)
    )
    if preparation.status == "issued":
        return Sentence(
            "The dose under way (infusion {n}) is voided with its sheet; its containers count as destroyed: {codes}.",
            n=preparation.infusion_no,
            codes=codes,
        )
    if preparation.thawed_at is not None:
        return Sentence(
            "The dose under way (infusion {n}) is voided; its containers stay thawed, for this patient alone: {codes}.",
            n=preparation.infusion_no,
            codes=codes,
        )
    return Sentence(
        "The dose under way (infusion {n}) is voided; its containers go back into stock: {codes}.",
        n=preparation.infusion_no,
        codes=codes,
    )
