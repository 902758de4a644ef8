"""Contraception: to whom it applies, from when, and until when, never with a day that nothing is counted from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from lndesk.domain.protocol import Protocol
from lndesk.domain.visit import Target, contraception_end
from lndesk.i18n import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class ContraceptionCase:
    """What the answer rests on. `infused` is None while there is no arm, `pregnancy_possible` while nobody asked."""

    sex: str
    pregnancy_possible: bool | None
    infused: bool | None
    given_on: Sequence[dt.date]
    over: bool
    """No further infusion is planned."""
    last_visit_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Contraception:
    """Whether it applies, the days where they can be counted, and why, in sentences."""

    applies: bool | None
    from_on: dt.date | None
    until_on: dt.date | None
    why: tuple[Sentence, ...]

    @property
    def in_short(self) -> Sentence:
        """Say it in a few words."""
        if self.applies is False:
            return self.why[0]
        if self.until_on is not None:
            return Sentence("Until {day}", day=self.until_on)
        return self.why[0]


def contraception_of(case: ContraceptionCase, protocol: Protocol) -> Contraception:
    """Say what applies to one patient (registry entry, line 73)."""
    return _of_man(case, protocol) if case.sex == "male" else _of_woman(case, protocol)


def _of_man(case: ContraceptionCase, protocol: Protocol) -> Contraception:
    after = _after_last(case, protocol)
    if _is_never_infused(case):
        return Contraception(False, None, None, (_no_administration(),))
    rule = Sentence(
        "A sexually active man: from the first infusion until {weeks} weeks after the last (registry entry, line 73).",
        weeks=protocol.schedule.contraception_weeks,
    )
    if case.infused is None:
        return Contraception(None, None, None, (Sentence("No arm is assigned yet."), rule))
    if after is None:
        return Contraception(True, None, None, (Sentence("No infusion was given yet: no day is counted."), rule))
    return Contraception(True, case.given_on[0], after.on, (*_counted(case, after), rule))


def _of_woman(case: ContraceptionCase, protocol: Protocol) -> Contraception:
    if case.pregnancy_possible is False:
        return Contraception(False, None, None, (Sentence("Does not apply: pregnancy is not possible."),))
    after, wanted = _after_last(case, protocol), protocol.before.women_until
    why: list[Sentence] = []
    ends: list[dt.date] = []
    if wanted != "study_end":
        if _is_never_infused(case):
            why.append(_no_administration(protocol.schedule.contraception_weeks))
        elif after is None:
            why.append(
                Sentence("No infusion was given yet: no day is counted.")
                if case.infused
                else Sentence("No arm is assigned yet.")
            )
        else:
            ends.append(after.on)
            why += _counted(case, after)
    if wanted != "weeks":
        why.append(_study_end(case))
        ends += [] if case.last_visit_on is None else [case.last_visit_on]
    if wanted == "later" and after is None and not _is_never_infused(case):
        ends = []  # the later of the two is not known while one is not
    if case.pregnancy_possible is None:
        why.append(Sentence("Whether pregnancy is possible is not on record."))
    if wanted == "weeks" and _is_never_infused(case):
        return Contraception(False, None, None, tuple(why))
    applies = True if case.pregnancy_possible else None
    return Contraception(applies, None, max(ends, default=None), tuple(why))


def _after_last(case: ContraceptionCase, protocol: Protocol) -> Target | None:
    return contraception_end(protocol, last_infusion_on=case.given_on[-1]) if case.given_on else None


def _is_never_infused(case: ContraceptionCase) -> bool:
    return case.infused is False or (case.over and not case.given_on)


def _no_administration(weeks: int | None = None) -> Sentence:
    if weeks is None:
        return Sentence("Does not apply: no administration.")
    return Sentence("The {weeks} weeks after the last infusion do not apply: no administration.", weeks=weeks)


def _counted(case: ContraceptionCase, after: Target) -> tuple[Sentence, ...]:
    counted = Sentence("{target}, from the last infusion given (registry entry, line 73).", target=_Why(after))
    return (counted,) if case.over else (counted, Sentence("It is counted anew after each infusion."))


def _study_end(case: ContraceptionCase) -> Sentence:
    if case.last_visit_on is None:
        return Sentence(
            "A woman: throughout the study (line 73). The registry entry does not define its end, and no visit is"
            " planned yet."
        )
    return Sentence(
        "A woman: throughout the study (line 73). The registry entry does not define its end; taken is the last planned"
        " visit, {day} (site value).",
        day=case.last_visit_on,
    )


class _Why:
    """The reason of a day, worded when it is read."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def __str__(self) -> str:
        return self._target.why

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Why) and self._target == other._target

    def __hash__(self) -> int:
        return hash(self._target)
