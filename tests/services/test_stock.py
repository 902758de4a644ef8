import datetime as dt
from decimal import Decimal
from functools import partial

import pytest

from lndesk.domain.account import Role
from lndesk.domain.dose import Viability
from lndesk.domain.errors import RuleViolation, StoreProblem
from lndesk.domain.evaluation import DoseRequest
from lndesk.services.corrections import CorrectLot
from lndesk.services.excursions import DecideExcursion, RecordExcursion
from lndesk.services.preparations import VoidDose
from lndesk.services.product import Delivered, QuarantineContainers, ReceiveLot, ReleaseLot
from lndesk.services.stock import (
    AdjustContainer,
    DestroyContainers,
    ExpireContainers,
    IssueContainers,
    ResolveDifference,
    ReturnContainer,
    StockCount,
    ThawContainers,
)
from lndesk.store.acts import open_act
from lndesk.store.database import writing
from lndesk.store.ledger import entries
from lndesk.store.product import set_containers
from tests.conftest import PASSWORD, rewrite, stock

WHY = "as agreed by telephone"


@pytest.fixture
def vials(make):
    return make.lot()


@pytest.fixture
def patient_id(make):
    patient_id = make.treated()
    make.weight(patient_id)
    return patient_id


def states(study, ids):
    by_id = {row.item.container.id: row.item.container.status for row in stock(study)}
    return [by_id[container_id] for container_id in ids]


def ledger(study, container_id):
    return entries(study._db, container_id)


def kinds(study, container_id):
    return [entry.kind for entry in ledger(study, container_id)]


def as_technician(study):
    study.sign_in("lina", PASSWORD)
    return study


def destroy(ids, **changes):
    values = {"container_ids": tuple(ids), "reason": WHY, "method": "Autoclave", "witness": "WANG Fang"}
    return DestroyContainers(**(values | changes))


def test_a_day_leaves_one_entry_for_each_move_with_who_when_and_for_whom(study, make, patient_id, vials, clock):
    begun = clock.at
    preparation_id = make.infused(patient_id, vials[0])

    moves = ledger(study, vials[0])
    assert [(item.kind, item.from_state, item.to_state, item.who) for item in moves] == [
        ("receive", "", "quarantine", "LI Na"),
        ("release", "quarantine", "released", "ZHAO Min"),
        ("reserve", "released", "reserved", "CHEN Jing"),
        ("infuse", "reserved", "used", "CHEN Jing"),
    ]
    assert moves[-1].happened_at == begun + dt.timedelta(minutes=10)
    assert (moves[-1].preparation_id, moves[-1].patient_id) == (preparation_id, patient_id)


def past_the_ledger(study, act):
    with writing(study._db):
        open_act(study._db)
        act()


def test_no_code_moves_a_container_past_the_ledger(study, vials):
    with pytest.raises(StoreProblem, match="no ledger entry"):
        past_the_ledger(study, lambda: set_containers(study._db, vials[:1], status="destroyed"))

    assert states(study, vials[:1]) == ["released"]
    for statement in ("update ledger_entry set who = 'X'", "delete from ledger_entry"):
        with pytest.raises(StoreProblem, match="a ledger entry is never"):
            past_the_ledger(study, partial(study._db.conn.execute, statement))


def test_a_thawed_vial_is_its_patients_and_never_stock_again(study, make, patient_id, vials, clock):
    thaw = ThawContainers(container_ids=(vials[0],), patient_id=patient_id, thawed_at=clock.at)
    study.run(thaw, by=make.technician)
    other = make.treated("H00490002")
    make.weight(other)

    with pytest.raises(RuleViolation, match="thawed for another patient"):
        make.prepared(other, vials[:1], DoseRequest(thawed_at=clock.at))
    with pytest.raises(RuleViolation, match="was thawed at"):
        make.prepared(patient_id, vials[:1])
    preparation_id = make.prepared(patient_id, vials[:1], DoseRequest(thawed_at=clock.at))
    study.run(VoidDose(preparation_id=preparation_id, reason=WHY), by=make.nurse)

    assert states(study, vials[:1]) == ["thawed"]
    assert kinds(study, vials[0]) == ["receive", "release", "thaw", "reserve", "unreserve"]


def test_a_fresh_container_is_not_thawed(study, make, patient_id, clock):
    study.run(
        ReceiveLot(
            lot_no="FR-1", form="fresh", cells_per_ml=Decimal(5_200_000), viability=Viability.from_percent(Decimal(92)),
            expires_on=clock.at.date(), certificate_no="C",
            containers=(Delivered(container_no="1", volume_ml=Decimal(20)),),
        ),
        by=make.technician,
    )  # fmt: skip
    (row,) = stock(study)
    make.sign(ReleaseLot(lot_id=row.item.lot.id), by=make.investigator)

    with pytest.raises(RuleViolation, match="is fresh"):
        study.run(
            ThawContainers(container_ids=(row.item.container.id,), patient_id=patient_id, thawed_at=clock.at),
            by=make.technician,
        )


def test_containers_are_issued_with_their_sheet_and_name_who_received_them(study, make, patient_id, vials):
    preparation_id = make.checked(make.prepared(patient_id, vials[:1]))
    issue = IssueContainers(preparation_id=preparation_id, received_by="WANG Fang")
    with pytest.raises(RuleViolation, match="No sheet is issued"):
        study.run(issue, by=make.nurse)
    study.issue_sheet(preparation_id)
    with pytest.raises(RuleViolation, match="who received"):
        study.run(IssueContainers(preparation_id=preparation_id, received_by=" "), by=make.nurse)

    study.run(issue, by=make.nurse)
    assert states(study, vials[:1]) == ["issued"]
    make.given(preparation_id)

    assert ledger(study, vials[0])[-2].witness == "WANG Fang"
    assert states(study, vials[:1]) == ["used"]


def test_a_recall_voids_the_dose_and_sets_its_container_aside(study, make, patient_id, vials):
    preparation_id = make.checked(make.prepared(patient_id, vials[:1]))

    study.run(QuarantineContainers(container_ids=tuple(vials), reason=WHY), by=make.investigator)

    assert states(study, vials) == ["quarantine"] * 3
    assert study.prepared_dose(preparation_id).preparation.status == "voided"
    with pytest.raises(RuleViolation, match="Write the reason"):
        make.sign(ReleaseLot(lot_id=1), by=make.investigator)
    make.sign(ReleaseLot(lot_id=1, reason=WHY), by=make.investigator)
    assert states(study, vials) == ["released"] * 3


def test_a_thawed_vial_cannot_wait_and_is_rejected(study, make, patient_id, vials, clock):
    study.run(ThawContainers(container_ids=(vials[0],), patient_id=patient_id, thawed_at=clock.at), by=make.nurse)

    study.run(QuarantineContainers(container_ids=tuple(vials[:2]), reason=WHY), by=make.technician)

    assert states(study, vials) == ["rejected", "quarantine", "released"]


def test_what_was_used_cannot_be_set_aside(study, make, patient_id, vials):
    make.infused(patient_id, vials[0])

    with pytest.raises(RuleViolation, match="stands as: Used"):
        study.run(QuarantineContainers(container_ids=tuple(vials), reason=WHY), by=make.technician)

    assert states(study, vials) == ["used", "released", "released"]


def test_a_container_goes_back_to_where_it_came_from(study, make, vials, patient_id):
    with pytest.raises(RuleViolation, match="to whom"):
        study.run(ReturnContainer(container_id=vials[0], reason=WHY, returned_to=""), by=make.technician)

    study.run(ReturnContainer(container_id=vials[0], reason=WHY, returned_to="Cell factory"), by=make.technician)

    assert states(study, vials[:1]) == ["returned"]
    with pytest.raises(RuleViolation, match="was returned"):
        make.prepared(patient_id, vials[:1])


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"reason": "old"}, "reason"), ({"method": " "}, "method"), ({"witness": ""}, "witness"),
     ({"witness": "li  na"}, "witness"), ({"container_ids": ()}, "container"),
     ({"container_ids": (1, 1)}, "container")],
)  # fmt: skip
def test_a_destruction_says_why_how_and_who_else_saw_it(study, make, vials, changes, field):
    with pytest.raises(RuleViolation) as refusal:
        study.run(destroy(vials[:1], **changes), by=make.technician)

    assert refusal.value.field == field
    assert states(study, vials[:1]) == ["released"]


def test_a_witness_who_signs_in_is_another_person(study, vials):
    as_technician(study)
    with pytest.raises(RuleViolation, match="another person than LI Na"):
        study.run_witnessed(destroy(vials[:1]), login="lina", password=PASSWORD)

    study.run_witnessed(destroy(vials[:1]), login="chenjing", password=PASSWORD)

    assert study.who.login == "lina"
    last = ledger(study, vials[0])[-1]
    assert (last.kind, last.witness, last.method, last.reason) == ("destroy", "CHEN Jing", "Autoclave", WHY)


def test_a_second_account_of_the_same_person_is_no_witness(study, vials):
    study.sign_in("admin", PASSWORD)
    study.add_user(login="lina2", name="Na Li", role=Role.NURSE, password=PASSWORD, same_person_as="lina")
    as_technician(study)

    with pytest.raises(RuleViolation, match="another person"):
        study.run_witnessed(destroy(vials[:1]), login="lina2", password=PASSWORD)


def test_destroying_what_a_dose_holds_voids_the_dose(study, make, patient_id, vials):
    preparation_id = make.prepared(patient_id, vials[:1])

    study.run(destroy(vials[:2]), by=make.technician)

    assert states(study, vials) == ["destroyed", "destroyed", "released"]
    assert study.prepared_dose(preparation_id).preparation.status == "voided"


def test_expired_containers_leave_the_stock_for_good(study, make, clock):
    vials = make.lot("AM-EXP", expires_on=clock.at.date())
    with pytest.raises(RuleViolation, match="does not expire before"):
        study.run(ExpireContainers(container_ids=tuple(vials)), by=make.technician)
    clock.forward(days=1)

    study.run(ExpireContainers(container_ids=tuple(vials)), by=make.technician)

    assert states(study, vials) == ["expired"] * 3
    clock.forward(days=-1)
    assert as_technician(study).balance().expired == 3


def test_a_missing_container_is_written_off_and_one_that_is_found_waits_for_release(study, make, vials):
    def adjust(found):
        study.run(AdjustContainer(container_id=vials[0], found=found, reason=WHY), by=make.technician)

    with pytest.raises(RuleViolation, match="is on hand as it is"):
        adjust(found=True)
    adjust(found=False)
    assert states(study, vials[:1]) == ["missing"]
    with pytest.raises(RuleViolation, match="is not on hand as it is"):
        adjust(found=False)
    adjust(found=True)

    assert states(study, vials[:1]) == ["quarantine"]
    assert as_technician(study).balance().balances


def codes(study, ids):
    by_id = {row.item.container.id: row.item.code for row in stock(study)}
    return tuple(by_id[container_id] for container_id in ids)


def test_a_count_that_finds_everything_changes_nothing(study, make, vials, patient_id):
    make.prepared(patient_id, vials[:1])

    study.run(StockCount(read=codes(study, vials) * 2), by=make.technician)

    (row,) = as_technician(study).stock_counts()
    assert (row.count.expected, row.count.scanned, row.differences) == (3, 3, ())
    assert study.balance().balances


def test_a_container_that_is_not_found_stops_new_doses_until_somebody_explains(study, make, vials, patient_id):
    study.run(StockCount(read=codes(study, vials[:2])), by=make.technician)

    with pytest.raises(RuleViolation, match=r"AM-2411-07/03 was not found.*No dose is prepared until it does"):
        make.prepared(patient_id, vials[:1])
    as_technician(study)
    assert not study.balance().balances
    (difference,) = study.stock_counts()[0].differences
    with pytest.raises(RuleViolation, match="at least 10"):
        study.run(ResolveDifference(difference_id=difference.id, reason="?"))
    study.run(ResolveDifference(difference_id=difference.id, reason="It stood in the second canister"))

    assert study.balance().balances
    make.prepared(patient_id, vials[:1])
    with pytest.raises(RuleViolation, match="explained already"):
        study.run(ResolveDifference(difference_id=difference.id, reason=WHY))


def test_writing_a_missing_container_off_explains_the_count(study, make, vials):
    study.run(StockCount(read=codes(study, vials[:2])), by=make.technician)

    study.run(AdjustContainer(container_id=vials[2], found=False, reason=WHY), by=make.investigator)

    assert as_technician(study).balance().worded == study.balance().worded
    assert (study.balance().missing, study.balance().balances) == (1, True)


def test_a_new_count_takes_the_place_of_the_one_before(study, make, vials):
    study.run(StockCount(read=codes(study, vials[:1])), by=make.technician)

    study.run(StockCount(read=codes(study, vials)), by=make.technician)

    assert as_technician(study).balance().balances


def test_what_should_not_be_there_is_named_by_what_was_read(study, make, vials, patient_id):
    make.infused(patient_id, vials[0])

    study.run(StockCount(read=(*codes(study, vials), "XX/9")), by=make.technician)

    (row,) = as_technician(study).stock_counts()
    assert [(item.container_id, item.read_text, item.kind) for item in row.differences] == [
        (vials[0], "AM-2411-07/01", "unexpected"), (None, "XX/9", "unexpected"),
    ]  # fmt: skip
    assert "“XX/9” was found" in str(study.balance().problems[1])


def test_a_scan_through_an_input_method_spoils_no_count(study, make):
    with pytest.raises(RuleViolation, match="input method"):
        study.run(StockCount(read=("ＡＭ-2411-07/01",)), by=make.technician)

    assert as_technician(study).stock_counts() == []


def excursion(ids, clock, **changes):
    values = {
        "container_ids": tuple(ids), "began_at": clock.at - dt.timedelta(hours=3), "ended_at": clock.at,
        "reading": "-118 °C for 40 min", "reason": "The nitrogen ran out over night",
    }  # fmt: skip
    return RecordExcursion(**(values | changes))


@pytest.mark.parametrize(("usable", "after"), [(True, "released"), (False, "rejected")])
def test_an_excursion_waits_for_the_investigator(study, make, vials, patient_id, clock, usable, after):
    preparation_id = make.checked(make.prepared(patient_id, vials[:1]))
    study.run(excursion(vials[:2], clock), by=make.technician)

    assert states(study, vials) == ["quarantine", "quarantine", "released"]
    assert study.prepared_dose(preparation_id).preparation.status == "voided"
    with pytest.raises(RuleViolation, match="Decide about the temperature excursion"):
        make.sign(ReleaseLot(lot_id=1, reason=WHY), by=make.investigator)
    decide = DecideExcursion(excursion_id=1, usable=usable, reason="The maker allows -100 °C for an hour")
    make.sign(decide, by=make.investigator)

    assert states(study, vials) == [after, after, "released"]
    (row,) = as_technician(study).excursions()
    assert (row.excursion.usable, row.excursion.decided_by) == (usable, "ZHAO Min")
    assert row.codes == ("AM-2411-07/01", "AM-2411-07/02")
    assert study.signatures("excursion", 1)[0].valid
    with pytest.raises(RuleViolation, match="decided already"):
        make.sign(decide, by=make.investigator)


def test_a_good_decision_passes_over_no_recall_and_no_first_release(study, make, vials, clock):
    fresh_in = make.lot("AM-NEW", released=False)
    study.run(QuarantineContainers(container_ids=(vials[0],), reason=WHY), by=make.technician)
    clock.forward(minutes=1)
    study.run(excursion([*vials, *fresh_in], clock), by=make.technician)

    make.sign(DecideExcursion(excursion_id=1, usable=True, reason=WHY), by=make.investigator)

    assert states(study, vials) == ["quarantine", "released", "released"]
    assert states(study, fresh_in) == ["quarantine"] * 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"reading": " "}, "reading"), ({"reason": "warm"}, "reason"), ({"container_ids": ()}, "container")],
)
def test_an_excursion_says_what_was_read_and_why(study, make, vials, clock, changes, field):
    with pytest.raises(RuleViolation) as refusal:
        study.run(excursion(vials, clock, **changes), by=make.technician)

    assert refusal.value.field == field


@pytest.mark.parametrize(("began", "ended"), [(0, -1), (0, 1)])
def test_an_excursion_lies_in_the_past_and_ends_after_it_began(study, make, vials, clock, began, ended):
    hours = {"began_at": clock.at + dt.timedelta(hours=began), "ended_at": clock.at + dt.timedelta(hours=ended)}

    with pytest.raises(RuleViolation) as refusal:
        study.run(excursion(vials, clock, **hours), by=make.technician)

    assert refusal.value.field == "ended_at"


def test_lot_to_patients_and_patient_to_lots_is_one_read_each(study, make, patient_id, vials):
    make.infused(patient_id, vials[0])
    other = make.treated("H00490002")
    make.weight(other)
    make.prepared(other, vials[1:2])

    traced = as_technician(study).lot_trace(1)

    assert [(row.code, row.status, row.subject_id, row.infusion_no) for row in traced.rows] == [
        ("AM-2411-07/01", "used", "LN-0001-C", 1),
        ("AM-2411-07/02", "reserved", "LN-0002-E", 1),
        ("AM-2411-07/03", "released", None, None),
    ]
    assert traced.rows[0].given_on == study.today()
    assert [row.code for row in study.patient_lots(patient_id)] == ["AM-2411-07/01"]


def test_the_ledger_is_read_with_labels_and_subjects(study, make, patient_id, vials):
    make.infused(patient_id, vials[0])

    rows = as_technician(study).ledger(container_id=vials[0])

    assert [(row.entry.kind, row.code, row.subject_id) for row in rows][-1] == ("infuse", "AM-2411-07/01", "LN-0001-C")
    assert len(study.ledger(lot_id=1)) == len(study.ledger()) == 3 + 3 + 2


def test_a_thawed_vial_of_a_lot_that_was_corrected_waits_for_the_release(study, make, patient_id, vials, clock):
    study.run(ThawContainers(container_ids=(vials[0],), patient_id=patient_id, thawed_at=clock.at), by=make.nurse)
    correct = CorrectLot(row_id=1, changes={"cells_per_ml": Decimal(5_100_000)}, reason=WHY)
    study.run(correct, by=make.technician)
    request = DoseRequest(thawed_at=clock.at)

    with pytest.raises(RuleViolation, match="is in quarantine"):
        make.prepared(patient_id, vials[:1], request)
    make.sign(ReleaseLot(lot_id=1), by=make.investigator)

    make.prepared(patient_id, vials[:1], request)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update container set status = 'released' where id = 1", "does not stand where its ledger says"),
        ("insert into container (id, lot_id, container_no, volume_ml, status) values (99, 1, 'X', '20', 'released')",
         "does not stand where its ledger says"),
        ("delete from ledger_entry where id = 2", "has a gap"),
    ],
)  # fmt: skip
def test_no_dose_is_prepared_from_a_stock_that_was_changed_past_the_program(study, make, patient_id, statement, said):
    make.lot()
    for trigger in ("container_by_the_ledger", "ledger_entry_no_delete"):
        study._db.conn.execute(f"drop trigger {trigger}")
    study.run(destroy([1]), by=make.technician)

    rewrite(study, statement)

    with pytest.raises(RuleViolation, match=said):
        make.prepared(patient_id, [2])
    assert not as_technician(study).balance().balances
