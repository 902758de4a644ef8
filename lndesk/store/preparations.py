"""Preparations with their draws, accepted warnings, checks and sheets, as rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from lndesk.domain.preparation import AcceptedWarning, Authorisation, Check, CheckAttempt, Draw, Preparation
from lndesk.store.codecs import from_row, get, insert, select, update
from lndesk.store.database import one, rows, value
from lndesk.store.driver import Database

OPEN = "('awaiting_check', 'checked', 'issued')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet that was issued: what it says, and the hash of its bytes."""

    id: int | None = None
    number: str
    preparation_id: int
    snapshot: str
    sha256: str
    composed_by: str
    composed_at: dt.datetime


def add_preparation(db: Database, preparation: Preparation) -> int:
    """Put a preparation on record."""
    return insert(db, "preparation", preparation)


def preparation(db: Database, preparation_id: int) -> Preparation:
    """Return a preparation.

    Raises:
        LookupError: there is none of this id.
    """
    return get(db, Preparation, "preparation", preparation_id)


def open_preparation(db: Database, patient_id: int) -> Preparation | None:
    """Return the preparation of a patient that is under way."""
    row = one(db, f"select * from preparation where patient_id = ? and status in {OPEN}", [patient_id])  # noqa: S608  # a constant
    return None if row is None else from_row(Preparation, row)


def under_way(db: Database) -> set[tuple[int, str]]:
    """Return the patients and visit codes of all preparations that are under way."""
    found = rows(db, f"select patient_id, infusion_no from preparation where status in {OPEN}")  # noqa: S608  # as above
    return {(row["patient_id"], f"infusion-{row['infusion_no']}") for row in found}


def preparations_of(db: Database, patient_id: int) -> list[Preparation]:
    """Return a patient's preparations, newest first."""
    return select(db, Preparation, "select * from preparation where patient_id = ? order by id desc", [patient_id])


def with_status(db: Database, status: str) -> list[Preparation]:
    """Return the preparations that stand somewhere, oldest first."""
    return select(db, Preparation, "select * from preparation where status = ? order by id", [status])


def set_preparation(db: Database, preparation_id: int, **changes: object) -> None:
    """Change columns of a preparation."""
    update(db, "preparation", preparation_id, **changes)


def add_draw(db: Database, draw: Draw) -> int:
    """Put a draw on record."""
    return insert(db, "draw", draw)


def draws(db: Database, preparation_id: int) -> list[Draw]:
    """Return what each container gives to a preparation."""
    return select(db, Draw, "select * from draw where preparation_id = ? order by id", [preparation_id])


def first_thaw(db: Database, container_ids: Sequence[int]) -> dt.datetime | None:
    """Return when the first of some containers was thawed for a preparation, whatever became of that."""
    drawn = select(
        db,
        Preparation,
        "select preparation.* from draw join preparation on preparation.id = preparation_id"  # noqa: S608  # only places
        f" where thawed_at is not null and container_id in ({', '.join('?' * len(container_ids))})",
        container_ids,
    )
    return min((preparation.thawed_at for preparation in drawn if preparation.thawed_at), default=None)


def add_warning(db: Database, warning: AcceptedWarning) -> int:
    """Put an accepted warning on record."""
    return insert(db, "accepted_warning", warning)


def warnings(db: Database, preparation_id: int) -> list[AcceptedWarning]:
    """Return the warnings that were accepted for a preparation."""
    return select(
        db, AcceptedWarning, "select * from accepted_warning where preparation_id = ? order by id", [preparation_id]
    )


def add_check(db: Database, check: Check) -> int:
    """Put a check on record."""
    return insert(db, "dose_check", check)


def check_of(db: Database, preparation_id: int) -> Check | None:
    """Return the last check of a preparation."""
    row = one(db, "select * from dose_check where preparation_id = ? order by id desc limit 1", [preparation_id])
    return None if row is None else from_row(Check, row)


def add_attempt(db: Database, attempt: CheckAttempt) -> int:
    """Put a check that differed on record."""
    return insert(db, "check_attempt", attempt)


def attempts(db: Database, preparation_id: int) -> list[CheckAttempt]:
    """Return the checks of a preparation that differed, oldest first."""
    return select(
        db, CheckAttempt, "select * from check_attempt where preparation_id = ? order by id", [preparation_id]
    )


def add_authorisation(db: Database, authorisation: Authorisation) -> int:
    """Put what an investigator allows on record."""
    return insert(db, "authorisation", authorisation)


def authorisations(db: Database, patient_id: int, infusion_no: int) -> list[Authorisation]:
    """Return what is allowed for one infusion of a patient."""
    return select(
        db,
        Authorisation,
        "select * from authorisation where patient_id = ? and infusion_no = ? order by id",
        [patient_id, infusion_no],
    )


def next_sheet_number(db: Database, year: int) -> str:
    """Return the next sheet number of a year; sheets are never removed, so there is no gap."""
    count = int(value(db, "select count(*) from sheet where number like ?", [f"DP-{year}-%"]))
    return f"DP-{year}-{count + 1:06}"


def add_sheet(db: Database, sheet: Sheet) -> int:
    """Put a sheet on record."""
    return insert(db, "sheet", sheet)


def add_sheet_file(db: Database, sheet_id: int, kept: tuple[int, str]) -> None:
    """Name the bytes of a sheet, which are kept with the contents."""
    db.conn.execute("insert into sheet_file (sheet_id, content_id, sha256) values (?, ?, ?)", [sheet_id, *kept])


def sheet_numbered(db: Database, number: str) -> Sheet | None:
    """Return the sheet of a number."""
    row = one(db, "select * from sheet where number = ?", [number])
    return None if row is None else from_row(Sheet, row)


def sheet_of(db: Database, preparation_id: int) -> Sheet | None:
    """Return the sheet of a preparation."""
    row = one(db, "select * from sheet where preparation_id = ? order by id desc limit 1", [preparation_id])
    return None if row is None else from_row(Sheet, row)


def sheets(db: Database) -> list[Sheet]:
    """Return all sheets, newest first."""
    return select(db, Sheet, "select * from sheet order by id desc")
