"""A screening without a store: each answer in one form, blanks that stay blank, decisions that hold for facts."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lndesk.demo_answers import FERTILE, complete_answers
from lndesk.domain.answer_check import check_answer
from lndesk.domain.eligibility import verdict_on
from lndesk.domain.errors import RuleViolation
from lndesk.domain.items import FINDINGS, item_called, items
from lndesk.domain.patient import Consent, Patient
from lndesk.domain.protocol_file import parse_protocol
from lndesk.domain.reevaluation import differences
from lndesk.domain.screening import (
    Answer,
    Determination,
    Screening,
    answers_from,
    consent_of,
    facts_on,
    judged,
    ratio_of,
    screening_no,
)
from lndesk.settings import resources

TEXT = (resources() / "protocols" / "nct04318600.toml").read_text(encoding="utf-8")
PROTOCOL = parse_protocol(TEXT)
DAY = dt.date(2026, 3, 2)
AT = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
WOMAN = Patient(
    id=1, family_name="王", given_name="小明", latin_family="Wang", latin_given="Xiaoming", sex="female",
    born_on=dt.date(1989, 7, 14), hospital_no="H1",
)  # fmt: skip
MAN = replace(WOMAN, sex="male")
CONSENT = Consent(patient_id=1, form_version="2.1", consented_at=AT, taken_by="ZHAO Min", recorded_at=AT)
# what the verdict does without: details, what is only shown beside it, and what is asked of somebody else
OPTIONAL = {
    "biopsy_system", "biopsy_on", "report_no", "rbc_per_hpf", "wbc_per_hpf", "casts", "contraception_method",
    "height_cm",
    "systolic_again_mmhg", "diastolic_again_mmhg", "alcoholism_until", "drug_addiction_until", "other_trial_ended_on",
    "hbv_dna", "urine_protein", "urine_creatinine",
}  # fmt: skip


def rows(patient=WOMAN, **changes):
    return {row.item: row for row in complete_answers(1, sex=patient.sex, on=DAY, changes=changes)}


def came_out(found, patient=WOMAN, decided=(), consent=CONSENT, protocol=PROTOCOL):
    return {
        each.criterion.id: each for each in judged(protocol, answers_from(found.values(), patient, consent), decided)
    }


def passes(criterion_id, found, **more):
    return came_out(found, **more)[criterion_id].passes


def item(code):
    return item_called(code, PROTOCOL.criteria)


def answer(code, value="", **parts):
    return Answer(screening_id=1, item=code, value=value, **parts)


def checked(code, value="", **parts):
    return check_answer(answer(code, value, **parts), item(code))


# one stored form


@pytest.mark.parametrize(
    ("code", "typed", "stored"),
    [
        ("creatinine", "７０．５", "70.5"),
        ("creatinine", " 070.50 ", "70.5"),
        ("hb_g_per_l", "0", "0"),
        ("hb_g_per_l", "0.0", "0"),
        ("biopsy_class", "V + III", "III+V"),
        ("biopsy_class", "other", "other"),
        ("biopsy_on", "2026-02-28", "2026-02-28"),
        ("E6", "no", "no"),
        ("sledai.rash", "not_lupus", "not_lupus"),
        ("report_no", "  P-1 \n 2 ", "P-1 2"),
        ("report_no", "\U0002a6a5", "\U0002a6a5"),
    ],
)
def test_an_answer_is_stored_in_one_form(code, typed, stored):
    assert checked(code, typed).value == stored


@pytest.mark.parametrize(
    ("code", "typed", "said"),
    [
        ("creatinine", "70,5", "has a comma"),
        ("creatinine", "70、5", "has a comma"),
        ("creatinine", "-1", "not a plain number"),
        ("creatinine", "1e3", "not a plain number"),
        ("creatinine", "10⁶", "not a plain number"),
        ("systolic_mmhg", "120.5", "whole number"),
        ("biopsy_on", "07/03/25", "is not a day"),
        ("biopsy_on", "2026-02-30", "is not a day"),
        ("biopsy_on", "0026-02-28", "too long ago"),
        ("biopsy_class", "VII", "is not a class"),
        ("biopsy_class", "III+III", "is not a class"),
        ("E6", "maybe", "is not one of: yes, no"),
        ("E6", "True", "is not one of: yes, no"),
        ("hiv", "neg", "is not one of: negative, positive"),
        ("report_no", "x" * 501, "501 characters, at most 500"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused_at_its_field(code, typed, said):
    with pytest.raises(RuleViolation, match=said) as refused:
        checked(code, typed)

    assert refused.value.field == code


def test_a_unit_is_one_of_those_beside_the_field_and_the_first_when_none_is_named():
    assert checked("creatinine", "0.8", unit="mg/dL").unit == "mg/dL"
    assert checked("creatinine", "70").unit == "umol/L"
    assert checked("E6", "no", unit="").unit == ""
    with pytest.raises(RuleViolation, match="umol/L, mg/dL"):
        checked("creatinine", "70", unit="g/L")


def test_a_part_that_is_not_asked_is_refused_and_not_dropped():
    for parts in ({"upper_limit": Decimal(1)}, {"on": DAY}):
        with pytest.raises(RuleViolation, match="is not asked of E6"):
            checked("E6", "no", **parts)
    with pytest.raises(RuleViolation, match="too long ago") as refused:
        checked("creatinine", "70", on=dt.date(206, 3, 1))
    assert refused.value.field == "creatinine_on"


def test_a_limit_without_a_result_is_kept_and_nothing_at_all_is_blank():
    assert checked("creatinine", upper_limit=Decimal("84.0")).upper_limit == Decimal(84)
    assert not checked("creatinine", upper_limit=Decimal(84)).is_blank
    assert checked("creatinine", "  ").is_blank


@given(st.decimals(min_value=0, max_value=100_000, places=4))
def test_an_amount_comes_back_as_it_was_typed(value):
    stored = checked("creatinine", f"{value:f}")

    assert Decimal(stored.value) == value
    assert check_answer(stored, item("creatinine")) == stored


# from rows to a verdict


def test_a_complete_screening_meets_everything():
    assert {each.passes for each in came_out(rows()).values()} == {"yes"}
    assert {each.passes for each in came_out(rows(MAN), MAN).values()} == {"yes"}


@given(st.sets(st.sampled_from(sorted(rows())), min_size=1))
def test_a_blank_never_becomes_met(blank):
    found = {code: row for code, row in rows().items() if code not in blank}

    verdict = verdict_on(came_out(found).values())

    assert verdict == ("unknown" if blank - OPTIONAL else "eligible")


@pytest.mark.parametrize("patient", [WOMAN, MAN], ids=["woman", "man"])
def test_with_nothing_answered_nothing_is_met_but_what_the_record_says(patient):
    met = {code for code, each in came_out({}, patient).items() if each.passes == "yes"}

    assert met == {"I1a"} | ({"I6d"} if patient is WOMAN else {"I6a", "I6b", "I6c", "E9"})


@pytest.mark.parametrize("limit", [None, Decimal(0)])
def test_without_a_limit_or_with_a_limit_of_zero_a_result_is_unknown(limit):
    assert passes("E2", rows(creatinine={"value": "71", "upper_limit": limit})) == "unknown"


def test_zero_is_a_value():
    assert passes("I4a", rows(proteinuria_g_per_day="0")) == "no"
    assert passes("E4c", rows(platelets_e9_per_l="0")) == "no"
    assert passes("E2", rows(creatinine="0")) == "yes"


def test_the_unit_of_creatinine_goes_with_its_limit():
    found = rows(creatinine={"value": "0.9", "unit": "mg/dL", "upper_limit": Decimal("0.9")})

    assert answers_from(found.values(), WOMAN, CONSENT).creatinine_unit == "mg/dL"
    assert passes("E2", found) == "no"


def test_identity_and_consent_come_from_the_record_and_from_no_answer():
    lies = [answer("sex", "male"), answer("born", "1970-01-01"), answer("consented_on", "2020-01-01")]
    found = answers_from([*rows().values(), *lies], WOMAN, CONSENT)

    assert (found.sex, found.born, found.consented_on) == ("female", WOMAN.born_on, DAY)
    assert answers_from([], WOMAN, None).consented_on is None


@pytest.mark.parametrize(
    ("born", "age_passes"),
    [
        (dt.date(2012, 3, 2), "yes"),  # 14 today
        (dt.date(2012, 3, 3), "no"),  # 13 years and 364 days
        (dt.date(1965, 3, 3), "yes"),  # 60 years and 364 days
        (dt.date(1965, 3, 2), "no"),  # the 61st birthday today
    ],
)
def test_the_age_is_that_of_the_consent(born, age_passes):
    patient = replace(WOMAN, born_on=born)
    minor = replace(CONSENT, guardian="WANG Li", child_assented=True)

    assert passes("I1a", rows(), patient=patient, consent=minor) == age_passes


@pytest.mark.parametrize(("on", "age_passes"), [(dt.date(2026, 2, 28), "no"), (dt.date(2026, 3, 1), "yes")])
def test_somebody_born_on_a_leap_day_is_14_from_the_first_of_march(on, age_passes):
    patient = replace(WOMAN, born_on=dt.date(2012, 2, 29))
    consent = replace(
        CONSENT, consented_at=dt.datetime.combine(on, dt.time(9), dt.UTC), guardian="W", child_assented=True
    )

    assert passes("I1a", rows(), patient=patient, consent=consent) == age_passes


def test_a_minor_needs_the_guardian_and_the_own_assent():
    child = replace(WOMAN, born_on=dt.date(2010, 1, 1))
    for guardian, assented, expected in (("", True, "no"), ("WANG Li", False, "no"), ("WANG Li", True, "yes")):
        consent = replace(CONSENT, guardian=guardian, child_assented=assented)
        assert passes("I7", rows(), patient=child, consent=consent) == expected


def test_protein_over_creatinine_is_computed_once_both_are_there():
    protein = answer("urine_protein", "2", unit="g/L")
    creatinine = answer("urine_creatinine", "8.84", unit="mmol/L")

    assert ratio_of([protein]) is None
    assert ratio_of([protein, creatinine]).g_per_g == Decimal(2)


# whose consent


def test_a_screening_stands_on_its_first_consent_and_a_later_one_moves_no_age():
    later = replace(CONSENT, id=2, consented_at=AT + dt.timedelta(days=400), recorded_at=AT + dt.timedelta(days=400))
    first = Screening(patient_id=1, screening_no="S-0001", protocol_id=1, opened_at=AT, opened_by="x")
    again = replace(first, screening_no="S-0002", opened_at=AT + dt.timedelta(days=300))

    assert consent_of([later, CONSENT], first) == CONSENT
    assert consent_of([later, CONSENT], again) == later
    assert consent_of([CONSENT], again) is None


def test_numbers_of_screenings_have_four_digits_and_more_when_needed():
    assert [screening_no(number) for number in (1, 9999, 10_000)] == ["S-0001", "S-9999", "S-10000"]


# decisions


def decision(criterion_id, found, passes="yes", **more):
    criterion = next(each for each in PROTOCOL.criteria if each.id == criterion_id)
    facts = facts_on(criterion, answers_from(found.values(), WOMAN, CONSENT))
    return Determination(
        screening_id=1, criterion_id=criterion_id, passes=passes, reason="Reliable contraception", facts=facts,
        decided_by="ZHAO Min", decided_at=AT, **more,
    )  # fmt: skip


def test_an_undecided_criterion_stays_so_and_a_decided_one_says_who_and_why():
    found = rows(**FERTILE)
    assert passes("E9", found) == "investigator_decides"

    yes = came_out(found, decided=[decision("E9", found)])["E9"]
    no = came_out(found, decided=[decision("E9", found, "no")])["E9"]

    assert (yes.passes, no.passes) == ("yes", "no")
    assert str(yes.why).startswith("Decided by ZHAO Min, 02-Mar-2026 09:00: Reliable contraception (Pregnancy is")


def test_a_decision_is_void_once_an_answer_of_its_criterion_is_another():
    found = rows(**FERTILE)
    decided = [decision("E9", found)]

    assert passes("E9", found | {"I5": answer("I5", "no")}, decided=decided) == "yes"
    assert passes("E9", found | {"I6b": answer("I6b", "no")}, decided=decided) == "no"
    assert passes("E9", {k: v for k, v in found.items() if k != "I6b"}, decided=decided) == "investigator_decides"
    assert passes("E9", found, decided=[decision("E9", found, void_at=AT)]) == "investigator_decides"


def test_a_decision_does_not_outlive_the_criterion_as_it_was_written():
    found = rows(allergy={"value": "yes", "detail": "pollen"})
    decided = [decision("E10", found)]
    amended = parse_protocol(
        TEXT.replace(
            'kind = "exclusion"\nline = 86\nrule = "allergy"', 'kind = "exclusion"\nline = 86\nrule = "present"'
        )
    )

    assert passes("E10", found, decided=decided) == "yes"
    assert passes("E10", found, decided=decided, protocol=amended) == "unknown"


def test_no_decision_overrules_what_the_registry_entry_settles():
    found = rows(platelets_e9_per_l="88")

    assert passes("E4c", found, decided=[decision("E4c", found)]) == "no"


def test_the_newest_decision_counts():
    found = rows(**FERTILE)

    assert passes("E9", found, decided=[decision("E9", found), decision("E9", found, "no")]) == "no"


# what another version makes of it


def test_only_what_comes_out_otherwise_is_a_difference():
    found = rows(platelets_e9_per_l="110")
    amended = parse_protocol(
        TEXT.replace('field = "platelets_e9_per_l"\nlimit = "100"', 'field = "platelets_e9_per_l"\nlimit = "120"')
    )

    (one,) = differences(came_out(found).values(), came_out(found, protocol=amended).values())

    assert (one.criterion_id, one.before, one.after) == ("E4c", "yes", "no")
    assert str(one.sentence).startswith("E4c: Met before, Not met now. Platelets: 110 is less than 120")


def test_a_criterion_that_is_new_or_gone_is_a_difference():
    without = TEXT[: TEXT.index("[criteria.E14]")].replace('criteria = { value = "35"', 'criteria = { value = "34"')
    old, new = came_out(rows(), protocol=parse_protocol(without)), came_out(rows())

    assert [(each.criterion_id, each.before, each.after) for each in differences(old.values(), new.values())] == [
        ("E14", "", "yes")
    ]
    assert [(each.criterion_id, each.before, each.after) for each in differences(new.values(), old.values())] == [
        ("E14", "yes", "")
    ]


def test_every_answer_of_a_complete_screening_is_asked_for():
    asked = {each.code for each in (*items(PROTOCOL.criteria), *FINDINGS)}

    assert set(rows()) <= asked
    assert all(
        check_answer(row, item(row.item)) == check_answer(check_answer(row, item(row.item)), item(row.item))
        for row in rows().values()
    )
