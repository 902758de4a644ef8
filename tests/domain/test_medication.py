import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lndesk.domain.care_rules import MedicationRules
from lndesk.domain.errors import RuleViolation
from lndesk.domain.medication import (
    IV_CORTICOSTEROID,
    OTHER,
    PURPOSES,
    ROUTES,
    UNITS,
    DrugName,
    Medication,
    MedicationDecision,
    check_decision,
    check_ended,
    check_medication,
    flag_of,
    names_glucocorticoid,
    standing_of,
)
from lndesk.domain.protocol_file import parse_protocol
from lndesk.i18n import speaking
from lndesk.settings import resources

RULES = parse_protocol((resources() / "protocols" / "nct04318600.toml").read_text(encoding="utf-8")).medication
NOW = dt.datetime(2026, 3, 12, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
TODAY = NOW.date()


def drug(code=OTHER, name="", route="oral", **changes):
    usual = {
        "patient_id": 1, "drug": code, "drug_name": name, "route": route, "dose": "20", "dose_unit": "mg",
        "started_on": TODAY, "purpose": "treatment", "recorded_by": "CHEN Jing", "recorded_at": NOW,
    }  # fmt: skip
    return Medication(**(usual | changes))


def checked(*args, **changes):
    return check_medication(drug(*args, **changes), RULES, today=TODAY)


def decided(*, pulse):
    return MedicationDecision(
        patient_id=1, medication_id=1, pulse=pulse, reason="three days of 500 mg", decided_by="Z", decided_at=NOW
    )


def standing(*args, decision=None, **changes):
    return standing_of(checked(*args, **changes), RULES, decision)


def test_the_entry_lists_five_drugs_each_by_its_route():
    assert {listed.code: listed.route for listed in RULES.allowed} == {
        "oral_corticosteroid": "oral", "cyclophosphamide": "iv", "mycophenolate_mofetil": "oral",
        "tacrolimus": "oral", "leflunomide": "oral",
    }  # fmt: skip


@pytest.mark.parametrize("listed", RULES.allowed, ids=lambda listed: listed.code)
def test_a_listed_drug_by_its_route_is_allowed_and_flagged_for_nothing(listed):
    assert standing(listed.code, route=listed.route) == "allowed"
    assert flag_of(checked(listed.code, route=listed.route), RULES, None) is None


@pytest.mark.parametrize(("code", "route"), [("cyclophosphamide", "oral"), ("tacrolimus", "iv"), ("leflunomide", "sc")])
def test_a_listed_drug_by_another_route_warns(code, route):
    flag = flag_of(checked(code, route=route), RULES, None)

    assert standing(code, route=route) == "not_listed"
    assert flag.level == "warning"
    assert "another route" in str(flag.text)


def test_a_drug_that_is_not_listed_warns_and_stops_nothing():
    flag = flag_of(checked(name="Hydroxychloroquine"), RULES, None)

    assert (flag.level, flag.code) == ("warning", "medication_not_listed")
    assert str(flag.text).startswith("Hydroxychloroquine is not among the drugs")
    assert "nobody is withdrawn" in str(flag.text)


@pytest.mark.parametrize("name", ["Tacrolimus", " tacrolimus ", "他克莫司", "ＴＡＣＲＯＬＩＭＵＳ"])
def test_a_typed_name_that_is_listed_becomes_the_listed_drug(name):
    assert checked(name=name).drug == "tacrolimus"
    assert checked(name=name).drug_name == ""


@pytest.mark.parametrize(
    "name", ["Prednisone", "Methylprednisolone", "甲泼尼龙", "Dexamethasone", "地塞米松", "Solu-Medrol"]
)
def test_a_glucocorticoid_is_known_by_its_name_and_judged_by_its_route(name):
    assert names_glucocorticoid(name)
    assert standing(name=name, route="oral") == "allowed"
    assert standing(name=name, route="iv") == "undecided"
    assert checked(name=name, route="iv").drug == IV_CORTICOSTEROID
    assert checked(name=name, route="iv").drug_name == name
    assert standing(name=name, route="im") == "not_listed"


def test_an_oral_corticosteroid_into_a_vein_is_not_allowed_by_its_code():
    assert standing("oral_corticosteroid", route="iv") == "undecided"


@given(st.sampled_from(sorted(PURPOSES)), st.sampled_from(UNITS), st.decimals(1, 5000, places=1).map(str))
def test_every_intravenous_glucocorticoid_is_flagged(purpose, unit, dose):
    given = checked(IV_CORTICOSTEROID, route="iv", purpose=purpose, dose_unit=unit, dose=dose)

    assert standing_of(given, RULES, None) in {"premedication", "undecided"}
    assert flag_of(given, RULES, None).level == "warning"
    for pulse in (True, False):
        assert flag_of(given, RULES, decided(pulse=pulse)) is not None


@pytest.mark.parametrize(
    ("dose", "unit", "expected"),
    [
        ("100", "mg", "premedication"), ("100.1", "mg", "undecided"), ("0.1", "g", "premedication"),
        ("0.5", "g", "undecided"), ("１００", "mg", "premedication"), ("two", "mg", "undecided"),
        ("1", "mL", "undecided"),
    ],
)  # fmt: skip
def test_premedication_is_told_apart_up_to_the_sites_dose_and_flagged_all_the_same(dose, unit, expected):
    given = checked(IV_CORTICOSTEROID, route="iv", purpose="premedication", dose=dose, dose_unit=unit)

    assert standing_of(given, RULES, None) == expected
    assert flag_of(given, RULES, None).code == f"medication_{expected}"


def test_premedication_over_days_is_for_the_investigator():
    given = checked(
        IV_CORTICOSTEROID, route="iv", purpose="premedication", started_on=TODAY - dt.timedelta(days=3), ended_on=TODAY
    )

    assert standing_of(given, RULES, None) == "undecided"


def test_a_protocol_without_a_limit_takes_premedication_at_its_word():
    given = checked(IV_CORTICOSTEROID, route="iv", purpose="premedication", dose="500")

    assert standing_of(given, MedicationRules(), None) == "premedication"
    assert standing_of(given, replace(RULES, premedication_at_most_mg=Decimal(500)), None) == "premedication"


def test_the_investigators_word_counts_and_its_reason_is_said():
    assert standing(IV_CORTICOSTEROID, route="iv", decision=decided(pulse=True)) == "pulse"
    assert standing(IV_CORTICOSTEROID, route="iv", decision=decided(pulse=False)) == "not_pulse"
    said = str(flag_of(checked(IV_CORTICOSTEROID, route="iv"), RULES, decided(pulse=True)).text)
    assert "prohibited in both arms (line 46)" in said
    assert "three days of 500 mg" in said


def test_a_decision_needs_a_reason_and_something_to_decide():
    with pytest.raises(RuleViolation, match="at least 10 characters"):
        check_decision(checked(IV_CORTICOSTEROID, route="iv"), replace(decided(pulse=True), reason="short"))
    with pytest.raises(RuleViolation, match="Only an intravenous"):
        check_decision(checked("tacrolimus"), decided(pulse=True))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "aspirin"}, "drug"), ({"name": "  "}, "drug_name"), ({"name": "A", "route": ""}, "route"),
        ({"name": "A", "dose": " "}, "dose"), ({"name": "A", "dose_unit": ""}, "dose_unit"),
        ({"name": "A", "purpose": ""}, "purpose"), ({"code": IV_CORTICOSTEROID, "route": "oral"}, "route"),
        ({"name": "A", "started_on": TODAY + dt.timedelta(days=1)}, "started_on"),
        ({"name": "A", "ended_on": TODAY - dt.timedelta(days=1)}, "ended_on"),
        ({"name": "A", "ended_on": TODAY + dt.timedelta(days=1)}, "ended_on"),
    ],
)  # fmt: skip
def test_what_is_missing_or_cannot_be_is_refused_at_its_field(changes, field):
    with pytest.raises(RuleViolation) as refusal:
        checked(**changes)

    assert refusal.value.field == field


def test_a_drug_ends_once_and_on_a_day_that_can_be():
    ongoing = checked("tacrolimus", started_on=TODAY - dt.timedelta(days=5))

    ended = check_ended(ongoing, TODAY, today=TODAY)

    assert ended.ended_on == TODAY
    with pytest.raises(RuleViolation, match="ended on 12-Mar-2026 already"):
        check_ended(ended, TODAY, today=TODAY)
    with pytest.raises(RuleViolation, match="cannot end before it started"):
        check_ended(ongoing, TODAY - dt.timedelta(days=6), today=TODAY)


def test_a_drug_is_named_in_both_languages_with_the_name_on_its_package():
    name = DrugName(checked("oral_corticosteroid", name="Medrol"), RULES)

    assert str(name) == "Oral corticosteroid (Medrol)"
    with speaking("zh_CN"):
        assert str(name).startswith("口服糖皮质激素")


def test_doses_read_with_their_unit_and_how_often():
    assert checked(name="A", how_often="once a  day").dose_words == "20\N{NO-BREAK SPACE}mg once a day"
    assert set(ROUTES) >= {"oral", "iv"}
