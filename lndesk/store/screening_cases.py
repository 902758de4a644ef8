"""Everything on record that a screening comes out by, read at one moment."""

from __future__ import annotations

from lndesk.domain.screening import UNDECIDED, Screening, consent_of
from lndesk.domain.screening_case import ScreeningCase
from lndesk.store import patients, protocols, screenings
from lndesk.store.database import rows
from lndesk.store.driver import Database


def screening_case(db: Database, screening: Screening) -> ScreeningCase:
    """Gather a screening."""
    screening_id = screening.id or 0
    return ScreeningCase(
        screening=screening,
        patient=patients.patient(db, screening.patient_id),
        consent=consent_of(patients.consents(db, screening.patient_id), screening),
        rows=screenings.answers(db, screening_id),
        determinations=tuple(screenings.determinations(db, screening_id)),
        question_answers=tuple(screenings.question_answers(db, screening_id)),
        weights_kg=tuple(weight.kg for weight in patients.weights(db, screening.patient_id)[:2]),
        protocol=protocols.version(db, screening.protocol_id).parsed(),
    )


def open_cases(db: Database) -> list[ScreeningCase]:
    """Return the screenings of those without an arm, oldest first: undecided, or signed as eligible."""
    armed = {row["patient_id"] for row in rows(db, "select patient_id from assignment")}
    found = screenings.screenings_with(db, *sorted({*UNDECIDED, "eligible"}))
    return [screening_case(db, each) for each in found if each.patient_id not in armed]
