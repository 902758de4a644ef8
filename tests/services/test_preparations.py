import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from lndesk.domain.account import Role
from lndesk.domain.errors import RuleViolation
from lndesk.domain.evaluation import DoseRequest
from lndesk.services.corrections import CorrectLot, CorrectWeight
from lndesk.services.preparations import GivenReason, IssueSheet, PrepareDose, ReturnDose, VoidDose
from lndesk.services.protocols import AddProtocol, ApproveProtocol
from tests.conftest import PASSWORD, person, stock


@pytest.fixture
def patient_id(make):
    patient_id = make.treated()
    make.weight(patient_id)
    return patient_id


@pytest.fixture
def vials(make):
    return make.lot()


def statuses(study, ids):
    by_id = {row.item.container.id: row.item.container.status for row in stock(study)}
    return [by_id[container_id] for container_id in ids]


def wish(study, patient_id, container_ids, **changes):
    weight = study.patient(patient_id).weights[0]
    values = {
        "patient_id": patient_id, "weight_id": weight.id, "container_ids": tuple(container_ids),
        "seen_volume_ml": Decimal(13), "request": DoseRequest(),
    }  # fmt: skip
    return PrepareDose(**(values | changes))


def acts(study):
    return study.acts(limit=1)[0].id


def test_a_prepared_dose_waits_for_its_check_and_holds_its_container(study, make, patient_id, vials):
    preparation_id = make.prepared(patient_id, vials[:1])

    prepared = study.prepared_dose(preparation_id)
    assert prepared.preparation.status == "awaiting_check"
    assert prepared.preparation.volume_ml == Decimal(13)
    assert prepared.preparation.target_cells == 62_400_000
    assert [(draw.container_id, draw.use_ml) for draw, _item in prepared.draws] == [(vials[0], Decimal(13))]
    assert statuses(study, vials) == ["reserved", "released", "released"]


def test_a_dose_that_is_not_what_the_person_saw_is_refused(study, make, patient_id, vials):
    before = acts(study)

    with pytest.raises(RuleViolation, match="has changed from"):
        make.sign(wish(study, patient_id, vials[:1], seen_volume_ml=Decimal("12.9")), by=make.nurse)

    assert acts(study) == before
    assert statuses(study, vials) == ["released"] * 3


def test_a_weight_that_is_no_longer_the_newest_is_refused(study, make, patient_id, vials, clock):
    asked = wish(study, patient_id, vials[:1])
    clock.forward(minutes=1)
    make.weight(patient_id, "62.5")

    with pytest.raises(RuleViolation, match="newer weight"):
        make.sign(asked, by=make.nurse)


def test_the_weight_of_another_patient_is_refused(study, make, patient_id, vials):
    other = make.treated("H00490002")
    strange = make.weight(other)

    with pytest.raises(RuleViolation, match="not the patient's"):
        make.sign(wish(study, patient_id, vials[:1], weight_id=strange.id), by=make.nurse)


def test_of_two_doses_for_one_container_the_second_is_refused(study, make, patient_id, vials):
    other = make.treated("H00490002")
    make.weight(other)
    first, second = wish(study, patient_id, vials[:1]), wish(study, other, vials[:1])

    make.sign(first, by=make.nurse)
    with pytest.raises(RuleViolation, match="reserved for another dose"):
        make.sign(second, by=make.nurse)

    assert study.dose_case(other).open_preparation is None


def test_one_infusion_has_one_dose_under_way(study, make, patient_id, vials):
    make.prepared(patient_id, vials[:1])

    with pytest.raises(RuleViolation, match="already prepared"):
        make.sign(wish(study, patient_id, vials[1:2]), by=make.nurse)


def test_containers_of_two_lots_are_refused(study, make, patient_id, vials):
    (other, *_rest) = make.lot("AM-2411-08")

    with pytest.raises(RuleViolation, match="different lots"):
        make.sign(wish(study, patient_id, [vials[0], other]), by=make.nurse)


def test_a_container_that_is_not_there_is_refused_in_a_sentence(study, make, patient_id):
    with pytest.raises(RuleViolation, match="no longer on record"):
        make.sign(wish(study, patient_id, [999]), by=make.nurse)


def test_without_a_container_there_is_no_dose(study, make, patient_id):
    with pytest.raises(RuleViolation, match="Choose the container"):
        make.sign(wish(study, patient_id, []), by=make.nurse)


def test_no_dose_before_the_protocol_is_approved(study, make, patient_id, vials):
    study._db.conn.execute("savepoint s")
    for trigger in ("protocol_update_act",):
        study._db.conn.execute(f"drop trigger {trigger}")
    study._db.conn.execute("update protocol set approved_at = null")

    with pytest.raises(RuleViolation, match="The protocol is not approved"):
        make.sign(wish(study, patient_id, vials[:1]), by=make.nurse)

    study._db.conn.execute("rollback to s")


def test_a_warning_is_passed_with_a_reason_and_kept_in_both_languages(study, make, patient_id, vials, clock):
    clock.forward(hours=25)
    with pytest.raises(RuleViolation, match="Choose a reason for") as refusal:
        make.prepared(patient_id, vials[:1])

    preparation_id = make.prepared(patient_id, vials[:1], reasons={"weight_old": GivenReason(reason="reread")})

    (warning,) = study.prepared_dose(preparation_id).warnings
    assert refusal.value.field == "weight_old"
    assert (warning.code, warning.reason, warning.accepted_by) == ("weight_old", "reread", "CHEN Jing")
    assert "24 hours" in warning.warning_en
    assert warning.warning_zh != warning.warning_en


def test_a_second_person_checks(study, make, patient_id, vials):
    preparation_id = make.checked(make.prepared(patient_id, vials[:1]))

    prepared = study.prepared_dose(preparation_id)
    assert prepared.preparation.status == "checked"
    assert prepared.check.checked_by == "LI Na"


def test_the_preparer_cannot_check_even_under_a_second_account(study, make, patient_id, vials):
    study.sign_in("admin", PASSWORD)
    study.add_user(
        login="chenjing2", name="chen  jing", role=Role.TECHNICIAN, password=PASSWORD, same_person_as="chenjing"
    )
    study.sign_in("chenjing", PASSWORD)
    preparation_id = make.prepared(patient_id, vials[:1])

    for again in (make.nurse, person(study, "chenjing2")):
        with pytest.raises(RuleViolation, match="Another person must check it"):
            make.sign(make.check(preparation_id), by=again)
        with pytest.raises(RuleViolation, match="Another person must check it"):
            study.run(ReturnDose(preparation_id=preparation_id, remark="the wrong volume"), by=again)

    assert study.prepared_dose(preparation_id).check is None


def test_a_check_is_made_once(make, patient_id, vials):
    preparation_id = make.checked(make.prepared(patient_id, vials[:1]))

    with pytest.raises(RuleViolation, match="does not wait"):
        make.sign(make.check(preparation_id), by=make.technician)


def test_a_weight_recorded_since_bars_the_check(make, patient_id, vials, clock):
    waiting = make.prepared(patient_id, vials[:1])
    clock.forward(minutes=1)
    make.weight(patient_id, "63")

    with pytest.raises(RuleViolation, match="recorded again since"):
        make.checked(waiting)


def other_protocol(study, make, old, new):
    content = study.protocol_versions()[-1].content.replace('version = "1"', 'version = "2"')
    assert content.count(old) == 1
    content = content.replace(old, new)
    study.run(AddProtocol(content=content), by=make.investigator)
    make.sign(ApproveProtocol(sha256=study.protocol_versions()[0].sha256), by=make.investigator)


@pytest.mark.parametrize("checked", [False, True])
def test_a_dose_by_rules_that_no_longer_hold_is_neither_checked_nor_issued(study, make, patient_id, vials, checked):
    preparation_id = make.prepared(patient_id, vials[:1])
    if checked:
        make.checked(preparation_id)
    other_protocol(study, make, 'value = "1000000", unit = "cells per kg"', 'value = "2000000", unit = "cells per kg"')

    with pytest.raises(RuleViolation, match="The protocol has changed since"):
        study.issue_sheet(preparation_id) if checked else make.checked(preparation_id)

    study.run(VoidDose(preparation_id=preparation_id, reason="The rules have changed"), by=make.nurse)
    assert statuses(study, vials[:1]) == ["released"]


def test_a_sheet_that_was_issued_says_the_rules_it_was_made_by(study, make, patient_id, vials):
    preparation_id = make.checked(make.prepared(patient_id, vials[:1]))
    number = study.issue_sheet(preparation_id)
    before = study.sheet_pdf(number)

    other_protocol(study, make, 'value = "1000000", unit = "cells per kg"', 'value = "2000000", unit = "cells per kg"')

    assert study.sheet_pdf(number) == before
    assert study.prepared_dose(preparation_id).dose.volume_ml == Decimal(13)


@pytest.mark.parametrize("checked", [False, True])
def test_cells_past_their_limit_are_neither_checked_nor_issued(study, make, patient_id, vials, clock, checked):
    preparation_id = make.prepared(patient_id, vials[:1], DoseRequest(thawed_at=clock.at))
    if checked:
        make.checked(preparation_id)
    clock.forward(hours=4)

    with pytest.raises(RuleViolation, match="had to be infused before"):
        study.issue_sheet(preparation_id) if checked else make.checked(preparation_id)


def test_a_container_that_expired_meanwhile_bars_the_check(make, patient_id, clock):
    (vial, *_rest) = make.lot("AM-EXP", expires_on=clock.at.date())
    preparation_id = make.prepared(patient_id, [vial])
    clock.forward(days=1)

    with pytest.raises(RuleViolation, match="expired"):
        make.checked(preparation_id)


def test_a_returned_dose_frees_its_container_and_says_why(study, make, patient_id, vials):
    preparation_id = make.prepared(patient_id, vials[:1])
    with pytest.raises(RuleViolation, match="at least 10 characters"):
        study.run(ReturnDose(preparation_id=preparation_id, remark="wrong"), by=make.technician)

    study.run(ReturnDose(preparation_id=preparation_id, remark="the label says lot 08"), by=make.technician)

    assert study.prepared_dose(preparation_id).preparation.status == "returned"
    assert study.prepared_dose(preparation_id).check.agreed is False
    assert statuses(study, vials[:1]) == ["released"]
    make.prepared(patient_id, vials[:1])


def test_a_sheet_is_issued_once_and_only_after_the_check(study, make, patient_id, vials):
    preparation_id = make.prepared(patient_id, vials[:1])
    with pytest.raises(RuleViolation, match="after a second person has checked"):
        study.issue_sheet(preparation_id)
    make.checked(preparation_id)

    number = study.issue_sheet(preparation_id)

    assert number == "DP-2026-000001"
    with pytest.raises(RuleViolation, match="issued once"):
        study.issue_sheet(preparation_id)


def test_a_returned_dose_gets_no_sheet(study, make, patient_id, vials):
    preparation_id = make.prepared(patient_id, vials[:1])
    study.run(ReturnDose(preparation_id=preparation_id, remark="the label says lot 08"), by=make.technician)

    with pytest.raises(RuleViolation):
        study.issue_sheet(preparation_id)

    assert study.sheets() == []


@pytest.mark.parametrize("number", ["DP-2026-000002", "DP-2025-000001", "X"])
def test_a_number_out_of_turn_is_refused(study, make, patient_id, vials, number):
    preparation_id = make.checked(make.prepared(patient_id, vials[:1]))

    with pytest.raises(RuleViolation, match="Another sheet was issued meanwhile"):
        study.run(
            IssueSheet(
                preparation_id=preparation_id, number=number, snapshot="{}", content=b"", composed_at=study.now()
            )
        )


def test_an_unopened_container_of_a_voided_dose_goes_back_to_stock(study, make, patient_id, vials):
    preparation_id = make.checked(make.prepared(patient_id, vials[:1]))

    study.run(VoidDose(preparation_id=preparation_id, reason="The patient has a fever"), by=make.nurse)

    assert study.prepared_dose(preparation_id).preparation.void_reason == "The patient has a fever"
    assert statuses(study, vials[:1]) == ["released"]


def test_a_container_of_a_dose_with_a_sheet_never_goes_back_to_stock(study, make, patient_id, vials):
    preparation_id = make.checked(make.prepared(patient_id, vials[:1]))
    study.issue_sheet(preparation_id)

    study.run(VoidDose(preparation_id=preparation_id, reason="The patient has a fever"), by=make.nurse)

    assert statuses(study, vials[:1]) == ["destroyed"]
    assert study.sheets()[0].standing == "void"


@pytest.mark.parametrize("reason", ["", "short", "         x         "])
def test_a_dose_is_voided_with_a_proper_reason_only(study, make, patient_id, vials, reason):
    preparation_id = make.prepared(patient_id, vials[:1])

    with pytest.raises(RuleViolation, match="at least 10 characters"):
        study.run(VoidDose(preparation_id=preparation_id, reason=reason), by=make.nurse)


def test_a_dose_that_is_over_cannot_be_voided(study, make, patient_id, vials):
    preparation_id = make.infused(patient_id, vials[0])

    with pytest.raises(RuleViolation, match="not under way"):
        study.run(VoidDose(preparation_id=preparation_id, reason="The patient has a fever"), by=make.nurse)


@pytest.mark.parametrize("command", [ReturnDose, VoidDose])
def test_a_thawed_vial_keeps_its_clock_when_its_dose_comes_to_nothing(study, make, patient_id, vials, clock, command):
    """A dose sent back for a slip of the pen may be prepared anew from the same vial, but not with a later thaw."""
    thawed_at = clock.at
    preparation_id = make.prepared(patient_id, vials[:1], DoseRequest(thawed_at=thawed_at))
    word = "remark" if command is ReturnDose else "reason"
    study.run(command(preparation_id=preparation_id, **{word: "the label says lot 08"}), by=make.technician)
    clock.forward(minutes=30)

    for wrong in (None, clock.at):
        with pytest.raises(RuleViolation, match="was thawed at"):
            make.prepared(patient_id, vials[:1], DoseRequest(thawed_at=wrong))
    again = make.prepared(patient_id, vials[:1], DoseRequest(thawed_at=thawed_at))

    assert study.prepared_dose(again).preparation.thawed_at == thawed_at


def test_figures_that_were_shown_are_those_that_are_kept(study, make, patient_id, vials):
    request = DoseRequest(final_ml=Decimal(50), minutes=Decimal(30), drops_per_ml=Decimal(20))
    shown = study.preview_dose(patient_id, vials[:1], request).dose

    preparation_id = make.prepared(patient_id, vials[:1], request)

    kept = study.prepared_dose(preparation_id).dose
    assert replace(kept, derivation=()) == replace(shown, derivation=())
    assert [str(line.result) for line in kept.derivation] == [str(line.result) for line in shown.derivation]


def test_a_dose_on_the_last_day_of_the_window_needs_no_reason(study, make, patient_id, vials, clock):
    clock.forward(days=3, hours=-1)
    make.weight(patient_id)

    preparation_id = make.prepared(patient_id, vials[:1])

    assert study.prepared_dose(preparation_id).warnings == ()


def test_a_dose_after_the_window_needs_a_reason(make, patient_id, vials, clock):
    clock.forward(days=4)
    make.weight(patient_id)

    with pytest.raises(RuleViolation, match="goes on record as a deviation") as refusal:
        make.prepared(patient_id, vials[:1])

    assert refusal.value.field == "outside_window"
    make.prepared(patient_id, vials[:1], reasons={"outside_window": GivenReason(reason="scheduling")})


def test_a_thaw_to_come_is_refused(make, patient_id, vials, clock):
    later = DoseRequest(thawed_at=clock.at + dt.timedelta(minutes=1))

    with pytest.raises(RuleViolation, match="in the future"):
        make.prepared(patient_id, vials[:1], later)


def test_a_later_correction_does_not_change_what_was_prepared(study, make, patient_id, vials):
    preparation_id = make.infused(patient_id, vials[0])
    before = study.prepared_dose(preparation_id)

    weight = CorrectWeight(row_id=before.weight.id, changes={"kg": Decimal("72.4")}, reason="typed wrongly before")
    study.run(weight, by=make.nurse)
    lot = CorrectLot(row_id=1, changes={"cells_per_ml": Decimal(6_000_000)}, reason="typed wrongly before")
    study.run(lot, by=make.technician)

    after = study.prepared_dose(preparation_id)
    assert after.dose == before.dose
    assert after.dose.volume_ml == after.preparation.volume_ml
    assert after.weight.kg == Decimal("62.4")
    assert after.draws[0][1].container.status == "used"
