import datetime as dt
import json
from dataclasses import asdict
from decimal import Decimal

import pytest

from lndesk.domain.account import Role
from lndesk.domain.blind import FIELD_WORDS, Figures, fields_asked
from lndesk.domain.dose import Viability
from lndesk.domain.errors import RuleViolation
from lndesk.domain.evaluation import DoseRequest
from lndesk.domain.preparation import ThawCount
from lndesk.services.accounts import DeclareSamePerson
from lndesk.services.authorisations import AuthoriseDose
from lndesk.services.corrections import CorrectLot, CorrectWeight
from lndesk.services.moves import AuthoriseEarlyInfusion
from lndesk.services.preparations import GivenReason
from lndesk.services.product import Delivered, QuarantineContainers, ReceiveLot, ReleaseLot
from lndesk.services.protocols import AddProtocol, ApproveProtocol
from lndesk.services.stock import AdjustContainer
from tests.conftest import PASSWORD, person, rewrite, sources, stock

WHY = "as agreed by telephone"


def certificate(**changes):
    """Return what the certificate of the lot says, but for what is read wrongly."""
    said = {
        "lot_no": "AM-2411-07",
        "cells_per_ml": Decimal(5_200_000),
        "viability": Viability(Decimal(92), Decimal(100)),
    }
    return Figures(**(said | changes))


WRONG = {
    "hospital_no": {"hospital_no": "H00482218"},
    "weight_kg": {"weight_kg": Decimal("64.2")},
    "containers": {"containers": ("AM-2411-07/02",)},
    "lots": {"figures": (certificate(lot_no="AM-2411-08"),)},
    "cells_per_ml": {"figures": (certificate(cells_per_ml=Decimal(2_500_000)),)},
    "viability": {"figures": (certificate(viability=Viability(Decimal(29), Decimal(100))),)},
    "volume_ml": {"volume_ml": Decimal("13.1")},
}  # fmt: skip


@pytest.fixture
def patient_id(make):
    patient_id = make.treated()
    make.weight(patient_id)
    return patient_id


@pytest.fixture
def vials(make):
    return make.lot()


@pytest.fixture
def waiting(make, patient_id, vials):
    return make.prepared(patient_id, vials[:1])


def status(study, preparation_id):
    return study.prepared_dose(preparation_id).preparation.status


def test_what_the_second_person_is_shown_holds_not_one_figure_of_the_first(study, waiting):
    shown = json.dumps(asdict(study.dose_to_check(waiting)), default=str)

    for secret in ("62.4", "62400000", "AM-2411", "5200000", "5,200,000", "92", "13", "H00482217", "2217"):
        assert secret not in shown
    assert study.dose_to_check(waiting).asks == (
        "hospital_no", "weight_kg", "containers", "lots", "cells_per_ml", "viability", "volume_ml",
    )  # fmt: skip


def test_a_second_person_who_reads_the_same_confirms(study, make, waiting):
    make.checked(waiting)

    prepared = study.prepared_dose(waiting)
    assert (prepared.preparation.status, prepared.check.agreed, prepared.check.checked_by) == ("checked", True, "LI Na")
    assert study.signatures("dose_check", prepared.check.id)[0].valid


@pytest.mark.parametrize(
    "changes",
    [
        {"hospital_no": "h 0048 2217"},
        {"containers": ("am-2411-07/01 ", "AM-2411-07/01")},
        {"figures": (Figures(lot_no="am-2411-07", cells_per_ml=Decimal("5200000.0"),
                             viability=Viability(Decimal(184), Decimal(200))),)},
        {"volume_ml": Decimal("13.0")},
        {"weight_kg": Decimal("62.40")},
    ],
)  # fmt: skip
def test_the_same_reading_may_be_written_otherwise(study, make, waiting, changes):
    make.checked(waiting, **changes)

    assert status(study, waiting) == "checked"


@pytest.mark.parametrize("field", WRONG)
def test_a_difference_names_its_field_and_never_a_value(study, make, waiting, field):
    make.checked(waiting, **WRONG[field])

    shown = study.dose_to_check(waiting)
    assert (shown.status, shown.attempts_left) == ("awaiting_check", 1)
    # figures of a lot that is not the dose's are those of no lot of it either
    named = f"These differ from the first entry: {FIELD_WORDS[field]}"
    assert str(shown.differed).startswith(named)
    for secret in ("62.4", "64.2", "AM-", "5,200,000", "92", "13", "H0048"):
        assert secret not in str(shown.differed)


def test_after_the_first_difference_the_right_reading_still_confirms(study, make, waiting):
    make.checked(waiting, weight_kg=Decimal("64.2"))
    make.checked(waiting)

    assert status(study, waiting) == "checked"
    assert len(study.check_attempts(waiting)) == 1


def test_the_second_difference_returns_the_dose_and_both_are_in_the_audit_trail_with_both_values(
    study, make, waiting, vials
):
    make.checked(waiting, weight_kg=Decimal("64.2"))
    make.checked(waiting, weight_kg=Decimal("64.2"), volume_ml=Decimal("13.4"))

    prepared = study.prepared_dose(waiting)
    assert (prepared.preparation.status, prepared.check.agreed) == ("returned", False)
    assert "Weight, Volume" in prepared.check.remark
    assert [row.item.container.status for row in stock(study) if row.item.container.id == vials[0]] == ["released"]
    first, second = study.check_attempts(waiting)
    assert (first.fields, second.fields) == (("weight_kg",), ("weight_kg", "volume_ml"))
    assert json.loads(second.entered)["weight_kg"] == "64.2"
    assert json.loads(second.on_record)["weight_kg"] == "62.4"
    study.sign_in("monitor", PASSWORD)
    checks = [act for act in study.acts() if act.command == "CheckDose"]
    assert len(checks) == 2
    assert all(any(change.table == "check_attempt" for change in study.act_changes(act.id)) for act in checks)
    assert study.signatures("dose_check", prepared.check.id) == ()


def test_a_returned_dose_waits_for_no_third_check(make, waiting):
    for _each in range(2):
        make.checked(waiting, weight_kg=Decimal("64.2"))

    with pytest.raises(RuleViolation, match="does not wait for a check"):
        make.checked(waiting)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hospital_no": " "}, "hospital_no"), ({"weight_kg": Decimal(0)}, "weight_kg"),
        ({"containers": (" ",)}, "containers"), ({"figures": ()}, "lots"), ({"volume_ml": Decimal(0)}, "volume_ml"),
        ({"volume_ml": Decimal("13.04")}, "volume_ml"),
    ],
)  # fmt: skip
def test_an_entry_that_is_not_whole_costs_no_attempt(study, make, waiting, changes, field):
    with pytest.raises(RuleViolation) as refusal:
        make.checked(waiting, **changes)

    assert refusal.value.field == field
    assert study.dose_to_check(waiting).attempts_left == 2


def test_a_scan_through_an_input_method_costs_no_attempt(study, make, waiting):
    with pytest.raises(RuleViolation, match="input method"):
        make.checked(waiting, containers=("ＡＭ-2411-07/01",))

    assert study.dose_to_check(waiting).attempts_left == 2


def test_a_container_is_read_by_any_of_its_labels(study, make, patient_id):
    study.run(
        ReceiveLot(
            lot_no="AM-9", form="cryopreserved", cells_per_ml=Decimal(5_200_000),
            viability=Viability.from_percent(Decimal(92)), expires_on=dt.date(2026, 9, 1), certificate_no="C",
            containers=(
                Delivered(container_no="1", volume_ml=Decimal(20), donation_no="G1234 98 654321 H", serial="S7"),
            ),
        ),
        by=make.technician,
    )  # fmt: skip
    row = next(item for item in stock(study) if item.item.lot.lot_no == "AM-9")
    make.sign(ReleaseLot(lot_id=row.item.lot.id), by=make.investigator)

    for label in ("=G12349865432177", "(01)09521234543213(10)AM-9(21)S7"):
        waiting = make.prepared(patient_id, [row.item.container.id])
        make.checked(waiting, containers=(label,))
        assert status(study, waiting) == "checked"
        study.run(QuarantineContainers(container_ids=(row.item.container.id,), reason=WHY), by=make.technician)
        make.sign(ReleaseLot(lot_id=row.item.lot.id, reason=WHY), by=make.investigator)


def second_account(study, name="Jenny Chen", **same):
    study.sign_in("admin", PASSWORD)
    study.add_user(login="jenny", name=name, role=Role.TECHNICIAN, password=PASSWORD, **same)
    study.sign_in("chenjing", PASSWORD)
    return person(study, "jenny")


def test_the_preparer_under_another_name_is_known_once_the_accounts_are_declared(study, make, waiting):
    jenny = second_account(study, same_person_as="chenjing")

    with pytest.raises(RuleViolation, match="Another person must check it"):
        make.sign(make.check(waiting), by=jenny)
    with pytest.raises(RuleViolation, match="Another person must check it"):
        study.refuse_checker(waiting, jenny)


def test_a_declaration_counts_from_the_moment_it_is_made_for_doses_that_wait(study, make, waiting):
    jenny = second_account(study)
    study.refuse_checker(waiting, jenny)
    declare = DeclareSamePerson(login="jenny", same_as="chenjing", reason="Seen at the desk")
    study.run(declare, by=person(study, "admin"))

    with pytest.raises(RuleViolation, match="Another person must check it"):
        make.sign(make.check(waiting), by=jenny)


def test_a_second_account_of_a_name_is_not_made_before_somebody_says_whose_it_is(study):
    with pytest.raises(RuleViolation, match="CHEN Jing has the account “chenjing” already") as refusal:
        second_account(study, name="chen　jing")

    assert refusal.value.field == "same_person"
    assert {account.login for account in study.accounts()} == {"admin", "chenjing", "zhaomin", "lina", "monitor"}


def test_two_people_of_one_name_may_check_each_other(study, make, waiting):
    namesake = second_account(study, name="CHEN Jing", another_person=True)

    make.sign(make.check(waiting), by=namesake)

    assert status(study, waiting) == "checked"


def test_taking_a_declaration_back_parts_the_accounts_again(study, make, waiting):
    jenny = second_account(study, same_person_as="chenjing")
    admin = person(study, "admin")

    study.run(DeclareSamePerson(login="chenjing", same_as="", reason="Mixed up by mistake"), by=admin)

    make.sign(make.check(waiting), by=jenny)
    with pytest.raises(RuleViolation, match="Choose another account"):
        study.run(DeclareSamePerson(login="jenny", same_as="jenny", reason="x"), by=admin)


def new_protocol(study, make):
    content = study.protocol_versions()[-1].content.replace('version = "1"', 'version = "2"')
    study.run(AddProtocol(content=content), by=make.investigator)
    make.sign(ApproveProtocol(sha256=study.protocol_versions()[0].sha256), by=make.investigator)


OVERTAKING = {
    "a newer weight": (lambda _study, make: make.weight(1, "63"), "weight was recorded again"),
    "an approved protocol": (new_protocol, "protocol has changed"),
}


@pytest.mark.parametrize("change", OVERTAKING)
@pytest.mark.parametrize("stage", ["awaiting_check", "checked", "issued"])
def test_what_changes_later_voids_check_and_print_and_says_so(study, make, clock, waiting, change, stage):
    if stage != "awaiting_check":
        make.checked(waiting)
    if stage == "issued":
        study.issue_sheet(waiting)
    assert study.why_overtaken(waiting) is None
    clock.forward(minutes=1)
    act, said = OVERTAKING[change]

    act(study, make)

    assert said in str(study.why_overtaken(waiting))
    if stage == "awaiting_check":
        with pytest.raises(RuleViolation, match=said):
            make.checked(waiting)
    elif stage == "checked":
        with pytest.raises(RuleViolation, match=said):
            study.issue_sheet(waiting)
    else:
        (sheet,) = study.sheets()
        assert (sheet.standing, said in str(sheet.why)) == ("overtaken", True)


VOIDING = {
    "the weight is corrected": lambda _vials: CorrectWeight(row_id=1, changes={"kg": Decimal("62.5")}, reason=WHY),
    "the lot is corrected": lambda _vials: CorrectLot(
        row_id=1, changes={"cells_per_ml": Decimal(5_100_000)}, reason=WHY
    ),
    "the lot is recalled": lambda vials: QuarantineContainers(container_ids=tuple(vials), reason=WHY),
    "the container is missing": lambda vials: AdjustContainer(container_id=vials[0], found=False, reason=WHY),
}


@pytest.mark.parametrize("change", VOIDING)
@pytest.mark.parametrize("stage", ["awaiting_check", "checked", "issued"])
def test_what_is_put_right_or_taken_away_voids_the_dose_and_its_sheet(study, make, vials, waiting, change, stage):
    if stage != "awaiting_check":
        make.checked(waiting)
    if stage == "issued":
        study.issue_sheet(waiting)

    command = VOIDING[change](vials)
    if stage == "issued" and change == "the container is missing":
        with pytest.raises(RuleViolation, match="not on hand"):
            study.run(command, by=make.technician)  # the void has destroyed it
        return
    study.run(command, by=make.technician)

    assert status(study, waiting) == "voided"
    assert [sheet.standing for sheet in study.sheets()] == (["void"] if stage == "issued" else [])


def test_several_lots_need_the_investigators_signature_and_the_checker_reads_each(study, make, patient_id, vials):
    small = make.lot("AM-SMALL", count=1, ml="5", cells="4000000", percent="90")
    both = [*small, vials[0]]
    with pytest.raises(RuleViolation, match="come from different lots"):
        make.prepared(patient_id, both)
    allow = AuthoriseDose(patient_id=patient_id, what="several_lots", reason="The last vial of that lot")
    make.sign(allow, by=make.investigator)
    with pytest.raises(RuleViolation, match="authorised already"):
        make.sign(allow, by=make.investigator)

    waiting = make.prepared(patient_id, both, reasons={"several_lots": GivenReason(reason="investigator")})

    prepared = study.prepared_dose(waiting)
    # 5 mL x 4,000,000 x 90 % = 18,000,000; (62,400,000 - 18,000,000) / 4,784,000 = 9.28 mL
    assert [draw.use_ml for draw, _item in prepared.draws] == [Decimal(5), Decimal("9.3")]
    assert prepared.preparation.volume_ml == Decimal("14.3")
    one = sources(study, waiting)
    make.checked(waiting, figures=one.figures[:1])
    assert "Lot" in str(study.dose_to_check(waiting).differed)
    make.checked(waiting)
    number = study.issue_sheet(waiting)
    assert study.sheet_pdf(number).startswith(b"%PDF")
    make.given(waiting)
    (infusion,) = study.infusions()
    assert infusion.cells == 18_000_000 + Decimal("9.3") * 4_784_000
    assert study.signatures("authorisation", 1)[0].valid


def test_a_count_after_the_thaw_decides_the_volume_and_is_what_the_checker_reads(study, make, patient_id, vials, clock):
    count = ThawCount(Decimal(4_000_000), Viability.from_counts(Decimal(160), Decimal(200)))
    with pytest.raises(RuleViolation, match="when the thaw was finished"):
        make.prepared(patient_id, vials[:1], DoseRequest(count=count))

    waiting = make.prepared(patient_id, vials[:1], DoseRequest(count=count, thawed_at=clock.at))

    prepared = study.prepared_dose(waiting)
    assert prepared.preparation.volume_ml == Decimal("19.5")  # 62,400,000 / 3,200,000
    assert study.dose_to_check(waiting).asks == (
        "hospital_no", "weight_kg", "containers", "cells_per_ml", "viability", "thawed_at", "volume_ml",
    )  # fmt: skip
    make.checked(waiting, thawed_at=clock.at + dt.timedelta(minutes=5))
    assert "Thaw finished" in str(study.dose_to_check(waiting).differed)
    make.checked(waiting)
    assert status(study, waiting) == "checked"
    study.issue_sheet(waiting)
    make.given(waiting)
    assert study.infusions()[0].cells == 62_400_000


def test_a_count_that_the_protocol_asks_for_is_a_must(study, make, patient_id, vials, clock):
    content = study.protocol_versions()[0].content.replace(
        'count = { value = "optional"', 'count = { value = "required"'
    )
    study.run(AddProtocol(content=content), by=make.investigator)
    make.sign(ApproveProtocol(sha256=study.protocol_versions()[0].sha256), by=make.investigator)

    with pytest.raises(RuleViolation, match="Count the cells after the thaw") as refusal:
        make.prepared(patient_id, vials[:1], DoseRequest(thawed_at=clock.at))

    assert refusal.value.field == "count"


def test_a_fresh_product_counts_its_time_from_its_makers_release(study, make, patient_id, clock):
    study.run(
        ReceiveLot(
            lot_no="FR-1", form="fresh", cells_per_ml=Decimal(5_200_000), viability=Viability.from_percent(Decimal(92)),
            expires_on=clock.at.date() + dt.timedelta(days=2), certificate_no="C",
            ready_at=clock.at - dt.timedelta(hours=4),
            containers=(Delivered(container_no="1", volume_ml=Decimal(20)),),
        ),
        by=make.technician,
    )  # fmt: skip
    (row,) = stock(study)
    make.sign(ReleaseLot(lot_id=row.item.lot.id), by=make.investigator)
    with pytest.raises(RuleViolation, match="not thawed"):
        make.prepared(patient_id, [row.item.container.id], DoseRequest(thawed_at=clock.at))

    waiting = make.prepared(patient_id, [row.item.container.id])

    assert study.prepared_dose(waiting).dose.use_before == clock.at + dt.timedelta(hours=20)
    make.checked(waiting)
    clock.forward(hours=20)
    assert "had to be infused before" in str(study.why_overtaken(waiting))


def test_an_infusion_before_its_time_needs_the_investigator_and_a_reason(study, make, patient_id, vials, clock):
    make.infused(patient_id, vials[0])
    clock.forward(days=20)
    make.weight(patient_id)
    early = {"early_authorised": GivenReason(reason="investigator"), "outside_window": GivenReason(reason="scheduling")}
    with pytest.raises(RuleViolation, match="Earliest day: 23-Mar-2026"):
        make.prepared(patient_id, vials[1:2], reasons=early)

    second = next(visit for visit in study.patient(patient_id).course if visit.code == "infusion-2")
    make.sign(AuthoriseEarlyInfusion(visit_id=second.id, earliest_on=study.today(), reason=WHY), by=make.investigator)
    waiting = make.prepared(patient_id, vials[1:2], reasons=early)

    assert "early_authorised" in {warning.code for warning in study.prepared_dose(waiting).warnings}
    with pytest.raises(RuleViolation, match="Choose what is authorised"):
        make.sign(AuthoriseDose(patient_id=patient_id, what="a fourth infusion", reason=WHY), by=make.investigator)


def test_an_authorisation_is_for_the_next_infusion_only(study, make, patient_id, vials):
    make.sign(AuthoriseDose(patient_id=patient_id, what="several_lots", reason=WHY), by=make.investigator)
    make.infused(patient_id, vials[0])
    other = make.lot("AM-2411-08")
    make.weight(patient_id)

    shown = study.preview_dose(patient_id, [vials[1], other[0]], DoseRequest())

    assert "too_early" in {finding.code for finding in shown.findings if finding.level == "stop"}


@pytest.mark.usefixtures("vials")
def test_the_first_container_to_expire_is_proposed(study, make, patient_id, clock):
    soon = make.lot("AM-SOON", count=3, ml="8", expires_on=clock.at.date() + dt.timedelta(days=5))
    make.lot("AM-TINY", count=1, ml="2", expires_on=clock.at.date() + dt.timedelta(days=1))

    assert study.dose_case(patient_id).proposal == tuple(soon[:2])


def test_what_to_thaw_is_planned_from_the_label_and_said_line_by_line(study, patient_id, vials):
    plan = study.thaw_plan(patient_id)

    # 20 mL x 5,200,000 x 90 % x 85 % = 79,560,000 living cells expected of each
    assert (plan.needed, plan.expected_cells, plan.enough) == (1, Decimal(79_560_000), True)
    assert [item.container.id for item in plan.containers] == vials[:1]
    assert "recovery 90\N{NO-BREAK SPACE}% × viability 85\N{NO-BREAK SPACE}%" in str(plan.lines[1].working)


def test_what_is_asked_depends_on_thaw_and_count():
    assert "thawed_at" not in fields_asked(thawed=False, counted=False)
    assert "lots" not in fields_asked(thawed=True, counted=True)


def test_an_unsigned_change_of_the_count_breaks_the_signature(study, make, patient_id, vials, clock):
    count = ThawCount(Decimal(4_000_000), Viability.from_counts(Decimal(160), Decimal(200)))
    waiting = make.prepared(patient_id, vials[:1], DoseRequest(count=count, thawed_at=clock.at))

    rewrite(study, "update preparation set count_viable = '190'")

    assert not study.signatures("preparation", waiting)[0].valid
    assert "What was signed was changed" in str(study.why_overtaken(waiting))
    with pytest.raises(RuleViolation, match="What was signed was changed"):
        make.checked(waiting)


def test_an_export_without_names_withholds_what_a_checker_read(study, make, waiting):
    make.checked(waiting, hospital_no="H 0048 2271")
    study.sign_in("monitor", PASSWORD)

    content = study.compose_audit("csv").content.decode()

    assert "H 0048 2271" not in content
    assert "check_attempt" in content


def test_voiding_a_dose_of_thawed_cells_does_not_promise_them_to_the_stock(study, make, patient_id, vials, clock):
    make.prepared(patient_id, vials[:1], DoseRequest(thawed_at=clock.at))

    (said,) = [str(line) for line in study.consequences("weight", 1) if "voided" in str(line)]

    assert "stay thawed, for this patient alone: AM-2411-07/01" in said
