"""Exclusions with details: tumours, infections of the blood, allergy, addiction, other trials."""

from __future__ import annotations

import datetime as dt

from lndesk.domain.answers import Answers, Result
from lndesk.domain.answers_words import what
from lndesk.domain.criteria import Criterion
from lndesk.domain.outcome import Outcome, not_answered
from lndesk.domain.rules_of_statements import detailed
from lndesk.domain.visit import add_months
from lndesk.i18n import Sentence

MONTHS_A_YEAR = 12
SEROLOGY = ("hiv", "syphilis", "hcv", "hbsag")
ALBUMIN = Sentence("Allergy to human albumin. Cells are often suspended in it: it excludes.")


def tumour(criterion: Criterion, answers: Answers) -> Outcome:
    """Exclude a tumour; leave an abnormal marker alone to the investigator."""
    marker = Sentence(
        "A tumour marker is abnormal and no tumour is known. Line {line} names both; the investigator decides.",
        line=criterion.line,
    )
    details = (
        ("tumour", _flag(answers.tumour, ("no", Sentence("A tumour excludes (line {line}).", line=criterion.line)))),
        ("tumour_marker_abnormal", _flag(answers.tumour_marker_abnormal, ("investigator_decides", marker))),
    )
    clear = Sentence("No tumour and no abnormal tumour marker (line {line}).", line=criterion.line)
    return detailed(criterion, answers, details, clear)


def blood_borne(criterion: Criterion, answers: Answers) -> Outcome:
    """Exclude each infection that is found; leave anti-HBc without HBsAg to the investigator."""
    found = [(name, _result(name, getattr(answers, name), criterion)) for name in SEROLOGY]
    isolated = Sentence(
        "Anti-HBc is positive by itself: a past infection or a carrier. Line {line} says hepatitis B and no more; the"
        " investigator decides, with HBV DNA.",
        line=criterion.line,
    )
    found.append(("anti_hbc", _flag(_is_positive(answers.anti_hbc), ("investigator_decides", isolated))))
    if answers.hbv_dna is not None:  # asked only where the other two leave a doubt
        found.append(("hbv_dna", _result("hbv_dna", answers.hbv_dna, criterion)))
    clear = Sentence("HIV, syphilis, hepatitis B and C: all negative (line {line}).", line=criterion.line)
    return detailed(criterion, answers, found, clear)


def allergy(criterion: Criterion, answers: Answers) -> Outcome:
    """Exclude an allergy to albumin; leave any other to the investigator."""
    other = Sentence(
        "A history of allergy, not to human albumin. Line {line} excludes any allergy and stresses albumin; the"
        " investigator decides.",
        line=criterion.line,
    )
    details = (
        ("allergy", _flag(answers.allergy, ("investigator_decides", other))),
        ("albumin_allergy", _flag(answers.albumin_allergy, ("no", ALBUMIN))),
    )
    clear = Sentence("No allergy, and none to human albumin (line {line}).", line=criterion.line)
    return detailed(criterion, answers, details, clear)


def addiction(criterion: Criterion, answers: Answers) -> Outcome:
    """Exclude within the years; of alcoholism, leave an earlier one to the investigator."""
    years = criterion.amounts["years"]
    earlier = Sentence(
        "Alcoholism ended on {day}, more than {years} years before the consent. Line {line} may mean the {years} years"
        " for drugs only; the investigator decides.",
        day=answers.alcoholism_until, years=years, line=criterion.line,
    )  # fmt: skip
    past = Sentence(
        "Drug addiction ended on {day}, more than {years} years before the consent (line {line}).",
        day=answers.drug_addiction_until, years=years, line=criterion.line,
    )  # fmt: skip
    details = (
        ("alcoholism", _until("alcoholism", criterion, answers, ("investigator_decides", earlier))),
        ("drug_addiction", _until("drug_addiction", criterion, answers, ("yes", past))),
    )
    clear = (
        past
        if answers.drug_addiction
        else Sentence("Neither alcoholism nor drug addiction (line {line}).", line=criterion.line)
    )
    return detailed(criterion, answers, details, clear)


def other_trial(criterion: Criterion, answers: Answers) -> Outcome:
    """Exclude a trial that is open or ended within the months; the boundary day counts as within."""
    months, ended_on = criterion.amounts["months"], answers.other_trial_ended_on
    shown = {"months": months, "line": criterion.line, "day": ended_on}
    kind = answers.other_trial or ("past" if ended_on else None)
    clear = Sentence("In no other trial (line {line}).", line=criterion.line)
    outcome: Outcome | None = None
    match kind:
        case "none" if ended_on is None:
            outcome = "yes", clear
        case "ongoing":
            outcome = "no", Sentence("Takes part in another trial, which excludes (line {line}).", line=criterion.line)
        case None:
            pass
        case _ if ended_on is None or answers.consented_on is None:
            outcome = not_answered("other_trial_ended_on" if ended_on is None else "consented_on")
        case _ if _within(ended_on, answers.consented_on, int(months)):
            outcome = (
                "no",
                Sentence(
                    "Took part in another trial until {day}, within {months} months of the consent; the day itself"
                    " counts as within (line {line}).",
                    **shown,
                ),
            )
        case _:
            clear = Sentence(
                "The other trial ended on {day}, more than {months} months before the consent (line {line}).", **shown
            )
            outcome = "yes", clear
    return detailed(criterion, answers, (("other_trial", outcome),), clear)


def _until(name: str, criterion: Criterion, answers: Answers, earlier: Outcome) -> Outcome | None:
    had, until, years = getattr(answers, name), getattr(answers, f"{name}_until"), criterion.amounts["years"]
    if had is None and until is None:
        return None
    if had is False and until is None:
        return "yes", Sentence("{what}: no.", what=what(name))
    if until is None:
        return not_answered(f"{name}_until")
    if answers.consented_on is None:
        return not_answered("consented_on")
    if _within(until, answers.consented_on, int(years) * MONTHS_A_YEAR):
        return "no", Sentence(
            "{what}: until {day}, within {years} years of the consent, which excludes (line {line}).",
            what=what(name), day=until, years=years, line=criterion.line,
        )  # fmt: skip
    return earlier


def _within(ended_on: dt.date, consented_on: dt.date, months: int) -> bool:
    # counted back from the consent: a day that this shortens to the month's end is within, too
    return ended_on >= add_months(consented_on, -months)


def _flag(value: bool | None, if_present: Outcome) -> Outcome | None:  # noqa: FBT001  # an answer, not a switch
    if value is None:
        return None
    return if_present if value else ("yes", Sentence("Stated to be absent."))


def _is_positive(result: Result | None) -> bool | None:
    return None if result is None else result == "positive"


def _result(name: str, result: Result | None, criterion: Criterion) -> Outcome | None:
    positive = Sentence("{what} is positive, which excludes (line {line}).", what=what(name), line=criterion.line)
    return _flag(_is_positive(result), ("no", positive))
