import datetime as dt

import pytest

from lndesk.domain.errors import NotPermitted, RuleViolation
from lndesk.services.course_corrections import TakeBackNotGiven
from lndesk.services.visits import RecordVisit
from lndesk.services.withdrawals import TakeBackWithdrawal, WithdrawPatient

WHY = "moved to another province"


@pytest.fixture
def patient_id(make):
    return make.treated()


def withdraw(study, make, patient_id, *, follow_up=True, by=None, **changes):
    usual = {
        "patient_id": patient_id, "withdrawn_on": study.today(), "requested_by": "patient", "reason": WHY,
        "follow_up": follow_up,
    }  # fmt: skip
    make.sign(WithdrawPatient(**(usual | changes)), by=by or make.investigator)
    return study.patient(patient_id)


def outcomes(record):
    return {visit.code: visit.outcome for visit in record.course}


def test_with_follow_up_only_the_infusions_end(study, make, patient_id):
    make.infused(patient_id, make.lot()[0])

    record = withdraw(study, make, patient_id)

    assert record.status == "withdrawn"
    assert outcomes(record) == {
        "infusion-1": "done", "infusion-2": "not_given", "infusion-3": "not_given",
        "followup-4w": None, "followup-12w": None, "followup-24w": None,
    }  # fmt: skip
    assert [(item.infusion_no, item.reason, item.remark) for item in record.infusions if not item.given] == [
        (2, "withdrawn", WHY), (3, "withdrawn", WHY),
    ]  # fmt: skip
    assert study.verify().ok


def test_the_follow_up_is_counted_from_the_last_infusion_given(study, make, patient_id):
    make.infused(patient_id, make.lot()[0])
    given_on = study.today()

    record = withdraw(study, make, patient_id)

    follow_up = next(visit for visit in record.course if visit.code == "followup-4w")
    assert follow_up.target_on == given_on + dt.timedelta(weeks=4)
    assert record.contraception.until_on == given_on + dt.timedelta(weeks=24)


def test_without_follow_up_every_visit_that_waits_is_cancelled(study, make, patient_id):
    record = withdraw(study, make, patient_id, follow_up=False)

    assert set(outcomes(record).values()) == {"not_given", "cancelled"}
    assert record.next_visit is None
    assert study.today_board().rows == ()
    assert all(row.status in {"not_given", "cancelled"} for row in study.calendar(study.today(), dt.date(2027, 1, 1)))
    assert record.contraception.applies is None or record.contraception.until_on is None


def test_a_control_patient_is_withdrawn_too(study, make):
    control = make.control()
    first = study.patient(control).course[0]
    study.run(RecordVisit(visit_id=first.id, visited_on=study.today()), by=make.nurse)

    record = withdraw(study, make, control, follow_up=False)

    assert outcomes(record)["control-1"] == "done"
    assert {outcome for code, outcome in outcomes(record).items() if code != "control-1"} == {"cancelled"}


def test_a_dose_under_way_is_voided_and_none_is_prepared_again(study, make, patient_id):
    vials = make.lot()
    make.weight(patient_id)
    preparation_id = make.prepared(patient_id, vials[:1])

    withdraw(study, make, patient_id)

    assert study.prepared_dose(preparation_id).preparation.status == "voided"
    case = study.dose_case(patient_id)
    assert "withdrawn" in {finding.code for finding in case.findings}
    with pytest.raises(RuleViolation, match="withdrawn on 02-Mar-2026"):
        make.prepared(patient_id, vials[:1])


def test_only_an_investigator_withdraws_and_the_signature_holds(study, make, patient_id):
    with pytest.raises(NotPermitted):
        withdraw(study, make, patient_id, by=make.nurse)

    record = withdraw(study, make, patient_id)

    assert record.withdrawal.decided_by == "ZHAO Min"
    assert study.signatures("withdrawal", record.withdrawal.id)[0].valid
    with pytest.raises(RuleViolation, match="withdrawn already"):
        withdraw(study, make, patient_id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"withdrawn_on": dt.date(2026, 3, 3)}, "withdrawn_on"),
        ({"withdrawn_on": dt.date(2026, 3, 1)}, "withdrawn_on"),
        ({"requested_by": ""}, "requested_by"), ({"reason": "moved"}, "reason"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field_and_leaves_no_trace(study, make, patient_id, changes, field):
    before = study.head()

    with pytest.raises(RuleViolation) as refusal:
        withdraw(study, make, patient_id, **changes)

    assert refusal.value.field == field
    assert study.head() == before


def test_it_cannot_lie_before_what_took_place(study, make, patient_id, clock):
    clock.on(2026, 3, 4)
    make.infused(patient_id, make.lot()[0])

    with pytest.raises(RuleViolation, match="took place on 04-Mar-2026"):
        withdraw(study, make, patient_id, withdrawn_on=dt.date(2026, 3, 3))


def test_somebody_who_is_not_enrolled_is_no_withdrawal(study, make):
    with pytest.raises(RuleViolation, match="not enrolled"):
        withdraw(study, make, make.eligible(make.patient()))


@pytest.mark.parametrize("follow_up", [True, False])
def test_taken_back_everything_waits_again_as_before(study, make, patient_id, clock, follow_up):
    make.infused(patient_id, make.lot()[0])
    before = study.patient(patient_id)
    withdraw(study, make, patient_id, follow_up=follow_up)

    make.sign(TakeBackWithdrawal(patient_id=patient_id, reason="meant another patient"), by=make.investigator)

    after = study.patient(patient_id)
    assert after.course == before.course
    assert after.infusions == before.infusions
    assert after.status == "on_treatment"
    assert study.verify().ok
    clock.forward(days=1)
    assert withdraw(study, make, patient_id).status == "withdrawn"


def test_what_follows_from_a_withdrawal_is_taken_back_with_it_only(study, make, patient_id):
    record = withdraw(study, make, patient_id)

    with pytest.raises(RuleViolation, match="Take back the withdrawal instead"):
        study.run(TakeBackNotGiven(infusion_id=record.infusions[-1].id, reason=WHY), by=make.nurse)
    with pytest.raises(RuleViolation, match="The patient is not withdrawn"):
        make.sign(TakeBackWithdrawal(patient_id=999, reason=WHY), by=make.investigator)


def test_the_list_shows_who_is_withdrawn(study, make, patient_id):
    withdraw(study, make, patient_id)

    assert [row.status for row in study.patients()] == ["withdrawn"]
