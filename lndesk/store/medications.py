"""Other drugs of patients, and what was decided on them, as rows."""

from __future__ import annotations

from lndesk.domain.medication import Medication, MedicationDecision
from lndesk.store.codecs import get, insert, select
from lndesk.store.driver import Database
from lndesk.store.signatures import all_hold


def add_medication(db: Database, medication: Medication) -> int:
    """Put a drug on record."""
    return insert(db, "medication", medication)


def medication(db: Database, medication_id: int) -> Medication:
    """Return one drug.

    Raises:
        LookupError: there is none of this id.
    """
    return get(db, Medication, "medication", medication_id)


def medications_of(db: Database, patient_id: int) -> list[Medication]:
    """Return a patient's drugs, the latest begun first; those recorded by mistake too."""
    return select(
        db, Medication, "select * from medication where patient_id = ? order by started_on desc, id desc", [patient_id]
    )


def add_decision(db: Database, decision: MedicationDecision) -> int:
    """Put a decision on record."""
    return insert(db, "medication_decision", decision)


def decision_on(db: Database, medication_id: int) -> MedicationDecision | None:
    """Return the last decision on a drug, unless the drug was corrected since: then it is to be decided anew."""
    decided = select(
        db,
        MedicationDecision,
        "select * from medication_decision where medication_id = ? order by id desc limit 1",
        [medication_id],
    )
    return next((item for item in decided if all_hold(db, "medication_decision", item.id or 0)), None)
