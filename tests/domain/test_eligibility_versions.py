import pytest

from lndesk.domain.criteria import parse_criteria
from lndesk.domain.eligibility import judge
from lndesk.domain.errors import ProtocolProblem
from lndesk.domain.protocol_file import parse_protocol
from lndesk.settings import resources
from tests.domain.screened import STATED, answers

SHIPPED = (resources() / "protocols" / "nct04318600.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('guardian_below = "18"', 'guardian_below = "16"', "criteria.I7.guardian_below"),
        ('guardian_below = "18"', 'guardian_below = "18.5"', "criteria.I7.guardian_below"),
        ('years = "2"', 'years = "1.5"', "criteria.E12.years"),
        ('months = "3"', 'months = "-3"', "criteria.E13.months"),
        ('window = { value = "30"', 'window = { value = "14"', "sledai.window"),
        ('arthritis_at_least = { value = "2"', 'arthritis_at_least = { value = "1"', "sledai.arthritis_at_least"),
        ('biopsy_age_warns_above = { value = "365", unit = "days"',
         'biopsy_age_warns_above = { value = "12", unit = "months"', "results.biopsy_age_warns_above"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused_naming_its_key(old, new, key):
    assert SHIPPED.count(old) == 1

    with pytest.raises(ProtocolProblem) as problem:
        parse_protocol(SHIPPED.replace(old, new))

    assert key in str(problem.value)


def test_an_amended_limit_changes_what_comes_out():
    amended = parse_criteria(SHIPPED.replace('months = "3"', 'months = "6"'))
    known = answers(other_trial="past", other_trial_ended_on="2025-11-30")

    found = {item.criterion.id: item.passes for item in judge(amended, known)}

    assert found["E13"] == "no"


def test_a_version_from_before_the_details_goes_by_the_plain_statements():
    older = SHIPPED
    for rule, extra in (
        ("consent", 'guardian_below = "18"\n'), ("tumour", ""), ("blood_borne", ""), ("allergy", ""),
        ("addiction", 'years = "2"\n'), ("other_trial", 'months = "3"\n'),
    ):  # fmt: skip
        older = older.replace(f'rule = "{rule}"', f'rule = "{"stated" if rule == "consent" else "present"}"')
        older = older.replace(extra, "") if extra else older

    found = judge(parse_criteria(older), answers(STATED))

    assert {item.passes for item in found} == {"yes"}
