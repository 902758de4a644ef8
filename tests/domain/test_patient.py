import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lndesk.domain.errors import RuleViolation
from lndesk.domain.patient import (
    Consent,
    Patient,
    Statement,
    age_on,
    allergy_text,
    check_consent,
    check_identity,
    check_statement,
    looks_alike,
    spaced_hospital_no,
    status_of,
    subject_id,
    tidy_hospital_no,
)
from lndesk.domain.protocol import EligibilityRules

TODAY = dt.date(2026, 3, 2)
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
RULES = EligibilityRules(age_at_least=14, age_at_most=60, guardian_below_age=18)
WANG = Patient(
    family_name="王",
    given_name="小明",
    latin_family="Wang",
    latin_given="Xiaoming",
    sex="female",
    born_on=dt.date(1989, 7, 14),
    hospital_no="H00482217",
)


def born(years, days=0):
    """Somebody whose birthday number `years` is so many days after today."""
    return replace(WANG, born_on=dt.date(TODAY.year - years, TODAY.month, TODAY.day) + dt.timedelta(days=days))


def consent(**changes):
    kept = {
        "patient_id": 1, "form_version": "2.1", "consented_at": NOW, "taken_by": "ZHAO Min", "recorded_at": NOW,
    }  # fmt: skip
    return Consent(**(kept | changes))


def statement(*, eligible, remark=""):
    return Statement(patient_id=1, eligible=eligible, remark=remark, signed_by="ZHAO Min", signed_at=NOW)


@pytest.mark.parametrize(
    ("born_on", "on", "age"),
    [
        (dt.date(1989, 7, 14), dt.date(2025, 7, 13), 35),
        (dt.date(1989, 7, 14), dt.date(2025, 7, 14), 36),
        (dt.date(2008, 2, 29), dt.date(2026, 2, 28), 17),
        (dt.date(2008, 2, 29), dt.date(2026, 3, 1), 18),
        (dt.date(2008, 2, 29), dt.date(2028, 2, 29), 20),
        (dt.date(2026, 3, 2), dt.date(2026, 3, 2), 0),
    ],
)
def test_age_counts_completed_years(born_on, on, age):
    assert age_on(born_on, on) == age


@given(st.integers(1, 9999), st.integers(0, 3), st.integers(1, 9))
def test_the_letter_of_a_subject_id_shows_one_wrong_digit(number, place, more):
    right = subject_id(number)
    digits = list(right[3:7])
    digits[place] = str((int(digits[place]) + more) % 10)

    assert subject_id(int("".join(digits)))[-1] != right[-1]


@given(st.integers(1, 9999), st.integers(0, 2))
def test_the_letter_of_a_subject_id_shows_two_digits_swapped(number, place):
    right = subject_id(number)
    digits = list(right[3:7])
    digits[place], digits[place + 1] = digits[place + 1], digits[place]
    swapped = "".join(digits)

    assert swapped == right[3:7] or subject_id(int(swapped))[-1] != right[-1]


@given(st.integers(1, 99999))
def test_a_subject_id_has_no_letter_that_reads_as_a_digit(number):
    assert subject_id(number)[-1] not in "IO"


@pytest.mark.parametrize(
    "typed", ["H00482217", "h 0048 2217", "Ｈ００４８２２１７", "H\u00a00048\u00a02217", " h00482217 "]
)
def test_a_hospital_number_is_one_however_it_is_typed(typed):
    assert tidy_hospital_no(typed) == "H00482217"


@pytest.mark.parametrize("typed", ["H0048/2217", "住院 17", "", "H#1"])
def test_a_hospital_number_of_other_signs_is_refused(typed):
    with pytest.raises(RuleViolation) as refused:
        tidy_hospital_no(typed)

    assert refused.value.field == "hospital_no"


@pytest.mark.parametrize(
    ("number", "spaced"), [("H00482217", "H 0048 2217"), ("482217", "48 2217"), ("A-B", "A-B"), ("H1", "H 1")]
)
def test_a_hospital_number_is_read_aloud_in_fours(number, spaced):
    assert spaced_hospital_no(number).replace("\N{NO-BREAK SPACE}", " ") == spaced


@pytest.mark.parametrize("field", ["family_name", "latin_family", "latin_given", "hospital_no"])
def test_no_part_of_an_identity_may_be_blank(field):
    with pytest.raises(RuleViolation) as refused:
        check_identity(replace(WANG, **{field: "  "}), today=TODAY)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"sex": ""}, "sex", "Choose the sex."),
        ({"born_on": dt.date(2026, 3, 3)}, "born_on", "The birth date 03-Mar-2026 is in the future."),
        ({"born_on": dt.date(1905, 3, 1)}, "born_on", "121 years old"),
        ({"allergy_state": "known", "allergies": " "}, "allergies", "Name the known allergies."),
    ],
)
def test_an_identity_that_cannot_be_is_refused(changes, field, said):
    with pytest.raises(RuleViolation, match=said) as refused:
        check_identity(replace(WANG, **changes), today=TODAY)

    assert refused.value.field == field


def test_an_identity_is_kept_in_one_form():
    typed = replace(WANG, family_name=" 王 ", latin_given="Ｘｉａｏ  ming", hospital_no="h 0048 2217")

    kept = check_identity(typed, today=TODAY)

    assert (kept.family_name, kept.latin_given, kept.hospital_no) == ("王", "Xiao ming", "H00482217")


def test_under_18_the_guardian_consents_and_the_child_assents():
    child = born(18, days=1)

    with pytest.raises(RuleViolation, match="was 17 at consent") as refused:
        check_consent(consent(guardian="WANG Li"), child, RULES, now=NOW)
    allowed = check_consent(consent(guardian="WANG Li", child_assented=True), child, RULES, now=NOW)

    assert refused.value.field == "guardian"
    assert allowed.guardian == "WANG Li"


def test_at_18_nobody_else_consents():
    assert check_consent(consent(), born(18), RULES, now=NOW).guardian == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"form_version": " "}, "form_version"),
        ({"taken_by": ""}, "taken_by"),
        ({"consented_at": NOW + dt.timedelta(minutes=1)}, "consented_at"),
    ],
)
def test_a_consent_names_its_form_and_person_and_is_not_to_come(changes, field):
    with pytest.raises(RuleViolation) as refused:
        check_consent(consent(**changes), WANG, RULES, now=NOW)

    assert refused.value.field == field


@pytest.mark.parametrize(("patient", "fits"), [
    (born(14), True), (born(14, days=1), False), (born(60), True), (born(61, days=1), True), (born(61), False),
])  # fmt: skip
def test_only_somebody_of_the_trials_age_is_signed_eligible(patient, fits):
    def sign():
        return check_statement(statement(eligible=True), patient, RULES, consented_on=TODAY)

    if fits:
        assert sign().eligible
    else:
        with pytest.raises(RuleViolation, match="The trial takes ages 14 to 60"):
            sign()


def test_no_statement_without_consent_and_no_refusal_without_reason():
    with pytest.raises(RuleViolation, match="no consent on record"):
        check_statement(statement(eligible=True), WANG, RULES, consented_on=None)
    with pytest.raises(RuleViolation, match="Give the reason"):
        check_statement(statement(eligible=False, remark=" "), WANG, RULES, consented_on=TODAY)


def test_somebody_out_of_age_can_be_signed_not_eligible():
    assert not check_statement(
        statement(eligible=False, remark="Aged 70"), born(70), RULES, consented_on=TODAY
    ).eligible


@pytest.mark.parametrize(
    ("changes", "alike"),
    [
        ({}, True),
        ({"family_name": "汪", "given_name": "晓明"}, True),
        ({"latin_family": "Wáng", "latin_given": "Xiǎo míng"}, True),
        ({"family_name": "李", "latin_family": "Li"}, False),
        ({"family_name": "李", "given_name": "丽", "latin_family": "Li", "latin_given": "Li"}, False),
    ],
)
def test_names_are_alike_when_written_or_sounding_the_same(changes, alike):
    assert looks_alike(WANG, replace(WANG, **changes)) is alike


def test_a_standing_follows_from_what_is_on_record():
    yes, no = statement(eligible=True), statement(eligible=False, remark="Class VI")

    def stands(signed=None, arm=None, given=0, *, consented=True):
        return status_of(consented=consented, statement=signed, arm=arm, given=given, planned=3)

    assert stands(consented=False) == "screening"
    assert stands() == "awaiting_investigator"
    assert stands(no) == "not_eligible"
    assert stands(yes) == "eligible"
    assert stands(yes, "treatment") == "enrolled"
    assert stands(yes, "treatment", 1) == "on_treatment"
    assert stands(yes, "treatment", 3) == "completed"
    assert stands(yes, "control") == "enrolled"


def test_allergies_are_said_in_full():
    assert allergy_text(replace(WANG, allergy_state="known", allergies="penicillin")) == "Known allergies: penicillin"
    assert allergy_text(replace(WANG, allergy_state="none_known")) == "No known allergies"
    assert allergy_text(WANG) == "Allergies not recorded"
