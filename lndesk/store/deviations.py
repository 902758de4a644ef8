"""Deviations from the calendar, and what an investigator allowed before its time, as rows."""

from __future__ import annotations

import datetime as dt

from lndesk.domain.deviation import Deviation, EarlyInfusion
from lndesk.store.codecs import get, insert, select, update
from lndesk.store.database import rows, value
from lndesk.store.driver import Database


def add_deviation(db: Database, deviation: Deviation) -> int:
    """Put a deviation on record."""
    return insert(db, "deviation", deviation)


def deviation(db: Database, deviation_id: int) -> Deviation:
    """Return one deviation.

    Raises:
        LookupError: there is none of this id.
    """
    return get(db, Deviation, "deviation", deviation_id)


def of_visit(db: Database, visit_id: int) -> list[Deviation]:
    """Return the deviations of a visit that were not withdrawn."""
    return select(
        db, Deviation, "select * from deviation where visit_id = ? and status <> 'withdrawn' order by id", [visit_id]
    )


def of_patient(db: Database, patient_id: int) -> list[Deviation]:
    """Return all deviations of a patient, newest first."""
    return select(db, Deviation, "select * from deviation where patient_id = ? order by id desc", [patient_id])


def with_status(db: Database, status: str) -> list[Deviation]:
    """Return the deviations that stand somewhere, oldest first."""
    return select(db, Deviation, "select * from deviation where status = ? order by id", [status])


def set_deviation(db: Database, deviation_id: int, **changes: object) -> None:
    """Change columns of a deviation."""
    update(db, "deviation", deviation_id, **changes)


def add_early_infusion(db: Database, allowed: EarlyInfusion) -> int:
    """Put on record that an infusion may be given before the minimum gap is over."""
    return insert(db, "early_infusion", allowed)


def allowed_from(db: Database, visit_id: int) -> dt.date | None:
    """Return the first day from which an infusion is allowed before the minimum gap, if it is."""
    found = value(db, "select min(earliest_on) from early_infusion where visit_id = ?", [visit_id])
    return None if found is None else dt.date.fromisoformat(found)


def allowed_of(db: Database, patient_id: int) -> dict[int, dt.date]:
    """Return the first day allowed of each of a patient's infusions that may be given early, by visit."""
    found = rows(
        db,
        "select visit_id, min(earliest_on) as earliest from early_infusion where patient_id = ? group by visit_id",
        [patient_id],
    )
    return {row["visit_id"]: dt.date.fromisoformat(row["earliest"]) for row in found}


def early_infusions(db: Database, visit_id: int) -> list[EarlyInfusion]:
    """Return what was allowed of an infusion, oldest first."""
    return select(db, EarlyInfusion, "select * from early_infusion where visit_id = ? order by id", [visit_id])
