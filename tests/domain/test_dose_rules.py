"""ux.md 2.5 row by row: each situation has its finding or refusal, from the protocol's own values."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from lndesk.domain.account import Account
from lndesk.domain.answers import Answers
from lndesk.domain.before_infusion import BeforeCase, BeforeInfusion
from lndesk.domain.dose import Viability
from lndesk.domain.errors import RuleViolation
from lndesk.domain.evaluation import DoseRequest, evaluate
from lndesk.domain.patient import Weight
from lndesk.domain.preparation import Circumstances, ThawCount, check_second_person
from lndesk.domain.product import Container, Lot, LotContainer
from lndesk.domain.protocol_file import parse_protocol
from lndesk.domain.visit import Window
from lndesk.i18n import Sentence
from lndesk.settings import resources

SHIPPED = (resources() / "protocols" / "nct04318600.toml").read_text(encoding="utf-8")
PROTOCOL = parse_protocol(SHIPPED)
NOW = dt.datetime(2026, 3, 12, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
TODAY = NOW.date()
ASKED = DoseRequest()


def day(n):
    return TODAY + dt.timedelta(days=n)


def before(tested_days_ago=0, **answers):
    asked = BeforeInfusion(**({
        "patient_id": 1, "infusion_no": 2, "pregnancy_possible": True, "pregnancy_test": "negative",
        "tested_on": day(-tested_days_ago), "contraception": "kept", "albumin_allergy": False, "dmso_allergy": False,
        "infection_or_fever": False, "new_medication": False, "asked_at": NOW, "asked_by": "CHEN Jing",
        "recorded_at": NOW,
    } | answers))  # fmt: skip
    return {"before": BeforeCase(sex="female", asked=asked)}


def screened(**days):
    measured = {"creatinine": Decimal(71), "hb_g_per_l": Decimal(120)}
    taken = {item: day(-n) for item, n in days.items()}
    answers = Answers(**{item: measured[item] for item in days}, days=taken)
    return {"infusion_no": 1, "previous_infusion_on": None, "screened": answers}


def weight(kg="62.4", **ago):
    at = NOW - dt.timedelta(**ago)
    return Weight(patient_id=1, kg=Decimal(kg), measured_at=at, scale="B2", measured_by="CHEN Jing", recorded_at=at)


def vial(number=1, lot_id=1, ml="20", viable="92", form="cryopreserved", expires_on=TODAY, cells="5200000", **held):
    lot = Lot(
        id=lot_id, lot_no=f"AM-{lot_id}", form=form, cells_per_ml=Decimal(cells), viable=Decimal(viable),
        counted=Decimal(100), expires_on=expires_on, certificate_no="C", received_at=NOW, released_at=NOW,
    )  # fmt: skip
    values = {"id": number, "lot_id": lot_id, "container_no": f"{number:02}", "volume_ml": Decimal(ml),
              "status": "released"}  # fmt: skip
    return LotContainer(lot, Container(**(values | held)))


READY = Circumstances(
    consented=True, eligible=True, arm="treatment", infusion_no=2, window=Window(day(-3), day(3)),
    previous_infusion_on=day(-28), open_preparation=False, protocol_approved=True, weight=weight(),
    reference_weight=None, containers=(vial(),), patient_id=1, **before(),
)  # fmt: skip


def judged(case=None, request=ASKED, protocol=PROTOCOL):
    result = evaluate(replace(READY, **(case or {})), request, protocol, now=NOW)
    return {finding.code: finding.level for finding in result.findings}


STOP, WARNS = "stop", "warning"
# situation of ux.md 2.5: how the case differs, what is asked for, the code of the finding, stop or warning
ROWS = {
    "not eligible": ({"eligible": False}, {}, "not_eligible", STOP),
    "not signed as eligible": ({"eligible": None}, {}, "not_eligible", STOP),
    "not consented": ({"consented": False}, {}, "no_consent", STOP),
    "withdrawn": ({"withdrawn_on": day(-1)}, {}, "withdrawn", STOP),
    "control arm": ({"arm": "control"}, {}, "control_arm", STOP),
    "no arm": ({"arm": None}, {}, "no_arm", STOP),
    "infusion 4": ({"infusion_no": 4}, {}, "course_complete", STOP),
    "pregnancy test positive": (before(pregnancy_test="positive"), {}, "pregnant", STOP),
    "weight missing": ({"weight": None}, {}, "no_weight", STOP),
    "weight under 20 kg": ({"weight": weight("19.9")}, {}, "weight_out_of_range", STOP),
    "weight over 200 kg": (
        {"weight": weight("200.1"), "containers": (vial(ml="100"),)}, {}, "weight_out_of_range", STOP,
    ),
    "weight older than 7 days": ({"weight": weight(days=7, seconds=1)}, {}, "weight_too_old", STOP),
    "weight older than 24 h": ({"weight": weight(hours=24, seconds=1)}, {}, "weight_old", WARNS),
    "change over 10 %": (
        {"reference_weight": weight("50", days=28)}, {"second_weight_kg": Decimal("62.4")}, "weight_changed", WARNS,
    ),
    "change over 10 % read once": (
        {"reference_weight": weight("50", days=28)}, {}, "second_reading_missing", STOP,
    ),
    "bag expired": ({"containers": (vial(expires_on=day(-1)),)}, {}, "container_unusable", STOP),
    "bag quarantined": ({"containers": (vial(status="quarantine"),)}, {}, "container_unusable", STOP),
    "bag rejected": ({"containers": (vial(status="rejected"),)}, {}, "container_unusable", STOP),
    "bag reserved for another patient": (
        {"containers": (vial(status="reserved", preparation_id=9),)}, {}, "container_unusable", STOP,
    ),
    "bag thawed for another patient": (
        {"containers": (vial(status="thawed", patient_id=2),)}, {}, "container_unusable", STOP,
    ),
    "bag holds too little": ({"containers": (vial(ml="12.9"),)}, {}, "too_little_volume", STOP),
    "viability under the release limit": ({"containers": (vial(viable="69.9"),)}, {}, "viability_below_limit", STOP),
    "earlier than 21 days": ({"previous_infusion_on": day(-20)}, {}, "too_early", STOP),
    "earlier than 21 days, authorised": (
        {"previous_infusion_on": day(-20), "early_from": TODAY}, {}, "early_authorised", WARNS,
    ),
    "outside the window but later": ({"window": Window(day(-9), day(-1))}, {}, "outside_window", WARNS),
    "delivered off by more than 5 %": (
        {"weight": weight("20.1"), "containers": (vial(cells="40000000", ml="2"),)}, {},
        "deviation_above_warning", WARNS,
    ),
    "delivered off by more than 10 %": (
        {"weight": weight("20.1"), "containers": (vial(cells="150000000", ml="2"),)}, {}, "deviation_above_limit", STOP,
    ),
    "pre-infusion result older than the limit": (screened(creatinine=29), {}, "result_old", WARNS),
    "pregnancy test older than 7 days": (before(tested_days_ago=8), {}, "pregnancy_test_old", WARNS),
    # beyond the table of 2.5: what a preparation also asks
    "product that does not add up": ({"stock_problem": Sentence("One is missing.")}, {}, "stock_unbalanced", STOP),
    "several lots": ({"containers": (vial(ml="10"), vial(2, lot_id=2))}, {}, "several_lots", STOP),
    "several lots, authorised": (
        {"containers": (vial(ml="10"), vial(2, lot_id=2)), "authorised": frozenset({"several_lots"})}, {},
        "several_lots", WARNS,
    ),
    "fresh and frozen in one dose": (
        {"containers": (vial(ml="10"), vial(2, lot_id=2, form="fresh"))}, {}, "mixed_forms", STOP,
    ),
    "a container too many": ({"containers": (vial(), vial(2))}, {}, "container_not_needed", STOP),
    "allergic to albumin": (before(albumin_allergy=True), {}, "albumin_allergy", STOP),
    "allergic to DMSO": (before(dmso_allergy=True), {}, "dmso_allergy", STOP),
    "final volume under the cells": ({}, {"final_ml": Decimal("12.9")}, "final_volume_too_small", STOP),
    "final volume under its limit": (
        {"weight": weight("20"), "containers": (vial(ml="20"),)}, {"final_ml": Decimal("9.9")},
        "final_volume_unusual", WARNS,
    ),
    "final volume over its limit": ({}, {"final_ml": Decimal("250.1")}, "final_volume_unusual", WARNS),
    "concentration over its limit": (
        {"containers": (vial(cells="8000000"),)}, {"final_ml": Decimal(10)}, "concentration_too_high", STOP,
    ),
    "concentration under its limit": (
        {"weight": weight("20"), "containers": (vial(ml="20"),)}, {"final_ml": Decimal(101)},
        "concentration_low", WARNS,
    ),
    "rate over its limit": (
        {}, {"final_ml": Decimal(50), "minutes": Decimal("4.9")}, "rate_too_fast", WARNS,
    ),
    "less than a drop a minute": (
        {}, {"minutes": Decimal(999), "drops_per_ml": Decimal(20)}, "less_than_one_drop", WARNS,
    ),
    "a filter that holds cells back": ({}, {"filter_um": Decimal(40)}, "filter_too_fine", WARNS),
    "more DMSO than is allowed": (
        {"containers": (vial(cells="60000", ml="2000"),)}, {}, "dmso_above_limit", STOP,
    ),
    "past the time from the thaw": ({}, {"thawed_at": NOW - dt.timedelta(hours=4)}, "use_before_past", STOP),
    "thawed in the future": ({}, {"thawed_at": NOW + dt.timedelta(minutes=1)}, "thawed_in_future", STOP),
    "thawed earlier than said": (
        {"thawed_at": NOW - dt.timedelta(hours=1)}, {"thawed_at": NOW}, "thawed_before", STOP,
    ),
    "a count without the time of the thaw": (
        {}, {"count": ThawCount(Decimal(4_000_000), Viability(Decimal(9), Decimal(10)))}, "thaw_time_missing", STOP,
    ),
    "a thaw of a fresh product": ({"containers": (vial(form="fresh"),)}, {"thawed_at": NOW}, "fresh_not_thawed", STOP),
}  # fmt: skip


@pytest.mark.parametrize("situation", ROWS)
def test_each_situation_has_its_answer(situation):
    case, asked, code, level = ROWS[situation]

    assert judged(case, replace(ASKED, **asked)).get(code) == level


def test_nothing_is_found_where_nothing_is_wrong():
    assert judged() == {}


def test_a_count_that_is_always_needed_stops_without_one():
    protocol = replace(PROTOCOL, thaw=replace(PROTOCOL.thaw, count="required"))

    assert judged(protocol=protocol) == {"count_missing": "stop"}
    assert judged({"containers": (vial(form="fresh"),)}, protocol=protocol) == {}


def test_the_preparer_is_not_the_checker():
    preparer = Account(id=1, login="a", name="CHEN Jing", role="nurse")
    with pytest.raises(RuleViolation, match="Another person must check it"):
        check_second_person(preparer, preparer)


AT_THE_LIMIT = {
    "weight of 20 kg": ({"weight": weight("20")}, {}),
    "viability of 70 %": ({"containers": (vial(viable="70"),)}, {}),
    "21 days": ({"previous_infusion_on": day(-21)}, {}),
    "results of 28 days": (screened(creatinine=28, hb_g_per_l=28), {}),
    "a pregnancy test of 7 days": (before(tested_days_ago=7), {}),
    "final volume of 250 mL": ({}, {"final_ml": Decimal(250)}),
    "concentration of 5,000,000": (
        {"weight": weight("50"), "containers": (vial(cells="10000000", viable="100"),)},
        {"final_ml": Decimal(10)},
    ),
    "rate of 600 mL per hour": ({}, {"final_ml": Decimal(50), "minutes": Decimal(5)}),
    "filter over 40 micrometres": ({}, {"filter_um": Decimal("40.1")}),
    "a minute before the time is over": ({}, {"thawed_at": NOW - dt.timedelta(hours=3, minutes=59)}),
}


@pytest.mark.parametrize("situation", AT_THE_LIMIT)
def test_a_limit_itself_still_passes(situation):
    case, asked = AT_THE_LIMIT[situation]

    assert judged(case, replace(ASKED, **asked)) == {}


# which value of the protocol each answer follows: changed there, the answer changes
FOLLOWS = {
    'at_least = { value = "20", unit = "kg"': ('"10"', "weight under 20 kg"),
    'age_stops_above = { value = "7", unit = "days"': ('"9"', "weight older than 7 days"),
    'age_warns_above = { value = "24", unit = "h"': ('"48"', "weight older than 24 h"),
    'change_warns_above = { value = "10"': ('"30"', "change over 10 %"),
    'viability_at_least = { value = "70"': ('"60"', "viability under the release limit"),
    'minimum_gap = { value = "21"': ('"3"', "earlier than 21 days"),
    'deviation_warns_above = { value = "5"': ('"9.9"', "delivered off by more than 5 %"),
    'deviation_stops_above = { value = "10"': ('"100"', "delivered off by more than 10 %"),
    'laboratory_age_warns_above = { value = "28"': ('"30"', "pre-infusion result older than the limit"),
    'pregnancy_test_age_warns_above = { value = "7"': ('"9"', "pregnancy test older than 7 days"),
    'final_volume_at_most = { value = "250"': ('"500"', "final volume over its limit"),
    'final_volume_at_least = { value = "10"': ('"5"', "final volume under its limit"),
    'final_concentration_at_most = { value = "5000000"': ('"9000000"', "concentration over its limit"),
    'final_concentration_at_least = { value = "200000"': ('"1000"', "concentration under its limit"),
    'rate_at_most = { value = "600"': ('"999"', "rate over its limit"),
    'filter_warns_at_most = { value = "40"': ('"15"', "a filter that holds cells back"),
    'dmso_stops_above = { value = "1"': ('"9"', "more DMSO than is allowed"),
    'use_within_of_thaw = { value = "4"': ('"6"', "past the time from the thaw"),
    'infusions = { value = "3"': ('"4"', "infusion 4"),
}


@pytest.mark.parametrize("key", FOLLOWS)
def test_each_limit_is_the_protocols_and_not_the_programs(key):
    other, situation = FOLLOWS[key]
    case, asked, code, level = ROWS[situation]
    name, equals, old = key.partition(" = { value = ")
    value = old.split(", unit")[0]
    text = SHIPPED.replace(key, f"{name}{equals}{other}{old.removeprefix(value)}")
    assert text != SHIPPED

    found = judged(case, replace(ASKED, **asked), parse_protocol(text))

    assert found.get(code) != level


def test_every_new_value_says_that_it_is_the_sites():
    for key in ("dose.final_volume_at_most", "dose.dmso", "thaw.count", "results.laboratory_age_warns_above"):
        assert PROTOCOL.origins[key].is_site
