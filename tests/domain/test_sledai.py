import dataclasses
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lndesk.domain.answers import Answers
from lndesk.domain.protocol_file import parse_protocol
from lndesk.domain.sledai import DESCRIPTORS, SledaiRules, derivation, instrument, score, still_open
from lndesk.i18n import speaking
from lndesk.settings import resources

SHIPPED = (resources() / "protocols" / "nct04318600.toml").read_text(encoding="utf-8")
CODES = [each.code for each in DESCRIPTORS]
WEIGHTS = {
    8: "seizure psychosis organic_brain_syndrome visual_disturbance cranial_nerve lupus_headache"
    " cerebrovascular_accident vasculitis",
    4: "arthritis myositis urinary_casts haematuria proteinuria pyuria",
    2: "rash alopecia mucosal_ulcers pleurisy pericarditis low_complement dna_binding",
    1: "fever thrombocytopenia leukopenia",
}
POINTS = {code: points for points, codes in WEIGHTS.items() for code in codes.split()}
ABSENT = dict.fromkeys(CODES, "absent")
FINDING = st.sampled_from(["present", "absent", "not_lupus"])


def test_there_are_24_findings_with_the_published_weights():
    assert {each.code: each.weight for each in DESCRIPTORS} == POINTS
    assert len(DESCRIPTORS) == 24


def test_everything_present_is_105():
    assert score(dict.fromkeys(CODES, "present")) == 105


def test_nothing_present_is_0_and_0_is_a_score():
    assert score(ABSENT) == 0
    assert str(derivation(ABSENT)) == "0 = 0"


def test_what_is_present_and_not_due_to_lupus_does_not_score():
    assert score(ABSENT | {"pyuria": "not_lupus", "rash": "present"}) == 2


@given(st.fixed_dictionaries(dict.fromkeys(CODES, FINDING)))
def test_the_score_is_always_the_sum_of_the_weights(findings):
    assert score(findings) == sum(POINTS[code] for code, finding in findings.items() if finding == "present")


@given(st.fixed_dictionaries(dict.fromkeys(CODES, FINDING)), st.sets(st.sampled_from(CODES), min_size=1))
def test_with_any_finding_open_there_is_no_score(findings, left_out):
    some = {code: finding for code, finding in findings.items() if code not in left_out}

    assert score(some) is None
    assert {each.code for each in still_open(some)} == left_out
    assert Answers(sledai_findings=some, sledai=Decimal(20)).sledai_score == (None if some else Decimal(20))


@given(st.fixed_dictionaries(dict.fromkeys(CODES, FINDING)), st.sampled_from(CODES))
def test_one_more_finding_never_lowers_the_score(findings, code):
    assert score(findings | {code: "present"}) >= score(findings)


def test_the_sum_is_written_out():
    findings = ABSENT | {"vasculitis": "present", "haematuria": "present", "fever": "present"}

    assert str(derivation(findings)) == "8 + 4 + 1 = 13"
    assert str(derivation({"fever": "present"})) == "23 of 24 findings not answered"


def test_the_score_of_the_findings_outweighs_a_bare_one():
    assert Answers(sledai=Decimal(20), sledai_findings=ABSENT).sledai_score == 0


def test_instrument_and_days_are_named():
    assert str(instrument(SledaiRules(window_days=10))) == "SLEDAI-2K, findings of the last 10 days"


@pytest.mark.parametrize(("joints", "says"), [(2, "At least 2 joints"), (3, "More than 2 joints")])
def test_the_definition_of_arthritis_that_is_used_is_shown(joints, says):
    arthritis = next(each for each in DESCRIPTORS if each.code == "arthritis")

    assert says in str(arthritis.definition(SledaiRules(arthritis_joints=joints)))


@pytest.mark.parametrize("code", ["en", "zh_CN"])
def test_every_finding_has_a_name_and_a_definition_of_its_own_in_both_languages(code):
    with speaking(code):
        names = {each.label for each in DESCRIPTORS}
        definitions = {str(each.definition(SledaiRules())) for each in DESCRIPTORS}

    assert len(names) == len(definitions) == 24
    assert all("{" not in text for text in names | definitions)


def test_the_shipped_protocol_takes_30_days_as_a_value_of_the_site():
    protocol = parse_protocol(SHIPPED)

    assert protocol.sledai == SledaiRules(window_days=30, arthritis_joints=2)
    assert protocol.origins["sledai.window"].is_site


@pytest.mark.parametrize("days", [10, 28, 30])
def test_each_published_window_can_be_chosen_and_no_other(days):
    text = SHIPPED.replace('window = { value = "30", unit = "days"', f'window = {{ value = "{days}", unit = "days"')

    assert parse_protocol(text).sledai.window_days == days


def test_a_descriptor_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        DESCRIPTORS[0].weight = 0
