import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lndesk.domain.answers import Answers
from lndesk.domain.answers_reading import read_answers
from lndesk.domain.criteria import parse_criteria
from lndesk.domain.cross_checks import questions_on
from lndesk.domain.eligibility import judge, verdict_on
from lndesk.domain.errors import RuleViolation
from lndesk.settings import resources

CRITERIA = parse_criteria((resources() / "protocols" / "nct04318600.toml").read_text(encoding="utf-8"))
STATEMENTS = [item.id for item in CRITERIA]
HOLD = ("I1b", "I1c", "I5", "I6b", "I7")
ABSENT = ("E1b", "E3a", "E4d", "E5a", "E5b", "E5d", "E6", "E7", "E8", "E9", "E10", "E11", "E12", "E13", "E14")
ELIGIBLE = {
    "born": "1989-07-14", "consented_on": "2026-03-01", "sex": "female", "biopsy_class": "III", "sledai": "9",
    "proteinuria_g_per_day": "1.01", "active_sediment": True, "creatinine": "83.9", "creatinine_uln": "84",
    "alt": "79.9", "alt_uln": "40", "ast": "20", "ast_uln": "40", "wbc_e9_per_l": "2.5", "hb_g_per_l": "90",
    "platelets_e9_per_l": "100", "systolic_mmhg": "160", "diastolic_mmhg": "100", "could_be_pregnant": False,
    **dict.fromkeys(HOLD, True), **dict.fromkeys(ABSENT, False),
}  # fmt: skip


def judged(**changes):
    answers = read_answers(ELIGIBLE | changes, STATEMENTS)
    return {item.criterion.id: item for item in judge(CRITERIA, answers)}


def passes(criterion, **changes):
    return judged(**changes)[criterion].passes


def verdict(**changes):
    return verdict_on(judged(**changes).values())


def test_every_row_of_the_registry_entry_is_there():
    assert sum(item.kind == "inclusion" for item in CRITERIA) == 13
    assert sum(item.kind == "exclusion" for item in CRITERIA) == 22
    assert {item.line for item in CRITERIA} == {*range(68, 75), *range(78, 91)}


def test_somebody_who_meets_everything_is_eligible():
    assert verdict() == "eligible"


def test_nothing_answered_is_unknown_and_never_met():
    found = judge(CRITERIA, Answers())

    assert {item.passes for item in found} == {"unknown"}
    assert verdict_on(found) == "unknown"


@pytest.mark.parametrize(
    ("criterion", "met", "not_met"),
    [
        ("I3", {"sledai": "9"}, {"sledai": "8"}),
        ("I4a", {"proteinuria_g_per_day": "1.01"}, {"proteinuria_g_per_day": "1.00"}),
        ("I4b", {"active_sediment": True}, {"active_sediment": False}),
        ("E2", {"creatinine": "83.99"}, {"creatinine": "84"}),
        ("E3b", {"alt": "79.99"}, {"alt": "80"}),
        ("E3b", {"ast": "79.99"}, {"ast": "80.00"}),
        ("E4a", {"wbc_e9_per_l": "2.5"}, {"wbc_e9_per_l": "2.49"}),
        ("E4b", {"hb_g_per_l": "90"}, {"hb_g_per_l": "89.9"}),
        ("E4c", {"platelets_e9_per_l": "100"}, {"platelets_e9_per_l": "99.9"}),
        ("E5c", {"systolic_mmhg": "160"}, {"systolic_mmhg": "161"}),
        ("E5c", {"diastolic_mmhg": "100"}, {"diastolic_mmhg": "101"}),
        ("E1a", {"biopsy_class": "V"}, {"biopsy_class": "VI"}),
        ("I1a", {"born": "2012-03-01"}, {"born": "2012-03-02"}),
        ("I1a", {"born": "1965-03-02"}, {"born": "1965-03-01"}),
    ],
)
def test_each_limit_is_held_on_both_sides_exactly_as_written(criterion, met, not_met):
    assert passes(criterion, **met) == "yes"
    assert passes(criterion, **not_met) == "no"
    assert verdict(**not_met) == "not_eligible"


def test_somebody_born_on_a_leap_day_is_14_on_the_first_of_march():
    assert passes("I1a", born="2012-02-29", consented_on="2026-02-28") == "no"
    assert passes("I1a", born="2012-02-29", consented_on="2026-03-01") == "yes"


@pytest.mark.parametrize("field", ["creatinine", "creatinine_uln", "alt", "alt_uln", "ast", "ast_uln"])
def test_a_result_without_its_upper_limit_is_unknown(field):
    assert passes("E2" if field.startswith("creat") else "E3b", **{field: None}) == "unknown"


def test_an_upper_limit_of_zero_is_no_limit():
    assert passes("E2", creatinine_uln="0") == "unknown"


def test_one_liver_value_past_its_limit_excludes_though_the_other_is_missing():
    assert passes("E3b", alt="80", ast=None) == "no"


def test_zero_is_a_value():
    assert passes("I3", sledai="0") == "no"
    assert passes("I4a", proteinuria_g_per_day="0") == "no"


def test_one_high_pressure_excludes_though_the_other_is_missing():
    assert passes("E5c", systolic_mmhg="161", diastolic_mmhg=None) == "no"
    assert passes("E5c", systolic_mmhg="120", diastolic_mmhg=None) == "unknown"


@pytest.mark.parametrize("found", ["II", "III", "IV"])
def test_the_classes_named_are_met(found):
    assert passes("I2", biopsy_class=found) == "yes"


def test_class_ii_says_that_the_description_does_not_name_it():
    assert "III, IV, V" in str(judged(biopsy_class="II")["I2"].why)


@pytest.mark.parametrize("found", ["V", "III+V", "IV + V"])
def test_class_v_and_mixed_classes_are_left_to_the_investigator(found):
    item = judged(biopsy_class=found)["I2"]

    assert item.passes == "investigator_decides"
    assert "line 69" in str(item.why)
    assert passes("E1a", biopsy_class=found) == "yes"
    assert verdict(biopsy_class=found) == "investigator_decides"


def test_class_i_fails_both_criteria():
    assert passes("I2", biopsy_class="I") == "no"
    assert passes("E1a", biopsy_class="I") == "no"


def test_a_woman_who_could_be_pregnant_is_left_to_the_investigator():
    changes = {"could_be_pregnant": True, "pregnancy_test": "negative", "I6c": True}

    item = judged(**changes)["E9"]

    assert item.passes == "investigator_decides"
    assert "Line 73" in str(item.why)
    assert verdict(**changes) == "investigator_decides"
    assert passes("I6c", **(changes | {"I6c": None})) == "unknown"
    assert passes("I6a", **(changes | {"pregnancy_test": None})) == "unknown"


def test_a_positive_pregnancy_test_excludes():
    changes = {"could_be_pregnant": True, "pregnancy_test": "positive", "I6c": True}

    assert passes("I6a", **changes) == "no"
    assert passes("E9", **changes) == "no"


def test_breast_feeding_excludes():
    assert passes("I6b", I6b=False) == "no"
    assert passes("E9", I6b=False) == "no"


def test_breast_feeding_that_is_not_answered_is_unknown_where_pregnancy_is_not_possible():
    assert passes("E9", I6b=None, E9=None) == "unknown"
    assert passes("E9", I6b=None, E9=False) == "yes"
    assert passes("E9", E9=True) == "no"


def test_a_man_is_asked_of_contraception_and_not_of_pregnancy():
    man = {"sex": "male", "could_be_pregnant": None, "I6b": None, "E9": None}

    assert passes("I6d", **man) == "unknown"
    assert {passes(name, **man) for name in ("I6a", "I6b", "I6c", "E9")} == {"yes"}
    assert verdict(**man, I6d=True) == "eligible"


@pytest.mark.parametrize("criterion", [name for name in ABSENT if name != "E9"])
def test_each_exclusion_that_is_present_excludes_and_that_is_open_is_unknown(criterion):
    assert verdict(**{criterion: True}) == "not_eligible"
    assert verdict(**{criterion: None}) == "unknown"


@pytest.mark.parametrize("criterion", HOLD)
def test_each_inclusion_that_does_not_hold_bars_and_that_is_open_is_unknown(criterion):
    assert verdict(**{criterion: False}) == "not_eligible"
    assert verdict(**{criterion: None}) == "unknown"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sledai", "106"), ("sledai", "8.5"), ("sledai", "-1"), ("hb_g_per_l", "9,0"), ("born", "07/03/25"),
        ("sex", "f"), ("biopsy_class", "VII"), ("biopsy_class", "III+III"), ("active_sediment", "yes"),
        ("E6", "no"), ("creatinine_unit", "umol"), ("weight", "60"), ("alt", True), ("alt", "1e3"), ("born", 1989),
    ],
)  # fmt: skip
def test_what_cannot_be_an_answer_is_refused_naming_it(key, value):
    with pytest.raises(RuleViolation) as refusal:
        read_answers(ELIGIBLE | {key: value}, STATEMENTS)

    assert key in str(refusal.value) or refusal.value.field == key


def test_full_width_digits_are_digits():
    assert read_answers(ELIGIBLE | {"hb_g_per_l": "９５．５"}, STATEMENTS).hb_g_per_l == Decimal("95.5")


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"hb_g_per_l": "9.0"}, "g per dL"),
        ({"platelets_e9_per_l": "100000"}, "microlitre"),
        ({"creatinine": "0.8"}, "other unit"),
        ({"creatinine": "84", "creatinine_unit": "mg/dL"}, "other unit"),
        ({"proteinuria_g_per_day": "1500"}, "mg per day"),
    ],
)
def test_a_slip_of_the_unit_is_asked_about(changes, asked):
    questions = [str(question.sentence) for question in questions_on(read_answers(ELIGIBLE | changes, STATEMENTS))]

    assert any(asked in question for question in questions)


def test_plausible_values_ask_nothing():
    assert list(questions_on(read_answers(ELIGIBLE, STATEMENTS))) == []


AMOUNT = st.decimals(min_value=0, max_value=500, places=2)


@given(AMOUNT, AMOUNT.filter(bool))
def test_the_ratio_to_the_upper_limit_agrees_with_exact_fractions(value, limit):
    changes = {
        "creatinine": str(value),
        "creatinine_uln": str(limit),
        "alt": str(value),
        "alt_uln": str(limit),
        "ast": "1",
    }

    found = judged(**changes)

    ratio = Fraction(value) / Fraction(limit)
    assert found["E2"].passes == ("no" if ratio >= 1 else "yes")
    assert found["E3b"].passes == ("no" if ratio >= 2 else "yes")


@given(st.dates(dt.date(1950, 1, 1), dt.date(2020, 1, 1)), st.dates(dt.date(2020, 1, 2), dt.date(2030, 1, 1)))
def test_the_age_agrees_with_birthdays_counted_one_by_one(born, consented_on):
    birthdays = sum(
        (consented_on.month, consented_on.day) >= (born.month, born.day) if year == consented_on.year else True
        for year in range(born.year + 1, consented_on.year + 1)
    )

    assert passes("I1a", born=born.isoformat(), consented_on=consented_on.isoformat()) == (
        "yes" if 14 <= birthdays <= 60 else "no"
    )
