"""What the stops before an infusion and the contraception of one patient rest on, read at one moment."""

from __future__ import annotations

from collections.abc import Sequence

from lndesk.domain.before_infusion import BeforeCase
from lndesk.domain.contraception import ContraceptionCase
from lndesk.domain.items import YES
from lndesk.domain.medication import flag_of
from lndesk.domain.protocol import Protocol
from lndesk.store import before_infusions, infusions, medications, patients, screenings, visits
from lndesk.store.driver import Database


def before_case(db: Database, patient_id: int, infusion_no: int, protocol: Protocol) -> BeforeCase:
    """Gather what stands before one infusion of a patient."""
    given = before_infusions.answers_of(db, patient_id)
    asked = next((item for item in given if item.infusion_no == infusion_no), None)
    earlier = [item for item in given if item is not asked and (asked is None or item.asked_at <= asked.asked_at)]
    drugs = [item for item in medications.medications_of(db, patient_id) if item.void_reason is None]
    flags = [
        flag
        for item in drugs
        if (flag := flag_of(item, protocol.medication, medications.decision_on(db, item.id or 0))) is not None
    ]
    return BeforeCase(
        sex=patients.patient(db, patient_id).sex,
        asked=asked,
        earlier=earlier,
        decisions=before_infusions.decisions_of(db, patient_id),
        drug_flags=flags,
        drugs_recorded_on=max((item.recorded_at.date() for item in drugs), default=None),
        could_be_pregnant=could_be_pregnant(db, patient_id),
    )


def contraception_case(db: Database, patient_id: int, protocol: Protocol) -> ContraceptionCase:
    """Gather what the contraception of a patient is counted from."""
    assignment = patients.assignment(db, patient_id)
    course = visits.course(db, patient_id)
    return ContraceptionCase(
        sex=patients.patient(db, patient_id).sex,
        pregnancy_possible=pregnancy_possible(db, patient_id),
        infused=None if assignment is None else protocol.arms[assignment.arm].infused,
        given_on=[infusion.happened_on for infusion in infusions.given_to(db, patient_id)],
        over=assignment is not None and all(visit.kind != "infusion" or visit.outcome is not None for visit in course),
        last_visit_on=max((visit.day for visit in course if visit.outcome in _TAKES_PLACE), default=None),
    )


def pregnancy_possible(db: Database, patient_id: int) -> bool | None:
    """Tell whether pregnancy is possible: as last answered before an infusion, else at the screening."""
    answered: Sequence[bool | None] = [item.pregnancy_possible for item in before_infusions.answers_of(db, patient_id)]
    return next((item for item in answered if item is not None), could_be_pregnant(db, patient_id))


def could_be_pregnant(db: Database, patient_id: int) -> bool | None:
    """Tell what the newest screening says of it."""
    screening = screenings.newest_screening(db, patient_id)
    if screening is None:
        return None
    answer = screenings.answers(db, screening.id or 0).get("could_be_pregnant")
    return None if answer is None else answer.value == YES


_TAKES_PLACE = {None, "done"}
