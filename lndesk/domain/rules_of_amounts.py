"""Criteria with a limit: the age, results of the laboratory, the blood pressure."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import cast

from lndesk.domain.answers import Answers
from lndesk.domain.answers_words import measured, unit_of, what
from lndesk.domain.criteria import Criterion
from lndesk.domain.outcome import Outcome, worst
from lndesk.domain.patient import age_on
from lndesk.domain.quantity import EXACT, rounded
from lndesk.domain.sledai import still_open
from lndesk.i18n import Amount, Sentence

SHOWN = 4


def age(criterion: Criterion, answers: Answers) -> Outcome:
    """Pass an age in completed years at consent, both limits included."""
    if answers.born is None or answers.consented_on is None:
        return "unknown", Sentence("The birth date and the day of the consent are needed.")
    if answers.consented_on < answers.born:
        return "unknown", Sentence("The consent of {day} lies before the birth date.", day=answers.consented_on)
    years = age_on(answers.born, answers.consented_on)
    least, most = criterion.amounts["at_least"], criterion.amounts["at_most"]
    values = {"age": years, "least": least, "most": most, "line": criterion.line}
    if least <= years <= most:
        return "yes", Sentence("{age} years at consent, within {least} to {most} (line {line}).", **values)
    return "no", Sentence("{age} years at consent, outside {least} to {most} (line {line}).", **values)


def more_than(criterion: Criterion, answers: Answers) -> Outcome:
    """Pass an amount that lies above its limit."""
    value, shown = _value(criterion, answers), _shown(criterion, answers)
    if value is None:
        return "unknown", _open_findings(criterion, answers) or Sentence(
            "{what} is not answered. Line {line} asks for more than {limit}.", **shown
        )
    if value > criterion.amounts["limit"]:
        return "yes", Sentence("{what}: {value} is more than {limit}, as line {line} asks.", **shown)
    return "no", Sentence("{what}: {value} is not more than {limit}. Line {line} asks for more than {limit}.", **shown)


def less_than(criterion: Criterion, answers: Answers) -> Outcome:
    """Pass an amount that does not lie below its limit."""
    value, shown = _value(criterion, answers), _shown(criterion, answers)
    if value is None:
        return "unknown", Sentence("{what} is not answered. Less than {limit} excludes (line {line}).", **shown)
    if value < criterion.amounts["limit"]:
        return "no", Sentence("{what}: {value} is less than {limit}, which excludes (line {line}).", **shown)
    return "yes", Sentence("{what}: {value} is not less than {limit}. Only less excludes (line {line}).", **shown)


def of_upper_limit(criterion: Criterion, answers: Answers) -> Outcome:
    """Pass results that are less than so many times their upper limits of normal."""
    found = [_of_limit(name, criterion, answers) for name in criterion.lists["pairs"]]
    outcome = worst(found)
    if outcome[0] != "yes":
        return outcome
    told = found[0][1]
    for _passes, why in found[1:]:
        told = Sentence("{first} {second}", first=told, second=why)
    return "yes", told


def blood_pressure(criterion: Criterion, answers: Answers) -> Outcome:
    """Pass a pressure of which neither figure lies above its limit; a repeat decides."""
    first = _pressure(criterion, answers.systolic_mmhg, answers.diastolic_mmhg)
    again = _pressure(criterion, answers.systolic_again_mmhg, answers.diastolic_again_mmhg)
    if answers.systolic_again_mmhg is None and answers.diastolic_again_mmhg is None:
        if first[0] == "no":
            return "no", Sentence("{why} Measure again to confirm.", why=first[1])
        return first
    if again[0] == "no" or first[0] == "unknown":
        return worst((again, first))
    if again[0] == "unknown":
        return first
    return "yes", Sentence("Measured again: {why}", why=again[1])


def _of_limit(name: str, criterion: Criterion, answers: Answers) -> Outcome:
    value, limit, times = getattr(answers, name), getattr(answers, f"{name}_uln"), criterion.amounts["times"]
    shown = {"what": what(name), "times": times, "line": criterion.line}
    if value is None or not limit:
        return "unknown", Sentence(
            "{what}: the result and its upper limit of normal are both needed, and 0 is no limit. {times} times the"
            " upper limit or more excludes (line {line}).",
            **shown,
        )
    excluded = value >= EXACT.multiply(limit, times)
    shown |= {
        "value": value,
        "limit": measured(name, limit, answers),
        "ratio": _ratio(value, limit, times, excluded=excluded),
    }
    if excluded:
        return "no", Sentence(
            "{what}: {value} is {ratio} times the upper limit of {limit}; {times} times or more excludes"
            " (line {line}).",
            **shown,
        )
    return "yes", Sentence(
        "{what}: {value} is {ratio} times the upper limit of {limit}, less than {times} times (line {line}).", **shown
    )


def _ratio(value: Decimal, limit: Decimal, times: Decimal, *, excluded: bool) -> Decimal:
    exact = EXACT.divide(value, limit)
    ratio = rounded(exact, SHOWN)
    if not excluded and ratio >= times:  # never shown as the limit that it does not reach
        return exact.quantize(Decimal(1).scaleb(-SHOWN), ROUND_DOWN, context=EXACT)
    return ratio


def _pressure(criterion: Criterion, systolic: Decimal | None, diastolic: Decimal | None) -> Outcome:
    high, low = criterion.amounts["systolic"], criterion.amounts["diastolic"]
    values = {
        "systolic": "?" if systolic is None else systolic,
        "diastolic": "?" if diastolic is None else diastolic,
        "high": high,
        "low": low,
        "line": criterion.line,
    }
    if (systolic is not None and systolic > high) or (diastolic is not None and diastolic > low):
        return "no", Sentence(
            "{systolic}/{diastolic} mm Hg is above {high}/{low} in one figure or both, which excludes (line {line}).",
            **values,
        )
    if systolic is None or diastolic is None:
        return "unknown", Sentence(
            "Both figures of the blood pressure are needed. Above {high}/{low} mm Hg excludes (line {line}).", **values
        )
    return "yes", Sentence(
        "{systolic}/{diastolic} mm Hg is not above {high}/{low}. Only above excludes (line {line}).", **values
    )


def _open_findings(criterion: Criterion, answers: Answers) -> Sentence | None:
    if criterion.field != "sledai" or not answers.sledai_findings:
        return None
    return Sentence(
        "{n} of the 24 findings of SLEDAI-2K are not answered. Line {line} asks for a score of more than {limit}.",
        n=len(still_open(answers.sledai_findings)),
        line=criterion.line,
        limit=criterion.amounts["limit"],
    )


def _value(criterion: Criterion, answers: Answers) -> Decimal | None:
    if criterion.field == "sledai":
        return answers.sledai_score
    return cast("Decimal | None", getattr(answers, criterion.field))


def _shown(criterion: Criterion, answers: Answers) -> dict[str, object]:
    value, unit = _value(criterion, answers), unit_of(criterion.field, answers)
    limit = criterion.amounts["limit"]
    return {
        "what": what(criterion.field),
        "value": "?" if value is None else value,
        "limit": Amount(limit, unit) if unit else limit,
        "line": criterion.line,
    }
