"""What a screening asks: everything that the criteria come out by, once, on a page, in one unit or a choice of them."""

import dataclasses

import pytest

from lndesk.domain.answers import Answers
from lndesk.domain.answers_reading import CHOICES, FIELDS, FLAGS
from lndesk.domain.criteria import parse_criteria
from lndesk.domain.eligibility import answers_read
from lndesk.domain.items import FINDINGS, ITEMS, MEASURED, STATED, fed_by, item_called, items
from lndesk.domain.result_ages import GROUPS
from lndesk.domain.screening import DAYS, FROM_THE_RECORD
from lndesk.domain.screening import FLAGS as SCREENED_FLAGS
from lndesk.settings import resources

TEXT = (resources() / "protocols" / "nct04318600.toml").read_text(encoding="utf-8")
CRITERIA = parse_criteria(TEXT)
FEWER = tuple(item for item in CRITERIA if item.id != "E14")
MORE = (*CRITERIA, dataclasses.replace(next(item for item in CRITERIA if item.id == "E14"), id="E15"))
# what the details say; a plain statement beside them would only be another thing to contradict
BY_DETAILS = {"E7", "E8", "E9", "E10", "E12", "E13"}


def codes(criteria=CRITERIA):
    return [item.code for item in items(criteria)]


def test_each_is_asked_once():
    assert len(codes()) == len(set(codes()))
    assert set(codes()) == {item.code for item in ITEMS}


def test_whatever_a_criterion_comes_out_by_is_asked_or_stands_in_the_record():
    asked = set(codes()) | FROM_THE_RECORD | {f"{item.code}_uln" for item in ITEMS if item.asks_upper_limit}
    asked |= {"creatinine_unit"} | BY_DETAILS

    for criterion in CRITERIA:
        assert set(answers_read(criterion)) <= asked, criterion.id


def test_every_criterion_has_a_question_except_the_age():
    assert {each for item in ITEMS for each in item.criteria} == {item.id for item in CRITERIA} - {"I1a"}


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_it_stands_on_the_page_of_its_first_criterion(item):
    assert item.page == ("inclusion" if item.criteria[0].startswith("I") else "exclusion")
    assert item.label


@pytest.mark.parametrize("item", MEASURED, ids=lambda item: item.code)
def test_a_measured_value_is_of_the_kind_that_the_rules_read(item):
    assert (item.kind == "flag") == (item.code in FLAGS)
    assert (item.kind == "day") == (item.code in DAYS)
    assert (item.kind == "choice") == (item.code in CHOICES)
    assert not item.choices or {code for code, _word in item.choices} == set(CHOICES[item.code])
    assert (item.kind == "amount") == bool(item.units)


def test_every_field_of_the_answers_is_asked_or_on_record():
    asked = {item.code for item in MEASURED} | {f"{item.code}_uln" for item in MEASURED if item.asks_upper_limit}
    elsewhere = FROM_THE_RECORD | {"weight_kg", "creatinine_unit"}

    assert set(FIELDS) == (asked & set(FIELDS)) | elsewhere
    assert asked - set(FIELDS) == {"report_no", "contraception_method", "urine_protein", "urine_creatinine"}
    assert (FLAGS - {"guardian_consented", "child_assented"}) == SCREENED_FLAGS
    assert set(Answers.__dataclass_fields__) >= set(FIELDS)


def test_a_day_is_asked_of_every_result_that_has_an_age():
    dated = {item.code for item in ITEMS if item.asks_day}

    assert dated == set(GROUPS) - {"biopsy_class"}
    assert "biopsy_on" in codes()


def test_the_upper_limit_is_asked_where_the_limit_is_a_multiple_of_it():
    assert {item.code for item in ITEMS if item.asks_upper_limit} == {"creatinine", "alt", "ast"}
    assert item_called("creatinine", CRITERIA).units == ("umol/L", "mg/dL")
    assert item_called("hb_g_per_l", CRITERIA).units == ("g per L",)


def test_statements_are_asked_of_whom_they_concern():
    applies = {item.code: item.applies for item in STATED}

    assert (applies["I6b"], applies["I6c"], applies["I6d"]) == ("women", "could_be_pregnant", "men")
    assert {code for code, whom in applies.items() if whom != "all"} == {"I6b", "I6c", "I6d"}


def test_each_finding_of_sledai_is_stored_by_itself_and_the_score_never_is():
    assert len(FINDINGS) == 24
    assert item_called("sledai.rash", CRITERIA).kind == "choice"
    assert item_called("sledai", CRITERIA) is None
    assert item_called("sledai.cough", CRITERIA) is None


def test_an_amended_protocol_asks_for_what_it_names():
    assert "E14" not in codes(FEWER)
    assert item_called("E14", FEWER) is None
    assert item_called("E15", MORE).page == "exclusion"
    assert item_called("E15", CRITERIA) is None


@pytest.mark.parametrize(
    ("code", "criteria"),
    [
        ("biopsy_class", {"I2", "E1a"}), ("sledai.rash", {"I3"}), ("pregnancy_test", {"I6a", "E9"}),
        ("I6b", {"I6b", "E9"}), ("creatinine", {"E2"}), ("E6", {"E6"}), ("allergy", {"E10"}), ("report_no", {"I2"}),
        ("systolic_again_mmhg", {"E5c"}), ("could_be_pregnant", {"I6a", "I6b", "I6c", "E9"}),
    ],
)  # fmt: skip
def test_an_answer_bears_on_its_criteria(code, criteria):
    assert fed_by(code, CRITERIA) == criteria
