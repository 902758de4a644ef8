"""What holds of every screening, whatever its answers: against an oracle of exact fractions."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lndesk.domain.answers import Answers
from lndesk.domain.answers_reading import FIELDS
from lndesk.domain.answers_words import WHAT
from lndesk.domain.eligibility import RULES, WITHOUT_STATEMENT, answers_read, judge, verdict_on
from lndesk.i18n import speaking
from tests.domain.screened import CRITERIA, DETAILED, STATED, STATEMENTS, judged, passes, verdict

CRITERION = {item.id: item for item in CRITERIA}
AMOUNT = st.decimals(min_value=0, max_value=400, places=3)
RANK = {"no": 0, "unknown": 1, "investigator_decides": 2, "yes": 3}
WORTH = {"not_eligible": 0, "unknown": 1, "investigator_decides": 2, "eligible": 3}


def near(*limits):
    """Draw amounts that often lie on a limit, or the least bit beside it."""
    beside = [Decimal(limit) + Decimal(step) for limit in limits for step in ("-0.001", "0", "0.001")]
    return st.one_of(AMOUNT, st.sampled_from(beside))


@given(near("8"))
def test_sledai_passes_above_8_and_nowhere_else(value):
    whole = int(value)

    assert passes("I3", sledai=str(min(whole, 105))) == ("yes" if Fraction(min(whole, 105)) > 8 else "no")


@pytest.mark.parametrize(
    ("criterion", "field", "limit", "must_exceed"),
    [
        ("I4a", "proteinuria_g_per_day", "1", True),
        ("E4a", "wbc_e9_per_l", "2.5", False),
        ("E4b", "hb_g_per_l", "90", False),
        ("E4c", "platelets_e9_per_l", "100", False),
    ],
)
@given(data=st.data())
def test_each_amount_is_held_against_its_limit_as_exact_fractions_say(criterion, field, limit, must_exceed, data):
    value = data.draw(near(limit))

    exact = Fraction(value)
    expected = exact > Fraction(limit) if must_exceed else exact >= Fraction(limit)
    assert passes(criterion, **{field: str(value)}) == ("yes" if expected else "no")


@given(near("84", "40"), near("84", "40").filter(bool), st.sampled_from(["umol/L", "mg/dL"]))
def test_the_ratio_to_an_upper_limit_is_that_of_exact_fractions_in_either_unit(value, limit, unit):
    found = judged(
        creatinine=str(value), creatinine_uln=str(limit), creatinine_unit=unit, alt=str(value), alt_uln=str(limit),
        ast="1", ast_uln="40",
    )  # fmt: skip

    ratio = Fraction(value) / Fraction(limit)
    assert found["E2"].passes == ("no" if ratio >= 1 else "yes")
    assert found["E3b"].passes == ("no" if ratio >= 2 else "yes")


@given(near("84").filter(bool))
def test_exactly_the_limit_and_exactly_twice_it_exclude(limit):
    found = judged(
        creatinine=str(limit), creatinine_uln=str(limit), ast=str(2 * limit), ast_uln=str(limit),
    )  # fmt: skip

    assert (found["E2"].passes, found["E3b"].passes) == ("no", "no")


@given(near("84").filter(lambda limit: limit > 1))
def test_a_ratio_that_passes_is_never_shown_as_the_limit_itself(limit):
    why = str(judged(creatinine=str(limit - Decimal("0.0001")), creatinine_uln=str(limit))["E2"].why)

    assert " is 1 times the upper limit" not in why


PRESSURE = near("160", "100")


@given(PRESSURE, PRESSURE)
def test_a_pressure_passes_when_neither_figure_is_above(systolic, diastolic):
    expected = Fraction(systolic) <= 160 and Fraction(diastolic) <= 100

    assert passes("E5c", systolic_mmhg=str(systolic), diastolic_mmhg=str(diastolic)) == ("yes" if expected else "no")


def birthdays(born, on):
    return sum(
        (on.month, on.day) >= (born.month, born.day) if year == on.year else True
        for year in range(born.year + 1, on.year + 1)
    )


@given(st.dates(dt.date(1950, 1, 1), dt.date(2015, 1, 1)), st.dates(dt.date(2020, 1, 2), dt.date(2030, 1, 1)))
def test_the_age_is_the_number_of_birthdays(born, on):
    years = birthdays(born, on)

    found = judged(born=born.isoformat(), consented_on=on.isoformat(), guardian_consented=True, child_assented=False)

    assert found["I1a"].passes == ("yes" if 14 <= years <= 60 else "no")
    assert found["I7"].passes == ("no" if years < 18 else "yes")


def months_before(on, months):
    """Count months back by hand: the same day, or the last one of a shorter month."""
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    for day in range(on.day, 0, -1):
        try:
            return dt.date(year, month + 1, day)
        except ValueError:
            continue
    raise AssertionError


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.integers(-400, 1200))
def test_days_of_the_past_lie_within_until_the_boundary_day_and_not_before(on, ago):
    ended = on - dt.timedelta(days=ago)
    changes = {"consented_on": on.isoformat(), "born": "1989-07-14"}
    trial = passes("E13", **changes, other_trial="past", other_trial_ended_on=ended.isoformat())
    drugs = passes("E12", **changes, drug_addiction=True, drug_addiction_until=ended.isoformat())

    assert trial == ("no" if ended >= months_before(on, 3) else "yes")
    assert drugs == ("no" if ended >= months_before(on, 24) else "yes")


# --- blanks -----------------------------------------------------------------------------------------------------------
OPTIONAL = {"creatinine_unit"}
MUST = sorted(set(DETAILED) - OPTIONAL - {"E9"})
STATED_MUST = sorted(set(STATED) - OPTIONAL - {"E9"})


@pytest.mark.parametrize(("base", "must"), [(DETAILED, MUST), (STATED, STATED_MUST)], ids=["details", "statements"])
@given(data=st.data())
def test_a_blank_is_never_met(base, must, data):
    blank = data.draw(st.sets(st.sampled_from(must), min_size=1))

    known = {name: value for name, value in base.items() if name not in blank}
    found = judged(known)

    assert verdict_on(found.values()) == "unknown"
    for item in found.values():
        if item.criterion.rule in WITHOUT_STATEMENT - {"pregnancy_test"} and blank & set(answers_read(item.criterion)):
            assert item.passes != "yes"
        if item.criterion.id in blank:
            assert item.passes == "unknown"


STATEMENT = st.sampled_from([True, False])
RESULT = st.sampled_from(["negative", "positive"])
DAY = st.dates(dt.date(2015, 1, 1), dt.date(2026, 3, 1)).map(str)
ANYTHING = {
    "born": st.dates(dt.date(1960, 1, 1), dt.date(2013, 1, 1)).map(str), "consented_on": st.just("2026-03-01"),
    "sex": st.sampled_from(["female", "male"]),
    "biopsy_class": st.sampled_from(["I", "II", "III", "V", "III+V", "other"]),
    "sledai": st.integers(0, 105).map(str), "active_sediment": STATEMENT, "could_be_pregnant": STATEMENT,
    "pregnancy_test": RESULT, "tumour": STATEMENT, "tumour_marker_abnormal": STATEMENT, "allergy": STATEMENT,
    "albumin_allergy": STATEMENT, "alcoholism": STATEMENT, "drug_addiction": STATEMENT, "alcoholism_until": DAY,
    "drug_addiction_until": DAY, "other_trial": st.sampled_from(["none", "past", "ongoing"]),
    "other_trial_ended_on": DAY,
    **dict.fromkeys(("hiv", "syphilis", "hcv", "hbsag", "anti_hbc"), RESULT),
    **{name: near("90", "100", "2.5", "160").map(str) for name in (
        "proteinuria_g_per_day", "creatinine", "creatinine_uln", "alt", "alt_uln", "ast", "ast_uln", "wbc_e9_per_l",
        "hb_g_per_l", "platelets_e9_per_l", "systolic_mmhg", "diastolic_mmhg")},
    **dict.fromkeys((name for name, item in CRITERION.items()
                     if item.rule not in WITHOUT_STATEMENT and name not in {"E7", "E8", "E9", "E10", "E12", "E13"}),
                    STATEMENT),
}  # fmt: skip


@st.composite
def screenings(draw):
    """A screening near to one that passes: few answers differ, so that all four verdicts turn up."""
    base = dict(DETAILED)
    for name in draw(st.sets(st.sampled_from(sorted(ANYTHING)), max_size=4)):
        base[name] = draw(ANYTHING[name])
    # contradictions are asked about, in test_cross_checks: a positive test where pregnancy is impossible, and a last
    # day of what never was
    if base["could_be_pregnant"] is False and base.get("pregnancy_test") == "positive":
        base["could_be_pregnant"] = True
    never = {"alcoholism": False, "drug_addiction": False, "other_trial": "none"}
    days = ("alcoholism_until", "drug_addiction_until", "other_trial_ended_on")
    return {key: value for key, value in base.items() if key not in {
        day for day, (name, no) in zip(days, never.items(), strict=True) if base[name] == no
    }}  # fmt: skip


@settings(max_examples=300)
@given(screenings(), st.sets(st.sampled_from(sorted(ANYTHING))))
def test_leaving_answers_out_never_turns_a_verdict_to_eligible(content, blank):
    known = {name: value for name, value in content.items() if name not in blank}

    if verdict(content) != "eligible":
        assert verdict(known) != "eligible"


@settings(max_examples=300)
@given(screenings(), st.data())
def test_a_criterion_comes_out_by_the_answers_that_it_names_and_by_no_other(content, data):
    name = data.draw(st.sampled_from(sorted(ANYTHING)))
    before, after = judged(content), judged(content | {name: data.draw(ANYTHING[name])})

    for criterion_id, item in before.items():
        if name not in answers_read(item.criterion):
            assert (item.passes, str(item.why)) == (after[criterion_id].passes, str(after[criterion_id].why))


@given(screenings())
def test_the_verdict_is_that_of_the_worst_criterion(content):
    found = judged(content)

    assert WORTH[verdict(content)] == min(RANK[item.passes] for item in found.values())


@pytest.mark.parametrize("code", ["en", "zh_CN"])
@given(content=screenings())
def test_every_outcome_has_its_reason_in_a_sentence(code, content):
    with speaking(code):
        reasons = [str(item.why) for item in judged(content).values()]

    assert all(reason.endswith((".", "。")) and "{" not in reason for reason in reasons)


# --- monotony ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("criterion", "field", "better"),
    [
        ("I3", "sledai", "more"), ("I4a", "proteinuria_g_per_day", "more"), ("E4a", "wbc_e9_per_l", "more"),
        ("E4b", "hb_g_per_l", "more"), ("E4c", "platelets_e9_per_l", "more"), ("E2", "creatinine", "less"),
        ("E2", "creatinine_uln", "more"), ("E3b", "alt", "less"), ("E3b", "ast_uln", "more"),
        ("E5c", "systolic_mmhg", "less"), ("E5c", "diastolic_mmhg", "less"),
    ],
)  # fmt: skip
@given(data=st.data())
def test_a_better_value_never_comes_out_worse(criterion, field, better, data):
    amounts = (
        st.integers(0, 105).map(Decimal) if field == "sledai" else near("84", "90", "100", "160", "2.5").filter(bool)
    )
    low, high = sorted((data.draw(amounts), data.draw(amounts)))
    worse, best = (low, high) if better == "more" else (high, low)

    assert RANK[passes(criterion, **{field: str(worse)})] <= RANK[passes(criterion, **{field: str(best)})]


@given(screenings(), st.sampled_from(["tumour", "allergy", "albumin_allergy", "alcoholism", "drug_addiction"]))
def test_one_more_finding_never_makes_somebody_eligible(content, name):
    without, with_it = verdict(content | {name: False}), verdict(content | {name: True})

    assert with_it != "eligible" or without == "eligible"


# --- the names that everything else goes by ---------------------------------------------------------------------------
def test_every_criterion_names_answers_that_exist():
    known = {*FIELDS, *STATEMENTS}

    assert set(RULES) == {item.rule for item in CRITERIA}
    for item in CRITERIA:
        names = answers_read(item)
        assert names
        assert set(names) <= known


def test_every_field_has_a_name_of_its_own_for_people():
    assert set(WHAT) == set(FIELDS)
    assert len(set(WHAT.values())) == len(WHAT)


def test_nothing_known_is_unknown_throughout():
    assert {item.passes for item in judge(CRITERIA, Answers())} == {"unknown"}


@pytest.mark.parametrize(
    ("criterion", "changes", "says"),
    [
        ("I3", {"sledai": "8"}, "SLEDAI-2K score: 8 is not more than 8. Line 70 asks for more than 8."),
        ("I4a", {"proteinuria_g_per_day": "1.00"}, "1 is not more than 1 g per day. Line 71 asks for more than 1"),
        ("E4b", {"hb_g_per_l": "89"}, "Haemoglobin: 89 is less than 90 g per L, which excludes (line 81)."),
        ("E2", {"creatinine": "84"}, "84 is 1 times the upper limit of 84 µmol per L; 1 times or more excludes"),
        ("E3b", {}, "79.9 is 1.9975 times the upper limit of 40, less than 2 times (line 80). AST: 20 is"),
        ("E5c", {"systolic_mmhg": "161"}, "161/100 mm Hg is above 160/100 in one figure or both, which excludes"),
        ("I1a", {"born": "2012-03-02"}, "13 years at consent, outside 14 to 60 (line 68)."),
        ("E13", {"other_trial": "past", "other_trial_ended_on": "2025-12-01"}, "until 01-Dec-2025, within 3 months"),
        ("E12", {"drug_addiction": True, "drug_addiction_until": "2025-12-01"}, "within 2 years of the consent"),
        ("E8", {"hcv": "positive"}, "Hepatitis C is positive, which excludes (line 84)."),
        ("E8", {"hcv": None, "hiv": None}, "Not answered: HIV, Hepatitis C."),
    ],
)  # fmt: skip
def test_the_reason_names_value_limit_and_rule(criterion, changes, says):
    assert says in str(judged(**changes)[criterion].why).replace("\N{NO-BREAK SPACE}", " ")


def test_the_score_of_open_findings_says_how_many_are_open():
    known = Answers(sledai_findings={"rash": "present"})

    why = next(item.why for item in judge(CRITERIA, known) if item.criterion.id == "I3")

    assert "23 of the 24 findings" in str(why)
