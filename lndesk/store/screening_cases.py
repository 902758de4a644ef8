"""Everything on record that a screening comes out by, read at one moment."""

from __future__ import annotations

from lndesk.domain.screening import Screening, consent_of
from lndesk.domain.screening_case import ScreeningCase
from lndesk.store import patients, protocols, screenings
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
