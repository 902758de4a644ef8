"""The visits of some days as a list for the ward: what is due, by when, and room to tick it off by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lndesk.domain.sheet import SheetLanguage, Text
from lndesk.i18n import Sentence, day, weekday_and_day
from lndesk.reports.fonts import printable
from lndesk.reports.page import FINE, HAIR, Ink, Page
from lndesk.reports.visit_marks import STATUS_WORDS, VisitStatus, draw_mark
from lndesk.reports.voice import Voice

LEFT, RIGHT, TOP, BOTTOM, FOOT = 10.0, 200.0, 30.0, 283.0, 289.0
_HEADING, _DAY, _ROW, _TALL_ROW, _NONE = 6.0, 6.5, 9.0, 13.0, 5.5
_SMALL = 6.0
COLUMNS = (
    (Sentence("Subject ID"), 6.0, 21.0),
    (Sentence("Hospital No."), 28.0, 24.0),
    (Sentence("Name"), 53.0, 40.0),
    (Sentence("Visit"), 94.0, 33.0),
    (Sentence("Window"), 128.0, 25.0),
    (Sentence("Arrived"), 154.0, 14.0),
    (Sentence("Done by"), 169.0, 20.0),
)
_BY_HAND = 154.0


@dataclass(frozen=True, kw_only=True)
class WardVisit:
    """One visit as the ward reads it."""

    subject_id: str
    hospital_no: str
    han_name: str
    latin_name: str
    label: Text
    status: VisitStatus
    booked: bool
    opens: dt.date | None = None
    closes: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class WardDay:
    """One day: why the site is closed on it, if it is, and its visits. Without a day: what is overdue."""

    on: dt.date | None
    closed: Text | None
    visits: Sequence[WardVisit]


@dataclass(frozen=True, kw_only=True)
class PrintFacts:
    """What a page says around its content."""

    site: Text
    training: bool
    printed_at: dt.datetime
    language: SheetLanguage


@dataclass(frozen=True)
class _Item:
    """A part of the list that stays whole: the head of a day, a visit, or that there is none."""

    height: float
    day: WardDay
    visit: WardVisit | None = None
    head: bool = False


def ward_list(days: Sequence[WardDay], facts: PrintFacts) -> bytes:
    """Compose the list as a file of its own.

    Raises:
        RuleViolation: the font lacks a letter, or a text does not fit.
    """
    voice = Voice(facts.language)
    page = Page("Visits", voice.pdf_language)
    pages = ward_pages(days)
    for number, items in enumerate(pages, start=1):
        if number > 1:
            page.next()
        draw_ward_page(page, voice, facts, days, items)
        draw_foot(page, voice, facts, (number, len(pages)))
    return page.finished()


def ward_pages(days: Sequence[WardDay]) -> list[list[_Item]]:
    """Deal the list onto pages; a day that goes on says so by its head."""
    tall = _TALL_ROW if len(_dated(days)) == 1 else _ROW
    pages: list[list[_Item]] = [[]]
    room = BOTTOM - TOP - _HEADING
    for item in _items(days, tall):
        need = item.height + (tall if item.head and item.day.visits else 0)  # no head without its first visit
        if need > room:
            head = [] if item.head else [_Item(_DAY, item.day, head=True)]
            pages.append(head)
            room = BOTTOM - TOP - _HEADING - sum(part.height for part in head)
        pages[-1].append(item)
        room -= item.height
    return pages


def _items(days: Sequence[WardDay], tall: float) -> Iterator[_Item]:
    for each in days:
        yield _Item(_DAY, each, head=True)
        if not each.visits:
            yield _Item(_NONE, each)
        for visit in each.visits:
            yield _Item(tall, each, visit)


def draw_ward_page(
    page: Page, voice: Voice, facts: PrintFacts, days: Sequence[WardDay], items: Sequence[_Item]
) -> None:
    """Draw one page of the list."""
    if facts.training:
        page.diagonal(voice.full(Sentence("TRAINING")), 80, grey=0.9)
    page.text(LEFT, 15, voice.say(Sentence("Visits"), gap="  "), Ink(16, bold=True))
    page.text(RIGHT, 12, voice.say(facts.site, gap="  "), Ink(8.5, smallest=7), align="right", width=130)
    page.text(LEFT, 22, voice.hear(lambda: _span(days)), Ink(10, bold=True))
    _draw_key(page, voice)
    page.band(LEFT, TOP, RIGHT - LEFT, _HEADING)
    for heading, x, width in COLUMNS:
        page.middle(LEFT + x, TOP, _HEADING, voice.say(heading), Ink(7.5, bold=True, smallest=6), width=width)
    y = TOP + _HEADING
    for item in items:
        if item.head:
            _draw_day(page, voice, y, item.day)
        elif item.visit is None:
            page.middle(LEFT + 6, y, item.height, voice.say(Sentence("No visits")), Ink(7.5, smallest=6.5))
        else:
            _draw_visit(page, voice, y, item.height, item.visit)
        y += item.height
        page.rule(LEFT, y, RIGHT, weight=HAIR)


def draw_foot(page: Page, voice: Voice, facts: PrintFacts, place: tuple[int, int]) -> None:
    """Draw when it was printed, and which page of how many it is."""
    printed = Sentence("Printed {when}", when=facts.printed_at)
    page.text(LEFT, FOOT, voice.hear(lambda: printed), Ink(7))
    here = Sentence("Page {number} of {total}", number=place[0], total=place[1])
    page.text(RIGHT, FOOT, voice.say(here), Ink(8, bold=True), align="right")


def _span(days: Sequence[WardDay]) -> str:
    dated = _dated(days)
    if len(dated) == 1:
        return weekday_and_day(dated[0])
    return str(Sentence("{opens} to {closes}", opens=weekday_and_day(dated[0]), closes=weekday_and_day(dated[-1])))


def _dated(days: Sequence[WardDay]) -> list[dt.date]:
    return [day.on for day in days if day.on is not None]


def _draw_key(page: Page, voice: Voice) -> None:
    at = RIGHT
    for status in reversed(STATUS_WORDS):
        at -= page.text(at, 22, voice.say(STATUS_WORDS[status]), Ink(7), align="right") + 3.4
        draw_mark(page, at + 1.4, 21, status)
        at -= 3.0


def _draw_day(page: Page, voice: Voice, y: float, shown: WardDay) -> None:
    if shown.closed is not None:
        page.hatch(LEFT, y, RIGHT - LEFT, _DAY, step=1.8, grey=0.75)
    else:
        page.band(LEFT, y, RIGHT - LEFT, _DAY, grey=0.95)
    on = shown.on
    title = voice.say(Sentence("Overdue")) if on is None else voice.hear(lambda: weekday_and_day(on))
    wide = page.middle(LEFT + 1.5, y, _DAY, title, Ink(9.5, bold=True))
    if shown.closed is not None:
        said = voice.say(shown.closed)
        page.middle(LEFT + wide + 6, y, _DAY, said, Ink(8, smallest=6.5), width=RIGHT - LEFT - wide - 8)


def _draw_visit(page: Page, voice: Voice, y: float, height: float, visit: WardVisit) -> None:
    middle = y + height / 2
    draw_mark(page, LEFT + 3, middle, visit.status)
    page.middle(LEFT + COLUMNS[0][1], y, height, visit.subject_id, Ink(9, bold=True, smallest=7), width=COLUMNS[0][2])
    page.middle(LEFT + COLUMNS[1][1], y, height, visit.hospital_no, Ink(8, smallest=6), width=COLUMNS[1][2])
    _two(page, COLUMNS[2], middle, (printable(visit.han_name), visit.latin_name), Ink(9, bold=True, smallest=_SMALL))
    status = STATUS_WORDS[visit.status]
    state = status if visit.booked or visit.status != "planned" else Sentence("Planned, no day booked")
    _two(page, COLUMNS[3], middle, (voice.say(visit.label), voice.say(state)), Ink(8.5, bold=True, smallest=_SMALL))
    if visit.opens is not None and visit.closes is not None:
        opens, closes = visit.opens, visit.closes
        window = (voice.hear(lambda: Sentence("{day} to", day=opens)), voice.hear(lambda: day(closes)))
        _two(page, COLUMNS[4], middle, window, Ink(7, smallest=_SMALL))
    for _heading, x, width in COLUMNS:
        if x >= _BY_HAND:
            page.box(LEFT + x, y + 1.4, width, height - 2.8, weight=FINE)


def _two(
    page: Page, column: tuple[Sentence, float, float], middle: float,
    texts: tuple[str | tuple[str, ...], str | tuple[str, ...]], ink: Ink,
) -> None:  # fmt: skip
    _heading, x, width = column
    page.text(LEFT + x, middle - 0.4, texts[0], ink, width=width)
    page.text(LEFT + x, middle + 3.1, texts[1], Ink(7, smallest=5.5), width=width)
