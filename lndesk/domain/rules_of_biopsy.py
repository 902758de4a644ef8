"""Criteria on the class of the kidney biopsy, where the registry entry contradicts itself."""

from __future__ import annotations

from lndesk.domain.answers import OTHER, Answers
from lndesk.domain.criteria import Criterion
from lndesk.domain.outcome import Outcome, not_answered
from lndesk.i18n import Sentence


def included(criterion: Criterion, answers: Answers) -> Outcome:
    """Pass one class that is included; leave to the investigator what the entry contradicts or does not speak of."""
    classes = answers.biopsy_class
    if not classes:
        return not_answered("biopsy_class")
    included, described = criterion.lists["included"], criterion.lists["described"]
    values = {
        "found": _found(answers),
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
        return "no", Sentence("Class {found} is not among {included} (line {line}).", **values)
    if classes[0] not in described:
        return "yes", Sentence(
            "Class {found} is among {included} (line {line}). The entry's description names {described} (line 46).",
            **values,
        )
    return "yes", Sentence("Class {found} is among {included} (line {line}).", **values)


def excluded(criterion: Criterion, answers: Answers) -> Outcome:
    """Pass a biopsy that shows none of the excluded classes."""
    if not answers.biopsy_class:
        return not_answered("biopsy_class")
    excluded = criterion.lists["excluded"]
    values = {"found": _found(answers), "excluded": ", ".join(excluded), "line": criterion.line}
    if set(answers.biopsy_class) & set(excluded):
        return "no", Sentence("Class {found}: {excluded} are excluded (line {line}).", **values)
    return "yes", Sentence("Class {found} is not among {excluded}, which are excluded (line {line}).", **values)


def _found(answers: Answers) -> Sentence:
    first, *more = (
        Sentence("other") if name == OTHER else Sentence("{name}", name=name) for name in answers.biopsy_class
    )
    for name in more:
        first = Sentence("{first} + {second}", first=first, second=name)
    if answers.biopsy_system is None:
        return first
    return Sentence("{found} ({system})", found=first, system=answers.biopsy_system)
