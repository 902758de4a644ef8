"""Infusions as given or not given, as rows."""

from __future__ import annotations

import datetime as dt

from lndesk.domain.infusion import Infusion
from lndesk.store.codecs import insert, select
from lndesk.store.database import rows
from lndesk.store.driver import Database


def add_infusion(db: Database, infusion: Infusion) -> int:
    """Put an infusion on record."""
    return insert(db, "infusion", infusion)


def remove_infusion(db: Database, infusion_id: int) -> None:
    """Take a decision off the record; the acts keep what it was."""
    db.conn.execute("delete from infusion where id = ?", [infusion_id])


def infusions_of(db: Database, patient_id: int) -> list[Infusion]:
    """Return a patient's infusions in order."""
    return select(db, Infusion, "select * from infusion where patient_id = ? order by infusion_no", [patient_id])


def infusions(db: Database) -> list[Infusion]:
    """Return all infusions, newest first."""
    return select(db, Infusion, "select * from infusion order by happened_on desc, id desc")


def last_given(db: Database) -> dict[int, dt.date]:
    """Return the day of the last infusion given, by patient."""
    found = rows(db, "select patient_id, max(happened_on) as last_on from infusion where given = 1 group by patient_id")
    return {row["patient_id"]: dt.date.fromisoformat(row["last_on"]) for row in found}


def given_to(db: Database, patient_id: int) -> list[Infusion]:
    """Return the infusions that a patient was given, in order."""
    return [infusion for infusion in infusions_of(db, patient_id) if infusion.given]
