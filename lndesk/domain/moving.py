"""Moving a visit: everything that follows from it, worked out before anything is saved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from lndesk.domain.course import TREATED_KINDS, CourseVisit
from lndesk.domain.open_days import DayNote, OpenDays
from lndesk.domain.protocol import Protocol
from lndesk.domain.visit import PlannedVisit, Target, Window, contraception_end, plan_control, plan_treatment
from lndesk.i18n import Sentence

HELD = frozenset({None, "done"})
"""What came, or may still come, of a visit that takes place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """The days between an infusion and the one before it."""

    days: int
    least: int
    since_on: dt.date
    given: bool
    """Whether the one before was given; until then its day can still change."""

    @property
    def too_short(self) -> bool:
        """Tell whether fewer days than the protocol's minimum lie between."""
        return self.days < self.least


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveLine:
    """One visit of the course before and after a move."""

    visit: CourseVisit
    day_before: dt.date
    day_after: dt.date
    books: bool
    """Whether the move books this day; otherwise the visit stays where it is, or is counted anew."""
    target_after: dt.date
    window_after: Window
    gap: Gap | None
    notes: tuple[DayNote, ...]

    @property
    def moved(self) -> bool:
        """Tell whether the visit lies on another day afterwards."""
        return self.day_after != self.day_before

    @property
    def in_window(self) -> bool:
        """Tell whether its day afterwards lies in its window, both ends included."""
        return self.day_after in self.window_after

    @property
    def problems(self) -> tuple[Sentence, ...]:
        """Return what is wrong with the day, in sentences; none of it forbids the move by itself."""
        return tuple(self._problems())

    def _problems(self) -> Iterator[Sentence]:
        if not self.in_window:
            yield Sentence(
                "{day} is outside the window of {opens} to {closes}: a deviation is drafted.",
                day=self.day_after, opens=self.window_after.opens_on, closes=self.window_after.closes_on,
            )  # fmt: skip
        if self.gap is not None and self.gap.too_short:
            yield Sentence(
                "{n} days after the infusion of {day}; at least {least} must lie between (site value).",
                n=self.gap.days, day=self.gap.since_on, least=self.gap.least,
            )  # fmt: skip
        yield from (note.text for note in self.notes if note.avoided)


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePreview:
    """All that follows from a move: the whole course line by line, and until when contraception is agreed."""

    lines: tuple[MoveLine, ...]
    contraception_before: Target | None
    contraception_after: Target | None
    refusal: Sentence | None
    """Why the move cannot be made at all."""
    needs_authorisation: Sentence | None
    """Why an investigator has to sign for it first."""

    @property
    def deviates(self) -> bool:
        """Tell whether a day that is booked lies outside its window."""
        return any(line.books and not line.in_window for line in self.lines)

    @property
    def closed(self) -> bool:
        """Tell whether a day that is booked is one on which the site is closed."""
        return any(line.books and any(note.closes for note in line.notes) for line in self.lines)


def move_preview(
    course: Sequence[CourseVisit],
    protocol: Protocol,
    *,
    visit_id: int,
    to_on: dt.date,
    also_later: bool,
    today: dt.date,
    days: OpenDays,
    authorised: Mapping[int, dt.date] | None = None,
) -> MovePreview:
    """Work out what follows from moving a visit, without changing anything.

    The later visits stay where they are unless they are to move along by the same days. Then those that are booked
    are booked anew, and those of the monthly course that are not booked are booked at their target moved along.
    What is counted from an infusion still to come needs no booking: it is counted anew from the day it takes place.

    Args:
        course: all visits of the patient.
        protocol: the rules.
        visit_id: the visit that is moved.
        to_on: its new day.
        also_later: whether the later ones move by the same days.
        today: the day at the desk.
        days: what is known of the days, the patient's own visits left out.
        authorised: by visit, the first day from which an investigator has allowed it before the minimum gap.
    """
    move = _Move(tuple(course), protocol, visit_id, to_on, also_later, days)
    lines = move.lines()
    early = [line for line in lines if line.books and _too_early(line) and not _allowed(line, authorised or {})]
    return MovePreview(
        lines=lines,
        contraception_before=_contraception(protocol, [(line.visit, line.day_before) for line in lines]),
        contraception_after=_contraception(protocol, [(line.visit, line.day_after) for line in lines]),
        refusal=_refusal(move.mover, to_on, lines, today),
        needs_authorisation=_ask_investigator(early[0]) if early else None,
    )


@dataclass(frozen=True)
class _Move:
    """One visit of a course on its way to another day."""

    course: tuple[CourseVisit, ...]
    protocol: Protocol
    visit_id: int
    to_on: dt.date
    also_later: bool
    days: OpenDays

    @cached_property
    def mover(self) -> CourseVisit:
        return next(visit for visit in self.course if visit.id == self.visit_id)

    @cached_property
    def booked(self) -> dict[int, dt.date]:
        """The days that the move books, by visit."""
        found = {self.visit_id: self.to_on}
        if not self.also_later:
            return found
        shift = self.to_on - self.mover.day
        for visit in self.course:
            later = visit.outcome is None and visit.id != self.visit_id and visit.day > self.mover.day
            if later and visit.kind != "unscheduled" and (visit.booked_on is not None or not self._follows(visit)):
                found[visit.id or 0] = visit.day + shift
        return found

    @cached_property
    def replanned(self) -> dict[str, PlannedVisit]:
        """The course as it will be once its visits take place on the days that they then lie on, by code."""
        monthly = [visit for visit in self.course if visit.kind in TREATED_KINDS]
        if not monthly:
            return {}
        last = max(monthly, key=lambda visit: visit.number)
        if last.kind == "control":
            plan = plan_control(self.protocol, enrolled_on=last.anchor_on, last_visit_on=self._fixed(last))
        else:
            first_on = self.to_on if self.mover.code == "infusion-1" else last.anchor_on
            held = [visit for visit in monthly if visit.outcome in HELD]
            last_on = self._fixed(max(held, key=lambda visit: visit.number)) if held else None
            plan = plan_treatment(self.protocol, first_infusion_on=first_on, last_infusion_on=last_on)
        return {visit.code: visit for visit in plan}

    def lines(self) -> tuple[MoveLine, ...]:
        """Return the whole course in the order of its days after the move."""
        lines = [self._line(visit) for visit in self.course]
        lines.sort(key=lambda line: (line.day_after, line.visit.id or 0))
        return tuple(_with_clash(line, lines) for line in lines)

    def day_after(self, visit: CourseVisit) -> dt.date:
        """Return the day on which a visit lies after the move."""
        if visit.id in self.booked:
            return self.booked[visit.id or 0]
        anew = self._anew(visit)
        return anew.target_on if anew is not None and visit.booked_on is None else visit.day

    def _line(self, visit: CourseVisit) -> MoveLine:
        after, anew = self.day_after(visit), self._anew(visit)
        infusion = visit.kind == "infusion"
        return MoveLine(
            visit=visit,
            day_before=visit.day,
            day_after=after,
            books=visit.id in self.booked,
            target_after=anew.target_on if anew else visit.target_on,
            window_after=anew.window if anew else visit.window,
            gap=self._gap(visit) if infusion and visit.outcome in HELD else None,
            notes=self.days.notes(after, infusion=infusion) if visit.outcome is None else (),
        )

    def _anew(self, visit: CourseVisit) -> PlannedVisit | None:
        # The moved visit keeps its own window: what is out of it is a deviation.
        if visit.outcome is not None or visit.id == self.visit_id or not self._follows(visit):
            return None
        return self.replanned.get(visit.code)

    def _follows(self, visit: CourseVisit) -> bool:
        return visit.kind == "followup" or (visit.kind == "infusion" and self.mover.code == "infusion-1")

    def _fixed(self, visit: CourseVisit) -> dt.date | None:
        # None for a visit that is itself counted from the one that moves.
        if visit.id in self.booked or visit.booked_on is not None or not self._follows(visit):
            return self.booked.get(visit.id or 0, visit.day)
        return None

    def _gap(self, visit: CourseVisit) -> Gap | None:
        before = [
            other
            for other in self.course
            if other.kind == "infusion" and other.number < visit.number and other.outcome in HELD
        ]
        if not before:
            return None
        previous = max(before, key=lambda other: other.number)
        since = self.day_after(previous)
        return Gap(
            days=(self.day_after(visit) - since).days,
            least=self.protocol.schedule.minimum_gap_days,
            since_on=since,
            given=previous.outcome == "done",
        )


def _with_clash(line: MoveLine, lines: Sequence[MoveLine]) -> MoveLine:
    others = [
        other.visit
        for other in lines
        if other.visit.id != line.visit.id and other.day_after == line.day_after and other.visit.outcome in HELD
    ]
    if line.visit.outcome is not None or not others:
        return line
    note = DayNote("same_day", Sentence("{visit} lies on the same day.", visit=others[0].named))
    return replace(line, notes=(*line.notes, note))


def _too_early(line: MoveLine) -> bool:
    return line.gap is not None and line.gap.given and line.gap.too_short


def _allowed(line: MoveLine, authorised: Mapping[int, dt.date]) -> bool:
    earliest = authorised.get(line.visit.id or 0)
    return earliest is not None and line.day_after >= earliest


def _ask_investigator(line: MoveLine) -> Sentence | None:
    gap = line.gap
    return None if gap is None else Sentence(
        "The last infusion was on {previous}, {gap} days before {day}. At least {least} days must lie between"
        " (site value). Earliest day: {earliest}. An investigator may decide otherwise.",
        previous=gap.since_on, gap=gap.days, day=line.day_after, least=gap.least,
        earliest=gap.since_on + dt.timedelta(days=gap.least),
    )  # fmt: skip


def _refusal(mover: CourseVisit, to_on: dt.date, lines: Sequence[MoveLine], today: dt.date) -> Sentence | None:
    if mover.outcome is not None:
        return Sentence("This visit is already on record.")
    if to_on < today:
        return Sentence("{day} is past.", day=to_on)
    if to_on == mover.booked_on:
        return Sentence("The visit is booked for {day} already.", day=to_on)
    past = next((line for line in lines if line.books and line.day_after < today), None)
    if past is not None:
        return Sentence("{visit} would be moved to {day}, which is past.", visit=past.visit.named, day=past.day_after)
    if mover.kind in TREATED_KINDS:
        moved_on = next(line.day_after for line in lines if line.visit.id == mover.id)
        crossed = next((line for line in lines if _crossed(line, mover, moved_on)), None)
        if crossed is not None:
            return Sentence(
                "{visit} lies on {day}. The order of the visits would change.",
                visit=crossed.visit.named, day=crossed.day_after,
            )  # fmt: skip
    return None


def _crossed(line: MoveLine, mover: CourseVisit, moved_on: dt.date) -> bool:
    if line.visit.kind != mover.kind or line.visit.outcome not in HELD:
        return False
    earlier, later = line.visit.number < mover.number, line.visit.number > mover.number
    return (earlier and line.day_after >= moved_on) or (later and line.day_after <= moved_on)


def _contraception(protocol: Protocol, days: Sequence[tuple[CourseVisit, dt.date]]) -> Target | None:
    held = [(visit.number, on) for visit, on in days if visit.kind == "infusion" and visit.outcome in HELD]
    return contraception_end(protocol, last_infusion_on=max(held)[1]) if held else None
