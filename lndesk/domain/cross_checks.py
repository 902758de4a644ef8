"""What does not go together in the answers of a screening, asked and never refused."""

from __future__ import annotations

from dataclasses import dataclass

from lndesk.i18n import Sentence


@dataclass(frozen=True, slots=True)
class Question:
    """What looks like a slip or a contradiction: answered “right as entered” with a reason, or corrected.

    An answer holds for the facts it was given on: with another value it is another question.
    """

    code: str
    items: tuple[str, ...]
    """The answers that it is about."""
    facts: str
    """Their values, in the form that is stored beside the answer."""
    sentence: Sentence
