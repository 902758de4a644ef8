"""A month of visits on one landscape page; what the grid cannot hold is listed after it, so nothing is lost."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from lndesk.domain.sheet import SheetLanguage, Text
from lndesk.i18n import Sentence, clock, day, month, weekday_names
from lndesk.reports.fonts import printable
from lndesk.reports.page import A4_LANDSCAPE, HAIR, Ink, Page, fitted
from lndesk.reports.visit_marks import STATUS_WORDS, VisitStatus, draw_mark
from lndesk.reports.voice import Voice

_LEFT, _RIGHT, _TOP, _BOTTOM, _FOOT = 10.0, 287.0, 28.0, 199.0, 202.5
_COLUMN = (_RIGHT - _LEFT) / 7
_ENTRY, _SHOWN, _DAY_ROW, _LANE = 6.2, 3, 5.2, 2.9
_WEEKEND = 5
_WHO, _WHAT, _INDENT = Ink(7.5, bold=True, smallest=6.5, keep=True), Ink(6.5), 1.6
_ROW = 6.0


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """One visit of the month. It says nothing of the arm."""

    day: dt.date
    time: dt.time | None = None
    subject_id: str
    name: str
    label: Text
    status: VisitStatus
    opens: dt.date | None = None
    closes: dt.date | None = None


@dataclass
class _Grid:
    """Where the days of the month stand, and what the grid could not say in full."""

    page: Page
    voice: Voice
    weeks: list[list[dt.date]]
    month: int
    leftover: list[CalendarEntry] = field(default_factory=list)

    @property
    def height(self) -> float:
        return (_BOTTOM - _TOP) / len(self.weeks)

    def keep(self, entry: CalendarEntry) -> None:
        if entry not in self.leftover:
            self.leftover.append(entry)


def month_calendar(  # all that the page says, by keyword
    rows: Sequence[CalendarEntry],
    *,
    month_on: dt.date,
    language: SheetLanguage,
    site: Text,
    training: bool,
    composed_at: dt.datetime,
    closed: Collection[dt.date] = (),
    worked: Collection[dt.date] = (),
) -> bytes:
    """Compose the month that `month_on` lies in; closed days and weekends are hatched, a weekend that is worked not.

    Raises:
        RuleViolation: the font lacks a letter, or a text does not fit even in the list.
    """
    voice = Voice(language)
    page = Page(f"Calendar {month_on:%Y-%m}", voice.pdf_language, A4_LANDSCAPE)
    weeks = calendar.Calendar(calendar.MONDAY).monthdatescalendar(month_on.year, month_on.month)
    grid = _Grid(page, voice, weeks, month_on.month)
    known = [replace(row, name=printable(row.name)) for row in rows]
    entries = sorted(known, key=lambda row: (row.day, row.time or dt.time.max, row.subject_id))
    _draw_top(grid, month_on, site, training=training)
    _draw_cells(grid, closed, worked)
    lanes = int((grid.height - _DAY_ROW - _SHOWN * _ENTRY) / _LANE)
    _draw_windows(grid, entries, lanes)
    for date in (date for week in weeks for date in week if date.month == month_on.month):
        _draw_day(grid, date, [entry for entry in entries if entry.day == date])
    if not any(entry.day.month == month_on.month for entry in entries):
        nothing = Sentence("No visits in {month}.", month=Text.spoken(partial(month, month_on)))
        page.text(148.5, _TOP + 10, voice.say(nothing, gap="  "), Ink(11, bold=True), align="centre")
    pages = _pages_of(sorted(grid.leftover, key=entries.index))
    for number, listed in enumerate([[], *pages], start=1):
        if number > 1:
            page.next()
            _draw_top(grid, month_on, site, training=training)
            _draw_list(grid, listed)
        _draw_foot(grid, composed_at, (number, len(pages) + 1))
    return page.finished()


def _draw_top(grid: _Grid, month_on: dt.date, site: Text, *, training: bool) -> None:
    page, voice = grid.page, grid.voice
    if training:
        page.diagonal(voice.full(Sentence("TRAINING")), 80, grey=0.9)
    wide = page.text(_LEFT, 14.5, voice.hear(lambda: month(month_on)), Ink(18, bold=True))
    page.text(_LEFT + wide + 5, 14.5, voice.say(Sentence("Calendar")), Ink(11))
    page.text(_RIGHT, 12, voice.say(site, gap="  "), Ink(8.5, smallest=7), align="right", width=170)
    at = _RIGHT
    for status in reversed(STATUS_WORDS):
        at -= page.text(at, 18, voice.say(STATUS_WORDS[status]), Ink(7.5), align="right") + 3.6
        draw_mark(page, at + 1.4, 17, status)
        at -= 3.5
    at -= page.text(at, 18, voice.say(Sentence("Visit window")), Ink(7.5), align="right") + 8.5
    page.band(at, 15.6, 7, 2.6)
    at -= 3.5 + page.text(at - 3.5, 18, voice.say(Sentence("Closed day")), Ink(7.5), align="right") + 8.5
    page.hatch(at, 15.4, 7, 3, step=1.4, grey=0.7)
    page.box(at, 15.4, 7, 3, weight=HAIR)


def _draw_cells(grid: _Grid, closed: Collection[dt.date], worked: Collection[dt.date]) -> None:
    page = grid.page
    page.band(_LEFT, _TOP - 6, _RIGHT - _LEFT, 6)
    for index in range(7):
        said = " ".join(grid.voice.each(Text.spoken(partial(_weekday, index))))
        page.middle(_LEFT + (index + 0.5) * _COLUMN, _TOP - 6, 6, said, Ink(8.5, bold=True), align="centre")
    for row, week in enumerate(grid.weeks):
        for column, date in enumerate(week):
            x, y = _LEFT + column * _COLUMN, _TOP + row * grid.height
            if date.month != grid.month:
                continue
            if date in closed or (date.weekday() >= _WEEKEND and date not in worked):
                page.hatch(x, y, _COLUMN, grid.height)
    for row in range(len(grid.weeks) + 1):
        page.rule(_LEFT, _TOP + row * grid.height, _RIGHT)
    for column in range(8):
        page.upright(_LEFT + column * _COLUMN, _TOP - 6, _BOTTOM)


def _weekday(index: int) -> str:
    return weekday_names()[index]


def _draw_day(grid: _Grid, date: dt.date, entries: Sequence[CalendarEntry]) -> None:
    x, y = _corner(grid, date)
    grid.page.text(x + 1.5, y + 4, str(date.day), Ink(10, bold=True))
    hidden = entries[_SHOWN:]
    if hidden:
        more = Sentence("+{n} more", n=len(hidden))
        grid.page.text(x + _COLUMN - 1.5, y + 4, grid.voice.say(more), Ink(7.5, bold=True), align="right", width=28)
    for entry in hidden:
        grid.keep(entry)
    for index, entry in enumerate(entries[:_SHOWN]):
        _draw_entry(grid, x, y + _DAY_ROW + index * _ENTRY, entry)


def _draw_entry(grid: _Grid, x: float, y: float, entry: CalendarEntry) -> None:
    page, room = grid.page, _COLUMN - 6
    at = clock(entry.time) + " " if entry.time else ""
    who = (f"{at}{entry.subject_id} {entry.name}", f"{at}{entry.subject_id}")
    status = STATUS_WORDS[entry.status]
    what = (*grid.voice.say(Text.spoken(lambda: f"{entry.label} · {status}")), grid.voice.hear(lambda: status))
    draw_mark(page, x + 2.9, y + 2, entry.status)
    page.text(x + 5, y + 2.9, who, _WHO, width=room)
    page.text(x + _INDENT, y + 5.6, what, _WHAT, width=_COLUMN - 2 * _INDENT)
    named, _points, _wide = fitted(who, _WHO, room)
    said, _points, _wide = fitted(what, _WHAT, _COLUMN - 2 * _INDENT)
    if named != who[0] or said == what[-1]:
        grid.keep(entry)


def _draw_windows(grid: _Grid, entries: Sequence[CalendarEntry], lanes: int) -> None:
    taken: list[dt.date] = [dt.date.min] * lanes
    for entry in sorted((entry for entry in entries if entry.opens), key=lambda entry: entry.opens or dt.date.min):
        opens, closes = entry.opens or entry.day, entry.closes or entry.day
        free = next((lane for lane, until in enumerate(taken) if until < opens), None)
        if free is None:
            grid.keep(entry)
            continue
        taken[free] = closes
        for week in grid.weeks:
            days = [date for date in week if opens <= date <= closes and date.month == grid.month]
            if days:
                _draw_window(grid, days, lanes - free, entry.subject_id)


def _draw_window(grid: _Grid, days: Sequence[dt.date], up: int, subject: str) -> None:
    x, y = _corner(grid, days[0])
    top = y + grid.height - up * _LANE
    grid.page.band(x + 0.6, top, len(days) * _COLUMN - 1.2, _LANE - 0.4)
    grid.page.middle(x + 1.8, top, _LANE - 0.4, subject, _WHAT)


def _corner(grid: _Grid, date: dt.date) -> tuple[float, float]:
    row = next(index for index, week in enumerate(grid.weeks) if date in week)
    return _LEFT + date.weekday() * _COLUMN, _TOP + row * grid.height


def _pages_of(leftover: Sequence[CalendarEntry]) -> list[list[CalendarEntry]]:
    size = int((_BOTTOM - _TOP) / _ROW) - 1
    return [list(leftover[start : start + size]) for start in range(0, len(leftover), size)]


_COLUMNS = (
    (Sentence("Day"), 0.0, 30.0),
    (Sentence("Time"), 32.0, 14.0),
    (Sentence("Subject ID"), 48.0, 26.0),
    (Sentence("Name"), 76.0, 62.0),
    (Sentence("Visit"), 140.0, 58.0),
    (Sentence("Status"), 200.0, 24.0),
    (Sentence("Window"), 226.0, 51.0),
)


def _draw_list(grid: _Grid, entries: Sequence[CalendarEntry]) -> None:
    page, voice = grid.page, grid.voice
    title = Sentence("Not shown in full in the grid")
    page.text(_LEFT, _TOP - 3, voice.say(title, gap="  "), Ink(10, bold=True))
    page.band(_LEFT, _TOP, _RIGHT - _LEFT, _ROW)
    for heading, x, width in _COLUMNS:
        page.middle(_LEFT + 1.5 + x, _TOP, _ROW, voice.say(heading), Ink(8, bold=True, smallest=6.5), width=width)
    for index, entry in enumerate(entries, start=1):
        y = _TOP + index * _ROW
        for (_heading, x, width), text in zip(_COLUMNS, _cells(entry, voice), strict=True):
            page.middle(_LEFT + 1.5 + x, y, _ROW, text, Ink(8, smallest=6.5), width=width)
        page.rule(_LEFT, y + _ROW, _RIGHT, weight=HAIR)


def _cells(entry: CalendarEntry, voice: Voice) -> tuple[str | tuple[str, ...], ...]:
    window = Sentence("{opens} to {closes}", opens=entry.opens or entry.day, closes=entry.closes or entry.day)
    return (
        voice.hear(lambda: day(entry.day)),
        clock(entry.time) if entry.time else "",
        entry.subject_id,
        entry.name,
        voice.say(entry.label),
        voice.say(STATUS_WORDS[entry.status]),
        voice.hear(lambda: window) if entry.opens else "",
    )


def _draw_foot(grid: _Grid, composed_at: dt.datetime, place: tuple[int, int]) -> None:
    printed = Sentence("Printed {when}", when=composed_at)
    grid.page.text(_LEFT, _FOOT, grid.voice.hear(lambda: printed), Ink(7))
    number, total = place
    here = Sentence("Page {number} of {total}", number=number, total=total)
    grid.page.text(_RIGHT, _FOOT, grid.voice.say(here), Ink(8, bold=True), align="right")
