"""Everything on record that a dose for one patient depends on, read at one moment."""

from __future__ import annotations

from collections.abc import Sequence

from lndesk.domain.course import next_infusion_no
from lndesk.domain.dosing import earliest
from lndesk.domain.patient import Weight
from lndesk.domain.preparation import Circumstances
from lndesk.store import (
    deviations,
    infusions,
    ledger,
    patients,
    preparations,
    product,
    protocols,
    screenings,
    visits,
    withdrawals,
)
from lndesk.store.care_cases import before_case
from lndesk.store.driver import Database
from lndesk.store.screening_cases import screening_case


def circumstances(
    db: Database, patient_id: int, *, weight: Weight | None, container_ids: Sequence[int]
) -> Circumstances:
    """Gather a patient's case for the next infusion."""
    statement, assignment = patients.statement(db, patient_id), patients.assignment(db, patient_id)
    course = visits.course(db, patient_id)
    number = next_infusion_no(course)
    given = infusions.given_to(db, patient_id)
    version, withdrawal = protocols.current_version(db), withdrawals.withdrawal(db, patient_id)
    screening = screenings.newest_screening(db, patient_id)
    planned = next((visit for visit in course if visit.kind == "infusion" and visit.number == number), None)
    return Circumstances(
        consented=bool(patients.consents(db, patient_id)),
        eligible=None if statement is None else statement.eligible,
        arm=None if assignment is None else assignment.arm,
        infusion_no=number,
        window=None if planned is None else planned.window,
        previous_infusion_on=given[-1].happened_on if given else None,
        open_preparation=preparations.open_preparation(db, patient_id) is not None,
        protocol_approved=version.approved,
        weight=weight,
        reference_weight=None if weight is None else patients.reference_weight(db, weight),
        containers=[product.lot_container(db, container_id) for container_id in container_ids],
        early_from=None if planned is None else deviations.allowed_from(db, planned.id or 0),
        withdrawn_on=None if withdrawal is None else withdrawal.withdrawn_on,
        before=before_case(db, patient_id, number, version.parsed()),
        thawed_at=earliest(preparations.first_thaw(db, container_ids), ledger.thawed_at(db, container_ids)),
        patient_id=patient_id,
        authorised=frozenset(item.what for item in preparations.authorisations(db, patient_id, number)),
        stock_problem=ledger.first_problem(db),
        screened=None if screening is None else screening_case(db, screening).answers,
    )
