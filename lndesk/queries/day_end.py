"""What is open at the end of a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lndesk.i18n import Sentence
from lndesk.queries.protection import unbacked_since
from lndesk.queries.today import today_board
from lndesk.store.backups import BackupRow, last_backup
from lndesk.store.database import rows, value
from lndesk.store.driver import Database

Kind = Literal["dose_not_given", "sheet_without_infusion", "visit_not_recorded", "visit_overdue", "draft"]
IN_STOCK = ("quarantine", "released", "reserved")
STANDING: dict[str, Kind] = {
    "awaiting_check": "dose_not_given",
    "checked": "dose_not_given",
    "issued": "sheet_without_infusion",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """One thing that is not finished. Names no patient but by Subject ID."""

    kind: Kind
    subject: str
    """The Subject ID, or the login of who typed a draft."""
    detail: str

    @property
    def sentence(self) -> Sentence:
        """Say it."""
        return item_sentence(self.kind, self.subject, self.detail)

    def as_kept(self) -> dict[str, str]:
        """Return it as the act keeps it."""
        return {"kind": self.kind, "subject": self.subject, "detail": self.detail}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayItems:
    """The state in which a day is left."""

    day: dt.date
    items: tuple[OpenItem, ...]
    expected: int
    """Containers that should be there: in quarantine, released or reserved."""
    backup: BackupRow | None
    """The newest verified backup of today."""
    unbacked_since: dt.date | None


def item_sentence(kind: str, subject: str, detail: str) -> Sentence:
    """Say an open item as it was kept."""
    match kind:
        case "dose_not_given":
            return Sentence("{subject}: infusion {detail} is prepared and not given.", subject=subject, detail=detail)
        case "sheet_without_infusion":
            return Sentence(
                "{subject}: sheet {detail} is issued and no infusion is recorded.", subject=subject, detail=detail
            )
        case "visit_not_recorded":
            return Sentence("{subject}: the visit of today is not recorded ({detail}).", subject=subject, detail=detail)
        case "visit_overdue":
            return Sentence("{subject}: a visit is overdue ({detail}).", subject=subject, detail=detail)
        case _:
            return Sentence("{subject}: something was typed and not sent ({detail}).", subject=subject, detail=detail)


def day_items(db: Database, today: dt.date) -> DayItems:
    """Read what is open, what should be in stock, and whether there is a backup of today."""
    backup = last_backup(db)
    places = ", ".join("?" * len(IN_STOCK))
    return DayItems(
        day=today,
        items=(*_doses(db), *_visits(db, today), *_drafts(db)),
        expected=int(value(db, f"select count(*) from container where status in ({places})", IN_STOCK)),  # noqa: S608  # only places
        backup=backup if backup is not None and backup.verified_at.date() == today else None,
        unbacked_since=unbacked_since(db, today),
    )


def _doses(db: Database) -> Iterator[OpenItem]:
    found = rows(
        db,
        """
        select patient.subject_id, preparation.infusion_no, preparation.status,
            (select number from sheet where preparation_id = preparation.id order by id desc limit 1) as number
        from preparation join patient on patient.id = patient_id
        where preparation.status in ('awaiting_check', 'checked', 'issued') order by preparation.id
        """,
    )
    for row in found:
        kind = STANDING[row["status"]]
        detail = row["number"] if kind == "sheet_without_infusion" and row["number"] else str(row["infusion_no"])
        yield OpenItem(kind=kind, subject=row["subject_id"], detail=detail)


def _visits(db: Database, today: dt.date) -> Iterator[OpenItem]:
    for row in today_board(db, today).rows:
        if row.visit is None or row.visit.outcome is not None:
            continue
        kind: Kind = "visit_overdue" if row.status == "overdue" else "visit_not_recorded"
        yield OpenItem(kind=kind, subject=row.patient.subject_id, detail=row.visit.code)


def _drafts(db: Database) -> Iterator[OpenItem]:
    for row in rows(db, "select login, kind, subject from draft order by saved_at"):
        yield OpenItem(kind="draft", subject=row["login"], detail=row["kind"])
