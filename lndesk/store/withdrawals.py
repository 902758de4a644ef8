"""Withdrawals of patients, as rows."""

from __future__ import annotations

from lndesk.domain.withdrawal import Withdrawal
from lndesk.store.codecs import from_row, insert
from lndesk.store.database import one, rows
from lndesk.store.driver import Database


def add_withdrawal(db: Database, withdrawal: Withdrawal) -> int:
    """Put a withdrawal on record."""
    return insert(db, "withdrawal", withdrawal)


def withdrawal(db: Database, patient_id: int) -> Withdrawal | None:
    """Return the withdrawal of a patient that stands, if any."""
    row = one(db, "select * from withdrawal where patient_id = ? and taken_back_at is null", [patient_id])
    return None if row is None else from_row(Withdrawal, row)


def withdrawn(db: Database) -> set[int]:
    """Return the patients whose withdrawal stands."""
    return {row["patient_id"] for row in rows(db, "select patient_id from withdrawal where taken_back_at is null")}
