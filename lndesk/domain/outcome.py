"""How one criterion comes out, and how several findings on it come out together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from lndesk.domain.answers import Answers
from lndesk.domain.answers_words import what
from lndesk.domain.criteria import Criterion
from lndesk.i18n import Sentence

Passes = Literal["yes", "no", "unknown", "investigator_decides"]
Outcome = tuple[Passes, Sentence]
Judge = Callable[[Criterion, Answers], Outcome]
# what outweighs what: one reason against is enough, then what is open, then what somebody has to decide
WEIGHT: tuple[Passes, ...] = ("no", "unknown", "investigator_decides", "yes")


def worst(found: Iterable[Outcome]) -> Outcome:
    """Return the outcome that outweighs the others; the first one of equals."""
    return min(found, key=lambda outcome: WEIGHT.index(outcome[0]))


def not_answered(*names: str) -> Outcome:
    """Say which answers are missing."""
    listed = what(names[0])
    for name in names[1:]:
        listed = Sentence("{first}, {second}", first=listed, second=what(name))
    return "unknown", Sentence("Not answered: {what}.", what=listed)
