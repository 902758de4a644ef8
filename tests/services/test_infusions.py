import datetime as dt
from decimal import Decimal

import pytest

from lndesk.domain.errors import RuleViolation
from lndesk.domain.evaluation import DoseRequest
from lndesk.services.infusions import RecordInfusion, RecordNotGiven
from lndesk.services.preparations import GivenReason
from lndesk.services.protocols import AddProtocol, ApproveProtocol
from tests.conftest import stock


@pytest.fixture
def vials(make):
    return make.lot(count=4)


@pytest.fixture
def patient_id(make):
    return make.treated()


def course(study, patient_id):
    return {visit.code: visit for visit in study.patient(patient_id).course}


def statuses(study, ids):
    by_id = {row.item.container.id: row.item.container.status for row in stock(study)}
    return [by_id[container_id] for container_id in ids]


def issued(study, make, patient_id, vial, request=None, reasons=None):
    make.weight(patient_id)
    preparation_id = make.checked(make.prepared(patient_id, [vial], request, reasons))
    study.issue_sheet(preparation_id)
    return preparation_id


def record(clock, preparation_id, **changes):
    start = clock.forward(minutes=10)
    clock.forward(minutes=60)
    values = {
        "preparation_id": preparation_id, "started_at": start, "ended_at": start + dt.timedelta(minutes=30),
        "volume_ml": Decimal(13), "given_by": "CHEN Jing",
    }  # fmt: skip
    return RecordInfusion(**(values | changes))


def not_given(study, make, patient_id, number, **changes):
    values = {"patient_id": patient_id, "infusion_no": number, "reason_code": "patient_unwell"}
    study.run(RecordNotGiven(**(values | changes)), by=make.nurse)


def test_an_infusion_given_ends_its_dose_and_its_container(study, make, patient_id, vials, clock):
    preparation_id = issued(study, make, patient_id, vials[0])

    study.run(record(clock, preparation_id), by=make.nurse)

    (infusion,) = study.infusions()
    assert (infusion.infusion_no, infusion.volume_ml, infusion.cells) == (1, Decimal(13), 62_192_000)
    assert study.prepared_dose(preparation_id).preparation.status == "done"
    assert statuses(study, vials[:2]) == ["used", "released"]
    assert course(study, patient_id)["infusion-1"].outcome == "done"
    assert study.sheets()[0].standing == "used"


def test_an_infusion_is_recorded_once(study, make, patient_id, vials, clock):
    wish = record(clock, issued(study, make, patient_id, vials[0]))
    study.run(wish, by=make.nurse)

    with pytest.raises(RuleViolation, match="No sheet is issued"):
        study.run(wish, by=make.nurse)


@pytest.mark.parametrize("state", ["waiting", "checked"])
def test_nothing_is_given_without_a_sheet(study, make, patient_id, vials, clock, state):
    make.weight(patient_id)
    preparation_id = make.prepared(patient_id, vials[:1])
    if state == "checked":
        make.checked(preparation_id)

    with pytest.raises(RuleViolation, match="No sheet is issued"):
        study.run(record(clock, preparation_id), by=make.nurse)


def test_the_actual_day_of_the_first_infusion_moves_the_course(study, make, vials, clock):
    patient_id = make.treated(first_infusion_on=clock.at.date())
    clock.forward(days=2)

    make.infused(patient_id, vials[0])

    found = course(study, patient_id)
    assert found["infusion-1"].visited_on == dt.date(2026, 3, 4)
    assert found["infusion-2"].target_on == dt.date(2026, 4, 4)
    assert found["infusion-3"].target_on == dt.date(2026, 5, 4)
    assert found["followup-4w"].target_on == dt.date(2026, 6, 1)


def test_a_late_second_infusion_does_not_move_the_third(study, make, patient_id, vials, clock):
    make.infused(patient_id, vials[0])
    clock.on(2026, 4, 9)
    make.weight(patient_id)
    reasons = {"outside_window": GivenReason(reason="scheduling")}
    preparation_id = issued(study, make, patient_id, vials[1], reasons=reasons)

    study.run(record(clock, preparation_id), by=make.nurse)

    assert course(study, patient_id)["infusion-3"].target_on == dt.date(2026, 5, 2)


def test_the_follow_up_counts_from_the_last_infusion_as_given(study, make, patient_id, vials, clock):
    for vial, day in ((vials[0], (2026, 3, 2)), (vials[1], (2026, 4, 2)), (vials[2], (2026, 5, 5))):
        clock.on(*day)
        make.infused(patient_id, vial)

    found = course(study, patient_id)
    assert found["followup-4w"].target_on == dt.date(2026, 6, 2)
    assert found["followup-24w"].target_on == dt.date(2026, 10, 20)


def test_the_first_infusion_not_given_still_lets_the_others_be_given(study, make, patient_id, vials, clock):
    not_given(study, make, patient_id, 1)
    clock.on(2026, 4, 2)
    make.infused(patient_id, vials[0])
    clock.on(2026, 5, 4)
    make.infused(patient_id, vials[1])

    found = course(study, patient_id)
    assert [found[f"infusion-{n}"].outcome for n in (1, 2, 3)] == ["not_given", "done", "done"]
    assert found["infusion-3"].target_on == dt.date(2026, 5, 2)
    assert found["followup-4w"].target_on == dt.date(2026, 6, 1)


def test_after_a_last_infusion_not_given_the_follow_up_counts_from_the_one_before(
    study, make, patient_id, vials, clock
):
    make.infused(patient_id, vials[0])
    clock.on(2026, 4, 3)
    make.infused(patient_id, vials[1])
    clock.on(2026, 5, 2)

    not_given(study, make, patient_id, 3)

    found = course(study, patient_id)
    assert found["infusion-3"].outcome == "not_given"
    assert found["followup-4w"].target_on == dt.date(2026, 5, 1)


def test_a_course_of_which_nothing_was_given_keeps_its_plan(study, make, patient_id):
    before = course(study, patient_id)["followup-4w"].target_on

    for number in (1, 2, 3):
        not_given(study, make, patient_id, number)

    assert course(study, patient_id)["followup-4w"].target_on == before


@pytest.mark.parametrize("number", [0, 2, 3, 4])
def test_only_the_next_infusion_can_be_decided_against(study, make, patient_id, number):
    with pytest.raises(RuleViolation, match="not the next one"):
        not_given(study, make, patient_id, number)


def test_there_is_no_fourth_infusion_to_decide_against(study, make, patient_id):
    for number in (1, 2, 3):
        not_given(study, make, patient_id, number)
    head = study.head()

    with pytest.raises(RuleViolation, match="not on the calendar"):
        not_given(study, make, patient_id, 4)

    assert study.head() == head


def test_a_control_patient_has_no_infusion_to_decide_against(study, make):
    control = make.control()

    with pytest.raises(RuleViolation, match="not on the calendar"):
        not_given(study, make, control, 1)

    assert study.infusions() == []


@pytest.mark.parametrize(("sheet", "then"), [(False, "released"), (True, "destroyed")])
def test_deciding_against_it_voids_the_dose_under_way(study, make, patient_id, vials, sheet, then):
    make.weight(patient_id)
    preparation_id = make.checked(make.prepared(patient_id, vials[:1]))
    if sheet:
        study.issue_sheet(preparation_id)

    not_given(study, make, patient_id, 1)

    assert study.prepared_dose(preparation_id).preparation.status == "voided"
    assert statuses(study, vials[:1]) == [then]


def test_the_day_and_the_cells_of_a_partial_infusion_are_those_infused(study, make, patient_id, vials, clock):
    preparation_id = issued(study, make, patient_id, vials[0], DoseRequest(final_ml=Decimal(50)))
    clock.on(2026, 3, 2, 23, 40)
    start = clock.at
    clock.forward(minutes=40)

    study.run(
        record(clock, preparation_id, started_at=start, ended_at=start + dt.timedelta(minutes=30),
               volume_ml=Decimal(25)),
        by=make.nurse,
    )  # fmt: skip

    (infusion,) = study.infusions()
    assert infusion.happened_on == dt.date(2026, 3, 2)
    assert infusion.cells == 31_096_000


@pytest.mark.parametrize("volume", ["0", "13.1", "50"])
def test_more_than_was_prepared_cannot_have_been_given(study, make, patient_id, vials, clock, volume):
    preparation_id = issued(study, make, patient_id, vials[0])

    with pytest.raises(RuleViolation) as refusal:
        study.run(record(clock, preparation_id, volume_ml=Decimal(volume)), by=make.nurse)

    assert refusal.value.field == "volume_ml"
    assert study.infusions() == []


def test_the_limit_of_an_infusion_is_that_of_the_rules_it_was_prepared_by(study, make, patient_id, vials, clock):
    preparation_id = issued(study, make, patient_id, vials[0], DoseRequest(thawed_at=clock.at))
    shipped = study.protocol_versions()[0].content
    content = shipped.replace('use_within_of_thaw = { value = "4"', 'use_within_of_thaw = { value = "0.5"')
    study.run(AddProtocol(content=content), by=make.investigator)
    make.sign(ApproveProtocol(sha256=study.protocol_versions()[0].sha256), by=make.investigator)

    with pytest.raises(RuleViolation, match=r"The protocol has changed since\. Write a remark") as refusal:
        study.run(record(clock, preparation_id), by=make.nurse)
    assert refusal.value.field == "remark"
    study.run(record(clock, preparation_id, remark="Begun before word of the new rules came"), by=make.nurse)

    assert study.infusions()[0].volume_ml == 13


def test_an_infusion_that_ended_too_late_needs_a_remark(study, make, patient_id, vials, clock):
    preparation_id = issued(study, make, patient_id, vials[0], DoseRequest(thawed_at=clock.at))
    clock.forward(hours=4)
    wish = record(clock, preparation_id)

    with pytest.raises(RuleViolation, match="after its time limit") as refusal:
        study.run(wish, by=make.nurse)

    assert refusal.value.field == "remark"


def test_too_soon_after_the_last_infusion_there_is_no_dose(make, patient_id, vials, clock):
    make.infused(patient_id, vials[0])
    clock.on(2026, 3, 22)
    make.weight(patient_id)

    with pytest.raises(RuleViolation, match="Earliest day: 23-Mar-2026"):
        make.prepared(patient_id, [vials[1]])
    clock.on(2026, 3, 23)
    make.weight(patient_id)
    make.prepared(patient_id, [vials[1]], reasons={"outside_window": GivenReason(reason="investigator")})


def test_a_fourth_dose_is_never_prepared(make, patient_id, vials, clock):
    for vial, month in zip(vials, (3, 4, 5), strict=False):
        clock.on(2026, month, 2)
        make.infused(patient_id, vial)
    clock.on(2026, 6, 2)
    make.weight(patient_id)

    with pytest.raises(RuleViolation, match="All 3 infusions"):
        make.prepared(patient_id, [vials[3]])
