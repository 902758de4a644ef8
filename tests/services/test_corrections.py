import datetime as dt
from decimal import Decimal

import pytest

from lndesk.domain.errors import NotPermitted, RuleViolation
from lndesk.services.corrections import CorrectConsent, CorrectContainer, CorrectLot, CorrectPatient, CorrectWeight
from lndesk.services.course_corrections import (
    CorrectAssignment,
    CorrectInfusion,
    CorrectVisit,
    TakeBackMissed,
    TakeBackNotGiven,
)
from lndesk.services.infusions import RecordNotGiven
from lndesk.services.visits import MissVisit, RecordVisit
from tests.conftest import stock

WHY = "typed from the wrong line of the chart"


def refused(study, make, command, by=None):
    """Return the refusal of a correction, having seen that it left no trace."""
    before = study.head()
    with pytest.raises(RuleViolation) as refusal:
        study.run(command, by=by or make.nurse)
    assert study.head() == before
    return refusal.value


def test_an_identity_is_corrected_and_the_old_value_stays_readable(study, make):
    patient_id = make.patient()

    study.run(CorrectPatient(row_id=patient_id, changes={"given_name": "晓明"}, reason=WHY), by=make.nurse)

    assert study.patient(patient_id).patient.han_name == "王晓明"
    (earlier,) = study.value_history("patient", patient_id)
    assert (earlier.column, earlier.before, earlier.after) == ("given_name", "小明", "晓明")
    assert (earlier.changed_by, earlier.reason) == ("CHEN Jing", WHY)
    assert study.verify().ok


@pytest.mark.parametrize(
    ("changes", "reason", "said"),
    [
        ({"given_name": "晓明"}, "typo", "at least 10 characters"),
        ({"given_name": "小明"}, WHY, "Nothing differs"),
        ({"subject_id": "LN-0009-X"}, WHY, "not corrected here"),
        ({"born_on": dt.date(2030, 1, 1)}, WHY, "in the future"),
    ],
)
def test_a_correction_that_cannot_stand_leaves_no_trace(study, make, changes, reason, said):
    patient_id = make.patient()

    refusal = refused(study, make, CorrectPatient(row_id=patient_id, changes=changes, reason=reason))

    assert said in str(refusal)


def test_a_hospital_number_cannot_be_corrected_to_another_patients(study, make):
    other = make.patient()
    patient_id = make.patient("H1")

    refusal = refused(
        study, make, CorrectPatient(row_id=patient_id, changes={"hospital_no": "h 0048 2217"}, reason=WHY)
    )

    assert study.patient(other).patient.subject_id in str(refusal)


def test_a_consent_is_corrected_by_the_rules_of_its_age(study, make, clock):
    patient_id = make.consented(make.patient(born_on=dt.date(2000, 1, 1)))
    consent = study.patient(patient_id).consents[0]
    late = clock.at + dt.timedelta(days=1)

    study.run(CorrectConsent(row_id=consent.id, changes={"form_version": "2.2"}, reason=WHY), by=make.nurse)

    assert study.patient(patient_id).consents[0].form_version == "2.2"
    assert "future" in str(
        refused(study, make, CorrectConsent(row_id=consent.id, changes={"consented_at": late}, reason=WHY))
    )


def test_a_corrected_weight_voids_the_dose_that_rests_on_it_and_frees_its_container(study, make):
    patient_id = make.treated()
    weight = make.weight(patient_id)
    preparation_id = make.checked(make.prepared(patient_id, make.lot()[:1]))

    study.run(CorrectWeight(row_id=weight.id, changes={"kg": Decimal("64.2")}, reason=WHY), by=make.nurse)

    preparation = study.prepared_dose(preparation_id).preparation
    assert (preparation.status, preparation.void_reason) == ("voided", WHY)
    assert {row.status for row in stock(study)} == {"released"}
    assert study.verify().ok


def test_after_the_sheet_the_container_of_a_voided_dose_is_destroyed(study, make):
    patient_id = make.treated()
    weight = make.weight(patient_id)
    study.issue_sheet(make.checked(make.prepared(patient_id, make.lot(count=1))))

    study.run(CorrectWeight(row_id=weight.id, changes={"kg": Decimal("64.2")}, reason=WHY), by=make.nurse)

    assert [row.status for row in stock(study)] == ["destroyed"]
    assert study.sheets()[0].standing == "void"


def test_a_weight_outside_the_limits_is_no_correction(study, make):
    weight = make.weight(make.treated())

    refusal = refused(study, make, CorrectWeight(row_id=weight.id, changes={"kg": Decimal(642)}, reason=WHY))

    assert refusal.field == "kg"


def test_a_corrected_lot_goes_back_into_quarantine_and_voids_doses_drawn_from_it(study, make):
    patient_id = make.treated()
    make.weight(patient_id)
    preparation_id = make.prepared(patient_id, make.lot()[:1])
    lot = stock(study)[0].item.lot

    study.run(CorrectLot(row_id=lot.id, changes={"viable": Decimal(88)}, reason=WHY), by=make.technician)

    assert study.prepared_dose(preparation_id).preparation.status == "voided"
    assert {row.status for row in stock(study)} == {"quarantine"}
    assert stock(study)[0].item.lot.released_by is None


def test_a_corrected_container_voids_the_dose_drawn_from_it(study, make):
    patient_id = make.treated()
    make.weight(patient_id)
    container_id = make.lot()[0]
    preparation_id = make.prepared(patient_id, [container_id])

    study.run(CorrectContainer(row_id=container_id, changes={"volume_ml": Decimal(19)}, reason=WHY), by=make.technician)

    assert study.prepared_dose(preparation_id).preparation.status == "voided"


def test_a_container_cannot_take_the_number_of_another(study, make):
    container_id = make.lot()[0]

    refusal = refused(
        study,
        make,
        CorrectContainer(row_id=container_id, changes={"container_no": "02"}, reason=WHY),
        by=make.technician,
    )

    assert "number of its own" in str(refusal)


def test_a_corrected_infusion_moves_what_is_counted_from_it(study, make, clock):
    patient_id = make.treated()
    make.infused(patient_id, make.lot()[0])
    infusion = study.patient(patient_id).infusions[0]

    study.run(
        CorrectInfusion(row_id=infusion.id, changes={"volume_ml": infusion.volume_ml - 1}, reason=WHY), by=make.nurse
    )

    corrected = study.patient(patient_id).infusions[0]
    assert corrected.cells < infusion.cells
    late = CorrectInfusion(row_id=infusion.id, changes={"ended_at": clock.at + dt.timedelta(days=1)}, reason=WHY)
    assert "future" in str(refused(study, make, late))


def test_a_corrected_last_control_visit_moves_the_follow_up(study, make, clock):
    patient_id = make.control()
    course = study.patient(patient_id).course
    for visit in course[:3]:
        clock.at = dt.datetime.combine(visit.target_on, dt.time(9), clock.at.tzinfo)
        study.run(RecordVisit(visit_id=visit.id, visited_on=visit.target_on), by=make.nurse)
    earlier = course[2].target_on - dt.timedelta(days=1)

    study.run(CorrectVisit(row_id=course[2].id, changes={"visited_on": earlier}, reason=WHY), by=make.nurse)

    follow_up = next(visit for visit in study.patient(patient_id).course if visit.code == "followup-4w")
    assert follow_up.target_on == earlier + dt.timedelta(weeks=4)


def test_the_arm_is_corrected_while_the_course_has_not_begun_and_planned_anew(study, make):
    patient_id = make.treated()
    assignment = study.patient(patient_id).assignment
    changes = {"arm": "control", "first_infusion_planned_on": None}

    make.sign(CorrectAssignment(row_id=assignment.id, changes=changes, reason=WHY), by=make.investigator)

    record = study.patient(patient_id)
    assert record.assignment.arm == "control"
    assert record.course[0].code == "control-1"
    assert study.verify().ok


def test_the_arm_stands_once_a_visit_took_place(study, make):
    patient_id = make.control()
    visit = study.patient(patient_id).course[0]
    study.run(RecordVisit(visit_id=visit.id, visited_on=study.today()), by=make.nurse)
    assignment = study.patient(patient_id).assignment
    changes = {"arm": "treatment", "first_infusion_planned_on": study.today()}

    with pytest.raises(RuleViolation, match="The course has begun"):
        make.sign(CorrectAssignment(row_id=assignment.id, changes=changes, reason=WHY), by=make.investigator)


def test_an_infusion_recorded_as_not_given_by_mistake_waits_again(study, make):
    patient_id = make.treated()
    study.run(RecordNotGiven(patient_id=patient_id, infusion_no=1, reason_code="patient_unwell"), by=make.nurse)
    infusion = study.patient(patient_id).infusions[0]

    study.run(TakeBackNotGiven(infusion_id=infusion.id, reason=WHY), by=make.nurse)

    record = study.patient(patient_id)
    assert record.infusions == ()
    assert record.next_infusion_no == 1
    assert study.verify().ok


def test_a_visit_recorded_as_missed_by_mistake_waits_again(study, make):
    patient_id = make.control()
    visit = study.patient(patient_id).course[0]
    study.run(MissVisit(visit_id=visit.id, reason="did not come"), by=make.nurse)

    study.run(TakeBackMissed(visit_id=visit.id, reason=WHY), by=make.nurse)

    assert study.patient(patient_id).course[0].outcome is None
    assert "not on record as missed" in str(refused(study, make, TakeBackMissed(visit_id=visit.id, reason=WHY)))


def test_a_nurse_corrects_no_lot_and_a_technician_no_identity(study, make):
    patient_id = make.patient()
    make.lot()

    with pytest.raises(NotPermitted):
        study.run(CorrectLot(row_id=1, changes={"viable": Decimal(88)}, reason=WHY), by=make.nurse)
    with pytest.raises(NotPermitted):
        study.run(CorrectPatient(row_id=patient_id, changes={"given_name": "晓明"}, reason=WHY), by=make.technician)


def test_what_a_correction_leads_to_is_said_before(study, make):
    patient_id = make.treated()
    weight = make.weight(patient_id)
    make.prepared(patient_id, make.lot()[:1])

    said = " ".join(str(sentence) for sentence in study.consequences("weight", weight.id))

    assert "voided" in said
    assert "AM-2411-07/01" in said
