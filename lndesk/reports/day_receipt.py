"""One page on a day that was closed: what was open, the product, the backup, and the head of the chain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from lndesk.domain.sheet import SheetLanguage, Text, grouped
from lndesk.i18n import Sentence, day, moment, number
from lndesk.reports.backup_receipt import draw_foot, draw_prose, draw_title
from lndesk.reports.layout import INNER, LEFT, RIGHT, WIDTH
from lndesk.reports.page import HAIR, STRONG, Ink, Page, wrapped
from lndesk.reports.voice import Voice

_VALUE, _LABEL, _SMALL = Ink(10), Ink(8.5, smallest=7), Ink(8.5, smallest=6)
_COLUMN, _LEADING, _BOTTOM = INNER + 58, 4.6, 258.0


@dataclass(frozen=True, kw_only=True)
class DayFacts:
    """A day as it was left."""

    site: Text
    training: bool
    day: dt.date
    closed_at: dt.datetime
    closed_by: str
    items: tuple[Sentence, ...]
    expected: int
    counted: int | None
    backup: tuple[str, dt.datetime, str] | None
    """Its file, when it was verified, and the head of its chain; None when there was none."""
    why_no_backup: str
    remark: str
    head: str
    counts: tuple[tuple[Text, int], ...]
    app_version: str


def day_receipt(facts: DayFacts, language: SheetLanguage) -> bytes:
    """Compose the page.

    Raises:
        RuleViolation: a text does not fit, or the font lacks a letter.
    """
    voice = Voice(language)
    page = Page(f"Day {facts.day.isoformat()}", voice.pdf_language)
    if facts.training:
        page.diagonal(voice.full(Sentence("TRAINING")))
    draw_title(page, voice, facts.site, Sentence("Day closed"))
    y = _draw_facts(page, 42, facts, voice)
    y = _draw_items(page, y + 6, facts, voice)
    _draw_counts(page, y + 6, facts, voice)
    keep = Sentence("The head of the chain printed here shows later whether the file is still the same.")
    draw_prose(page, 270, voice, keep)
    draw_foot(page, voice, facts.closed_at, facts.app_version)
    return page.finished()


def _facts(facts: DayFacts, voice: Voice) -> Iterator[tuple[Sentence, str]]:
    yield Sentence("Day"), voice.hear(lambda: day(facts.day))
    yield Sentence("Closed"), voice.hear(lambda: moment(facts.closed_at))
    yield Sentence("Closed by"), facts.closed_by
    yield Sentence("Containers expected"), number(facts.expected)
    yield Sentence("Containers counted"), "—" if facts.counted is None else number(facts.counted)
    if facts.backup is None:
        yield Sentence("Verified backup"), voice.hear(lambda: Sentence("None"))
        yield Sentence("Why there is none"), facts.why_no_backup or "—"
    else:
        file, verified_at, head = facts.backup
        yield Sentence("Verified backup"), file
        yield Sentence("Verified on"), voice.hear(lambda: moment(verified_at))
        yield Sentence("Head of the backup's chain"), _hash(head)
    if facts.remark:
        yield Sentence("Remark"), facts.remark
    yield Sentence("Head of the audit chain"), _hash(facts.head)


def _hash(digest: str) -> str:
    half = len(digest) // 2
    return f"{grouped(digest[:half])}\n{grouped(digest[half:])}"


def _draw_facts(page: Page, y: float, facts: DayFacts, voice: Voice) -> float:
    for label, value in _facts(facts, voice):
        page.text(INNER, y, voice.say(label), _LABEL, width=56)
        lines = wrapped(value, _VALUE, RIGHT - _COLUMN - 2)[:6]
        page.lines(_COLUMN, y, lines, _VALUE, _LEADING)
        y += _LEADING * len(lines) + 1.4
        page.rule(LEFT, y - 3.2, RIGHT, weight=HAIR)
        y += 1.4
    return y


def _draw_items(page: Page, y: float, facts: DayFacts, voice: Voice) -> float:
    page.text(LEFT, y, voice.say(Sentence("Left open"), gap="  "), Ink(11, bold=True))
    page.rule(LEFT, y + 2, RIGHT, weight=STRONG)
    y += 7
    if not facts.items:
        return draw_prose(page, y, voice, Sentence("Nothing was left open."))
    shown = facts.items[: max(1, int((_BOTTOM - 50 - y) / _LEADING))]
    for item in shown:
        page.text(INNER, y, voice.say(item, gap="  "), _SMALL, width=WIDTH - 6)
        y += _LEADING
    if len(shown) < len(facts.items):
        more = Sentence("and {n} more, listed in the audit trail", n=len(facts.items) - len(shown))
        page.text(INNER, y, voice.say(more, gap="  "), _SMALL, width=WIDTH - 6)
        y += _LEADING
    return y


def _draw_counts(page: Page, y: float, facts: DayFacts, voice: Voice) -> None:
    page.text(LEFT, y, voice.say(Sentence("On record"), gap="  "), Ink(11, bold=True))
    half = (len(facts.counts) + 1) // 2
    step = min(6.0, (_BOTTOM + 8 - y - 4) / max(half, 1))
    for index, (label, count) in enumerate(facts.counts):
        column, row = divmod(index, half)
        x, top = LEFT + column * 92, y + 3 + row * step
        page.middle(x + 2, top, step, voice.say(label), Ink(8.5, smallest=5), width=60)
        page.middle(x + 86, top, step, number(count), Ink(9, bold=True, smallest=5), align="right", width=24)
        page.rule(x, top + step, x + 88, weight=HAIR)
