import datetime as dt

import pytest

from lndesk.domain.errors import NotPermitted, RuleViolation
from lndesk.domain.evaluation import DoseRequest
from lndesk.domain.medication import IV_CORTICOSTEROID
from lndesk.services.before_infusions import CorrectBeforeInfusion, LiftStop
from lndesk.services.medications import RecordMedication
from lndesk.services.preparations import GivenReason
from lndesk.services.protocols import AddProtocol, ApproveProtocol
from lndesk.settings import resources

WHY = "ticked the wrong box"


@pytest.fixture
def patient_id(make):
    return make.treated()


@pytest.fixture
def vials(make):
    return make.lot()


def stops(study, patient_id, number=1):
    return [finding.code for finding in study.before_infusion(patient_id, number).findings if finding.level == "stop"]


def test_what_stands_before_an_infusion_says_what_is_asked_of_whom(study, make):
    woman, man = make.treated("H1"), make.treated("H2", sex="male", given_name="敏", latin_given="Min")

    assert study.before_infusion(woman, 1).asks.pregnancy
    assert not study.before_infusion(man, 1).asks.pregnancy
    assert stops(study, woman) == ["before_not_asked"]
    assert make.asked(woman).stopped is False
    assert make.asked(man).stopped is False


def test_no_dose_is_prepared_before_the_questions_are_answered(study, make, patient_id, vials, clock):
    make.infused(patient_id, vials[0])
    clock.on(2026, 4, 2)
    seen = study.preview_dose(patient_id, vials[1:2], DoseRequest())

    assert "before_not_asked" in {finding.code for finding in seen.findings}
    assert stops(study, patient_id, 2) == ["before_not_asked"]
    make.weight(patient_id)
    assert study.preview_dose(patient_id, vials[1:2], DoseRequest()).verdict == "ok"


@pytest.mark.parametrize(
    "answers",
    [{"pregnancy_test": "positive"}, {"albumin_allergy": True}, {"dmso_allergy": True}, {"infection_or_fever": True}],
)
def test_a_stop_refuses_the_dose_with_its_own_sentence(make, patient_id, vials, answers):
    make.weight(patient_id)
    view = make.asked(patient_id, **answers)

    with pytest.raises(RuleViolation) as refusal:
        make.prepared(patient_id, vials[:1])

    assert str(refusal.value) == str(view.findings[0].text)
    assert "The investigator decides" in str(refusal.value)


def test_the_investigator_lifts_fever_under_signature_with_a_reason(study, make, patient_id, vials):
    make.weight(patient_id)
    view = make.asked(patient_id, infection_or_fever=True)
    lift = LiftStop(before_infusion_id=view.asked.id, stop="infection_or_fever", reason="37.6, a cold, examined")

    with pytest.raises(NotPermitted):
        make.sign(lift, by=make.nurse)
    make.sign(lift, by=make.investigator)

    view = study.before_infusion(patient_id, 1)
    assert not view.stopped
    assert view.decisions[0].reason == "37.6, a cold, examined"
    assert study.signatures("stop_decision", view.decisions[0].id)[0].valid
    make.prepared(patient_id, vials[:1])
    assert study.verify().ok


def test_what_does_not_stand_or_is_not_to_be_decided_is_not_lifted(make, patient_id):
    view = make.asked(patient_id, albumin_allergy=True)

    for stop, said in (("albumin_allergy", "not lifted by a decision"), ("infection_or_fever", "does not stand")):
        with pytest.raises(RuleViolation, match=said):
            make.sign(
                LiftStop(before_infusion_id=view.asked.id, stop=stop, reason="a good enough reason"),
                by=make.investigator,
            )
    make.asked(patient_id, infection_or_fever=True)
    with pytest.raises(RuleViolation, match="asked again since"):
        make.sign(
            LiftStop(before_infusion_id=view.asked.id, stop="infection_or_fever", reason="a good enough reason"),
            by=make.investigator,
        )


def test_a_corrected_answer_is_decided_anew(study, make, patient_id):
    view = make.asked(patient_id, infection_or_fever=True)
    make.sign(
        LiftStop(before_infusion_id=view.asked.id, stop="infection_or_fever", reason="a cold, examined"),
        by=make.investigator,
    )

    study.run(CorrectBeforeInfusion(row_id=view.asked.id, changes={"remark": "38.9"}, reason=WHY), by=make.nurse)

    assert stops(study, patient_id) == ["infection_or_fever"]
    study.run(
        CorrectBeforeInfusion(row_id=view.asked.id, changes={"infection_or_fever": False}, reason=WHY), by=make.nurse
    )
    assert stops(study, patient_id) == []
    with pytest.raises(RuleViolation, match="Answer whether there is an allergy to DMSO"):
        study.run(
            CorrectBeforeInfusion(row_id=view.asked.id, changes={"dmso_allergy": None}, reason=WHY), by=make.nurse
        )


def test_a_positive_test_is_not_undone_by_a_negative_one_without_the_investigator(study, make, patient_id, clock):
    make.asked(patient_id, pregnancy_test="positive")
    clock.forward(hours=2)
    view = make.asked(patient_id)

    assert stops(study, patient_id) == ["pregnancy_tests_differ"]
    make.sign(
        LiftStop(before_infusion_id=view.asked.id, stop="pregnancy_tests_differ", reason="serum hCG is negative"),
        by=make.investigator,
    )
    clock.forward(hours=1)
    assert not make.asked(patient_id).stopped


def test_an_old_pregnancy_test_asks_for_a_reason(study, make, patient_id, vials):
    make.weight(patient_id)
    make.asked(patient_id, tested_on=study.today() - dt.timedelta(days=9))

    with pytest.raises(RuleViolation, match="9 days old, more than 7") as refusal:
        make.prepared(patient_id, vials[:1])
    assert refusal.value.field == "pregnancy_test_old"

    preparation_id = make.prepared(
        patient_id, vials[:1], reasons={"pregnancy_test_old": GivenReason(reason="investigator")}
    )
    assert [warning.code for warning in study.prepared_dose(preparation_id).warnings] == ["pregnancy_test_old"]


def test_an_undecided_steroid_pulse_asks_for_a_reason(study, make, patient_id, vials):
    make.weight(patient_id)
    study.run(
        RecordMedication(
            patient_id=patient_id, drug=IV_CORTICOSTEROID, route="iv", dose="500", dose_unit="mg",
            started_on=study.today(), purpose="treatment",
        ),
        by=make.nurse,
    )  # fmt: skip

    with pytest.raises(RuleViolation, match="prohibited in both arms") as refusal:
        make.prepared(patient_id, vials[:1])

    assert refusal.value.field == "medication_undecided"


def test_a_stop_that_comes_up_later_holds_back_the_check_and_the_sheet(study, make, patient_id, vials, clock):
    make.weight(patient_id)
    preparation_id = make.prepared(patient_id, vials[:1])
    clock.forward(minutes=5)
    make.asked(patient_id, infection_or_fever=True)

    with pytest.raises(RuleViolation, match="infection or fever"):
        make.checked(preparation_id)
    clock.forward(minutes=5)
    make.asked(patient_id)
    make.checked(preparation_id)
    clock.forward(minutes=5)
    make.asked(patient_id, dmso_allergy=True)
    with pytest.raises(RuleViolation, match="allergy to DMSO"):
        study.issue_sheet(preparation_id)


def test_only_the_next_infusion_of_a_patient_who_gets_cells_is_asked_for(make, patient_id):
    control = make.control(given_name="敏", latin_given="Min")

    with pytest.raises(RuleViolation, match="not to be given cells"):
        make.asked(control)
    with pytest.raises(RuleViolation, match="Infusion 2 is not the next one"):
        make.asked(patient_id, infusion_no=2)


def test_a_version_of_the_protocol_that_does_not_ask_holds_nothing_back(study, make, patient_id):
    shipped = (resources() / "protocols" / "nct04318600.toml").read_text(encoding="utf-8")
    head, rest = shipped.split("[before_infusion]")
    older = head + "[desk]" + rest.split("[desk]")[1]
    study.run(AddProtocol(content=older), by=make.investigator)
    make.sign(ApproveProtocol(sha256=study.protocol_versions()[0].sha256), by=make.investigator)

    assert stops(study, patient_id) == []
