import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lndesk.domain.answers import Answers
from lndesk.domain.cross_checks import questions_on
from lndesk.domain.sledai import DESCRIPTORS
from lndesk.domain.unit_slips import weight_question
from tests.domain.screened import DETAILED, STATED, answers

TODAY = dt.date(2026, 3, 1)
NOTHING = dict.fromkeys((each.code for each in DESCRIPTORS), "absent")
# 1.01 g per day and an active sediment go with these
FITTING = NOTHING | {"proteinuria": "present", "haematuria": "present", "rash": "present"}


def asked(findings=None, days=None, last_weight_kg=None, base=DETAILED, **changes):
    known = dataclasses.replace(
        answers(base, **changes), sledai_findings=findings or {},
        days={item: dt.date.fromisoformat(on) for item, on in (days or {}).items()},
    )  # fmt: skip
    return {question.code: question for question in questions_on(known, today=TODAY, last_weight_kg=last_weight_kg)}


@pytest.mark.parametrize("base", [DETAILED, STATED], ids=["details", "statements"])
def test_a_plausible_screening_asks_nothing(base):
    assert asked(base=base) == {}
    assert asked(FITTING, base=base, sledai=None, wbc_e9_per_l="3") == {}


def test_nothing_entered_asks_nothing():
    assert questions_on(Answers(), today=TODAY) == ()


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"hb_g_per_l": "9.0"}, "haemoglobin-unit", "g per dL"),
        ({"hb_g_per_l": "900"}, "haemoglobin-unit", "unusual"),
        ({"platelets_e9_per_l": "100000"}, "platelets-unit", "microlitre"),
        ({"wbc_e9_per_l": "4500"}, "leukocytes-unit", "microlitre"),
        ({"creatinine": "0.8"}, "creatinine-unit", "other unit"),
        ({"creatinine": "84", "creatinine_unit": "mg/dL", "creatinine_uln": "1"}, "creatinine-unit", "other unit"),
        ({"creatinine_uln": "1.2"}, "creatinine-limit", "other unit"),
        ({"proteinuria_g_per_day": "1500"}, "proteinuria-unit", "mg per day"),
        ({"proteinuria_g_per_day": "150"}, "proteinuria-unit", "mg per day"),
        ({"alt_uln": "0.7"}, "alt-limit", "upper limit of this laboratory"),
        ({"ast_uln": "400"}, "ast-limit", "upper limit of this laboratory"),
        ({"alt": "0.3"}, "alt-ratio", "far apart"),
        ({"systolic_mmhg": "16"}, "systolic-unit", "kPa"),
        ({"systolic_mmhg": "80", "diastolic_mmhg": "120"}, "pressure-swapped", "swapped"),
        ({"height_cm": "1.65"}, "height-unit", "metres"),
        ({"weight_kg": "130"}, "weight-jin", "65\N{NO-BREAK SPACE}kg"),
        ({"weight_kg": "104", "height_cm": "160"}, "weight-jin", "52\N{NO-BREAK SPACE}kg"),
    ],
)
def test_a_slip_of_the_unit_is_asked_with_the_value_in_the_sentence(changes, code, says):
    found = asked(**changes)

    assert says in str(found[code].sentence)
    assert found[code].items[0] in changes
    assert f"{found[code].items[0]}={next(iter(changes.values()))}".rstrip("0").rstrip(".") in found[code].facts


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [("hb_g_per_l", "30", "250"), ("platelets_e9_per_l", "1", "2000"), ("proteinuria_g_per_day", "0", "20")],
)
def test_the_ends_of_what_is_plausible_ask_nothing(name, least, most):
    assert not {code for code in asked(**{name: least}) | asked(**{name: most}) if code.endswith("-unit")}


@pytest.mark.parametrize(
    ("kg", "last", "says"),
    [
        ("124.8", "62.4", "about twice"),
        ("112.4", "62.4", "about twice"),
        ("112.3", "62.4", None),
        ("62.4", "62.4", None),
        ("31.2", "62.4", "about half"),
        ("70", None, None),
        ("110", None, None),
        ("110.1", None, "jin"),
        ("0", "62.4", None),
    ],
)
def test_a_weight_in_jin_is_asked_about(kg, last, says):
    found = weight_question(Decimal(kg), None if last is None else Decimal(last))

    assert (says in str(found)) if says else found is None


def test_no_weight_asks_nothing():
    assert weight_question(None, Decimal(60)) is None


def test_the_last_weight_reaches_the_checks():
    assert "weight-jin" in asked(weight_kg="100", last_weight_kg=Decimal(50))
    assert "weight-jin" not in asked(weight_kg="100", last_weight_kg=Decimal(99))


@pytest.mark.parametrize(
    ("finding", "changes", "code"),
    [
        ({"proteinuria": "absent"}, {}, "sledai-proteinuria"),
        ({"proteinuria": "not_lupus"}, {}, "sledai-proteinuria"),
        ({"proteinuria": "present"}, {"proteinuria_g_per_day": "0.5"}, "sledai-proteinuria"),
        ({"proteinuria": "absent"}, {"proteinuria_g_per_day": "0.51"}, "sledai-proteinuria"),
        ({"haematuria": "absent"}, {}, "sledai-sediment"),
        ({"thrombocytopenia": "present"}, {"platelets_e9_per_l": "100"}, "sledai-thrombocytopenia"),
        ({"thrombocytopenia": "absent"}, {"platelets_e9_per_l": "99.9"}, "sledai-thrombocytopenia"),
        ({"leukopenia": "absent"}, {"wbc_e9_per_l": "2.9"}, "sledai-leukopenia"),
        ({"leukopenia": "present"}, {"wbc_e9_per_l": "3"}, "sledai-leukopenia"),
        ({"haematuria": "absent", "pyuria": "present"}, {"rbc_per_hpf": "6"}, "sledai-haematuria"),
        ({"haematuria": "present"}, {"rbc_per_hpf": "5"}, "sledai-haematuria"),
        ({"pyuria": "absent"}, {"wbc_per_hpf": "6"}, "sledai-pyuria"),
        ({"urinary_casts": "absent"}, {"casts": True}, "sledai-urinary_casts"),
        ({"urinary_casts": "present"}, {"casts": False}, "sledai-urinary_casts"),
    ],
)
def test_a_finding_that_the_results_contradict_is_asked_about(finding, changes, code):
    assert code in asked(FITTING | finding, **({"wbc_e9_per_l": "4", "sledai": None} | changes))


@pytest.mark.parametrize(
    ("finding", "changes"),
    [
        ({"leukopenia": "not_lupus"}, {"wbc_e9_per_l": "2.6"}),
        ({"thrombocytopenia": "not_lupus"}, {"platelets_e9_per_l": "90"}),
        ({"pyuria": "not_lupus"}, {"wbc_per_hpf": "30"}),
    ],
)
def test_a_finding_with_another_cause_is_explained_and_not_asked(finding, changes):
    assert asked(FITTING | finding, **({"sledai": None, "wbc_e9_per_l": "4"} | changes)) == {}


def test_leukocytes_that_pass_the_criterion_still_score():
    found = asked(FITTING, sledai=None, wbc_e9_per_l="2.5")

    assert "2.5\N{NO-BREAK SPACE}billion per L is less than 3" in str(found["sledai-leukopenia"].sentence)


@pytest.mark.parametrize(
    ("score", "sediment", "is_asked"), [("7", True, True), ("8", True, False), ("3", False, True), ("4", False, False)]
)
def test_a_bare_score_below_what_the_urine_alone_gives_is_asked_about(score, sediment, is_asked):
    assert ("sledai-score" in asked(sledai=score, active_sediment=sediment)) is is_asked


def test_a_bare_score_that_is_not_the_sum_is_asked_about():
    assert "add up to 10" in str(asked(FITTING, sledai="12")["sledai-sum"].sentence)
    assert "sledai-sum" not in asked(FITTING, sledai="10")


@pytest.mark.parametrize(
    ("days", "changes", "code"),
    [
        ({"alt": "2026-03-02"}, {}, "future-alt"),
        ({"alt": "1989-07-13"}, {}, "before-birth-alt"),
        ({"alt": "2025-04-30"}, {}, "year-alt"),
        ({}, {"biopsy_on": "2026-03-02"}, "future-biopsy_on"),
        ({"alt": "2026-02-28"}, {}, "before-consent"),
        ({}, {"other_trial": "past", "other_trial_ended_on": "2027-01-01"}, "future-other_trial_ended_on"),
    ],
)
def test_a_day_that_looks_like_a_slip_is_asked_about(days, changes, code):
    assert code in asked(days=days, **changes)


def test_days_that_fit_ask_nothing_and_a_biopsy_may_lie_long_before_the_consent():
    assert asked(days={"alt": "2026-03-01"}, biopsy_on="2024-05-01") == {}


def test_results_from_before_the_consent_are_one_question_that_names_the_earliest():
    found = asked(days={"alt": "2026-02-27", "ast": "2026-02-26", "hb_g_per_l": "2026-03-01"})

    assert list(found) == ["before-consent"]
    assert found["before-consent"].items == ("alt", "ast")
    assert "AST is of 26-Feb-2026, before the consent of 01-Mar-2026" in str(found["before-consent"].sentence)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"E8": False, "hiv": "positive"}, "E8-details"),
        ({"E8": True}, "E8-details"),
        ({"E7": False, "tumour": True}, "E7-details"),
        ({"E10": False, "allergy": True}, "E10-details"),
        ({"E12": True}, "E12-details"),
        ({"E13": False, "other_trial": "ongoing"}, "E13-details"),
        ({"E13": True}, "E13-details"),
        ({"albumin_allergy": True}, "allergy-albumin"),
        ({"alcoholism_until": "2020-01-01"}, "alcoholism-day"),
        ({"drug_addiction_until": "2020-01-01"}, "drug_addiction-day"),
        ({"other_trial_ended_on": "2020-01-01"}, "other_trial-day"),
        ({"hbv_dna": "positive"}, "hepatitis-b"),
        ({"sex": "male", "could_be_pregnant": True}, "pregnancy-man"),
        ({"sex": "male", "could_be_pregnant": None, "pregnancy_test": "negative"}, "pregnancy-man"),
        ({"pregnancy_test": "positive"}, "pregnancy-test"),
    ],
)
def test_answers_that_contradict_one_another_are_asked_about(changes, code):
    assert code in asked(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"E12": False, "alcoholism": True, "alcoholism_until": "1999-01-01"},
        {"E13": False, "other_trial": "past", "other_trial_ended_on": "2020-01-01"},
    ],
)
def test_what_was_long_ago_does_not_contradict_that_it_is_absent_now(changes):
    assert asked(**changes) == {}


def test_another_value_is_another_question():
    first, second = asked(hb_g_per_l="9.0"), asked(hb_g_per_l="9.5")

    assert first["haemoglobin-unit"].facts == "hb_g_per_l=9"
    assert second["haemoglobin-unit"].facts == "hb_g_per_l=9.5"


AMOUNT = st.one_of(st.none(), st.decimals(min_value=0, max_value=200000, places=2))
AMOUNTS = ("hb_g_per_l", "platelets_e9_per_l", "wbc_e9_per_l", "creatinine", "creatinine_uln", "alt", "alt_uln", "ast",
           "ast_uln", "proteinuria_g_per_day", "systolic_mmhg", "diastolic_mmhg", "weight_kg", "height_cm", "sledai",
           "rbc_per_hpf", "wbc_per_hpf")  # fmt: skip


@given(
    st.fixed_dictionaries(dict.fromkeys(AMOUNTS, AMOUNT)), st.sampled_from(["umol/L", "mg/dL"]),
    st.dictionaries(st.sampled_from(sorted(NOTHING)), st.sampled_from(["present", "absent", "not_lupus"])),
    st.sampled_from([None, True, False]),
)  # fmt: skip
def test_whatever_is_entered_each_question_has_a_code_of_its_own_and_reads_as_a_question(
    amounts, unit, findings, sediment
):
    known = Answers(**amounts, creatinine_unit=unit, sledai_findings=findings, active_sediment=sediment)

    found = questions_on(known, today=TODAY)

    assert len({question.code for question in found}) == len(found)
    assert all(str(question.sentence).endswith("?") or "?" in str(question.sentence) for question in found)
    assert all(question.items and question.facts for question in found)
