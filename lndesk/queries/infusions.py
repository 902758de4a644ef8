"""Infusions with the patient and the sheet that each belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from lndesk.domain.infusion import Infusion
from lndesk.domain.patient import Patient
from lndesk.store import infusions, patients, preparations
from lndesk.store.driver import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionRow:
    """One infusion, given or not, with its patient and the number of its sheet, if one was issued."""

    infusion: Infusion
    patient: Patient
    sheet_no: str | None


def infusion_rows(db: Database) -> list[InfusionRow]:
    """Return all infusions, newest first."""
    found = infusions.infusions(db)
    people = patients.with_ids(db, (infusion.patient_id for infusion in found))
    sheets = {sheet.preparation_id: sheet.number for sheet in preparations.sheets(db)}
    return [
        InfusionRow(
            infusion=infusion,
            patient=people[infusion.patient_id],
            sheet_no=None if infusion.preparation_id is None else sheets.get(infusion.preparation_id),
        )
        for infusion in found
    ]
