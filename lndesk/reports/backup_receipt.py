"""One page that vouches for a backup: what was copied, when, where to, and how to know it again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from lndesk.domain.sheet import SheetLanguage, Text, grouped
from lndesk.i18n import Sentence, moment, number
from lndesk.reports.layout import INNER, LEFT, RIGHT, WIDTH
from lndesk.reports.page import HAIR, STRONG, Ink, Page, wrapped
from lndesk.reports.voice import Voice

_VALUE, _LABEL, _PROSE = Ink(10), Ink(8.5, smallest=7), Ink(9.5)
_COLUMN, _LEADING = INNER + 48, 5.0


@dataclass(frozen=True, kw_only=True)
class BackupFacts:
    """A verified backup. Counts carry the name of what they count."""

    site: Text
    training: bool
    file_name: str
    folder: str
    made_at: dt.datetime
    made_by: str
    workstation: str
    size_bytes: int
    sha256: str
    counts: tuple[tuple[Text, int], ...]
    acts: int
    chain_head: str
    verified_at: dt.datetime
    app_version: str


def backup_receipt(facts: BackupFacts, language: SheetLanguage) -> bytes:
    """Compose the receipt.

    Raises:
        RuleViolation: a text does not fit, or the font lacks a letter.
    """
    voice = Voice(language)
    page = Page(f"Backup receipt {facts.file_name}", voice.pdf_language)
    if facts.training:
        page.diagonal(voice.full(Sentence("TRAINING")))
    draw_title(page, voice, facts.site, Sentence("Backup receipt"))
    y = _draw_facts(page, 42, facts, voice)
    y = _draw_verified(page, y + 4, facts, voice)
    _draw_counts(page, y + 10, facts, voice)
    keep = Sentence(
        "Keep this receipt with the medium. The head of the chain printed here shows later whether the file is still"
        " the same."
    )
    draw_prose(page, 264, voice, keep)
    draw_foot(page, voice, facts.made_at, facts.app_version)
    return page.finished()


def draw_title(page: Page, voice: Voice, site: Text, title: Sentence) -> None:
    """Draw the head of a page that stands alone."""
    page.text(LEFT, 17, voice.say(site, gap="  "), Ink(9, smallest=7), width=WIDTH)
    page.text(LEFT, 28, voice.say(title, gap="  "), Ink(22, bold=True, smallest=16), width=WIDTH)
    page.rule(LEFT, 33, RIGHT, weight=STRONG)


def draw_prose(page: Page, y: float, voice: Voice, said: Sentence) -> float:
    """Draw a paragraph, once a language, and return where the next may start."""
    for text in voice.each(said):
        lines = wrapped(text, _PROSE, WIDTH)
        page.lines(LEFT, y, lines, _PROSE, _LEADING)
        y += _LEADING * len(lines)
    return y


def draw_foot(page: Page, voice: Voice, at: dt.datetime, app_version: str) -> None:
    """Draw the foot of a page that stands alone."""
    page.rule(LEFT, 284.4, RIGHT)
    printed = Sentence("Printed {when}", when=at)
    page.text(LEFT, 288, f"{voice.hear(lambda: printed)}   lndesk {app_version}", Ink(7))
    here = Sentence("Page {number} of {total}", number=1, total=1)
    page.text(RIGHT, 288, voice.say(here), Ink(8, bold=True), align="right")


def _facts(facts: BackupFacts, voice: Voice) -> Iterator[tuple[Sentence, str]]:
    yield Sentence("File"), facts.file_name
    yield Sentence("Folder"), facts.folder
    yield Sentence("Made"), voice.hear(lambda: moment(facts.made_at))
    yield Sentence("Made by"), facts.made_by
    yield Sentence("Workstation"), facts.workstation
    yield Sentence("Size of the copy"), voice.hear(lambda: Sentence("{n} bytes", n=facts.size_bytes))
    yield Sentence("SHA-256 of the copy"), _hash(facts.sha256)
    yield Sentence("Head of the audit chain"), _hash(facts.chain_head)


def _hash(digest: str) -> str:
    half = len(digest) // 2
    return f"{grouped(digest[:half])}\n{grouped(digest[half:])}"


def _draw_facts(page: Page, y: float, facts: BackupFacts, voice: Voice) -> float:
    for label, value in _facts(facts, voice):
        page.text(INNER, y, voice.say(label), _LABEL, width=46)
        lines = wrapped(value, _VALUE, RIGHT - _COLUMN - 2)
        page.lines(_COLUMN, y, lines, _VALUE, _LEADING)
        y += _LEADING * len(lines) + 1.6
        page.rule(LEFT, y - 3.4, RIGHT, weight=HAIR)
        y += 1.4
    return y


def _draw_verified(page: Page, y: float, facts: BackupFacts, voice: Voice) -> float:
    said = Sentence(
        "The copy was opened again on {when}. Its pages, its audit chain of {acts} acts and its counts agree with the"
        " source.",
        when=facts.verified_at, acts=facts.acts,
    )  # fmt: skip
    lines = [line for text in voice.each(said) for line in wrapped(text, _PROSE, WIDTH - 24)]
    height = 11 + _LEADING * len(lines)
    page.box(LEFT, y, WIDTH, height, weight=STRONG)
    page.shape([(LEFT + 6, y + 9), (LEFT + 9, y + 12.5), (LEFT + 15, y + 5)], closed=False, weight=1.1)
    page.text(LEFT + 20, y + 7, voice.say(Sentence("Verified")), Ink(12, bold=True))
    page.lines(LEFT + 20, y + 12.6, lines, _PROSE, _LEADING)
    return y + height


def _draw_counts(page: Page, y: float, facts: BackupFacts, voice: Voice) -> None:
    page.text(LEFT, y, voice.say(Sentence("Records in the copy"), gap="  "), Ink(11, bold=True))
    half = (len(facts.counts) + 1) // 2
    step = min(6.0, (256 - y - 4) / max(half, 1))
    for index, (label, count) in enumerate(facts.counts):
        column, row = divmod(index, half)
        x, top = LEFT + column * 92, y + 3 + row * step
        page.middle(x + 2, top, step, voice.say(label), Ink(9, smallest=6.5), width=60)
        page.middle(x + 86, top, step, number(count), Ink(9.5, bold=True, smallest=6.5), align="right", width=24)
        page.rule(x, top + step, x + 88, weight=HAIR)
