"""How old each result of a screening is on a day, and which are older than the site takes them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from lndesk.domain.answers import Answers
from lndesk.domain.answers_words import what
from lndesk.domain.protocol import ResultRules
from lndesk.i18n import Amount, Sentence

Group = Literal["laboratory", "biopsy", "serology", "pregnancy_test", "blood_pressure"]
GROUPS: dict[str, Group] = {
    "biopsy_class": "biopsy",
    **dict.fromkeys(
        (
            "proteinuria_g_per_day", "active_sediment", "creatinine", "alt", "ast", "wbc_e9_per_l", "hb_g_per_l",
            "platelets_e9_per_l",
        ),
        "laboratory",
    ),
    **dict.fromkeys(("hiv", "syphilis", "hcv", "hbsag", "anti_hbc", "hbv_dna"), "serology"),
    "pregnancy_test": "pregnancy_test",
    "systolic_mmhg": "blood_pressure",
    "systolic_again_mmhg": "blood_pressure",
}  # fmt: skip
"""The answers whose day is asked; a pressure's two figures, and a result and its upper limit, share one."""


@dataclass(frozen=True, slots=True)
class ResultAge:
    """One result with its day: how many days old it is, and how many it may be."""

    item: str
    group: Group
    on: dt.date | None
    days: int | None
    limit_days: int

    @property
    def is_too_old(self) -> bool:
        """Tell whether it is older than the limit; the limit itself is not."""
        return self.days is not None and self.days > self.limit_days

    @property
    def warning(self) -> Sentence | None:
        """Say what is wrong with its age, if anything is. It warns and never bars."""
        if self.on is None or self.days is None:
            return Sentence("{what}: its day is not given, so its age is not known.", what=what(self.item))
        if not self.is_too_old:
            return None
        return Sentence(
            "{what} of {day} is {days} old; more than {limit} is too old (site value).",
            what=what(self.item),
            day=self.on,
            days=Amount(self.days, "days"),
            limit=Amount(self.limit_days, "days"),
        )


def limit_days(group: Group, rules: ResultRules) -> int:
    """Return how many days old a result of a kind may be."""
    match group:
        case "laboratory":
            return rules.laboratory_days
        case "biopsy":
            return rules.biopsy_days
        case "serology":
            return rules.serology_days
        case "pregnancy_test":
            return rules.pregnancy_test_days
        case "blood_pressure":
            return rules.blood_pressure_days


def day_of(item: str, answers: Answers) -> dt.date | None:
    """Return the day of a result."""
    if item == "biopsy_class":
        return answers.biopsy_on or answers.days.get(item)
    return answers.days.get(item)


def result_ages(answers: Answers, rules: ResultRules, *, on: dt.date) -> tuple[ResultAge, ...]:
    """Return the age on a day of every result that was entered; of a day to come it is not known."""
    return tuple(_age(item, group, answers, rules, on) for item, group in GROUPS.items() if _is_given(item, answers))


def warnings_on(answers: Answers, rules: ResultRules, *, on: dt.date) -> tuple[tuple[str, Sentence], ...]:
    """Return what to warn of, each with the answer that it is about: old results, missing days, an unnamed system."""
    found = [(age.item, age.warning) for age in result_ages(answers, rules, on=on)]
    warnings = [(item, warning) for item, warning in found if warning is not None]
    if answers.biopsy_class and answers.biopsy_system is None:
        warnings.append(
            (
                "biopsy_system",
                Sentence("The classification of the biopsy is not given; a class means different things."),
            )
        )
    return tuple(warnings)


def _age(item: str, group: Group, answers: Answers, rules: ResultRules, on: dt.date) -> ResultAge:
    taken_on = day_of(item, answers)
    known = taken_on is not None and taken_on <= on
    days = (on - taken_on).days if taken_on is not None and known else None
    return ResultAge(item, group, taken_on if known else None, days, limit_days(group, rules))


def _is_given(item: str, answers: Answers) -> bool:
    return getattr(answers, item) not in {None, ()}
