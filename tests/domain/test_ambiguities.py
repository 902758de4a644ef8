"""Where the registry entry contradicts itself or is silent: what happens, one by one."""

import ast
import datetime as dt
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from lndesk.domain.answers import Answers
from lndesk.domain.cross_checks import questions_on
from lndesk.domain.protocol_file import parse_protocol
from lndesk.domain.renal import estimate_of, upcr_from
from lndesk.domain.result_ages import warnings_on
from lndesk.domain.visit import contraception_end, plan_control
from lndesk.settings import resources
from tests.domain.screened import CRITERIA, DETAILED, STATED, answers, passes, verdict, why

ROOT = Path(__file__).parent.parent.parent
PROTOCOL_TEXT = (resources() / "protocols" / "nct04318600.toml").read_text(encoding="utf-8")
PROTOCOL = parse_protocol(PROTOCOL_TEXT)
CATALOGUE = ROOT / "resources" / "locale" / "zh_CN" / "LC_MESSAGES" / "lndesk.po"
CONSENT = dt.date(2026, 3, 1)
ELSEWHERE = {
    "A12": "tests/services/test_patients.py::test_an_arm_needs_its_reason_and_its_day",
    "A18": "tests/domain/test_dosing.py::test_there_is_no_cap_unless_the_protocol_says_so",
    "A19": "tests/domain/test_visit.py::test_a_protocol_may_count_days_instead_of_months",
    "A25": "tests/queries/test_calendar.py::test_each_arm_counts_its_patients",
}
"""By ambiguity: the test beside the rule that it is about, where that is no rule of eligibility."""


OF_MEDICATION = {"A20", "A21"}
"""What was given beside the cells: tested with the medication, in tests named after them."""


def codes(**changes):
    return {question.code for question in questions_on(answers(**changes), today=CONSENT)}


def warned(**changes):
    return {item for item, _warning in warnings_on(answers(**changes), PROTOCOL.results, on=CONSENT)}


@pytest.mark.parametrize(("found", "expected"), [("II", "yes"), ("III", "yes"), ("IV", "yes")])
def test_a01_the_inclusion_is_read_as_written_and_the_conflict_is_shown(found, expected):
    assert passes("I2", biopsy_class=found) == expected
    assert ("line 46" in why("I2", biopsy_class=found)) is (found == "II")


def test_a02_class_v_is_neither_passed_nor_excluded_by_itself():
    assert passes("I2", biopsy_class="V") == "investigator_decides"
    assert passes("E1a", biopsy_class="V") == "yes"
    assert "line 69" in why("I2", biopsy_class="V")
    assert "line 46" in why("I2", biopsy_class="V")
    assert verdict(biopsy_class="V") == "investigator_decides"


@pytest.mark.parametrize("found", ["III+V", "IV+V", "II+III"])
def test_a03_mixed_classes_are_kept_apart_and_left_to_the_investigator(found):
    assert answers(biopsy_class=found).biopsy_class == tuple(found.split("+"))
    assert passes("I2", biopsy_class=found) == "investigator_decides"


@pytest.mark.parametrize("system", ["WHO 1982", "ISN/RPS 2003", "ISN/RPS 2018"])
def test_a04_the_classification_stands_beside_the_class_and_is_missed_where_it_is_not(system):
    assert f"III ({system})" in why("I2", biopsy_class="III", biopsy_system=system)
    assert "biopsy_system" in warned(biopsy_system=None)
    assert "biopsy_system" not in warned(biopsy_system=system)


CHILD = {"born": "2010-03-01"}


@pytest.mark.parametrize(
    ("guardian", "child", "expected"),
    [
        (True, True, "yes"),
        (False, True, "no"),
        (True, False, "no"),
        (None, True, "unknown"),
        (True, None, "unknown"),
        (None, None, "yes"),  # the plain statement, which says so
    ],
)
def test_a05_a_minor_needs_the_guardian_and_the_own_assent(guardian, child, expected):
    changes = {**CHILD, "guardian_consented": guardian, "child_assented": child}

    assert passes("I7", **changes) == expected
    assert "Under 18 years" in why("I7", **changes) or expected == "unknown"
    assert passes("I7", **(changes | {"I7": False})) == "no"


def test_a05_on_the_18th_birthday_nobody_else_is_asked():
    assert passes("I7", born="2008-03-01", guardian_consented=False) == "yes"
    assert passes("I7", born="2008-03-02", guardian_consented=False, child_assented=True) == "no"


def test_a05_a_minor_has_the_estimate_for_children():
    known = answers(**CHILD, height_cm="160")

    assert estimate_of(known).method == "Schwartz"


@pytest.mark.parametrize(
    ("born", "expected"),
    [("2012-03-01", "yes"), ("2012-03-02", "no"), ("1965-03-02", "yes"), ("1965-03-01", "no"), ("1966-03-01", "yes")],
)
def test_a06_the_age_is_that_in_completed_years_at_consent(born, expected):
    assert passes("I1a", born=born) == expected


def test_a07_instrument_and_window_are_values_and_the_total_is_the_sum():
    assert PROTOCOL.sledai.window_days == 30
    assert PROTOCOL.origins["sledai.window"].is_site
    assert Answers(sledai_findings={"rash": "present"}).sledai_score is None


def test_a08_the_sediment_is_what_the_investigator_says_and_the_counts_only_ask():
    counts = {"rbc_per_hpf": "20", "wbc_per_hpf": "0", "casts": False}

    assert passes("I4b", active_sediment=False, **counts) == "no"
    assert "sediment-findings" in codes(active_sediment=False, **counts)
    assert "sediment-findings" in codes(active_sediment=True, rbc_per_hpf="5", wbc_per_hpf="5", casts=False)
    assert "sediment-findings" not in codes(active_sediment=True, **counts)


def test_a09_a_woman_who_could_be_pregnant_never_passes_by_herself():
    changes = {"could_be_pregnant": True, "pregnancy_test": "negative", "I6c": True}

    assert passes("E9", **changes) == "investigator_decides"
    assert "Line 73" in why("E9", **changes)
    assert "line 85" in why("E9", **changes)
    assert verdict(**changes) == "investigator_decides"


def test_a10_a_womans_contraception_says_that_the_end_of_the_study_is_not_defined():
    changes = {"could_be_pregnant": True, "pregnancy_test": "negative", "I6c": True}

    assert "does not define the end of the study" in why("I6c", **changes)
    assert contraception_end(PROTOCOL, last_infusion_on=CONSENT).on == CONSENT + dt.timedelta(days=168)


def test_a11_the_control_arm_has_no_administration_to_count_contraception_from():
    assert "infusion" not in {visit.kind for visit in plan_control(PROTOCOL, enrolled_on=CONSENT)}
    with pytest.raises(TypeError):
        contraception_end(PROTOCOL)  # type: ignore[call-arg]  # there is no such day


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"alcoholism": True, "alcoholism_until": "2024-03-01"}, "no"),
        ({"alcoholism": True, "alcoholism_until": "2024-02-29"}, "investigator_decides"),
        ({"alcoholism": True, "alcoholism_until": "1999-01-01"}, "investigator_decides"),
        ({"alcoholism": True, "alcoholism_until": "2026-03-01"}, "no"),
        ({"alcoholism": True}, "unknown"),
        ({"drug_addiction": True, "drug_addiction_until": "2024-03-01"}, "no"),
        ({"drug_addiction": True, "drug_addiction_until": "2024-02-29"}, "yes"),
        ({"drug_addiction": True}, "unknown"),
        ({"alcoholism": None}, "unknown"),
        ({"drug_addiction": None}, "unknown"),
        ({"alcoholism": None, "drug_addiction": None, "E12": True}, "no"),
        ({"alcoholism": None, "drug_addiction": None, "E12": False}, "yes"),
        ({"alcoholism": True, "alcoholism_until": "1999-01-01", "E12": False}, "investigator_decides"),
        ({"alcoholism": True, "alcoholism_until": "1999-01-01", "drug_addiction": True,
          "drug_addiction_until": "2025-01-01"}, "no"),
    ],
)  # fmt: skip
def test_a13_alcoholism_at_any_time_is_asked_and_either_within_2_years_excludes(changes, expected):
    assert passes("E12", **changes) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"other_trial": "past", "other_trial_ended_on": "2025-12-01"}, "no"),
        ({"other_trial": "past", "other_trial_ended_on": "2025-11-30"}, "yes"),
        ({"other_trial": "past", "other_trial_ended_on": "2026-03-01"}, "no"),
        ({"other_trial": None, "other_trial_ended_on": "2025-12-01"}, "no"),
        ({"other_trial": "past"}, "unknown"),
        ({"other_trial": "ongoing"}, "no"),
        ({"other_trial": "none"}, "yes"),
        ({"other_trial": None}, "unknown"),
        ({"other_trial": None, "E13": True}, "no"),
        ({"other_trial": None, "E13": False}, "yes"),
        ({"other_trial": "past", "other_trial_ended_on": "2025-12-01", "E13": False}, "no"),
    ],
)
def test_a14_the_boundary_day_of_3_calendar_months_counts_as_within(changes, expected):
    assert passes("E13", **changes) == expected


@pytest.mark.parametrize(
    ("consented_on", "ended_on", "expected"),
    [
        ("2026-05-31", "2026-02-28", "no"),  # 28 February is the last day of the month that 31 May has no like of
        ("2026-05-31", "2026-02-27", "yes"),
        ("2026-02-28", "2025-11-30", "no"),
        ("2026-03-01", "2025-11-30", "yes"),
    ],
)
def test_a14_short_months_are_counted_the_careful_way(consented_on, ended_on, expected):
    changes = {"consented_on": consented_on, "other_trial": "past", "other_trial_ended_on": ended_on}

    assert passes("E13", **changes) == expected


@pytest.mark.parametrize(
    ("first", "again", "expected"),
    [
        (("160", "100"), (None, None), "yes"),
        (("161", "100"), (None, None), "no"),
        (("160", "101"), (None, None), "no"),
        (("161", "101"), ("160", "100"), "yes"),
        (("161", "101"), ("160", "101"), "no"),
        (("161", "101"), ("160", None), "no"),
        (("120", "80"), ("161", "80"), "no"),
        ((None, None), ("120", "80"), "unknown"),
    ],
)
def test_a15_a_pressure_above_the_limit_excludes_unless_the_repeat_says_otherwise(first, again, expected):
    changes = dict(zip(("systolic_mmhg", "diastolic_mmhg"), first, strict=True))
    changes |= dict(zip(("systolic_again_mmhg", "diastolic_again_mmhg"), again, strict=True))

    assert passes("E5c", **changes) == expected


def test_a15_the_first_high_pressure_asks_to_measure_again_and_the_rest_of_the_line_is_asked_by_itself():
    assert "Measure again" in why("E5c", systolic_mmhg="161")
    assert "Measured again" in why("E5c", systolic_mmhg="161", systolic_again_mmhg="150", diastolic_again_mmhg="90")
    assert passes("E5b", E5b=True) == "no"
    assert passes("E5c", E5b=True) == "yes"


def test_a16_the_line_with_the_stray_number_is_two_criteria():
    assert [item.id for item in CRITERIA if item.line == 84] == ["E7", "E8"]
    assert passes("E7", tumour=True) == "no"
    assert passes("E8", tumour=True) == "yes"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"tumour_marker_abnormal": True}, "investigator_decides"),
        ({"tumour": True, "tumour_marker_abnormal": True}, "no"),
        ({"tumour": None}, "unknown"),
        ({"tumour": None, "tumour_marker_abnormal": True}, "unknown"),
        ({"tumour_marker_abnormal": None}, "unknown"),
        ({"tumour": None, "tumour_marker_abnormal": None, "E7": False}, "yes"),
        ({"tumour_marker_abnormal": True, "E7": False}, "investigator_decides"),
    ],
)
def test_a16_an_abnormal_marker_alone_is_left_to_the_investigator(changes, expected):
    assert passes("E7", **changes) == expected


def texts_of_the_catalogue():
    with CATALOGUE.open(encoding="utf-8") as file:
        for message in read_po(file, locale="zh_CN"):
            for part in (message.id, message.string):
                yield from part if isinstance(part, tuple) else [part]


def texts_of_the_code():
    for folder in ("lndesk", "ui"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


@pytest.mark.parametrize(
    "texts", [texts_of_the_catalogue, texts_of_the_code, lambda: [PROTOCOL_TEXT]], ids=["words", "code", "protocol"]
)
def test_a17_no_text_has_the_number_that_lost_its_superscript(texts):
    found = list(texts())

    assert found
    assert not [text for text in found if re.search(r"106\s*/\s*kg|\b1\s*[x×]\s*106|[x×]\s*109\s*/", text)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"allergy": True}, "investigator_decides"),
        ({"allergy": True, "albumin_allergy": True}, "no"),
        ({"albumin_allergy": True}, "no"),
        ({"allergy": None, "albumin_allergy": True}, "no"),
        ({"allergy": True, "albumin_allergy": None}, "unknown"),
        ({"albumin_allergy": None}, "unknown"),
        ({"allergy": None, "albumin_allergy": None, "E10": True}, "no"),
        ({"allergy": None, "albumin_allergy": None, "E10": False}, "yes"),
        ({"allergy": True, "E10": False}, "investigator_decides"),
    ],
)
def test_a22_any_allergy_is_asked_and_one_to_albumin_is_a_hard_stop(changes, expected):
    assert passes("E10", **changes) == expected


@pytest.mark.parametrize("limit", [None, "0"])
@pytest.mark.parametrize(("name", "criterion"), [("creatinine", "E2"), ("alt", "E3b"), ("ast", "E3b")])
def test_a23_without_its_own_upper_limit_a_result_is_unknown(name, criterion, limit):
    assert passes(criterion, **{f"{name}_uln": limit}) == "unknown"


def test_a24_an_old_result_warns_and_bars_nothing():
    old = answers(hb_g_per_l="100")
    old = type(old)(
        **{name: getattr(old, name) for name in old.__slots__} | {"days": {"hb_g_per_l": dt.date(2020, 1, 1)}}
    )

    warnings = dict(warnings_on(old, PROTOCOL.results, on=CONSENT))

    assert "site value" in str(warnings["hb_g_per_l"])
    assert PROTOCOL.origins["results.laboratory_age_warns_above"].is_site
    assert verdict(hb_g_per_l="100") == "eligible"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"hbsag": "positive"}, "no"),
        ({"hbv_dna": "positive"}, "no"),
        ({"hbv_dna": "negative"}, "yes"),
        ({"anti_hbc": "positive"}, "investigator_decides"),
        ({"anti_hbc": "positive", "hbv_dna": "negative"}, "investigator_decides"),
        ({"anti_hbc": "positive", "hbv_dna": "positive"}, "no"),
        ({"anti_hbc": "positive", "hbsag": "positive"}, "no"),
        ({"hiv": "positive"}, "no"),
        ({"syphilis": "positive"}, "no"),
        ({"hcv": "positive"}, "no"),
        *(({name: None}, "unknown") for name in ("hiv", "syphilis", "hcv", "hbsag", "anti_hbc")),
        ({"hiv": "positive", "hcv": None}, "no"),
        ({"anti_hbc": "positive", "E8": False}, "investigator_decides"),
        ({"E8": True}, "no"),
    ],
)
def test_a26_each_serology_counts_and_anti_hbc_by_itself_is_left_to_the_investigator(changes, expected):
    assert passes("E8", **changes) == expected


def test_a27_kidney_function_is_shown_and_is_no_endpoint():
    lines = [*estimate_of(answers()).lines, *upcr_from(answers().proteinuria_g_per_day, "g/g").lines]

    assert {str(line.words) for line in lines if line.code != "creatinine"} == {"not a protocol endpoint"}


def test_a28_a_biopsy_without_its_day_or_too_old_warns():
    assert "biopsy_class" in warned()
    assert "biopsy_class" in warned(biopsy_on="2025-02-28")
    assert "biopsy_class" not in warned(biopsy_on="2025-03-01")


def test_the_plain_statements_alone_come_out_as_they_are_stated():
    assert verdict(STATED) == verdict(DETAILED) == "eligible"
    for criterion in ("E7", "E8", "E10", "E12", "E13"):
        assert verdict(STATED, **{criterion: True}) == "not_eligible"
        assert verdict(STATED, **{criterion: None}) == "unknown"


def test_every_ambiguity_has_its_test():
    here = {f"A{int(found[1])}" for name in globals() if (found := re.match(r"test_a(\d\d)_", name))}

    assert here | set(ELSEWHERE) | OF_MEDICATION == {f"A{n}" for n in range(1, 29)}
    assert not here & (set(ELSEWHERE) | OF_MEDICATION)


@pytest.mark.parametrize("named", ELSEWHERE.values(), ids=ELSEWHERE)
def test_what_is_said_to_be_tested_elsewhere_is(named):
    file, name = named.split("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))

    assert name in {item.name for item in ast.walk(tree) if isinstance(item, ast.FunctionDef)}
