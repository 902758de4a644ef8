import datetime as dt
from decimal import Decimal

import pytest

from lndesk.domain.errors import NotPermitted, RuleViolation
from lndesk.services.command import Changes
from lndesk.services.patients import (
    AssignArm,
    RecordAllergies,
    RecordConsent,
    RecordWeight,
    RegisterPatient,
    SignEligibility,
)

IDENTITY = {
    "family_name": "王", "given_name": "小明", "latin_family": "Wang", "latin_given": "Xiaoming",
    "sex": "female", "born_on": dt.date(1989, 7, 14),
}  # fmt: skip


def test_registering_gives_the_next_subject_id_and_one_act(study):
    changes = study.run(RegisterPatient(hospital_no="h 0048 2217", **IDENTITY))

    assert changes == Changes.PATIENTS | Changes.SCREENINGS
    assert study.patient_numbered("H00482217").patient.subject_id == "LN-0001-C"
    assert [(act.command, act.name) for act in study.acts()] == [("RegisterPatient", "CHEN Jing")]


def test_a_hospital_number_is_never_taken_twice_and_the_refusal_leaves_no_trace(study, make):
    make.patient()
    acts = study.acts()

    with pytest.raises(RuleViolation, match="belongs to 王小明 WANG, Xiaoming, LN-0001-C") as refused:
        study.run(RegisterPatient(hospital_no="H 0048 2217", **IDENTITY))

    assert refused.value.field == "hospital_no"
    assert study.acts() == acts
    assert len(study.patients()) == 1


def test_subject_ids_run_on(make, study):
    make.patient()
    make.patient("H2")

    assert [row.patient.subject_id[:7] for row in study.patients()] == ["LN-0001", "LN-0002"]


def test_only_the_desk_registers(study, make):
    with pytest.raises(NotPermitted, match=r"signed in as Technician\. This is done by: Nurse, Investigator"):
        study.run(RegisterPatient(hospital_no="H1", **IDENTITY), by=make.technician)


def test_allergies_change_with_what_stood_there_kept(study, make):
    patient_id = make.patient()

    study.run(RecordAllergies(patient_id=patient_id, allergy_state="known", allergies="penicillin", reason="Told now"))

    changed = {change.column: (change.before, change.after) for change in study.act_changes(study.acts()[0].id)}
    assert changed == {"allergy_state": ("none_known", "known"), "allergies": ("", "penicillin")}
    assert study.acts()[0].reason == "Told now"


def test_a_minor_needs_the_guardian(study, make, clock):
    patient_id = make.patient(born_on=dt.date(2010, 1, 1))
    asked = {"patient_id": patient_id, "form_version": "2.1", "consented_at": clock.at, "taken_by": "ZHAO Min"}

    with pytest.raises(RuleViolation, match="was 16 at consent"):
        study.run(RecordConsent(**asked))
    study.run(RecordConsent(guardian="WANG Li", child_assented=True, **asked))

    assert study.patient(patient_id).consents[0].guardian == "WANG Li"
    assert study.patient(patient_id).status == "screening"


def test_eligibility_is_signed_by_an_investigator_after_consent(study, make):
    patient_id = make.patient()

    with pytest.raises(NotPermitted):
        make.sign(SignEligibility(patient_id=patient_id, eligible=True), by=make.nurse)
    with pytest.raises(RuleViolation, match="has not been sent to the investigator"):
        make.sign(SignEligibility(patient_id=patient_id, eligible=True), by=make.investigator)
    make.eligible(patient_id)

    assert study.patient(patient_id).statement.signed_by == "ZHAO Min"
    assert study.patient(patient_id).status == "eligible"


def test_somebody_not_eligible_gets_no_arm(study, make, clock):
    patient_id = make.patient()
    make.sent(patient_id, biopsy_class="VI")
    make.sign(SignEligibility(patient_id=patient_id, eligible=False, remark="Class VI"), by=make.investigator)

    with pytest.raises(RuleViolation, match="has not signed that the patient is eligible"):
        make.sign(
            AssignArm(patient_id=patient_id, arm="treatment", reason="x", first_infusion_on=clock.at.date()),
            by=make.investigator,
        )

    assert study.patient(patient_id).status == "not_eligible"


@pytest.mark.parametrize(
    ("arm", "reason", "day", "field"),
    [
        ("", "Next", None, "arm"),
        ("treatment", " ", dt.date(2026, 3, 9), "reason"),
        ("treatment", "Next", None, "first_infusion_on"),
        ("treatment", "Next", dt.date(2026, 3, 1), "first_infusion_on"),
        ("control", "Declined", dt.date(2026, 3, 9), "first_infusion_on"),
    ],
)
def test_an_arm_needs_its_reason_and_its_day(study, make, arm, reason, day, field):
    patient_id = make.eligible(make.patient())

    with pytest.raises(RuleViolation) as refused:
        make.sign(AssignArm(patient_id=patient_id, arm=arm, reason=reason, first_infusion_on=day), by=make.investigator)

    assert refused.value.field == field
    assert study.patient(patient_id).course == ()


def test_the_arm_puts_the_course_on_the_calendar_once(study, make):
    treated, control = make.treated(), make.control()

    assert [visit.kind for visit in study.patient(treated).course].count("infusion") == 3
    assert [visit.kind for visit in study.patient(control).course].count("control") == 3
    with pytest.raises(RuleViolation, match="already has an arm"):
        make.sign(AssignArm(patient_id=control, arm="control", reason="Again"), by=make.investigator)


@pytest.mark.parametrize(("kg", "fits"), [("19.9", False), ("20", True), ("200", True), ("200.1", False)])
def test_a_weight_lies_within_the_limits(study, make, clock, kg, fits):
    patient_id = make.patient()
    command = RecordWeight(patient_id=patient_id, kg=Decimal(kg), measured_at=clock.at, scale="B2")

    if fits:
        assert study.run(command) == Changes.WEIGHTS
    else:
        with pytest.raises(RuleViolation, match="is outside 20\N{NO-BREAK SPACE}kg to 200\N{NO-BREAK SPACE}kg"):
            study.run(command)


def test_a_patient_who_is_not_there_is_refused_in_a_sentence(study, clock):
    with pytest.raises(RuleViolation, match="no longer on record"):
        study.run(RecordWeight(patient_id=99, kg=Decimal(60), measured_at=clock.at, scale="B2"))
