import datetime as dt
from dataclasses import replace

import pytest

from lndesk.domain.before_infusion import (
    LIFTABLE,
    BeforeCase,
    BeforeInfusion,
    StopDecision,
    check_before,
    check_stop_decision,
    questions,
    stops,
)
from lndesk.domain.dose import Finding
from lndesk.domain.errors import RuleViolation
from lndesk.domain.protocol_file import parse_protocol
from lndesk.i18n import Sentence
from lndesk.settings import resources

PROTOCOL = parse_protocol((resources() / "protocols" / "nct04318600.toml").read_text(encoding="utf-8"))
NOW = dt.datetime(2026, 3, 12, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
TODAY = NOW.date()
WOMAN = BeforeInfusion(
    id=7, patient_id=1, infusion_no=2, pregnancy_possible=True, pregnancy_test="negative", tested_on=TODAY,
    contraception="kept", contraception_method="pill", albumin_allergy=False, dmso_allergy=False,
    infection_or_fever=False, new_medication=False, asked_at=NOW, asked_by="CHEN Jing", recorded_at=NOW,
)  # fmt: skip
MAN = replace(WOMAN, pregnancy_possible=None, pregnancy_test="", tested_on=None, contraception_method="condom")


def found(asked=WOMAN, *, now=NOW, **case):
    findings = stops(BeforeCase(sex="female", asked=asked, **case), PROTOCOL, now=now)
    return {finding.code: finding.level for finding in findings}


def refused(asked, sex="female"):
    with pytest.raises(RuleViolation) as refusal:
        check_before(asked, sex, now=NOW)
    return refusal.value.field


def decision(code, **changes):
    usual = {
        "patient_id": 1, "before_infusion_id": 7, "code": code, "reason": "seen and examined", "decided_by": "ZHAO Min",
        "decided_at": NOW,
    }  # fmt: skip
    return StopDecision(**(usual | changes))


def test_whole_answers_without_trouble_stop_nothing():
    check_before(WOMAN, "female", now=NOW)
    check_before(MAN, "male", now=NOW)
    assert found(WOMAN) == found(MAN) == {}


def test_who_is_asked_what():
    assert questions("female", pregnancy_possible=None) == questions("female", pregnancy_possible=True)
    assert questions("female", pregnancy_possible=False).contraception is False
    assert questions("male", pregnancy_possible=None).pregnancy is False
    assert questions("male", pregnancy_possible=None).contraception is True


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pregnancy_possible": None}, "pregnancy_possible"), ({"pregnancy_test": ""}, "pregnancy_test"),
        ({"tested_on": None}, "tested_on"), ({"tested_on": TODAY + dt.timedelta(days=1)}, "tested_on"),
        ({"contraception": ""}, "contraception"), ({"contraception": "not_needed"}, "contraception"),
        ({"contraception_method": ""}, "contraception_method"), ({"albumin_allergy": None}, "albumin_allergy"),
        ({"dmso_allergy": None}, "dmso_allergy"), ({"infection_or_fever": None}, "infection_or_fever"),
        ({"new_medication": None}, "new_medication"), ({"asked_at": NOW + dt.timedelta(minutes=1)}, "asked_at"),
    ],
)  # fmt: skip
def test_each_answer_that_applies_is_given(changes, field):
    assert refused(replace(WOMAN, **changes)) == field


def test_pregnancy_is_not_asked_of_a_man_and_contraception_not_of_a_woman_who_cannot_be_pregnant():
    assert refused(replace(MAN, pregnancy_test="negative"), "male") == "pregnancy_possible"
    check_before(replace(MAN, contraception="not_needed", contraception_method=""), "male", now=NOW)
    check_before(
        replace(WOMAN, pregnancy_possible=False, pregnancy_test="", tested_on=None, contraception="",
                contraception_method=""), "female", now=NOW,
    )  # fmt: skip


def test_nothing_answered_is_a_stop_where_the_protocol_asks_and_nothing_where_it_does_not():
    assert found(None) == {"before_not_asked": "stop"}
    silent = replace(PROTOCOL, before=replace(PROTOCOL.before, asked=False))
    assert stops(BeforeCase(sex="female", asked=None), silent, now=NOW) == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"pregnancy_test": "positive"}, "pregnant"), ({"albumin_allergy": True}, "albumin_allergy"),
        ({"dmso_allergy": True}, "dmso_allergy"), ({"infection_or_fever": True}, "infection_or_fever"),
        ({"contraception": "not_kept"}, "contraception_not_kept"),
    ],
)  # fmt: skip
def test_what_stops_says_that_the_investigator_decides(changes, code):
    case = BeforeCase(sex="female", asked=replace(WOMAN, **changes))
    (finding,) = stops(case, PROTOCOL, now=NOW)

    assert (finding.code, finding.level) == (code, "stop")
    assert "The investigator decides" in str(finding.text)


def test_a_signed_decision_lifts_what_may_be_decided_for_these_answers_only():
    feverish = replace(WOMAN, infection_or_fever=True)

    assert found(feverish, decisions=[decision("infection_or_fever")]) == {}
    assert found(replace(feverish, id=8), decisions=[decision("infection_or_fever")]) == {"infection_or_fever": "stop"}
    assert found(feverish, decisions=[decision("dmso_allergy")]) == {"infection_or_fever": "stop"}


@pytest.mark.parametrize("code", ["pregnant", "albumin_allergy", "before_not_asked", "nonsense"])
def test_pregnancy_and_albumin_are_lifted_by_no_decision(code):
    with pytest.raises(RuleViolation, match="not lifted by a decision"):
        check_stop_decision(decision(code))


def test_a_decision_needs_a_reason():
    for code in LIFTABLE:
        check_stop_decision(decision(code))
        with pytest.raises(RuleViolation, match="at least 10"):
            check_stop_decision(decision(code, reason="fine"))


def test_a_negative_test_after_a_positive_one_is_for_the_investigator():
    positive = replace(WOMAN, id=5, pregnancy_test="positive", recorded_at=NOW - dt.timedelta(hours=2))

    assert found(earlier=[positive]) == {"pregnancy_tests_differ": "stop"}
    settled = decision("pregnancy_tests_differ", before_infusion_id=6, decided_at=NOW - dt.timedelta(hours=1))
    assert found(earlier=[positive], decisions=[settled]) == {}
    before_it = replace(settled, decided_at=NOW - dt.timedelta(hours=3))
    assert found(earlier=[positive], decisions=[before_it]) == {"pregnancy_tests_differ": "stop"}


@pytest.mark.parametrize(("days", "expected"), [(7, {}), (8, {"pregnancy_test_old": "warning"})])
def test_a_test_older_than_the_sites_limit_warns(days, expected):
    assert found(replace(WOMAN, tested_on=TODAY - dt.timedelta(days=days))) == expected


@pytest.mark.parametrize(("hours", "expected"), [(24, {}), (25, {"before_asked_long_ago": "warning"})])
def test_answers_older_than_the_sites_limit_warn(hours, expected):
    assert found(now=NOW + dt.timedelta(hours=hours)) == expected


def test_new_medication_warns_until_it_is_on_record():
    new = replace(WOMAN, new_medication=True)

    assert found(new) == {"new_medication_not_recorded": "warning"}
    assert found(new, drugs_recorded_on=TODAY - dt.timedelta(days=1)) == {"new_medication_not_recorded": "warning"}
    assert found(new, drugs_recorded_on=TODAY) == {}


def test_an_answer_against_the_screening_is_asked_again():
    cannot = replace(WOMAN, pregnancy_possible=False, pregnancy_test="", tested_on=None, contraception="")

    assert found(cannot, could_be_pregnant=True) == {"pregnancy_possible_differs": "warning"}
    assert found(cannot, could_be_pregnant=False) == found(cannot) == {}


def test_a_pulse_and_an_undecided_steroid_ask_for_a_reason_and_other_flags_do_not():
    flags = [
        Finding("warning", f"medication_{standing}", Sentence("{day}", day=TODAY), "medication")
        for standing in ("not_listed", "premedication", "undecided", "pulse", "not_pulse")
    ]

    assert found(drug_flags=flags) == {"medication_undecided": "warning", "medication_pulse": "warning"}


def test_stops_come_first():
    asked = replace(WOMAN, infection_or_fever=True, tested_on=TODAY - dt.timedelta(days=30))

    assert list(found(asked).values()) == ["stop", "warning"]
