import datetime as dt

import pytest

from lndesk.domain.errors import NotPermitted, RuleViolation
from lndesk.domain.medication import IV_CORTICOSTEROID
from lndesk.services.medications import (
    CorrectMedication,
    DecideMedication,
    EndMedication,
    RecordMedication,
    TakeBackMedication,
)

WHY = "typed from the wrong chart"


@pytest.fixture
def patient_id(make):
    return make.patient()


@pytest.fixture
def record(study, make, patient_id):
    """Put a drug on record; return its row."""

    def recorded(drug="other", name="", **changes):
        usual = {
            "patient_id": patient_id, "drug": drug, "drug_name": name, "route": "oral", "dose": "20",
            "dose_unit": "mg", "started_on": study.today(), "purpose": "treatment",
        }  # fmt: skip
        study.run(RecordMedication(**(usual | changes)), by=make.nurse)
        return max(study.medications(patient_id), key=lambda row: row.medication.id)

    return recorded


def rows(study, patient_id):
    return {str(row.name): row.standing for row in study.medications(patient_id)}


def test_drugs_stand_as_the_entry_says(study, patient_id, record):
    record("tacrolimus")
    record(name="Aspirin")
    record(IV_CORTICOSTEROID, "Methylprednisolone", route="iv", dose="500")
    record(IV_CORTICOSTEROID, "Dexamethasone", route="iv", dose="5", purpose="premedication")

    assert rows(study, patient_id) == {
        "Tacrolimus": "allowed",
        "Aspirin": "not_listed",
        "Intravenous corticosteroid (Methylprednisolone)": "undecided",
        "Intravenous corticosteroid (Dexamethasone)": "premedication",
    }
    assert study.patient(patient_id).status == "screening"
    assert study.verify().ok


def test_a_refused_drug_leaves_no_trace(study, patient_id, record):
    before = study.head()

    with pytest.raises(RuleViolation, match="Choose the drug"):
        record("nonsense")

    assert study.head() == before
    assert study.medications(patient_id) == []


def test_the_end_is_an_update_with_its_day(study, make, patient_id, record, clock):
    row = record("leflunomide")
    clock.forward(days=4)

    study.run(EndMedication(medication_id=row.medication.id, ended_on=study.today()), by=make.nurse)

    assert study.medications(patient_id)[0].medication.ended_on == study.today()
    with pytest.raises(RuleViolation, match="already"):
        study.run(EndMedication(medication_id=row.medication.id, ended_on=study.today()), by=make.nurse)


def test_only_an_investigator_decides_and_signs_it(study, make, patient_id, record):
    row = record(IV_CORTICOSTEROID, route="iv", dose="500")
    decide = DecideMedication(medication_id=row.medication.id, pulse=True, reason="three days of 500 mg")

    with pytest.raises(NotPermitted):
        make.sign(decide, by=make.nurse)
    make.sign(decide, by=make.investigator)

    row = study.medications(patient_id)[0]
    assert row.standing == "pulse"
    assert row.decision.decided_by == "ZHAO Min"
    (signature,) = study.signatures("medication_decision", row.decision.id)
    assert signature.valid
    assert study.patient(patient_id).withdrawal is None


def test_a_corrected_drug_is_decided_anew_and_an_ended_one_is_not(study, make, patient_id, record):
    row = record(IV_CORTICOSTEROID, route="iv", dose="500")
    make.sign(
        DecideMedication(medication_id=row.medication.id, pulse=False, reason="a single dose in anaphylaxis"),
        by=make.investigator,
    )
    study.run(EndMedication(medication_id=row.medication.id, ended_on=study.today()), by=make.nurse)
    assert study.medications(patient_id)[0].standing == "not_pulse"

    study.run(CorrectMedication(row_id=row.medication.id, changes={"dose": "1000"}, reason=WHY), by=make.nurse)

    assert study.medications(patient_id)[0].standing == "undecided"
    (earlier,) = study.value_history("medication", row.medication.id)[:1]
    assert (earlier.before, earlier.after, earlier.reason) == ("500", "1000", WHY)


def test_a_correction_is_checked_like_the_first_entry(study, make, record):
    row = record("tacrolimus")
    early = {"ended_on": row.medication.started_on - dt.timedelta(days=1)}

    for changes, said in ((early, "cannot end before"), ({"route": "x"}, "Choose the route"), ({}, "Nothing differs")):
        with pytest.raises(RuleViolation, match=said):
            study.run(CorrectMedication(row_id=row.medication.id, changes=changes, reason=WHY), by=make.nurse)


def test_a_drug_recorded_by_mistake_is_taken_back_and_stays_readable(study, make, patient_id, record):
    row = record(name="Aspirin")

    with pytest.raises(RuleViolation, match="at least 10"):
        study.run(TakeBackMedication(medication_id=row.medication.id, reason="no"), by=make.nurse)
    study.run(TakeBackMedication(medication_id=row.medication.id, reason=WHY), by=make.nurse)

    (row,) = study.medications(patient_id)
    assert not row.counts
    assert row.flag is None
    assert row.medication.void_reason == WHY
    with pytest.raises(RuleViolation, match="was taken back"):
        study.run(EndMedication(medication_id=row.medication.id, ended_on=study.today()), by=make.nurse)


def test_acts_on_drugs_are_in_the_patients_history(study, make, patient_id, record):
    row = record(IV_CORTICOSTEROID, route="iv")
    make.sign(
        DecideMedication(medication_id=row.medication.id, pulse=True, reason="three days of 500 mg"),
        by=make.investigator,
    )

    commands = [act.command for act in study.acts_about(patient_id)]

    assert commands[:2] == ["DecideMedication", "RecordMedication"]
