"""Which days a visit can be booked on: weekends, public holidays, the site's closed days and a day's capacity.

Nothing here forbids a day. A closed one is shown, avoided by what is proposed, and asks for a reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from lndesk.domain.errors import RuleViolation
from lndesk.domain.protocol import CalendarRules
from lndesk.domain.public_holidays import holidays_of
from lndesk.domain.visit import Window
from lndesk.i18n import Sentence, Told, ngettext, weekday

NoteCode = Literal["site_closed", "holiday", "weekend", "working_weekend", "not_published", "full", "same_day"]
CLOSES = frozenset({"site_closed", "holiday", "weekend"})
AVOIDED = CLOSES | {"full", "same_day"}
LONGEST_CLOSURE_DAYS = 60
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDay:
    """A day on which the site sees nobody, and why."""

    id: int | None = None
    closed_on: dt.date
    reason: str
    added_by: str
    added_at: dt.datetime


@dataclass(frozen=True, slots=True)
class DayNote:
    """One thing worth knowing of a day before a visit is booked on it."""

    code: NoteCode
    text: Sentence

    @property
    def closes(self) -> bool:
        """Tell whether the site is closed by it, so that a booking asks for a reason."""
        return self.code in CLOSES

    @property
    def avoided(self) -> bool:
        """Tell whether what is proposed keeps clear of it."""
        return self.code in AVOIDED


@dataclass(frozen=True, slots=True)
class Load:
    """How many visits lie on a day, and how many of them are infusions."""

    visits: int = 0
    infusions: int = 0


EMPTY = Load()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDays:
    """All that decides whether a day is open, as it stands on record."""

    rules: CalendarRules
    closed: Mapping[dt.date, str] = field(default_factory=dict)
    load: Mapping[dt.date, Load] = field(default_factory=dict)
    """Of the other patients."""
    own: frozenset[dt.date] = frozenset()
    """The days of the same patient's other visits."""

    def notes(self, on: dt.date, *, infusion: bool = False) -> tuple[DayNote, ...]:
        """Return what is worth knowing of a day, what closes it first."""
        return tuple(sorted([*self._closing(on), *self._filling(on, infusion=infusion)], key=lambda it: not it.closes))

    def why_closed(self, on: dt.date) -> Sentence | None:
        """Return why the site is closed on a day, or None when it is open."""
        return next((note.text for note in self._closing(on) if note.closes), None)

    def is_open(self, on: dt.date) -> bool:
        """Tell whether the site works on a day."""
        return self.why_closed(on) is None

    def _closing(self, on: dt.date) -> Iterator[DayNote]:
        year = holidays_of(on.year, self.rules.holidays)
        if on in self.closed:
            yield DayNote("site_closed", Sentence("The site is closed: {reason}", reason=self.closed[on]))
        if on in year.names:
            yield DayNote("holiday", Sentence("Public holiday: {name}", name=year.names[on]))
        elif on.weekday() >= _SATURDAY and on in year.working:
            yield DayNote(
                "working_weekend", Sentence("{weekday}, worked for a holiday", weekday=Told(lambda: weekday(on)))
            )
        elif on.weekday() >= _SATURDAY:
            yield DayNote("weekend", Sentence("{weekday}, a weekend", weekday=Told(lambda: weekday(on))))
        if not year.published:
            yield DayNote(
                "not_published",
                Sentence("The public holidays of {year} are not published yet. Look again later.", year=str(on.year)),
            )

    def _filling(self, on: dt.date, *, infusion: bool) -> Iterator[DayNote]:
        load = self.load.get(on, EMPTY)
        if on in self.own:
            yield DayNote("same_day", Sentence("The patient has another visit that day."))
        if load.visits >= self.rules.visits_a_day:
            yield DayNote(
                "full",
                Sentence(
                    "{n} other visits lie on that day; the site sees {most} a day (site value).",
                    n=load.visits,
                    most=self.rules.visits_a_day,
                ),
            )
        elif infusion and load.infusions >= self.rules.infusions_a_day:
            yield DayNote(
                "full",
                Sentence(
                    "{n} other infusions lie on that day; the site gives {most} a day (site value).",
                    n=load.infusions,
                    most=self.rules.infusions_a_day,
                ),
            )


@dataclass(frozen=True, slots=True)
class DayChoice:
    """One day of a window, how far it lies from the target, and what is worth knowing of it."""

    on: dt.date
    offset: int
    notes: tuple[DayNote, ...]

    @property
    def good(self) -> bool:
        """Tell whether nothing speaks against it."""
        return not any(note.avoided for note in self.notes)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The day to book, why that one, and all days of the window in the order in which they come into question."""

    on: dt.date | None
    why: Sentence
    choices: tuple[DayChoice, ...]


def day_choices(
    window: Window, target: dt.date, days: OpenDays, *, not_before: dt.date, infusion: bool = False
) -> tuple[DayChoice, ...]:
    """Return the days of a window from the nearest to the target outwards, both ends included.

    Of two days equally near, the earlier comes first: after it the rest of the window is still in reserve.
    """
    span = range((window.closes_on - window.opens_on).days + 1)
    possible = [on for n in span if (on := window.opens_on + dt.timedelta(days=n)) >= not_before]
    possible.sort(key=lambda on: (abs((on - target).days), on))
    return tuple(DayChoice(on, (on - target).days, days.notes(on, infusion=infusion)) for on in possible)


def propose(
    window: Window, target: dt.date, days: OpenDays, *, not_before: dt.date, infusion: bool = False
) -> Proposal:
    """Propose the open day of a window that is nearest to its target, and say why it is that one.

    Args:
        window: the days on which the visit is in time.
        target: the day that the protocol aims at.
        days: what is known of the days.
        not_before: the first day that comes into question: today, or later where a gap must lie before.
        infusion: whether the day's capacity for infusions counts as well.
    """
    choices = day_choices(window, target, days, not_before=not_before, infusion=infusion)
    good = [choice for choice in choices if choice.good]
    if not good:
        return Proposal(None, _why_none(window, choices, not_before), choices)
    best = good[0]
    if best.on == target:
        return Proposal(target, Sentence("{day} is the target, and is open.", day=target), choices)
    why = _why_not_target(window, target, days, not_before, infusion=infusion)
    twin = next((other for other in good[1:] if other.offset == -best.offset), None)
    if twin is not None:
        said = Sentence(
            "{why} {day} and {twin} are equally near; the earlier leaves the rest of the window in reserve.",
            why=why, day=best.on, twin=twin.on,
        )  # fmt: skip
    else:
        said = Sentence(
            "{why} The nearest open day is {day}, {far}.", why=why, day=best.on, far=Told(lambda: _far(best.offset))
        )
    return Proposal(best.on, said, choices)


def check_closure(first_on: dt.date, last_on: dt.date, reason: str, *, today: dt.date) -> None:
    """Check days on which the site is to be closed.

    Raises:
        RuleViolation: they are past, in the wrong order, too many at once, or no reason is given.
    """
    if last_on < first_on:
        raise RuleViolation(Sentence("{last} comes before {first}.", last=last_on, first=first_on), field="last_on")
    if first_on < today:
        raise RuleViolation(Sentence("{day} is past.", day=first_on), field="first_on")
    if (last_on - first_on).days >= LONGEST_CLOSURE_DAYS:
        raise RuleViolation(
            Sentence("At most {n} days are closed at once. Check the year.", n=LONGEST_CLOSURE_DAYS), field="last_on"
        )
    if not reason.strip():
        raise RuleViolation(Sentence("Give the reason."), field="reason")


def _why_none(window: Window, choices: tuple[DayChoice, ...], not_before: dt.date) -> Sentence:
    if choices:
        return Sentence("No day of the window is open and has room. Choose one and give the reason.")
    return Sentence(
        "The window closed on {closes}; the first day possible is {first}.", closes=window.closes_on, first=not_before
    )


def _why_not_target(
    window: Window, target: dt.date, days: OpenDays, not_before: dt.date, *, infusion: bool
) -> Sentence:
    if target < not_before:
        return Sentence("The target {day} lies before the first day possible, {first}.", day=target, first=not_before)
    if target not in window:
        return Sentence("The target {day} lies outside the window.", day=target)
    note = next(note for note in days.notes(target, infusion=infusion) if note.avoided)
    return Sentence(
        "The target {day} is not free ({note}).", day=target, note=Told(lambda: str(note.text).rstrip(".。"))
    )


def _far(offset: int) -> str:
    if offset < 0:
        return ngettext("{n} day before it", "{n} days before it", -offset)
    return ngettext("{n} day after it", "{n} days after it", offset)
