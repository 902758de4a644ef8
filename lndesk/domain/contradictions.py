"""Answers of one screening that contradict one another."""

from __future__ import annotations

from collections.abc import Iterator

from lndesk.domain.answers import Answers
from lndesk.domain.question import Question, ask
from lndesk.i18n import Sentence

DETAILS: dict[str, tuple[tuple[str, tuple[object, ...], bool], ...]] = {
    "E7": (("tumour", (True,), True), ("tumour_marker_abnormal", (True,), True)),
    "E8": tuple((name, ("positive",), True) for name in ("hiv", "syphilis", "hcv", "hbsag", "anti_hbc", "hbv_dna")),
    "E10": (("allergy", (True,), True), ("albumin_allergy", (True,), True)),
    "E12": (("alcoholism", (True,), False), ("drug_addiction", (True,), False)),
    "E13": (("other_trial", ("ongoing",), True), ("other_trial", ("past",), False)),
}
"""By exclusion: the details that speak for it, and whether they do at any time or only when recent."""


def questions_on(answers: Answers) -> Iterator[Question]:
    """Ask about statements that the details contradict, and about details that contradict one another."""
    yield from _statements(answers)
    yield from _pregnancy(answers)
    if answers.allergy is False and answers.albumin_allergy:
        sentence = Sentence("No allergy is stated, and an allergy to human albumin. Which is right?")
        yield ask("allergy-albumin", ("allergy", "albumin_allergy"), answers, sentence)
    for name in ("alcoholism", "drug_addiction"):
        if getattr(answers, name) is False and getattr(answers, f"{name}_until") is not None:
            sentence = Sentence("A last day is given of what is stated never to have been. Which is right?")
            yield ask(f"{name}-day", (name, f"{name}_until"), answers, sentence)
    if answers.other_trial == "none" and answers.other_trial_ended_on is not None:
        sentence = Sentence("A last day in another trial is given, and no other trial. Which is right?")
        yield ask("other_trial-day", ("other_trial", "other_trial_ended_on"), answers, sentence)
    if answers.hbsag == "negative" and answers.hbv_dna == "positive":
        sentence = Sentence("HBsAg is negative and HBV DNA is positive. Are both results right?")
        yield ask("hepatitis-b", ("hbsag", "hbv_dna"), answers, sentence)


def _statements(answers: Answers) -> Iterator[Question]:
    for criterion, details in DETAILS.items():
        stated = answers.statement(criterion)
        known = tuple(dict.fromkeys(name for name, *_rest in details if getattr(answers, name) is not None))
        present = [(name, always) for name, values, always in details if getattr(answers, name) in values]
        decisive = tuple(name for name, always in present if always)
        if stated is False and decisive:
            sentence = Sentence(
                "{id} is stated to be absent, and its details speak for it. Which is right?", id=criterion
            )
            yield ask(f"{criterion}-details", (criterion, *decisive), answers, sentence)
        elif stated and known and not present:
            sentence = Sentence(
                "{id} is stated to be present, and its details speak against it. Which is right?", id=criterion
            )
            yield ask(f"{criterion}-details", (criterion, *known), answers, sentence)


def _pregnancy(answers: Answers) -> Iterator[Question]:
    if answers.sex == "male" and (answers.could_be_pregnant or answers.pregnancy_test is not None):
        sentence = Sentence("The patient is a man, and pregnancy is answered. Is the sex right?")
        yield ask("pregnancy-man", ("sex", "could_be_pregnant", "pregnancy_test"), answers, sentence)
    elif answers.could_be_pregnant is False and answers.pregnancy_test == "positive":
        sentence = Sentence("Pregnancy is stated to be impossible, and the test is positive. Which is right?")
        yield ask("pregnancy-test", ("could_be_pregnant", "pregnancy_test"), answers, sentence)
