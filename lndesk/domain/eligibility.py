"""Eligibility, criterion by criterion: each comes out with its reason, and nothing contradictory passes in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast

from lndesk.domain.answers import Answers
from lndesk.domain.criteria import Criterion
from lndesk.domain.patient import age_on
from lndesk.domain.quantity import EXACT, rounded
from lndesk.i18n import Sentence

Passes = Literal["yes", "no", "unknown", "investigator_decides"]
EligibilityVerdict = Literal["eligible", "not_eligible", "unknown", "investigator_decides"]
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Judgement:
    """How one criterion comes out for one person, and why."""

    criterion: Criterion
    passes: Passes
    why: Sentence


Judge = Callable[[Criterion, Answers], tuple[Passes, Sentence]]
NOT_ANSWERED = Sentence("Not answered.")


def judge(criteria: Iterable[Criterion], answers: Answers) -> tuple[Judgement, ...]:
    """Judge every criterion. A blank is unknown, never met."""
    return tuple(Judgement(criterion, *RULES[criterion.rule](criterion, answers)) for criterion in criteria)


def verdict_on(judgements: Iterable[Judgement]) -> EligibilityVerdict:
    """Sum up: one criterion not met is enough, then what is unknown, then what the investigator has to decide."""
    found = {judgement.passes for judgement in judgements}
    if "no" in found:
        return "not_eligible"
    if "unknown" in found:
        return "unknown"
    return "investigator_decides" if "investigator_decides" in found else "eligible"


def _age(criterion: Criterion, answers: Answers) -> tuple[Passes, Sentence]:
    if answers.born is None or answers.consented_on is None:
        return "unknown", Sentence("The birth date and the day of the consent are needed.")
    if answers.consented_on < answers.born:
        return "unknown", Sentence("The consent of {day} lies before the birth date.", day=answers.consented_on)
    age = age_on(answers.born, answers.consented_on)
    least, most = criterion.amounts["at_least"], criterion.amounts["at_most"]
    values = {"age": age, "least": least, "most": most}
    if least <= age <= most:
        return "yes", Sentence("{age} years at consent, within {least} to {most}.", **values)
    return "no", Sentence("{age} years at consent, outside {least} to {most}.", **values)


def _stated(criterion: Criterion, answers: Answers) -> tuple[Passes, Sentence]:
    match answers.statement(criterion.id):
        case True:
            return "yes", Sentence("Stated to hold.")
        case False:
            return "no", Sentence("Stated not to hold.")
    return "unknown", NOT_ANSWERED


def _present(criterion: Criterion, answers: Answers) -> tuple[Passes, Sentence]:
    match answers.statement(criterion.id):
        case True:
            return "no", Sentence("Stated to be present, which excludes.")
        case False:
            return "yes", Sentence("Stated to be absent.")
    return "unknown", NOT_ANSWERED


def _stated_of_women(criterion: Criterion, answers: Answers) -> tuple[Passes, Sentence]:
    if answers.sex == "male":
        return "yes", Sentence("Does not apply to a man.")
    return _stated(criterion, answers)


def _stated_of_men(criterion: Criterion, answers: Answers) -> tuple[Passes, Sentence]:
    if answers.sex == "female":
        return "yes", Sentence("Does not apply to a woman.")
    return _stated(criterion, answers)


def _where_pregnancy_possible(criterion: Criterion, answers: Answers) -> tuple[Passes, Sentence]:
    if answers.can_be_pregnant is False:
        return "yes", Sentence("Pregnancy is not possible.")
    return _stated(criterion, answers)


def _more_than(criterion: Criterion, answers: Answers) -> tuple[Passes, Sentence]:
    value, limit = _measured(criterion, answers), criterion.amounts["limit"]
    if value is None:
        return "unknown", NOT_ANSWERED
    if value > limit:
        return "yes", Sentence("{value} is more than {limit}.", value=value, limit=limit)
    return "no", Sentence("{value} is not more than {limit}.", value=value, limit=limit)


def _less_than(criterion: Criterion, answers: Answers) -> tuple[Passes, Sentence]:
    value, limit = _measured(criterion, answers), criterion.amounts["limit"]
    if value is None:
        return "unknown", NOT_ANSWERED
    if value < limit:
        return "no", Sentence("{value} is less than {limit}, which excludes.", value=value, limit=limit)
    return "yes", Sentence("{value} is not less than {limit}.", value=value, limit=limit)


def _field_true(criterion: Criterion, answers: Answers) -> tuple[Passes, Sentence]:
    value = getattr(answers, criterion.field)
    if value is None:
        return "unknown", NOT_ANSWERED
    return ("yes", Sentence("Stated to hold.")) if value else ("no", Sentence("Stated not to hold."))


def _of_upper_limit(criterion: Criterion, answers: Answers) -> tuple[Passes, Sentence]:
    times, missing = criterion.amounts["times"], False
    told: Sentence | None = None
    for name in criterion.lists["pairs"]:
        value, limit = getattr(answers, name), getattr(answers, f"{name}_uln")
        if value is None or not limit:
            missing = True
            continue
        ratio = rounded(EXACT.divide(value, limit), SHOWN)
        values = {"value": value, "limit": limit, "ratio": ratio, "times": times}
        if value >= EXACT.multiply(limit, times):
            return "no", Sentence(
                "{value} is {ratio} times the upper limit of {limit}; {times} times or more excludes.", **values
            )
        told = Sentence("{value} is {ratio} times the upper limit of {limit}, less than {times}.", **values)
    if missing or told is None:
        return "unknown", Sentence("The result and its upper limit of normal are needed.")
    return "yes", told


def _blood_pressure(criterion: Criterion, answers: Answers) -> tuple[Passes, Sentence]:
    systolic, diastolic = answers.systolic_mmhg, answers.diastolic_mmhg
    high, low = criterion.amounts["systolic"], criterion.amounts["diastolic"]
    limits = {"high": high, "low": low}
    if (systolic is not None and systolic > high) or (diastolic is not None and diastolic > low):
        shown = {
            "systolic": "?" if systolic is None else systolic,
            "diastolic": "?" if diastolic is None else diastolic,
        }
        return "no", Sentence(
            "{systolic}/{diastolic} mm Hg is above {high}/{low}, which excludes. Measure again to confirm.",
            **shown,
            **limits,
        )
    if systolic is None or diastolic is None:
        return "unknown", NOT_ANSWERED
    return "yes", Sentence(
        "{systolic}/{diastolic} mm Hg is not above {high}/{low}.", systolic=systolic, diastolic=diastolic, **limits
    )


def _biopsy_included(criterion: Criterion, answers: Answers) -> tuple[Passes, Sentence]:
    classes = answers.biopsy_class
    if not classes:
        return "unknown", NOT_ANSWERED
    included, described = criterion.lists["included"], criterion.lists["described"]
    values = {
        "found": " + ".join(classes),
        "included": ", ".join(included),
        "described": ", ".join(described),
        "line": criterion.line,
    }
    if len(classes) > 1:
        return "investigator_decides", Sentence(
            "Class {found} is mixed. The registry entry includes {included} (line {line}) and says nothing of mixed"
            " classes.",
            **values,
        )
    if classes[0] in criterion.lists["contradicted"]:
        return "investigator_decides", Sentence(
            "Class {found} is not among those included, {included} (line {line}), but is among those said to be"
            " treated, {described} (line 46).",
            **values,
        )
    if classes[0] not in included:
        return "no", Sentence("Class {found} is not among {included}.", **values)
    if classes[0] not in described:
        return "yes", Sentence(
            "Class {found} is among {included} (line {line}). The entry's description names {described} (line 46).",
            **values,
        )
    return "yes", Sentence("Class {found} is among {included}.", **values)


def _biopsy_excluded(criterion: Criterion, answers: Answers) -> tuple[Passes, Sentence]:
    if not answers.biopsy_class:
        return "unknown", NOT_ANSWERED
    found, excluded = answers.biopsy_class, criterion.lists["excluded"]
    values = {"found": " + ".join(found), "excluded": ", ".join(excluded)}
    if set(found) & set(excluded):
        return "no", Sentence("Class {found}: {excluded} are excluded.", **values)
    return "yes", Sentence("Class {found} is not among {excluded}.", **values)


def _pregnancy_test(criterion: Criterion, answers: Answers) -> tuple[Passes, Sentence]:
    del criterion
    if answers.pregnancy_test == "positive":
        return "no", Sentence("The pregnancy test is positive.")
    if answers.can_be_pregnant is False:
        return "yes", Sentence("Pregnancy is not possible.")
    if answers.can_be_pregnant is None or answers.pregnancy_test is None:
        return "unknown", NOT_ANSWERED
    return "yes", Sentence("The pregnancy test is negative.")


def _pregnancy(criterion: Criterion, answers: Answers) -> tuple[Passes, Sentence]:
    if answers.pregnancy_test == "positive" or answers.statement(criterion.id):
        return "no", Sentence("Pregnancy or breast-feeding excludes.")
    if answers.sex != "male" and answers.statement("I6b") is False:
        return "no", Sentence("Pregnancy or breast-feeding excludes.")
    match answers.can_be_pregnant:
        case False if (
            answers.sex != "male" and answers.statement("I6b") is None and answers.statement(criterion.id) is None
        ):
            return "unknown", Sentence("Whether she is breast-feeding is not answered.")
        case False:
            return "yes", Sentence("No pregnancy, no possibility of it, no breast-feeding.")
        case True:
            return "investigator_decides", Sentence(
                "Pregnancy is possible. Line 73 allows this with contraception; line {line} excludes it.",
                line=criterion.line,
            )
    return "unknown", NOT_ANSWERED


def _measured(criterion: Criterion, answers: Answers) -> Decimal | None:
    return cast("Decimal | None", getattr(answers, criterion.field))


RULES: dict[str, Judge] = {
    "age": _age,
    "stated": _stated,
    "stated_of_women": _stated_of_women,
    "stated_of_men": _stated_of_men,
    "stated_where_pregnancy_possible": _where_pregnancy_possible,
    "present": _present,
    "more_than": _more_than,
    "less_than": _less_than,
    "field_true": _field_true,
    "of_upper_limit": _of_upper_limit,
    "blood_pressure": _blood_pressure,
    "biopsy_included": _biopsy_included,
    "biopsy_excluded": _biopsy_excluded,
    "pregnancy_test": _pregnancy_test,
    "pregnancy": _pregnancy,
}
