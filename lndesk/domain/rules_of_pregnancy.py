"""Criteria on pregnancy, breast-feeding and contraception, where the registry entry contradicts itself."""

from __future__ import annotations

from lndesk.domain.answers import Answers
from lndesk.domain.criteria import Criterion
from lndesk.domain.outcome import Outcome, not_answered
from lndesk.domain.rules_of_statements import stated
from lndesk.i18n import Sentence


def stated_where_possible(criterion: Criterion, answers: Answers) -> Outcome:
    """Pass what is stated to hold where pregnancy is possible."""
    if answers.can_be_pregnant is False:
        return "yes", Sentence("Pregnancy is not possible.")
    outcome = stated(criterion, answers)
    if outcome[0] != "yes":
        return outcome
    return "yes", Sentence(
        "Stated to hold, throughout the study (line {line}). The registry entry does not define the end of the study:"
        " the site sets it.",
        line=criterion.line,
    )


def negative_test(criterion: Criterion, answers: Answers) -> Outcome:
    """Pass a negative test where pregnancy is possible."""
    if answers.pregnancy_test == "positive":
        return "no", Sentence(
            "The pregnancy test is positive. Line {line} asks for a negative one.", line=criterion.line
        )
    if answers.can_be_pregnant is False:
        return "yes", Sentence("Pregnancy is not possible.")
    if answers.can_be_pregnant is None:
        return not_answered("could_be_pregnant")
    if answers.pregnancy_test is None:
        return not_answered("pregnancy_test")
    return "yes", Sentence("The pregnancy test is negative, as line {line} asks.", line=criterion.line)


def none(criterion: Criterion, answers: Answers) -> Outcome:
    """Pass where there is no pregnancy, no possibility of it and no breast-feeding."""
    feeds = answers.sex != "male" and answers.statement("I6b") is False
    if answers.pregnancy_test == "positive" or answers.statement(criterion.id) or feeds:
        return "no", Sentence("Pregnancy or breast-feeding excludes (line {line}).", line=criterion.line)
    match answers.can_be_pregnant:
        case False if (
            answers.sex != "male" and answers.statement("I6b") is None and answers.statement(criterion.id) is None
        ):
            return "unknown", Sentence("Whether she is breast-feeding is not answered.")
        case False:
            return "yes", Sentence(
                "No pregnancy, no possibility of it, no breast-feeding (line {line}).", line=criterion.line
            )
        case True:
            return "investigator_decides", Sentence(
                "Pregnancy is possible. Line 73 allows this with contraception; line {line} excludes it.",
                line=criterion.line,
            )
    return not_answered("could_be_pregnant")
