"""What another version of the protocol, or another answer, makes of a screening."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lndesk.domain.eligibility import Judgement
from lndesk.domain.screening import PASSES_WORDS
from lndesk.i18n import Sentence


@dataclass(frozen=True, slots=True)
class Difference:
    """One criterion that comes out otherwise; an empty text where one side does not ask it."""

    criterion_id: str
    before: str
    after: str
    why: Sentence

    @property
    def sentence(self) -> Sentence:
        """Say how it came out, how it comes out, and why."""
        return difference_words(self.criterion_id, self.before, self.after, self.why)


def differences(before: Iterable[Judgement], after: Iterable[Judgement]) -> tuple[Difference, ...]:
    """Return the criteria that come out otherwise, those that are new and those that are gone."""
    old = {each.criterion.id: each for each in before}
    new = {each.criterion.id: each for each in after}
    found = [
        Difference(code, old[code].passes if code in old else "", each.passes, each.why)
        for code, each in new.items()
        if code not in old or old[code].passes != each.passes
    ]
    gone = Sentence("The protocol does not ask it any more.")
    return (*found, *(Difference(code, each.passes, "", gone) for code, each in old.items() if code not in new))


def difference_words(criterion_id: str, before: str, after: str, why: object) -> Sentence:
    """Say how a criterion came out and comes out now."""
    return Sentence(
        "{id}: {before} before, {after} now. {why}",
        id=criterion_id,
        before=Sentence(PASSES_WORDS[before]) if before else Sentence("Not asked"),
        after=Sentence(PASSES_WORDS[after]) if after else Sentence("Not asked"),
        why=why,
    )
