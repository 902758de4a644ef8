"""The year of the cohort at a glance: one line a patient, months across, windows as bands, visits as marks."""

from __future__ import annotations

import datetime as dt
from functools import partial

from lndesk.i18n import Sentence, month_names
from lndesk.queries.cohort import CohortRow, CohortVisit, CohortYear
from lndesk.reports.calendar_entries import PRINTED
from lndesk.reports.fonts import printable
from lndesk.reports.page import A4_LANDSCAPE, HAIR, Ink, Page
from lndesk.reports.visit_marks import STATUS_WORDS, VisitStatus, draw_mark
from lndesk.reports.voice import Voice
from lndesk.reports.ward_list import PrintFacts

_LEFT, _RIGHT, _TOP, _BOTTOM, _FOOT = 10.0, 287.0, 30.0, 199.0, 204.0
_NAMES = 48.0
_ACROSS = _RIGHT - _LEFT - _NAMES
_HEADING, _ROW = 6.5, 8.6
_MONTHS = 12


def cohort_page(year: CohortYear, facts: PrintFacts) -> bytes:
    """Compose the year.

    Raises:
        RuleViolation: the font lacks a letter, or a text does not fit.
    """
    voice = Voice(facts.language)
    page = Page(f"Cohort {year.year}", voice.pdf_language, A4_LANDSCAPE)
    room = int((_BOTTOM - _TOP - _HEADING) / _ROW)
    pages = [year.rows[at : at + room] for at in range(0, len(year.rows), room)] or [()]
    for number, rows in enumerate(pages, start=1):
        if number > 1:
            page.next()
        _draw_top(page, voice, year, facts)
        _draw_grid(page, voice, year, len(rows))
        for index, row in enumerate(rows):
            _draw_row(page, year.year, row, _TOP + _HEADING + index * _ROW)
        if not rows:
            nothing = Sentence("No visits in {year}.", year=str(year.year))
            page.text((_LEFT + _RIGHT) / 2, _TOP + 20, voice.say(nothing, gap="  "), Ink(11, bold=True), align="centre")
        _draw_foot(page, voice, facts, (number, len(pages)))
    return page.finished()


def _draw_top(page: Page, voice: Voice, year: CohortYear, facts: PrintFacts) -> None:
    if facts.training:
        page.diagonal(voice.full(Sentence("TRAINING")), 80, grey=0.9)
    wide = page.text(_LEFT, 14.5, str(year.year), Ink(18, bold=True))
    page.text(_LEFT + wide + 5, 14.5, voice.say(Sentence("The cohort's year")), Ink(11))
    page.text(_RIGHT, 12, voice.say(facts.site, gap="  "), Ink(8.5, smallest=7), align="right", width=170)
    at = _RIGHT
    for status in reversed(STATUS_WORDS):
        at -= page.text(at, 21, voice.say(STATUS_WORDS[status]), Ink(7.5), align="right") + 3.6
        draw_mark(page, at + 1.4, 20, status)
        at -= 3.5
    at -= page.text(at, 21, voice.say(Sentence("Visit window")), Ink(7.5), align="right") + 8.5
    page.band(at, 18.6, 7, 2.6, grey=0.82)
    at -= 3.5 + page.text(at - 3.5, 21, voice.say(Sentence("Contraception until")), Ink(7.5), align="right") + 4
    _draw_end(page, at + 2, 20)
    key = Sentence("I: infusion, V: visit, w: weeks after the last, E: extra")
    page.text(_LEFT, 26.5, voice.say(key, gap="  "), Ink(7.5, smallest=6), width=_RIGHT - _LEFT)


def _month(index: int) -> str:
    return month_names()[index]


def _draw_grid(page: Page, voice: Voice, year: CohortYear, rows: int) -> None:
    bottom = _TOP + _HEADING + rows * _ROW
    page.band(_LEFT, _TOP, _RIGHT - _LEFT, _HEADING)
    said = Sentence("Patient")
    page.middle(_LEFT + 1.5, _TOP, _HEADING, voice.say(said), Ink(8.5, bold=True))
    for index in range(_MONTHS):
        x = _x(dt.date(year.year, index + 1, 1))
        name = voice.hear(partial(_month, index))
        wide = _ACROSS / _MONTHS
        page.middle(x + wide / 2, _TOP, _HEADING, name, Ink(8, bold=True, smallest=6), align="centre", width=wide - 1)
        page.upright(x, _TOP, bottom, weight=HAIR)
    for row in range(rows + 1):
        page.rule(_LEFT, _TOP + _HEADING + row * _ROW, _RIGHT, weight=HAIR)
    page.upright(_RIGHT, _TOP, bottom, weight=HAIR)
    if year.today.year == year.year:
        page.stroke(_x(year.today), _TOP, _x(year.today), bottom, weight=0.5, grey=0.45)


def _draw_row(page: Page, year: int, row: CohortRow, y: float) -> None:
    who = row.patient
    page.text(_LEFT + 1.5, y + 3.8, who.subject_id, Ink(8.5, bold=True))
    page.text(_LEFT + 1.5, y + 7.2, (f"{printable(who.han_name)} {who.latin_name}", printable(who.han_name)),
              Ink(7, smallest=5.5), width=_NAMES - 3)  # fmt: skip
    for item in row.visits:
        if item.visit.outcome is None and item.visit.kind != "unscheduled":
            _draw_window(page, year, item, y)
    end = row.contraception_end
    if end is not None and end.on.year == year:
        _draw_end(page, _x(end.on), y + 1.8)
    places = [item for item in row.visits if item.visit.day.year == year]
    for item in places:
        x = _x(item.visit.day)
        draw_mark(page, x, y + 3.4, _mark(item))
        page.text(x, y + 7.6, _short(item), Ink(5.5, smallest=5), align="centre")


def _draw_window(page: Page, year: int, item: CohortVisit, y: float) -> None:
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    opens, closes = max(first, item.visit.opens_on), min(last, item.visit.closes_on)
    if opens <= closes:
        page.band(_x(opens), y + 1.2, _x(closes) - _x(opens) + _ACROSS / 365, 4.4, grey=0.82)


def _draw_end(page: Page, x: float, y: float) -> None:
    page.shape([(x - 1.1, y - 1), (x + 1.1, y - 1), (x, y + 1)], filled=True, weight=HAIR)


def _mark(item: CohortVisit) -> VisitStatus:
    return "in_progress" if item.in_progress else PRINTED[item.status]


def _short(item: CohortVisit) -> str:
    visit = item.visit
    letter = {"infusion": "I", "control": "V", "unscheduled": "E"}.get(visit.kind)
    return f"{letter}{visit.number}" if letter else f"{visit.number}w"


def _x(on: dt.date) -> float:
    days = (dt.date(on.year + 1, 1, 1) - dt.date(on.year, 1, 1)).days
    return _LEFT + _NAMES + _ACROSS * (on.timetuple().tm_yday - 1) / days


def _draw_foot(page: Page, voice: Voice, facts: PrintFacts, place: tuple[int, int]) -> None:
    printed = Sentence("Printed {when}", when=facts.printed_at)
    page.text(_LEFT, _FOOT, voice.hear(lambda: printed), Ink(7))
    here = Sentence("Page {number} of {total}", number=place[0], total=place[1])
    page.text(_RIGHT, _FOOT, voice.say(here), Ink(8, bold=True), align="right")
