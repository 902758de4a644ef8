import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from lndesk.domain.account import Account
from lndesk.domain.dose import Finding
from lndesk.domain.errors import RuleViolation
from lndesk.domain.patient import Weight
from lndesk.domain.preparation import (
    Circumstances,
    Preparation,
    check_containers,
    check_reasons,
    check_second_person,
    check_waits,
    find,
)
from lndesk.domain.product import Container, Lot, LotContainer
from lndesk.domain.protocol_file import parse_protocol
from lndesk.domain.visit import Window
from lndesk.i18n import Sentence
from lndesk.settings import resources

PROTOCOL = parse_protocol((resources() / "protocols" / "nct04318600.toml").read_text(encoding="utf-8"))
NOW = dt.datetime(2026, 3, 12, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
TODAY = NOW.date()


def weight(kg="62.4", **ago):
    at = NOW - dt.timedelta(**ago)
    return Weight(patient_id=1, kg=Decimal(kg), measured_at=at, scale="B2", measured_by="CHEN Jing", recorded_at=at)


def container(container_id=1, lot_id=1, status="released", expires_on=TODAY, ml="20"):
    lot = Lot(
        id=lot_id, lot_no=f"AM-{lot_id}", form="cryopreserved", cells_per_ml=Decimal(5_200_000), viable=Decimal(92),
        counted=Decimal(100), expires_on=expires_on, certificate_no="C", received_at=NOW,
    )  # fmt: skip
    return LotContainer(
        lot, Container(id=container_id, lot_id=lot_id, container_no="01", volume_ml=Decimal(ml), status=status)
    )


READY = Circumstances(
    consented=True,
    eligible=True,
    arm="treatment",
    infusion_no=2,
    window=Window(TODAY - dt.timedelta(days=3), TODAY + dt.timedelta(days=3)),
    previous_infusion_on=TODAY - dt.timedelta(days=28),
    open_preparation=False,
    protocol_approved=True,
    weight=weight(),
    reference_weight=None,
    containers=(container(),),
)


def found(**changes):
    return {finding.code: finding.level for finding in find(replace(READY, **changes), PROTOCOL, now=NOW)}


def test_nothing_stands_in_the_way_of_a_patient_who_is_ready():
    assert found() == {}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"protocol_approved": False}, "protocol_not_approved"),
        ({"consented": False}, "no_consent"),
        ({"eligible": None}, "not_eligible"),
        ({"eligible": False}, "not_eligible"),
        ({"arm": None}, "no_arm"),
        ({"arm": "control"}, "control_arm"),
        ({"infusion_no": 4}, "course_complete"),
        ({"open_preparation": True}, "already_open"),
        ({"weight": None}, "no_weight"),
        ({"weight": weight(days=7, seconds=1)}, "weight_too_old"),
        ({"previous_infusion_on": TODAY - dt.timedelta(days=20)}, "too_early"),
        ({"containers": (container(status="quarantine"),)}, "container_unusable"),
        ({"containers": (container(status="reserved"),)}, "container_unusable"),
        ({"containers": (container(status="used"),)}, "container_unusable"),
        ({"containers": (container(status="destroyed"),)}, "container_unusable"),
        ({"containers": (container(expires_on=TODAY - dt.timedelta(days=1)),)}, "container_unusable"),
    ],
)
def test_each_hard_stop_is_found(changes, code):
    assert found(**changes) == {code: "stop"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"weight": weight(hours=24, seconds=1)}, "weight_old"),
        ({"weight": weight(days=7)}, "weight_old"),
        ({"window": Window(TODAY + dt.timedelta(days=1), TODAY + dt.timedelta(days=7))}, "outside_window"),
        ({"window": Window(TODAY - dt.timedelta(days=7), TODAY - dt.timedelta(days=1))}, "outside_window"),
    ],
)
def test_each_soft_warning_is_found(changes, code):
    assert found(**changes) == {code: "warning"}


@pytest.mark.parametrize(
    "changes",
    [
        {"weight": weight(hours=24)},
        {"previous_infusion_on": TODAY - dt.timedelta(days=21)},
        {"previous_infusion_on": None, "infusion_no": 1},
        {"infusion_no": 3},
        {"window": Window(TODAY, TODAY)},
        {"containers": (container(expires_on=TODAY),)},
    ],
)
def test_the_limits_themselves_still_pass(changes):
    assert found(**changes) == {}


def test_a_limit_of_half_a_day_is_not_cut_to_nothing():
    half_a_day = replace(PROTOCOL.dose, weight_age_stops_above_days=Decimal("0.5"))
    protocol = replace(PROTOCOL, dose=half_a_day)

    codes = [finding.code for finding in find(replace(READY, weight=weight(hours=11)), protocol, now=NOW)]

    assert codes == []


def test_the_earliest_day_is_told_when_it_is_too_early():
    case = replace(READY, previous_infusion_on=TODAY - dt.timedelta(days=20))

    (finding,) = find(case, PROTOCOL, now=NOW)

    assert "Earliest day: 13-Mar-2026" in str(finding.text)


def test_containers_of_one_lot_go_together():
    check_containers([container(1), container(2)])


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ([], "Choose the container"),
        ([container(1), container(1)], "chosen twice"),
    ],
)
def test_a_choice_that_cannot_go_together_is_refused(chosen, said):
    with pytest.raises(RuleViolation, match=said) as refusal:
        check_containers(chosen)

    assert refusal.value.field == "container"


WARNING = Finding("warning", "weight_old", Sentence("The weight is old."), "weight")
STOP = Finding("stop", "no_consent", Sentence("There is no consent."), "patient")


@pytest.mark.parametrize(
    "reasons",
    [
        {},
        {"weight_old": ("", "a long enough remark")},
        {"weight_old": ("because", "a long enough remark")},
        {"outside_window": ("reread", "")},
        {"weight_old": ("other", "")},
        {"weight_old": ("other", "too short")},
        {"weight_old": ("other", "  a       b  ")},
    ],
)
def test_a_warning_without_a_proper_reason_is_refused_naming_it(reasons):
    with pytest.raises(RuleViolation, match="The weight is old") as refusal:
        check_reasons([WARNING], reasons)

    assert refusal.value.field == "weight_old"


@pytest.mark.parametrize("reason", [("reread", ""), ("other", "ten letter"), ("other", "病人昨天下午已经称过体重")])
def test_a_warning_with_a_reason_passes(reason):
    check_reasons([WARNING], {"weight_old": reason})


def test_no_reason_gets_past_a_stop():
    with pytest.raises(RuleViolation, match="There is no consent") as refusal:
        check_reasons([WARNING, STOP], {"weight_old": ("reread", ""), "no_consent": ("reread", "")})

    assert refusal.value.field == "patient"


def prepared(**changes):
    values = {
        "id": 7, "patient_id": 1, "infusion_no": 1, "weight_id": 1, "protocol_id": 1, "final_ml": None, "minutes": None,
        "drops_per_ml": None, "thawed_at": None, "second_weight_kg": None, "target_cells": Decimal(1),
        "volume_ml": Decimal(13), "prepared_by": "CHEN Jing 陈静", "prepared_by_id": 2, "prepared_at": NOW,
    }  # fmt: skip
    return Preparation(**(values | changes))


def account(account_id, name, person_id=None):
    return Account(id=account_id, login=f"user{account_id}", name=name, role="nurse", person_id=person_id)


PREPARER = account(2, "CHEN Jing 陈静")


@pytest.mark.parametrize(
    "checker",
    [
        PREPARER,
        account(2, "Somebody Else"),
        account(9, "CHEN Jing 陈静"),
        account(9, "chen jing 陈静"),
        account(9, " CHEN  Jing  陈静 "),
        account(9, "CHEN\u3000Ｊing陈静"),
        account(9, "chen jing 陈静", person_id=9),
    ],
)
def test_nobody_checks_their_own_dose_under_whatever_account(checker):
    with pytest.raises(RuleViolation, match="Another person must check it"):
        check_second_person(PREPARER, checker)


def test_a_second_account_under_another_name_is_known_once_it_is_declared():
    with pytest.raises(RuleViolation, match="Another person must check it"):
        check_second_person(replace(PREPARER, person_id=2), account(9, "Jenny Chen", person_id=2))


def test_a_second_person_may_check():
    check_second_person(PREPARER, account(3, "LI Na 李娜"))


def test_two_people_of_one_name_may_check_each_other_once_an_administrator_says_they_are_two():
    check_second_person(replace(PREPARER, person_id=2), account(9, PREPARER.name, person_id=9))


@pytest.mark.parametrize("status", ["checked", "returned", "issued", "done", "voided"])
def test_only_a_dose_that_waits_can_be_checked(status):
    with pytest.raises(RuleViolation, match="does not wait"):
        check_waits(prepared(status=status))
