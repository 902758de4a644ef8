"""What is shown of a screening, of those that wait, and of patients from before screenings were kept."""

import datetime as dt
import hashlib
import json
from decimal import Decimal

import pytest

from lndesk.demo_answers import FERTILE
from lndesk.domain.errors import RuleViolation
from lndesk.queries.record_steps import next_step, record_steps
from lndesk.services.patients import RecordConsent, SignEligibility
from lndesk.services.screenings import FailScreening, Rescreen, ReturnScreening, SaveAnswers
from lndesk.store.database import rows
from lndesk.store.signatures import content_hash
from tests.conftest import rewrite


def codes(study, patient_id):
    return [step.code for step in record_steps(study.patient(patient_id))]


def board(study):
    return [(row.patient.hospital_no, row.step) for row in study.today_board().rows]


def forget_screenings(study):
    """Leave a patient as a version left it that kept no screenings."""
    rewrite(study, "delete from screening")


def test_an_empty_screening_says_what_it_does_not_know(study, make):
    seen = study.screening(make.patient())

    assert seen.verdict == "unknown"
    assert seen.consent is None
    assert (seen.computed.egfr, seen.computed.upcr) == (None, None)
    assert str(seen.computed.sledai) == "24 of 24 findings not answered"
    assert seen.warnings == ()


def test_what_is_computed_stands_beside_the_answers(study, make):
    patient_id = make.consented(make.patient())
    make.answers(
        patient_id, urine_protein={"value": "2", "unit": "g/L"}, urine_creatinine={"value": "8.84", "unit": "mmol/L"}
    )

    computed = study.screening(patient_id).computed

    assert str(computed.sledai) == "4 + 4 + 2 + 2 = 12"
    assert computed.egfr.method == "CKD-EPI 2021"
    assert computed.egfr.shown.value == 97  # 71 umol per L, a woman of 36
    assert computed.upcr.g_per_g == Decimal(2)
    assert "not a protocol endpoint" in {str(line.words) for line in computed.egfr.lines}


def test_a_child_is_estimated_by_the_height(study, make, clock):
    patient_id = make.patient(born_on=dt.date(2010, 1, 1))
    study.run(
        RecordConsent(
            patient_id=patient_id, form_version="2.1", consented_at=clock.at, taken_by="ZHAO Min", guardian="WANG Li",
            child_assented=True,
        ),
        by=make.nurse,
    )  # fmt: skip
    make.answers(patient_id)
    assert study.screening(patient_id).computed.egfr is None

    make.answers(patient_id, height_cm="158.5")

    assert study.screening(patient_id).computed.egfr.method == "Schwartz"


def test_results_age_while_the_screening_is_open_and_not_after_it_was_signed(study, make, clock):
    patient_id = make.patient()
    make.sent(patient_id)
    clock.forward(days=29)
    aged = {item for item, _warning in study.screening(patient_id).warnings}
    assert {"creatinine", "hb_g_per_l", "systolic_mmhg"} <= aged
    assert not aged & {"hiv", "biopsy_class"}
    assert study.screening(patient_id).verdict == "eligible"

    make.sign(SignEligibility(patient_id=patient_id, eligible=True), by=make.investigator)
    said = study.screening(patient_id).warnings
    clock.forward(days=300)

    assert study.screening(patient_id).warnings == said


def test_a_result_without_a_day_warns(study, make):
    patient_id = make.consented(make.patient())
    make.answers(patient_id, creatinine={"on": None})

    ((item, warning),) = study.screening(patient_id).warnings

    assert item == "creatinine"
    assert str(warning) == "Creatinine: its day is not given, so its age is not known."


def test_those_with_the_investigator_wait_before_the_drafts(study, make):
    draft, sent = make.patient("H1"), make.patient("H2")
    make.sent(sent)
    returned = make.patient("H3")
    screening_id = make.sent(returned)
    study.run(ReturnScreening(screening_id=screening_id, question="Why?"), by=make.investigator)
    make.eligible(make.patient("H4"))
    study.run(FailScreening(patient_id=make.patient("H5"), reason="x"), by=make.nurse)

    waiting = study.screenings_waiting()

    assert [(each.patient.id, each.screening.status) for each in waiting] == [
        (sent, "sent"), (draft, "open"), (returned, "returned"),
    ]  # fmt: skip


def test_today_and_the_record_name_the_same_next_step(study, make, clock):
    patient_id = make.patient()
    steps = []

    def look():
        record = study.patient(patient_id)
        steps.append((record.status, next_step(record), *[step for _no, step in board(study)]))

    look()
    make.consented(patient_id)
    look()
    screening_id = make.sent(patient_id)
    look()
    study.run(ReturnScreening(screening_id=screening_id, question="Why?"), by=make.investigator)
    look()
    make.sent(patient_id)
    make.sign(SignEligibility(patient_id=patient_id, eligible=True), by=make.investigator)
    look()
    study.run(FailScreening(patient_id=patient_id, reason="Does not want to"), by=make.nurse)
    look()
    clock.forward(minutes=5)
    study.run(Rescreen(patient_id=patient_id, reason="Has thought it over"), by=make.nurse)
    look()

    assert steps == [
        ("screening", "record_consent", "record_consent"),
        ("screening", "screening", "screening"),
        ("awaiting_investigator", "sign_eligibility", "sign_eligibility"),
        ("screening", "screening", "screening"),
        ("eligible", "assign_arm", "assign_arm"),
        ("not_eligible", "rescreen"),
        ("screening", "record_consent", "record_consent"),
    ]


def test_the_record_offers_what_its_screening_has_room_for(study, make):
    patient_id = make.patient()
    assert {"screening", "fail_screening"} <= set(codes(study, patient_id))
    assert "rescreen" not in codes(study, patient_id)
    make.sent(patient_id)
    assert "screening" not in codes(study, patient_id)

    study.run(FailScreening(patient_id=patient_id, reason="x"), by=make.nurse)
    assert "rescreen" in codes(study, patient_id)
    assert not {"screening", "fail_screening"} & set(codes(study, patient_id))

    assert not {"screening", "fail_screening", "rescreen"} & set(codes(study, make.control("H2")))


def test_the_answers_of_one_are_not_those_of_another(study, make):
    one, other = make.consented(make.patient("H1")), make.patient("H2")
    make.answers(one, **FERTILE)

    assert study.screening(other).answers == {}
    assert {row.patient_id for row in study.screening(one).answers.values()} == {one}


# from before screenings were kept


def test_a_patient_without_a_screening_is_read_and_gets_one_on_request(study, make, clock):
    patient_id = make.consented(make.patient())
    forget_screenings(study)
    assert study.screening(patient_id) is None
    assert study.patient(patient_id).status == "awaiting_investigator"
    assert next_step(study.patient(patient_id)) == "rescreen"
    assert board(study) == [("H00482217", "view")]
    with pytest.raises(RuleViolation, match="no screening on record"):
        make.sign(SignEligibility(patient_id=patient_id, eligible=True), by=make.investigator)
    clock.forward(minutes=5)

    study.run(Rescreen(patient_id=patient_id, reason="Registered before screenings were kept"), by=make.nurse)

    assert study.screening(patient_id).screening.status == "open"
    assert next_step(study.patient(patient_id)) == "record_consent"


def test_a_statement_from_before_keeps_its_hash(study, make):
    patient_id = make.eligible(make.patient())
    statement = study.patient(patient_id).statement
    rewrite(study, "update statement set screening_id = null, protocol_id = null, verdict = null, judgements = null")
    old = ("id", "patient_id", "eligible", "remark", "signed_by", "signed_at", "signed_at_offset_min")
    (row,) = rows(study._db, "select * from statement")
    content = [
        [{name: row[name] for name in old}],
        rows(study._db, "select * from consent order by id"),
        [{"born_on": "1989-07-14"}],
    ]

    expected = hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    assert content_hash(study._db, "statement", statement.id) == expected


def test_an_enrolled_patient_from_before_is_enrolled(study, make):
    patient_id = make.control()
    rewrite(study, "update statement set screening_id = null")
    rewrite(study, "delete from answer")
    forget_screenings(study)

    record = study.patient(patient_id)

    assert (record.status, record.screening, record.notices) == ("enrolled", None, ())
    assert record.statement.eligible
    assert next_step(record) == "record_visit"


def test_a_signature_is_no_longer_valid_once_an_answer_is_another(study, make):
    patient_id = make.eligible(make.patient())
    statement = study.patient(patient_id).statement
    screening_id = study.screening(patient_id).screening.id
    study.run(ReturnScreening(screening_id=screening_id, question="Why?"), by=make.investigator)
    assert [row.valid for row in study.signatures("statement", statement.id)] == [True]

    study.run(SaveAnswers(screening_id=screening_id, cleared=("report_no",)), by=make.nurse)

    assert [row.valid for row in study.signatures("statement", statement.id)] == [False]
