"""What is asked of a patient before each infusion, and what the answers stop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lndesk.domain.dose import Finding
from lndesk.domain.errors import RuleViolation
from lndesk.domain.protocol import Protocol
from lndesk.i18n import N_, Sentence

TEST_RESULTS = {"negative": N_("Negative"), "positive": N_("Positive")}
CONTRACEPTION = {
    "kept": N_("Kept"),
    "not_kept": N_("Not kept"),
    "not_needed": N_("Not sexually active"),
}
MIN_REASON = 10
MINUTES_AN_HOUR = 60
LIFTABLE = frozenset({"pregnancy_tests_differ", "contraception_not_kept", "dmso_allergy", "infection_or_fever"})
"""Stops that an investigator may decide on. The others end only by what is on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeInfusion:
    """What one patient answered before one infusion. Asked again, it is another record."""

    id: int | None = None
    patient_id: int
    infusion_no: int
    pregnancy_possible: bool | None = None
    """Of women only."""
    pregnancy_test: str = ""
    tested_on: dt.date | None = None
    contraception: str = ""
    contraception_method: str = ""
    albumin_allergy: bool | None
    dmso_allergy: bool | None
    infection_or_fever: bool | None
    new_medication: bool | None
    remark: str = ""
    asked_at: dt.datetime
    asked_by: str
    recorded_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StopDecision:
    """The investigator's signed word that an infusion may go on in spite of one stop."""

    id: int | None = None
    patient_id: int
    before_infusion_id: int
    code: str
    reason: str
    decided_by: str
    decided_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked of whom."""

    pregnancy: bool
    """Whether pregnancy is possible, and if so for the test; of women."""
    contraception: bool
    """Of men, and of women where pregnancy is possible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeCase:
    """All that the stops rest on: the answers for this infusion, those before, every decision on them, other drugs."""

    sex: str
    asked: BeforeInfusion | None
    earlier: Sequence[BeforeInfusion] = ()
    decisions: Sequence[StopDecision] = ()
    drug_flags: Sequence[Finding] = ()
    drugs_recorded_on: dt.date | None = None
    """When the last of them was recorded."""
    could_be_pregnant: bool | None = None
    """By the screening."""


def questions(sex: str, *, pregnancy_possible: bool | None) -> Questions:
    """Return what is asked of a patient; what nobody knows yet is asked."""
    woman = sex != "male"
    return Questions(pregnancy=woman, contraception=not woman or pregnancy_possible is not False)


def check_before(asked: BeforeInfusion, sex: str, *, now: dt.datetime) -> None:
    """Check the answers before they go on record: each that applies is given, and none that does not.

    Raises:
        RuleViolation: an answer is missing, cannot be, or is not asked of this patient.
    """
    if asked.asked_at > now:
        raise RuleViolation(Sentence("{instant} is in the future.", instant=asked.asked_at), field="asked_at")
    _check_pregnancy(asked, sex)
    _check_contraception(asked, sex)
    for field, what in (
        ("albumin_allergy", Sentence("Answer whether there is an allergy to human albumin.")),
        ("dmso_allergy", Sentence("Answer whether there is an allergy to DMSO.")),
        ("infection_or_fever", Sentence("Answer whether there is an infection or fever.")),
        ("new_medication", Sentence("Answer whether there is new medication.")),
    ):
        if getattr(asked, field) is None:
            raise RuleViolation(what, field=field)


def check_stop_decision(decision: StopDecision) -> None:
    """Check an investigator's decision on a stop.

    Raises:
        RuleViolation: the stop is not to be decided on, or there is no reason.
    """
    if decision.code not in LIFTABLE:
        raise RuleViolation(
            Sentence(
                "This stop is not lifted by a decision. Correct the record if it is wrong, record the infusion as not"
                " given, or withdraw the patient."
            ),
            field="stop",
        )
    if len(decision.reason) < MIN_REASON:
        raise RuleViolation(Sentence("Write the reason in at least {n} characters.", n=MIN_REASON), field="reason")


def stops(case: BeforeCase, protocol: Protocol, *, now: dt.datetime) -> tuple[Finding, ...]:
    """Return what stops the infusion or asks for a reason, stops first; a protocol that asks nothing misses nothing."""
    asked = case.asked
    if asked is None:
        found = [_not_asked()] if protocol.before.asked else []
    else:
        found = [*_pregnancy(case, asked, protocol, now), *_allergies(asked), *_condition(asked)]
        found += [*_age(asked, protocol, now), *_new_drugs(case, asked)]
        lifted = {decision.code for decision in case.decisions if decision.before_infusion_id == asked.id}
        found = [finding for finding in found if finding.code not in lifted]
    found += [flag for flag in case.drug_flags if flag.code in {"medication_undecided", "medication_pulse"}]
    return tuple(sorted(found, key=lambda finding: finding.level != "stop"))


def _check_pregnancy(asked: BeforeInfusion, sex: str) -> None:
    if sex == "male":
        if asked.pregnancy_possible is not None or asked.pregnancy_test or asked.tested_on is not None:
            raise RuleViolation(Sentence("Pregnancy is not asked of a man."), field="pregnancy_possible")
        return
    if asked.pregnancy_possible is None:
        raise RuleViolation(Sentence("Answer whether pregnancy is possible."), field="pregnancy_possible")
    if asked.pregnancy_possible and asked.pregnancy_test not in TEST_RESULTS:
        raise RuleViolation(
            Sentence("Pregnancy is possible: enter the result of the pregnancy test."), field="pregnancy_test"
        )
    if asked.pregnancy_test and asked.tested_on is None:
        raise RuleViolation(Sentence("Enter the day of the pregnancy test."), field="tested_on")
    if asked.tested_on is not None and asked.tested_on > asked.asked_at.date():
        raise RuleViolation(
            Sentence("The test of {day} lies after the day on which it was asked for.", day=asked.tested_on),
            field="tested_on",
        )


def _check_contraception(asked: BeforeInfusion, sex: str) -> None:
    if not questions(sex, pregnancy_possible=asked.pregnancy_possible).contraception:
        return
    allowed = set(CONTRACEPTION) if sex == "male" else {"kept", "not_kept"}
    if asked.contraception not in allowed:
        raise RuleViolation(Sentence("Answer whether contraception is kept."), field="contraception")
    if asked.contraception == "kept" and not asked.contraception_method:
        raise RuleViolation(Sentence("Enter the method of contraception."), field="contraception_method")


def _not_asked() -> Finding:
    return _stop(
        "before_not_asked",
        Sentence("The questions before this infusion are not answered: pregnancy, contraception, allergies, infection,"
                 " new medication."),
    )  # fmt: skip


def _pregnancy(case: BeforeCase, asked: BeforeInfusion, protocol: Protocol, now: dt.datetime) -> Iterator[Finding]:
    settled = [item.decided_at for item in case.decisions if item.code == "pregnancy_tests_differ"]
    positive = next(
        (
            item
            for item in case.earlier
            if item.pregnancy_test == "positive" and all(at < item.recorded_at for at in settled)
        ),
        None,
    )
    if asked.pregnancy_test == "positive":
        yield _stop(
            "pregnant",
            Sentence(
                "The pregnancy test of {day} is positive. No infusion is given. The investigator decides how the"
                " patient goes on.", day=asked.tested_on,
            ),
        )  # fmt: skip
    elif positive is not None:
        yield _stop(
            "pregnancy_tests_differ",
            Sentence(
                "The pregnancy test of {day} was positive. The investigator decides which result counts.",
                day=positive.tested_on,
            ),
        )
    limit = protocol.results.pregnancy_test_days
    if asked.tested_on is not None and (age := (now.date() - asked.tested_on).days) > limit:
        yield _warning(
            "pregnancy_test_old",
            Sentence(
                "The pregnancy test of {day} is {age} days old, more than {limit} (site value).",
                day=asked.tested_on, age=age, limit=limit,
            ),
        )  # fmt: skip
    if asked.pregnancy_possible is False and case.could_be_pregnant:
        yield _warning(
            "pregnancy_possible_differs",
            Sentence("At the screening pregnancy was possible; now it is answered as not possible. Ask again."),
        )
    if asked.contraception == "not_kept":
        yield _stop(
            "contraception_not_kept",
            Sentence(
                "Contraception is not kept, as line 73 asks. The investigator decides whether the infusion is given."
            ),
        )


def _allergies(asked: BeforeInfusion) -> Iterator[Finding]:
    if asked.albumin_allergy:
        yield _stop(
            "albumin_allergy",
            Sentence("There is an allergy to human albumin (line 86). No infusion is given. The investigator decides"
                     " how the patient goes on."),
        )  # fmt: skip
    if asked.dmso_allergy:
        yield _stop(
            "dmso_allergy",
            Sentence("There is an allergy to DMSO. The investigator decides whether the infusion is given."),
        )


def _condition(asked: BeforeInfusion) -> Iterator[Finding]:
    if asked.infection_or_fever:
        yield _stop(
            "infection_or_fever",
            Sentence("There is an infection or fever. The investigator decides whether the infusion is given."),
        )


def _age(asked: BeforeInfusion, protocol: Protocol, now: dt.datetime) -> Iterator[Finding]:
    hours = protocol.before.answers_hold_h
    if now - asked.asked_at > dt.timedelta(minutes=int(hours * MINUTES_AN_HOUR)):
        yield _warning(
            "before_asked_long_ago",
            Sentence(
                "The questions before the infusion were asked on {instant}, more than {hours} hours ago (site value)."
                " Ask again.", instant=asked.asked_at, hours=hours,
            ),
        )  # fmt: skip


def _new_drugs(case: BeforeCase, asked: BeforeInfusion) -> Iterator[Finding]:
    recorded = case.drugs_recorded_on
    if asked.new_medication and (recorded is None or recorded < asked.asked_at.date()):
        yield _warning(
            "new_medication_not_recorded",
            Sentence("The patient takes new medication that is not on record. Record it on the page Medication."),
        )


def _stop(code: str, text: Sentence) -> Finding:
    return Finding("stop", code, text, "patient")


def _warning(code: str, text: Sentence) -> Finding:
    return Finding("warning", code, text, "before")
