"""The audit trail on A4 landscape: filter and head of the chain on each page, long values wrapped and never cut."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from lndesk.domain.account import Role
from lndesk.domain.sheet import SheetLanguage, Text, grouped
from lndesk.i18n import Sentence, day, moment
from lndesk.queries.act_words import column_words, command_words, table_words
from lndesk.queries.audit_lines import AuditLine
from lndesk.reports.page import A4_LANDSCAPE, HAIR, STRONG, Ink, Page, wrapped
from lndesk.reports.voice import Voice

_LEFT, _RIGHT, _TOP, _BOTTOM, _FOOT = 10.0, 287.0, 37.0, 197.0, 203.0
_BODY, _HEAD, _LEADING, _GAP = Ink(7), Ink(7, bold=True, smallest=5.5), 3.1, 1.4
_COLUMNS = (
    (Sentence("No."), 11.0), (Sentence("When"), 29.0), (Sentence("Who"), 33.0), (Sentence("What"), 33.0),
    (Sentence("Subject ID"), 19.0), (Sentence("Field"), 36.0), (Sentence("Before"), 42.0), (Sentence("After"), 42.0),
    (Sentence("Why"), 32.0),
)  # fmt: skip


_ACT_COLUMNS = 5
"""The columns that say which act it is; they stand once an act."""
_PART_WORDS = {
    "patient": Sentence("Patient"), "user": Sentence("User"), "command": Sentence("Kind of act"),
    "from": Sentence("From"), "to": Sentence("To"), "text": Sentence("Contains"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AuditFacts:
    """What the pages say around the lines."""

    site: Text
    training: bool
    wanted: Mapping[str, str]
    acts: int
    names: bool
    chain_head: str
    printed_at: dt.datetime
    printed_by: str
    app_version: str


@dataclass(frozen=True, slots=True)
class _Row:
    """One printed line of an act: its cells, and those that say which act it is, for the top of a page."""

    cells: tuple[str, ...]
    act: tuple[str, ...]
    begins: bool
    """Whether an act begins with it."""


def audit_list(lines: Iterable[AuditLine], facts: AuditFacts, language: SheetLanguage) -> bytes:
    """Compose the list.

    Raises:
        RuleViolation: the font lacks a letter, or a text does not fit.
    """
    voice = Voice(language)
    page = Page("Audit trail", voice.pdf_language, A4_LANDSCAPE)
    room = int((_BOTTOM - _TOP) / _LEADING)
    printed = [row for _act, same in groupby(lines, key=lambda line: line.act.id) for row in _printed(same, voice)]
    pages = [printed[at : at + room] for at in range(0, len(printed), room)] or [[]]
    for number, rows in enumerate(pages, 1):
        if number > 1:
            page.next()
        _draw_top(page, voice, facts)
        _draw_rows(page, rows)
        _draw_foot(page, voice, facts, (number, len(pages)))
    return page.finished()


def _printed(lines: Iterable[AuditLine], voice: Voice) -> Iterator[_Row]:
    begins, act = True, ("",) * _ACT_COLUMNS
    for line in lines:
        cells = _cells(line, voice)
        said = cells if begins else (*("",) * _ACT_COLUMNS, *cells[_ACT_COLUMNS:-1], "")
        act = cells[:_ACT_COLUMNS]
        columns = [wrapped(cell, _BODY, width - _GAP) for cell, (_title, width) in zip(said, _COLUMNS, strict=True)]
        for at in range(max(map(len, columns))):
            yield _Row(tuple(column[at] if at < len(column) else "" for column in columns), act, begins)
            begins = False


def _cells(line: AuditLine, voice: Voice) -> tuple[str, ...]:
    act = line.act
    record = f"{voice.hear(lambda: table_words(line.table))} {line.row_id}: " if line.table else ""
    return (
        str(act.id), voice.hear(lambda: moment(act.at)), f"{act.name}, {voice.hear(lambda: Role(act.role).label)}",
        voice.hear(lambda: command_words(act.command)), line.subject_id,
        record + (voice.hear(lambda: column_words(line.column)) if line.column else ""), line.was, line.now, line.why,
    )  # fmt: skip


def _draw_top(page: Page, voice: Voice, facts: AuditFacts) -> None:
    if facts.training:
        page.diagonal(voice.full(Sentence("TRAINING")), 80, grey=0.9)
    page.text(_LEFT, 15, voice.say(Sentence("Audit trail"), gap="  "), Ink(16, bold=True))
    page.text(_RIGHT, 12, voice.say(facts.site, gap="  "), Ink(8.5, smallest=7), align="right", width=150)
    page.text(_LEFT, 21, voice.say(_filter(facts)), Ink(8, smallest=6), width=_RIGHT - _LEFT)
    head = Sentence("Head of the audit chain: {head}", head=grouped(facts.chain_head))
    page.text(_LEFT, 26, voice.hear(lambda: head), Ink(8, smallest=6), width=_RIGHT - _LEFT)
    page.band(_LEFT, 28.5, _RIGHT - _LEFT, 5)
    x = _LEFT
    for title, width in _COLUMNS:
        page.middle(x + 0.5, 28.5, 5, voice.say(title), _HEAD, width=width - _GAP)
        x += width


def _filter(facts: AuditFacts) -> Sentence:
    names = Sentence("names of patients shown") if facts.names else Sentence("names of patients withheld")
    if not facts.wanted:
        return Sentence("All {n} acts; {names}", n=facts.acts, names=names)
    return Sentence("{n} acts; filter: {filter}; {names}", n=facts.acts, filter=_Parts(facts.wanted), names=names)


class _Parts:
    """The parts of a filter, worded in whichever language is spoken."""

    def __init__(self, wanted: Mapping[str, str]) -> None:
        self._wanted = wanted

    def __str__(self) -> str:
        return ", ".join(f"{_PART_WORDS[name]} {self._worded(name)}" for name in self._wanted)

    def _worded(self, name: str) -> str:
        content = self._wanted[name]
        if name == "command":
            return command_words(content)
        return day(dt.date.fromisoformat(content)) if name in {"from", "to"} else content


def _draw_rows(page: Page, rows: Sequence[_Row]) -> None:
    y = _TOP
    for place, row in enumerate(rows):
        if row.begins and place:
            page.rule(_LEFT, y - _LEADING + 0.7, _RIGHT, weight=HAIR)
        whose = (f"({row.act[0]})",) if place == 0 and not row.begins else ()
        x = _LEFT
        for cell, (_title, width) in zip((*whose, *row.cells[len(whose) :]), _COLUMNS, strict=True):
            page.text(x + 0.5, y, cell, _BODY)
            x += width
        y += _LEADING


def _draw_foot(page: Page, voice: Voice, facts: AuditFacts, at: tuple[int, int]) -> None:
    page.rule(_LEFT, _FOOT - 4, _RIGHT, weight=STRONG)
    printed = Sentence("Printed {when} by {name}", when=facts.printed_at, name=facts.printed_by)
    page.text(_LEFT, _FOOT, f"{voice.hear(lambda: printed)}   lndesk {facts.app_version}", Ink(7))
    here = Sentence("Page {number} of {total}", number=at[0], total=at[1])
    page.text(_RIGHT, _FOOT, voice.say(here), Ink(8, bold=True), align="right")
