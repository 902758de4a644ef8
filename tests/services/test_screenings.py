"""A screening as people act on it: saved page by page, sent, questioned, decided, signed, failed, begun anew."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lndesk.demo_answers import FERTILE, complete_answers
from lndesk.domain.errors import NotPermitted, RuleViolation
from lndesk.domain.patient import Patient
from lndesk.domain.screening import Answer
from lndesk.services.corrections import CorrectConsent, CorrectPatient
from lndesk.services.imports import ImportPatients
from lndesk.services.patients import AssignArm, RecordConsent, RecordWeight, SignEligibility
from lndesk.services.protocols import AddProtocol, ApproveProtocol
from lndesk.services.screenings import (
    AnswerQuestion,
    CorrectAnswer,
    DecideCriterion,
    FailScreening,
    Rescreen,
    ReturnScreening,
    SaveAnswers,
    SendToInvestigator,
)
from lndesk.study import Study
from tests.conftest import PASSWORD, QUICK

BEFORE_CONSENT = dt.date(2026, 2, 20)


def save(study, make, patient_id, *answers, cleared=()):
    screening_id = study.screening(patient_id).screening.id
    given_answers = tuple(Answer(screening_id=screening_id, **each) for each in answers)
    study.run(SaveAnswers(screening_id=screening_id, answers=given_answers, cleared=cleared), by=make.nurse)


def send(study, make, patient_id):
    study.run(SendToInvestigator(screening_id=study.screening(patient_id).screening.id), by=make.nurse)


def sign(make, patient_id, *, eligible=True, remark=""):
    make.sign(SignEligibility(patient_id=patient_id, eligible=eligible, remark=remark), by=make.investigator)


def decide(study, make, patient_id, criterion_id="E9", passes="yes", reason="Reliable contraception"):
    screening_id = study.screening(patient_id).screening.id
    make.sign(
        DecideCriterion(screening_id=screening_id, criterion_id=criterion_id, passes=passes, reason=reason),
        by=make.investigator,
    )


def assign(make, patient_id):
    make.sign(AssignArm(patient_id=patient_id, arm="control", reason="Declined the cells"), by=make.investigator)


def passes(study, patient_id):
    return {each.criterion.id: each.passes for each in study.screening(patient_id).judgements}


def status(study, patient_id):
    return study.screening(patient_id).screening.status


def amend(study, make, before, after):
    content = study.protocol_versions()[0].content.replace('version = "1"', 'version = "2"').replace(before, after)
    study.run(AddProtocol(content=content), by=make.investigator)
    return study.protocol_versions()[0].sha256


# begun


def test_registering_opens_the_first_screening_under_the_next_number(study, make):
    first, second = make.patient("H1"), make.patient("H2")

    assert [study.screening(one).screening.screening_no for one in (first, second)] == ["S-0001", "S-0002"]
    assert status(study, first) == "open"
    assert study.screening(first).answers == {}


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"born_on": dt.date(2026, 3, 3)}, "born_on", "is in the future"),
        ({"born_on": dt.date(1900, 1, 1)}, "born_on", "126 years old"),
        ({"hospital_no": "H/1"}, "hospital_no", "letters, digits and hyphens only"),
        ({"family_name": " "}, "family_name", "Enter the family name"),
        ({"sex": ""}, "sex", "Choose the sex"),
    ],
)
def test_an_identity_that_cannot_be_opens_no_screening(study, make, changes, field, said):
    with pytest.raises(RuleViolation, match=said) as refused:
        make.patient(**({"hospital_no": "H1"} | changes))

    assert refused.value.field == field
    assert study.screenings_waiting() == ()


@pytest.mark.parametrize("typed", ["H 0048 2217", "ｈ００４８２２１７", " h00482217\t", "H\u30000048\u00a02217"])
def test_a_hospital_number_is_one_however_it_is_typed(study, make, typed):
    make.patient(typed)

    assert [row.patient.hospital_no for row in study.patients()] == ["H00482217"]
    with pytest.raises(RuleViolation, match="belongs to"):
        make.patient("H00482217")


@pytest.mark.parametrize(
    "name",
    [
        {"latin_family": "Wolfeschlegelsteinhausenbergerdorff", "latin_given": "Abdulrahmanabdulazizalfarisalmalik1"},
        {"family_name": "买买提", "given_name": "阿不都热合曼艾合买提"},
        {"family_name": "\U0002a6a5", "given_name": "\U0002a6a5"},
    ],
    ids=["35 Latin letters", "12 Chinese characters and one", "U+2A6A5"],
)
def test_a_long_or_rare_name_comes_back_whole(study, make, name):
    patient = study.patient(make.patient(**name)).patient

    assert {part: getattr(patient, part) for part in name} == name


# saved


def test_a_page_is_saved_as_it_is_left_and_another_leaves_it_alone(study, make):
    patient_id = make.patient()
    limit = {"item": "creatinine", "value": "70.50", "upper_limit": Decimal(84), "on": dt.date(2026, 3, 1)}

    save(study, make, patient_id, limit, {"item": "E6", "value": "no"})
    save(study, make, patient_id, {"item": "hb_g_per_l", "value": "0"})

    found = study.screening(patient_id).answers
    assert {code: row.value for code, row in found.items()} == {"creatinine": "70.5", "E6": "no", "hb_g_per_l": "0"}
    assert (found["creatinine"].unit, found["creatinine"].upper_limit) == ("umol/L", Decimal(84))
    assert (found["E6"].saved_by, found["E6"].saved_at) == ("CHEN Jing", study.now())


def test_a_blank_takes_the_answer_away_and_the_act_keeps_it(study, make):
    patient_id = make.patient()
    save(study, make, patient_id, {"item": "E6", "value": "no"}, {"item": "E5a", "value": "no"})

    save(study, make, patient_id, {"item": "E6", "value": " "}, cleared=("E5a", "E5b"))

    assert study.screening(patient_id).answers == {}
    removed = [change.before for change in study.act_changes(study.acts()[0].id) if change.column == "item"]
    assert sorted(removed) == ["E5a", "E6"]
    assert passes(study, patient_id)["E6"] == "unknown"
    assert study.verify().ok


def test_one_bad_answer_saves_none_of_the_page(study, make):
    patient_id = make.patient()

    with pytest.raises(RuleViolation, match="has a comma") as refused:
        save(study, make, patient_id, {"item": "E6", "value": "no"}, {"item": "alt", "value": "22,5"})

    assert refused.value.field == "alt"
    assert study.screening(patient_id).answers == {}


def test_what_nobody_asks_is_not_saved(study, make):
    for code in ("sex", "sledai", "E9", "nonsense", "creatinine_uln"):
        with pytest.raises(RuleViolation, match=f"does not ask {code}"):
            save(study, make, make.patient(f"H-{code.replace('_', '')}"), {"item": code, "value": "1"})


def test_an_answer_that_says_the_same_changes_nothing(study, make, clock):
    patient_id = make.patient()
    save(study, make, patient_id, {"item": "alt", "value": "22.0", "upper_limit": Decimal(40)})
    saved_at = clock.at
    clock.forward(hours=1)

    save(study, make, patient_id, {"item": "alt", "value": "22", "upper_limit": Decimal("40.0")})

    assert study.screening(patient_id).answers["alt"].saved_at == saved_at


def test_only_the_desk_answers(study, make):
    patient_id = make.patient()
    with pytest.raises(NotPermitted):
        study.run(SaveAnswers(screening_id=study.screening(patient_id).screening.id), by=make.technician)


ALL = {answer.item: answer for answer in complete_answers(0, sex="female", on=dt.date(2026, 3, 2))}
PAGES = st.lists(
    st.tuples(
        st.lists(st.tuples(st.sampled_from(sorted(ALL)), st.booleans()), max_size=6),
        st.sets(st.sampled_from(sorted(ALL)), max_size=4),
    ),
    max_size=6,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PAGES)
def test_whatever_is_saved_in_whatever_order_is_there_when_the_site_is_opened_again(study, make, clock, pages):
    number = len(study.patients()) + 1
    patient_id = make.patient(f"H{number}")
    screening_id, expected = study.screening(patient_id).screening.id, {}
    for answers, cleared in pages:
        given_answers = {code: ALL[code] if as_usual else _other(ALL[code]) for code, as_usual in answers}
        blank = cleared - set(given_answers)
        study.run(SaveAnswers(screening_id=screening_id, answers=tuple(given_answers.values()), cleared=tuple(blank)))
        expected = {code: row for code, row in (expected | given_answers).items() if code not in blank}

    opened = Study.open(study.path, login="monitor", password=PASSWORD, read_only=True, clock=clock, cost=QUICK)
    found = opened.screening(patient_id).answers
    opened.close()

    assert {code: _said(row) for code, row in found.items()} == {code: _said(row) for code, row in expected.items()}


def _other(answer):
    swapped = {"yes": "no", "no": "yes", "present": "absent", "absent": "present", "negative": "positive"}
    if answer.value in swapped:
        return Answer(screening_id=0, item=answer.item, value=swapped[answer.value], on=answer.on)
    return Answer(screening_id=0, item=answer.item, value=answer.value, on=answer.on)


def _said(row):
    return row.value, row.upper_limit, row.on, row.detail


# sent


def test_it_is_sent_only_when_everything_is_known_and_says_what_is_not(study, make):
    patient_id = make.patient()
    with pytest.raises(RuleViolation, match="no consent on record"):
        send(study, make, patient_id)
    make.consented(patient_id)
    make.answers(patient_id, creatinine={"upper_limit": None}, E6=None)

    with pytest.raises(RuleViolation, match=r"Not answered yet: E2, E6\.") as refused:
        send(study, make, patient_id)

    assert refused.value.field == "E2"
    assert status(study, patient_id) == "open"


def test_what_was_sent_takes_no_answer_until_it_is_returned(study, make):
    patient_id = make.patient()
    screening_id = make.sent(patient_id)
    assert study.patient(patient_id).status == "awaiting_investigator"

    with pytest.raises(RuleViolation, match="S-0001 is not open for answers any more"):
        save(study, make, patient_id, {"item": "E6", "value": "yes"})
    with pytest.raises(RuleViolation, match="S-0001 is not open"):
        send(study, make, patient_id)
    with pytest.raises(RuleViolation, match="Say why") as refused:
        study.run(ReturnScreening(screening_id=screening_id, question=" "), by=make.investigator)
    assert refused.value.field == "question"
    study.run(ReturnScreening(screening_id=screening_id, question="Which laboratory?"), by=make.investigator)

    assert (status(study, patient_id), study.screening(patient_id).screening.reason) == (
        "returned",
        "Which laboratory?",
    )
    assert study.acts()[0].reason == "Which laboratory?"
    save(study, make, patient_id, {"item": "report_no", "value": "P-3"})
    send(study, make, patient_id)
    assert study.screening(patient_id).screening.reason == ""


def test_only_an_investigator_returns(study, make):
    screening_id = make.sent(make.patient())
    with pytest.raises(NotPermitted):
        study.run(ReturnScreening(screening_id=screening_id, question="Why?"), by=make.nurse)


# questions


def slip(make):
    """A haemoglobin in g per dL, as laboratories also write it."""
    patient_id = make.consented(make.patient())
    make.answers(patient_id, hb_g_per_l="11.2")
    return patient_id


def answer_question(study, by, patient_id, code="haemoglobin-unit", reason="The laboratory confirmed it"):
    screening_id = study.screening(patient_id).screening.id
    study.run(AnswerQuestion(screening_id=screening_id, question=code, reason=reason), by=by)


def test_a_slip_is_asked_about_and_nothing_is_sent_before_the_answer(study, make):
    patient_id = slip(make)
    with pytest.raises(RuleViolation, match=r"A question is not answered: Haemoglobin of 11\.2") as refused:
        send(study, make, patient_id)
    assert refused.value.field == "hb_g_per_l"

    answer_question(study, make.nurse, patient_id)
    (question,) = study.screening(patient_id).questions
    assert (question.answered, question.answered_by) == ("The laboratory confirmed it", "CHEN Jing")

    send(study, make, patient_id)
    assert status(study, patient_id) == "sent"


def test_an_answer_to_a_question_is_about_that_value_and_no_other(study, make):
    patient_id = slip(make)
    answer_question(study, make.nurse, patient_id)

    save(study, make, patient_id, {"item": "hb_g_per_l", "value": "11.3", "on": dt.date(2026, 3, 2)})
    assert [question.answered for question in study.screening(patient_id).questions] == [""]

    save(study, make, patient_id, {"item": "hb_g_per_l", "value": "113", "on": dt.date(2026, 3, 2)})
    assert study.screening(patient_id).questions == ()


def test_a_question_needs_its_reason_and_must_be_there(study, make):
    patient_id = slip(make)
    with pytest.raises(RuleViolation, match="Say why"):
        answer_question(study, make.nurse, patient_id, reason=" ")
    with pytest.raises(RuleViolation, match="does not arise"):
        answer_question(study, make.nurse, patient_id, code="platelets-unit")


def test_weights_of_the_record_are_asked_about_too(study, make, clock):
    patient_id = make.consented(make.patient())
    make.answers(patient_id)
    for kg in ("60", "120"):
        clock.forward(days=1)
        study.run(RecordWeight(patient_id=patient_id, kg=Decimal(kg), measured_at=clock.at, scale="B2"))

    assert [question.code for question in study.screening(patient_id).questions] == ["weight-jin"]


@pytest.mark.parametrize("item", ["creatinine", "hiv", "systolic_mmhg", "proteinuria_g_per_day"])
def test_a_result_from_before_the_consent_is_for_the_investigator_to_explain(study, make, item):
    patient_id = make.patient()
    make.sent(patient_id, **{item: {"on": BEFORE_CONSENT}})

    (question,) = study.screening(patient_id).questions
    assert question.by_investigator
    assert str(question.sentence).endswith("Was it routine care, and not done for the study?")
    with pytest.raises(RuleViolation, match="Was it routine care"):
        sign(make, patient_id)
    with pytest.raises(RuleViolation, match="Only an investigator"):
        answer_question(study, make.nurse, patient_id, "before-consent")
    answer_question(study, make.investigator, patient_id, "before-consent", "Routine blood count of the ward")
    sign(make, patient_id)

    assert status(study, patient_id) == "eligible"


def test_a_biopsy_and_a_history_from_before_the_consent_are_no_question(study, make):
    patient_id = make.patient()
    make.sent(
        patient_id, biopsy_on="2025-12-24", alcoholism="no", other_trial="past", other_trial_ended_on="2025-10-01",
        drug_addiction="yes", drug_addiction_until="2020-01-31",
    )  # fmt: skip

    assert study.screening(patient_id).questions == ()
    assert study.screening(patient_id).verdict == "eligible"


# decided


def test_what_is_open_waits_for_the_investigators_signed_decision(study, make):
    patient_id = make.patient()
    make.sent(patient_id, **FERTILE)
    assert study.screening(patient_id).verdict == "investigator_decides"
    with pytest.raises(RuleViolation, match="E9 stands in the way: Investigator decides"):
        sign(make, patient_id)

    decide(study, make, patient_id)

    assert study.screening(patient_id).verdict == "eligible"
    (made,) = study.screening(patient_id).determinations
    (row,) = study.signatures("determination", made.id)
    assert row.valid
    assert row.signature.meaning == "authorised"
    sign(make, patient_id)


@pytest.mark.parametrize(
    ("criterion", "passes", "reason", "said"),
    [
        ("E2", "yes", "x", "E2 is not for the investigator to decide"),
        ("E99", "yes", "x", "E99 is not for the investigator to decide"),
        ("E9", "maybe", "x", "Choose how the criterion counts"),
        ("E9", "yes", " ", "Say why"),
    ],
)
def test_a_decision_is_about_an_open_criterion_and_has_its_reason(study, make, criterion, passes, reason, said):
    patient_id = make.patient()
    make.sent(patient_id, **FERTILE)

    with pytest.raises(RuleViolation, match=said):
        decide(study, make, patient_id, criterion, passes, reason)

    assert study.screening(patient_id).determinations == ()


def test_a_decision_is_void_when_a_detail_of_its_criterion_changes(study, make):
    patient_id = make.patient()
    screening_id = make.sent(patient_id, allergy={"value": "yes", "detail": "pollen"})
    decide(study, make, patient_id, "E10", reason="Hay fever only")
    study.run(ReturnScreening(screening_id=screening_id, question="Which pollen?"), by=make.investigator)

    save(study, make, patient_id, {"item": "E6", "value": "no", "detail": "None"})
    assert passes(study, patient_id)["E10"] == "yes"
    save(study, make, patient_id, {"item": "allergy", "value": "yes", "detail": "penicillin, shock in 2011"})

    assert passes(study, patient_id)["E10"] == "investigator_decides"
    assert study.screening(patient_id).determinations == ()
    assert study.verify().ok


def test_a_decision_is_void_when_the_record_behind_it_is_corrected(study, make, clock):
    patient_id = make.patient()
    ended = {"alcoholism": "yes", "alcoholism_until": "2024-02-01"}
    make.sent(patient_id, **ended)
    decide(study, make, patient_id, "E12", reason="Dry for two years")
    consent = study.patient(patient_id).consents[0]

    earlier = {"consented_at": clock.at - dt.timedelta(days=7)}
    study.run(CorrectConsent(row_id=consent.id, changes=earlier, reason="Read off the form again"), by=make.nurse)

    assert passes(study, patient_id)["E12"] == "investigator_decides"


# signed


def test_the_signature_covers_the_answers_the_reasons_and_the_version(study, make):
    patient_id = make.eligible(make.patient())

    statement = study.patient(patient_id).statement
    kept = json.loads(statement.judgements)
    assert (statement.verdict, kept["verdict"], kept["screening"]) == ("eligible", "eligible", "S-0001")
    assert kept["protocol"]["sha256"] == study.protocol().sha256
    assert len(kept["criteria"]) == 35
    assert kept["answers"]["creatinine"] == {"value": "71", "unit": "umol/L", "upper_limit": "84", "on": "2026-03-02"}
    by_id = {each["id"]: each for each in kept["criteria"]}
    assert by_id["I3"]["passes"] == "yes"
    assert "12" in by_id["I3"]["why"]["en"]
    assert set(by_id["I3"]["why"]) == {"en", "zh_CN"}
    assert [row.valid for row in study.signatures("statement", statement.id)] == [True]
    assert study.screening(patient_id).screening.closed_by == "ZHAO Min"


def test_nobody_is_signed_as_eligible_against_a_criterion(study, make):
    patient_id = make.patient()
    make.sent(patient_id, platelets_e9_per_l="99.9", **{"sledai.thrombocytopenia": "present"})

    with pytest.raises(RuleViolation, match="E4c stands in the way: Not met") as refused:
        sign(make, patient_id)
    assert refused.value.field == "eligible"
    with pytest.raises(RuleViolation, match="Give the reason"):
        sign(make, patient_id, eligible=False)
    sign(make, patient_id, eligible=False, remark="Platelets")

    assert (status(study, patient_id), study.patient(patient_id).status) == ("not_eligible", "not_eligible")


def test_the_investigator_may_refuse_whom_the_criteria_let_in(study, make):
    patient_id = make.patient()
    make.sent(patient_id)

    sign(make, patient_id, eligible=False, remark="Lives too far away")

    assert study.screening(patient_id).verdict == "eligible"
    assert status(study, patient_id) == "not_eligible"


def test_a_signed_screening_can_be_opened_again_before_the_arm_and_gets_none_meanwhile(study, make):
    patient_id = make.eligible(make.patient())
    screening_id = study.screening(patient_id).screening.id

    study.run(ReturnScreening(screening_id=screening_id, question="Weight?"), by=make.investigator)
    with pytest.raises(RuleViolation, match="has not signed that the patient is eligible"):
        assign(make, patient_id)
    send(study, make, patient_id)
    sign(make, patient_id)
    assign(make, patient_id)

    with pytest.raises(RuleViolation, match="already has an arm"):
        study.run(ReturnScreening(screening_id=screening_id, question="Weight?"), by=make.investigator)
    with pytest.raises(RuleViolation, match="already has an arm"):
        study.run(FailScreening(patient_id=patient_id, reason="x"), by=make.nurse)


# failed, and begun anew


def test_a_screening_fails_with_its_reason_and_a_new_one_carries_nothing_over(study, make, clock):
    patient_id = make.patient()
    make.sent(patient_id)
    with pytest.raises(RuleViolation, match="Say why"):
        study.run(FailScreening(patient_id=patient_id, reason=""), by=make.nurse)
    study.run(FailScreening(patient_id=patient_id, reason="Does not want the infusions"), by=make.nurse)
    assert (study.patient(patient_id).status, status(study, patient_id)) == ("not_eligible", "failed")
    clock.forward(days=30)

    study.run(Rescreen(patient_id=patient_id, reason="Has thought it over"), by=make.nurse)

    seen = study.screening(patient_id)
    assert (seen.screening.screening_no, seen.screening.reason) == ("S-0002", "Has thought it over")
    assert (seen.answers, seen.consent, seen.determinations) == ({}, None, ())
    assert [each.screening_no for each in seen.earlier] == ["S-0001"]
    assert study.patient(patient_id).status == "screening"
    assert len(study.earlier_screening(seen.earlier[0].id).answers) > 50
    with pytest.raises(RuleViolation, match="no consent on record"):
        send(study, make, patient_id)
    assert study.patient(make.eligible(patient_id)).statement.screening_id == seen.screening.id


def test_an_old_refusal_is_no_verdict_on_the_new_screening(study, make):
    patient_id = make.patient()
    make.sent(patient_id)
    sign(make, patient_id, eligible=False, remark="Too ill today")

    study.run(Rescreen(patient_id=patient_id, reason="Well again"), by=make.nurse)

    assert study.patient(patient_id).statement is None
    assert study.patient(patient_id).status == "screening"


@pytest.mark.parametrize("stage", ["open", "sent", "eligible"])
def test_nobody_is_screened_twice_at_once(study, make, stage):
    patient_id = make.patient()
    if stage == "sent":
        make.sent(patient_id)
    elif stage == "eligible":
        make.eligible(patient_id)

    with pytest.raises(RuleViolation, match="S-0001 has not failed"):
        study.run(Rescreen(patient_id=patient_id, reason="Again"), by=make.nurse)


def test_a_number_is_never_given_again(study, make):
    patient_id = make.patient()
    for _again in range(2):
        study.run(FailScreening(patient_id=patient_id, reason="x"), by=make.nurse)
        study.run(Rescreen(patient_id=patient_id, reason="y"), by=make.nurse)

    assert study.screening(make.patient("H2")).screening.screening_no == "S-0004"


# corrected after the signature


def corrected(study, make, patient_id, code, reason="Read off the report again", **changes):
    row = study.screening(patient_id).answers[code]
    study.run(CorrectAnswer(row_id=row.id, changes=changes, reason=reason), by=make.nurse)
    return row.id


def test_a_corrected_answer_keeps_the_old_value_in_sight_and_the_signature_says_so(study, make):
    patient_id = make.eligible(make.patient())
    statement = study.patient(patient_id).statement

    row_id = corrected(study, make, patient_id, "creatinine", value="７２")

    (earlier,) = study.value_history("answer", row_id)
    assert (earlier.column, earlier.before, earlier.after) == ("value", "71", "72")
    assert (earlier.reason, earlier.changed_by) == ("Read off the report again", "CHEN Jing")
    assert [row.valid for row in study.signatures("statement", statement.id)] == [False]
    assert study.patient(patient_id).statement.judgements == statement.judgements
    assert study.patient(patient_id).notices == ()
    assert status(study, patient_id) == "eligible"
    assert study.verify().ok


def test_what_a_correction_would_change_is_said_first(study, make):
    patient_id = make.patient()
    make.sent(patient_id, allergy={"value": "yes", "detail": "pollen"})
    decide(study, make, patient_id, "E10", reason="Hay fever only")
    sign(make, patient_id)
    found = study.screening(patient_id).answers

    (said,) = study.answer_effects(found["platelets_e9_per_l"].id, {"value": "88"})
    assert str(said).startswith("E4c: Met before, Not met now. Platelets: 88 is less than 100")
    assert [str(each) for each in study.answer_effects(found["creatinine"].id, {"value": "72"})] == [
        "No criterion comes out otherwise."
    ]
    with pytest.raises(RuleViolation, match="has a comma"):
        study.answer_effects(found["creatinine"].id, {"value": "7,2"})
    assert [str(each) for each in study.consequences("answer", found["allergy"].id)] == [
        "Decisions of the investigator that will be void: E10.",
        "Signatures that will be shown as no longer valid: 1.",
    ]


def test_a_criterion_that_fails_by_a_correction_stops_the_arm_until_it_is_signed_anew(study, make):
    patient_id = make.eligible(make.patient())
    corrected(study, make, patient_id, "platelets_e9_per_l", value="88")

    with pytest.raises(RuleViolation, match="E4c stands in the way"):
        assign(make, patient_id)
    with pytest.raises(RuleViolation, match="E4c stands in the way"):
        sign(make, patient_id)
    sign(make, patient_id, eligible=False, remark="Platelets, corrected")

    assert status(study, patient_id) == "not_eligible"


def test_in_an_enrolled_patient_it_is_said_and_nothing_is_undone(study, make):
    patient_id = make.control()
    corrected(study, make, patient_id, "platelets_e9_per_l", value="88")

    record = study.patient(patient_id)
    (notice,) = record.notices
    assert str(notice.sentence).startswith("Signed as eligible, and changed since: E4c is now Not met.")
    assert (record.status, record.assignment.arm, len(record.course) > 0) == ("enrolled", "control", True)
    (row,) = [row for row in study.today_board().rows if row.notice]
    assert (row.status, row.step, row.notice) == ("notice", "view", notice.sentence)

    corrected(study, make, patient_id, "platelets_e9_per_l", reason="It was right after all", value="204")
    assert study.patient(patient_id).notices == ()


def test_a_corrected_birth_date_is_said_too(study, make):
    patient_id = make.control()

    changes = {"born_on": dt.date(1960, 1, 1)}
    study.run(CorrectPatient(row_id=patient_id, changes=changes, reason="Read off the card again"), by=make.nurse)

    assert [str(each.sentence)[:61] for each in study.patient(patient_id).notices] == [
        "Signed as eligible, and changed since: I1a is now Not met. 66"
    ]


def test_an_answer_is_corrected_only_after_it_left_the_desk_and_with_a_reason(study, make):
    patient_id = make.patient()
    save(study, make, patient_id, {"item": "E6", "value": "no"})
    with pytest.raises(RuleViolation, match="change the answer on its page"):
        corrected(study, make, patient_id, "E6", value="yes")
    make.sent(patient_id)
    for changes, reason, said in (
        ({"value": "yes"}, "short", "at least 10 characters"),
        ({"value": "no"}, "Read off the report again", "Nothing differs"),
        ({"value": "perhaps"}, "Read off the report again", "is not one of"),
        ({"item": "E5a"}, "Read off the report again", "is not corrected here"),
    ):
        with pytest.raises(RuleViolation, match=said):
            corrected(study, make, patient_id, "E6", reason, **changes)
    with pytest.raises(RuleViolation, match="Nothing differs"):
        corrected(study, make, patient_id, "creatinine", value="71.0")

    corrected(study, make, patient_id, "E6", value="yes")
    assert study.screening(patient_id).verdict == "not_eligible"


# amended


PLATELETS = ('field = "platelets_e9_per_l"\nlimit = "100"', 'field = "platelets_e9_per_l"\nlimit = "150"')


def test_an_amendment_judges_open_screenings_anew_and_says_what_changed(study, make, clock):
    failing, fine = make.patient("H1"), make.patient("H2")
    make.sent(failing, platelets_e9_per_l="110")
    make.sent(fine)
    enrolled = make.control("H3")
    clock.forward(days=1)
    sha256 = amend(study, make, *PLATELETS)

    (effect,) = study.amendment_effects(sha256)
    assert (effect.patient.hospital_no, effect.goes_back) == ("H1", True)
    assert [(each.criterion_id, each.before, each.after) for each in effect.changes] == [("E4c", "yes", "no")]
    assert status(study, failing) == "sent"
    make.sign(ApproveProtocol(sha256=sha256), by=make.investigator)

    seen = study.screening(failing)
    assert (seen.screening.status, seen.screening.reason) == ("returned", "Version 2 of the protocol changes E4c.")
    assert [str(each.sentence)[:62] for each in seen.changes] == [
        "E4c: Met before, Not met now. Platelets: 110 is less than 150\N{NO-BREAK SPACE}"
    ]
    assert (status(study, fine), study.screening(fine).changes) == ("sent", ())
    assert study.screening(enrolled).verdict == "eligible"
    assert {change.table for change in study.act_changes(study.acts()[0].id)} >= {"reevaluation", "screening"}
    assert study.amendment_effects(sha256) == ()


def test_an_amendment_that_asks_more_leaves_an_open_screening_open(study, make):
    patient_id = make.consented(make.patient())
    make.answers(patient_id)
    added = (
        '[criteria.E15]\nkind = "exclusion"\nline = 90\nrule = "present"\ntext = { en = "Asthma", zh_CN = "哮喘" }\n'
    )
    content = study.protocol_versions()[0].content.replace('version = "1"', 'version = "2"')
    content = content.replace('criteria = { value = "35"', 'criteria = { value = "36"') + "\n" + added
    study.run(AddProtocol(content=content), by=make.investigator)
    make.sign(ApproveProtocol(sha256=study.protocol_versions()[0].sha256), by=make.investigator)

    assert [(each.criterion_id, each.before, each.after) for each in study.screening(patient_id).changes] == [
        ("E15", "", "unknown")
    ]
    with pytest.raises(RuleViolation, match=r"Not answered yet: E15\."):
        send(study, make, patient_id)
    save(study, make, patient_id, {"item": "E15", "value": "no"})
    send(study, make, patient_id)


def test_who_is_signed_as_eligible_and_has_no_arm_gets_none_by_rules_that_are_no_more(study, make):
    patient_id = make.patient()
    make.eligible(patient_id, platelets_e9_per_l="110")
    statement = study.patient(patient_id).statement
    make.sign(ApproveProtocol(sha256=amend(study, make, *PLATELETS)), by=make.investigator)

    with pytest.raises(RuleViolation, match="E4c stands in the way"):
        assign(make, patient_id)

    assert [row.valid for row in study.signatures("statement", statement.id)] == [True]
    assert [str(notice.sentence)[:57] for notice in study.patient(patient_id).notices] == [
        "Signed as eligible, and changed since: E4c is now Not met"
    ]


def test_a_decision_outlives_an_amendment_that_leaves_its_criterion_alone(study, make):
    patient_id = make.patient()
    make.sent(patient_id, **FERTILE)
    decide(study, make, patient_id)

    make.sign(ApproveProtocol(sha256=amend(study, make, *PLATELETS)), by=make.investigator)

    assert passes(study, patient_id)["E9"] == "yes"
    assert status(study, patient_id) == "sent"


# of age


def test_at_18_the_consent_is_due_anew_until_it_is_given(study, make, clock):
    patient_id = make.patient(born_on=dt.date(2008, 4, 1))
    asked = {"patient_id": patient_id, "form_version": "2.1", "taken_by": "ZHAO Min"}
    study.run(RecordConsent(consented_at=clock.at, guardian="WANG Li", child_assented=True, **asked), by=make.nurse)
    make.eligible(patient_id, height_cm="158")
    clock.on(2026, 3, 31)
    assert study.patient(patient_id).notices == ()

    clock.on(2026, 4, 1)
    (notice,) = study.patient(patient_id).notices
    assert str(notice.sentence) == (
        "18 years old, and the consent of 02-Mar-2026 was the guardian's: consent anew is due (site value)."
    )
    assert [(row.status, row.step) for row in study.today_board().rows if row.notice] == [("notice", "record_consent")]

    study.run(RecordConsent(consented_at=clock.at, **asked), by=make.nurse)
    assert study.patient(patient_id).notices == ()
    assert passes(study, patient_id)["I7"] == "yes"


# lists and histories


def test_registering_a_list_opens_a_screening_for_each(study, make):
    people = tuple(
        Patient(family_name="王", given_name="敏", latin_family="Wang", latin_given="Min", sex="female",
                born_on=dt.date(1990, 1, 1), hospital_no=f"H{number}")
        for number in (1, 2)
    )  # fmt: skip
    study.run(ImportPatients(patients=people), by=make.nurse)

    assert [each.screening.screening_no for each in study.screenings_waiting()] == ["S-0001", "S-0002"]


def test_each_act_on_a_screening_is_found_in_the_patients_history(study, make):
    patient_id = make.patient()
    make.patient("H2")
    make.sent(patient_id, **FERTILE)
    decide(study, make, patient_id)
    sign(make, patient_id)

    assert [act.command for act in study.acts_about(patient_id)] == [
        "SignEligibility", "DecideCriterion", "SendToInvestigator", "SaveAnswers", "RecordConsent", "RegisterPatient",
    ]  # fmt: skip
