"""The recovery code on paper: the code, what it opens, and how to keep it. No patient data and no QR code."""

from __future__ import annotations

import datetime as dt

from lndesk.domain.sheet import SheetLanguage, Text
from lndesk.i18n import Sentence
from lndesk.reports.backup_receipt import draw_foot, draw_title
from lndesk.reports.layout import LEFT, RIGHT, WIDTH
from lndesk.reports.page import HAIR, STRONG, Ink, Page, wrapped
from lndesk.reports.sheet_record import sign
from lndesk.reports.voice import Voice

_CODE, _PROSE, _LEADING = Ink(24, bold=True), Ink(10.5), 5.6
_PURPOSE = Sentence(
    "This code opens the file of this site when every password is lost. It was shown once and is stored nowhere."
)
_RULES = (
    Sentence("Who has this code and the file can read every patient's record."),
    Sentence("Keep it in a sealed envelope in a locked place, apart from the computer and from the backups."),
    Sentence("Do not photograph, scan or send it."),
    Sentence("When it was used, or seen by someone who should not, make a new one in Settings."),
    Sentence("The letters I, L, O and U do not occur in it. Capital and small letters are the same."),
)


def recovery_code(  # all that the page says, by keyword
    code: str, *, site: Text, language: SheetLanguage, training: bool, printed_at: dt.datetime, app_version: str
) -> bytes:
    """Compose the page; the code comes in groups parted by `-` or spaces.

    Raises:
        RuleViolation: the code does not fit, or the font lacks a letter.
    """
    voice = Voice(language)
    page = Page("Recovery code", voice.pdf_language)
    if training:
        page.diagonal(voice.full(Sentence("TRAINING")))
    draw_title(page, voice, site, Sentence("Recovery code"))
    y = _draw_paragraphs(page, 43, voice, _PURPOSE, LEFT)
    y = _draw_code(page, y + 2, code)
    y += 11
    for index, rule in enumerate(_RULES, start=1):
        page.text(LEFT, y, str(index), Ink(10.5, bold=True))
        y = _draw_paragraphs(page, y, voice, rule, LEFT + 7) + 2
    page.text(LEFT, 212, voice.say(Sentence("Place where it is kept")), Ink(9))
    page.rule(LEFT + 62, 213, RIGHT, weight=HAIR)
    sign(page, (LEFT, 222), 20, voice, Sentence("Received and sealed by"))
    sign(page, (RIGHT - 89, 222), 20, voice, Sentence("Witnessed by"))
    draw_foot(page, voice, printed_at, app_version)
    return page.finished()


def _draw_paragraphs(page: Page, y: float, voice: Voice, said: Sentence, x: float) -> float:
    for text in voice.each(said):
        lines = wrapped(text, _PROSE, RIGHT - x)
        page.lines(x, y, lines, _PROSE, _LEADING)
        y += _LEADING * len(lines)
    return y


def _draw_code(page: Page, y: float, code: str) -> float:
    groups = code.replace("-", " ").split()
    across = 4 if len(groups) > 3 else len(groups)  # noqa: PLR2004  # four groups of four fill the width
    rows = -(-len(groups) // across)
    height = 12 + 13 * rows
    page.box(LEFT, y, WIDTH, height, weight=STRONG)
    for index, group in enumerate(groups):
        row, column = divmod(index, across)
        x = LEFT + WIDTH * (column + 0.5) / across
        page.middle(x, y + 6 + 13 * row, 13, group, _CODE, align="centre", width=WIDTH / across - 4)
    return y + height
