"""Criteria that somebody states to hold or to be present; the consent with its guardian."""

from __future__ import annotations

from collections.abc import Iterable

from lndesk.domain.answers import Answers
from lndesk.domain.criteria import Criterion
from lndesk.domain.outcome import Outcome, not_answered, worst
from lndesk.domain.patient import age_on
from lndesk.i18n import Sentence


def stated(criterion: Criterion, answers: Answers) -> Outcome:
    """Pass what is stated to hold."""
    match answers.statement(criterion.id):
        case True:
            return "yes", Sentence("Stated to hold, as line {line} asks.", line=criterion.line)
        case False:
            return "no", Sentence("Stated not to hold. Line {line} asks for it.", line=criterion.line)
    return "unknown", Sentence("Not answered. Line {line} asks for it.", line=criterion.line)


def present(criterion: Criterion, answers: Answers) -> Outcome:
    """Pass what is stated to be absent."""
    match answers.statement(criterion.id):
        case True:
            return "no", Sentence("Stated to be present. Line {line} excludes it.", line=criterion.line)
        case False:
            return "yes", Sentence("Stated to be absent. Line {line} excludes it.", line=criterion.line)
    return "unknown", Sentence("Not answered. Line {line} excludes it.", line=criterion.line)


def stated_of_women(criterion: Criterion, answers: Answers) -> Outcome:
    """Pass what is stated to hold of a woman; a man is not asked."""
    if answers.sex == "male":
        return "yes", Sentence("Does not apply to a man.")
    return stated(criterion, answers)


def stated_of_men(criterion: Criterion, answers: Answers) -> Outcome:
    """Pass what is stated to hold of a man; a woman is not asked."""
    if answers.sex == "female":
        return "yes", Sentence("Does not apply to a woman.")
    return stated(criterion, answers)


def field_true(criterion: Criterion, answers: Answers) -> Outcome:
    """Pass a finding that is there."""
    value = getattr(answers, criterion.field)
    if value is None:
        return "unknown", Sentence("Not answered. Line {line} asks for it.", line=criterion.line)
    if value:
        return "yes", Sentence("Stated to hold, as line {line} asks.", line=criterion.line)
    return "no", Sentence("Stated not to hold. Line {line} asks for it.", line=criterion.line)


def consent(criterion: Criterion, answers: Answers) -> Outcome:
    """Pass a consent; of a minor the guardian's too, with the child's assent."""
    said = stated(criterion, answers)
    under_age = Sentence("Under {limit} years", limit=criterion.amounts["guardian_below"])
    if not _is_minor(criterion, answers):
        return said
    parts = {"guardian_consented": answers.guardian_consented, "child_assented": answers.child_assented}
    if all(part is None for part in parts.values()):
        if said[0] != "yes":
            return said
        return "yes", Sentence(
            "{under_age}: stated to hold, for the guardian and the child alike.", under_age=under_age
        )
    missing = tuple(name for name, part in parts.items() if part is None)
    found = [said, *([not_answered(*missing)] if missing else [])]
    if answers.guardian_consented is False:
        found.append(("no", Sentence("{under_age}: the guardian has not consented.", under_age=under_age)))
    if answers.child_assented is False:
        found.append(("no", Sentence("{under_age}: the child has not assented.", under_age=under_age)))
    agreed = Sentence("{under_age}: the guardian has consented and the child has assented.", under_age=under_age)
    return ("yes", agreed) if {passes for passes, _why in found} == {"yes"} else worst(found)


def detailed(
    criterion: Criterion, answers: Answers, details: Iterable[tuple[str, Outcome | None]], clear: Sentence
) -> Outcome:
    """Weigh the details of an exclusion together with the plain statement on it.

    A detail outweighs a statement of absence; a statement of presence outweighs every detail; where nothing is
    stated, all details are needed.

    Args:
        criterion: the exclusion.
        answers: the screening.
        details: each by the name of its answer; None is a blank.
        clear: the reason when every detail passes.
    """
    details = tuple(details)
    blank = tuple(name for name, outcome in details if outcome is None)
    found = [outcome for _name, outcome in details if outcome is not None]
    if not found:
        return present(criterion, answers)
    statement = answers.statement(criterion.id)
    if statement:
        found.append(present(criterion, answers))
    elif statement is None and blank:
        found.append(not_answered(*blank))
    outcome = worst(found)
    return ("yes", clear) if outcome[0] == "yes" else outcome


def _is_minor(criterion: Criterion, answers: Answers) -> bool:
    if answers.born is None or answers.consented_on is None or answers.consented_on < answers.born:
        return False
    return age_on(answers.born, answers.consented_on) < criterion.amounts["guardian_below"]
