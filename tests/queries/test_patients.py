import datetime as dt
import importlib
import pkgutil
from dataclasses import replace

import pytest

from lndesk import services
from lndesk.domain.patient import Patient
from lndesk.queries.act_words import COLUMN_WORDS, COMMAND_WORDS, TABLE_WORDS, command_words, read_changes
from lndesk.queries.record_steps import next_step, record_steps
from lndesk.services.command import Command
from lndesk.services.patients import SignEligibility
from lndesk.store.acts import guarded_tables
from lndesk.store.database import rows


def codes(study, patient_id):
    return {step.code: str(step.why_not or "") for step in record_steps(study.patient(patient_id))}


def test_the_list_shows_where_each_patient_stands(study, make):
    make.patient("H1")
    make.sent(make.patient("H2", given_name="敏", latin_given="Min"))
    treated = make.treated("H3", given_name="洋", latin_given="Yang")
    make.weight(treated)

    found = {row.patient.hospital_no: row for row in study.patients()}

    assert [found[no].status for no in ("H1", "H2", "H3")] == ["screening", "awaiting_investigator", "enrolled"]
    assert found["H3"].next_visit.code == "infusion-1"
    assert str(found["H3"].weight_kg) == "62.4"
    assert found["H1"].next_visit is None


def test_names_that_can_be_mistaken_are_tagged_on_both(study, make):
    make.patient("H1")
    make.patient("H2", family_name="汪", given_name="晓明", latin_family="Wang", latin_given="Xiao ming")
    make.patient("H3", given_name="敏", latin_given="Min")

    assert [row.alike for row in study.patients()] == [True, True, False]


def test_a_newcomer_is_compared_with_everybody_the_same_birth_date_first(study, make):
    make.patient("H1", born_on=dt.date(1970, 1, 1))
    make.patient("H2")
    make.patient("H3", given_name="敏", latin_given="Min")
    newcomer = Patient(
        family_name="王", given_name="小明", latin_family="wang", latin_given="xiaoming", sex="female",
        born_on=dt.date(1989, 7, 14), hospital_no="H9",
    )  # fmt: skip

    assert [one.hospital_no for one in study.people_alike(newcomer)] == ["H2", "H1"]
    assert study.people_alike(replace(newcomer, family_name="李", latin_family="Li")) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"latin_given": "Xiaomin", "given_name": "小敏"},
        {"latin_family": "Xiaoming", "latin_given": "Wang", "family_name": "小明", "given_name": "王"},
        {"given_name": "小朋", "latin_given": "Xiaopeng"},
        {"family_name": "汪", "latin_family": "Wong"},
        {"given_name": "", "family_name": "Wang", "latin_given": "Xiaomign"},
    ],
    ids=[
        "a letter left out",
        "family and given name swapped",
        "one character",
        "another spelling",
        "two letters swapped",
    ],
)
def test_with_the_same_birth_date_a_similar_name_is_enough(study, make, changes):
    make.patient("H1", born_on=dt.date(1989, 7, 14))
    newcomer = Patient(
        **(
            {"family_name": "王", "given_name": "小明", "latin_family": "Wang", "latin_given": "Xiaoming",
             "sex": "female", "born_on": dt.date(1989, 7, 14), "hospital_no": "H9"} | changes
        )
    )  # fmt: skip

    assert [one.hospital_no for one in study.people_alike(newcomer)] == ["H1"]
    assert study.people_alike(replace(newcomer, born_on=dt.date(1989, 7, 15))) == []


def test_the_same_birth_date_alone_is_no_reason_to_ask(study, make):
    make.patient("H1")
    newcomer = Patient(
        family_name="李", given_name="建国", latin_family="Li", latin_given="Jianguo", sex="male",
        born_on=dt.date(1989, 7, 14), hospital_no="H9",
    )  # fmt: skip

    assert study.people_alike(newcomer) == []


def test_the_steps_follow_the_course(study, make):
    patient_id = make.patient()
    assert codes(study, patient_id)["sign_eligibility"].startswith("There is no consent on record")
    assert next_step(study.patient(patient_id)) == "record_consent"

    make.consented(patient_id)
    assert codes(study, patient_id)["sign_eligibility"] == "The screening has not been sent to the investigator."
    assert next_step(study.patient(patient_id)) == "screening"

    make.sent(patient_id)
    assert codes(study, patient_id)["sign_eligibility"] == ""
    assert codes(study, patient_id)["assign_arm"] == "The investigator has not signed that the patient is eligible."
    assert next_step(study.patient(patient_id)) == "sign_eligibility"

    make.sign(SignEligibility(patient_id=patient_id, eligible=True), by=make.investigator)
    assert next_step(study.patient(patient_id)) == "assign_arm"


def test_a_dose_leads_from_preparing_to_the_infusion(study, make):
    patient_id = make.treated()
    containers = make.lot()
    make.weight(patient_id)
    assert next_step(study.patient(patient_id)) == "prepare"

    preparation_id = make.prepared(patient_id, [containers[0]])
    assert next_step(study.patient(patient_id)) == "check"
    make.checked(preparation_id)
    assert next_step(study.patient(patient_id)) == "issue_sheet"
    study.issue_sheet(preparation_id)
    assert next_step(study.patient(patient_id)) == "record_infusion"
    make.given(preparation_id)
    assert next_step(study.patient(patient_id)) == "prepare"


def test_nobody_outside_the_treatment_arm_is_offered_a_dose(study, make):
    unsigned, control = make.eligible(make.patient("H1")), make.control("H2")

    assert "prepare" not in codes(study, unsigned)
    assert "prepare" not in codes(study, control)
    assert next_step(study.patient(control)) == "record_visit"


def test_three_infusions_leave_no_dose_to_prepare(study, make, clock):
    patient_id = make.treated()
    containers = make.lot()
    for month, container_id in zip((3, 4, 5), containers, strict=True):
        clock.on(2026, month, 2)
        make.infused(patient_id, container_id)

    assert "prepare" not in codes(study, patient_id)
    assert study.patient(patient_id).status == "completed"
    assert next_step(study.patient(patient_id)) == "record_visit"


def test_a_history_holds_every_act_about_a_patient_and_no_other(study, make):
    patient_id = make.treated()
    containers = make.lot()
    make.patient("H9", given_name="敏", latin_given="Min")
    make.infused(patient_id, containers[0])

    commands = [act.command for act in study.acts_about(patient_id)]

    assert commands == [
        "RecordInfusion", "IssueSheet", "CheckDose", "PrepareDose", "RecordBeforeInfusion", "RecordWeight",
        "AssignArm", "SignEligibility", "SendToInvestigator", "SaveAnswers", "RecordConsent", "RegisterPatient",
    ]  # fmt: skip


def test_acts_name_whom_they_are_about(study, make):
    patient_id = make.treated()
    make.infused(patient_id, make.lot()[0])

    about = study.act_subjects(study.acts())

    assert {about.get(act.id) for act in study.acts_about(patient_id)} == {"LN-0001-C"}
    assert all(act.id not in about for act in study.acts() if act.command == "ReceiveLot")
    assert study.act_subjects([]) == {}


def concrete(kind):
    """All commands below a kind that say whose they are."""
    for below in kind.__subclasses__():
        yield from concrete(below)
        if "roles" in vars(below) and below.__module__.startswith("lndesk."):
            yield below


def test_every_command_table_and_column_has_words(study):
    columns = {
        row["name"]
        for table in guarded_tables(study._db)
        for row in rows(study._db, f"pragma table_info('{table}')")
        if not row["name"].endswith("_offset_min")
    }

    for module in pkgutil.iter_modules(services.__path__):
        importlib.import_module(f"lndesk.services.{module.name}")
    assert {kind.__name__ for kind in concrete(Command)} <= set(COMMAND_WORDS)
    assert set(guarded_tables(study._db)) <= set(TABLE_WORDS)
    assert columns <= set(COLUMN_WORDS)
    assert command_words("RegisterPatient") == "Register patient"


def test_changes_read_as_days_and_instants_of_the_desk(study, make):
    make.patient()

    said = {change.column: change.after for change in read_changes(study.act_changes(study.acts()[0].id))}

    assert said["born_on"] == "14-Jul-1989"
    assert said["registered_at"] == "02-Mar-2026 09:00"
    assert "registered_at_offset_min" not in said
