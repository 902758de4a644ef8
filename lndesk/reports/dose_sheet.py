"""The A4 dose preparation sheet: one snapshot gives one file, byte for byte."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from lndesk.domain.sheet import SheetSnapshot, Text
from lndesk.i18n import Sentence
from lndesk.reports import sheet_dose, sheet_record
from lndesk.reports.fonts import require_name
from lndesk.reports.layout import LEFT, RIGHT, WIDTH, Block, draw_blocks, pages_of
from lndesk.reports.page import FINE, Ink, Page
from lndesk.reports.read_back import read_back
from lndesk.reports.voice import Voice

_FOOT = 284.4
_PAGEFUL = 24
"""How many containers fill a later page."""


@dataclass(frozen=True, kw_only=True)
class Reprint:
    """What a second or later print says about the first."""

    number: int
    original_at: dt.datetime
    reason: Text


def dose_sheet(sheet: SheetSnapshot, *, reprint: Reprint | None = None, void: Text | None = None) -> bytes:
    """Compose the sheet, read it back, and only then hand it out.

    Args:
        sheet: all that the sheet says.
        reprint: given for every print after the first.
        void: the reason why the sheet is no longer valid, for viewing it.

    Raises:
        RuleViolation: a text does not fit, or the font lacks one of its letters.
        StoreProblem: the composed file does not say what the snapshot says.
    """
    require_name(sheet.patient.han_name, "han_name")
    require_name(sheet.patient.latin_name, "latin_name")
    voice = Voice(sheet.language)
    page = Page(f"Cell dose preparation sheet {sheet.number} rev {sheet.revision}", voice.pdf_language)
    pages = _pages(sheet, voice, reprint, void)
    for index, blocks in enumerate(pages, start=1):
        if index > 1:
            page.next()
        for mark in _marks(sheet, voice, void):
            page.diagonal(mark)
        draw_blocks(page, blocks)
        _draw_foot(page, sheet, voice, (index, len(pages)))
    pdf = page.finished()
    read_back(pdf, sheet)
    return pdf


def _pages(sheet: SheetSnapshot, voice: Voice, reprint: Reprint | None, void: Text | None) -> list[list[Block]]:
    status, note = _status(sheet, voice, reprint, void)
    here, later = sheet.containers[: sheet_dose.FIRST_CONTAINERS], sheet.containers[sheet_dose.FIRST_CONTAINERS :]
    first = [
        sheet_dose.header(sheet, voice, status, note),
        sheet_dose.patient(sheet, voice),
        sheet_dose.order(sheet, voice),
        sheet_dose.dose(sheet, voice),
        sheet_dose.product(sheet, voice, here, later=len(later)),
        sheet_record.preparation(sheet, voice),
        sheet_record.check(sheet, voice),
        sheet_record.issue(sheet, voice),
        sheet_record.bedside(sheet, voice),
    ]
    rest = [
        sheet_dose.product(sheet, voice, later[start : start + _PAGEFUL]) for start in range(0, len(later), _PAGEFUL)
    ]
    return pages_of(first, continued=sheet_dose.continuation(sheet, voice), rest=rest)


def _status(
    sheet: SheetSnapshot, voice: Voice, reprint: Reprint | None, void: Text | None
) -> tuple[tuple[str, ...], str]:
    if void:
        return voice.say(Sentence("VOID")), voice.full(void)
    if sheet.training:
        return voice.say(Sentence("TRAINING")), ""
    if not reprint:
        return voice.say(Sentence("ORIGINAL")), ""
    first = Sentence("Original printed {when}. {reason}", when=reprint.original_at, reason=reprint.reason)
    return voice.say(Sentence("REPRINT {n}", n=reprint.number)), voice.hear(lambda: first)


def _marks(sheet: SheetSnapshot, voice: Voice, void: Text | None) -> Iterator[str]:
    if sheet.training:
        yield voice.full(Sentence("TRAINING"))
    elif void:
        yield voice.full(Sentence("VOID"))


def _draw_foot(page: Page, sheet: SheetSnapshot, voice: Voice, place: tuple[int, int]) -> None:
    page.rule(LEFT, _FOOT, RIGHT, weight=FINE)
    valid = Sentence(
        "Valid only for the patient, product and date printed above. Void if any printed value is altered by hand."
    )
    small = Ink(7, smallest=6.5)
    used = page.text(
        LEFT, _FOOT + 3.4, voice.say(valid, gap="  "), small, width=WIDTH if not sheet.site_values else 118
    )
    if sheet.site_values:
        mark = Sentence("† site value, not in the registry entry")
        page.text(RIGHT, _FOOT + 3.4, voice.say(mark), small, align="right", width=WIDTH - used - 3)
    printed = voice.hear(lambda: Sentence("Composed {when} by {who}", when=sheet.composed_at, who=sheet.composed_by))
    parts = (
        printed,
        f"lndesk {sheet.app_version}",
        f"{sheet.number} rev {sheet.revision}",
        sheet.patient.subject_id,
        sheet.short_head,
    )
    page.text(LEFT, _FOOT + 7, "   ".join(parts), small, width=WIDTH - 30)
    number, total = place
    here = Sentence("Page {number} of {total}", number=number, total=total)
    page.text(RIGHT, _FOOT + 7, voice.say(here), Ink(8, bold=True), align="right", width=29)
