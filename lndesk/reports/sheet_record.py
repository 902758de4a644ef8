"""The handwritten half of a dose sheet: preparation, check, issue, bedside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from lndesk.domain.quantity import rounded
from lndesk.domain.sheet import SheetSnapshot, grouped
from lndesk.i18n import Sentence, amount, clock, moment
from lndesk.reports.layout import BODY, HEAD, INNER, LEFT, RIGHT, SMALL, WIDTH, Block, draw_head, draw_label
from lndesk.reports.page import HAIR, Ink, Page, Said, wrapped
from lndesk.reports.voice import Voice

SEAL = 8
_HALF = 89.0
_SECOND = RIGHT - _HALF
_SIGN_LOW, _SIGN_HIGH = 14.2, 18.0
_NOTE_LEADING = 3.7
_PREFILLED = Ink(9.5, bold=True, smallest=7)
# What stands at the right end of a box: printed, or written by hand.
Fill = Callable[[Page, float, float, float], None]


def preparation(sheet: SheetSnapshot, voice: Voice) -> Block:
    """Make section 5; what the sheet knows is printed, the rest is left to write."""
    thawed, before = sheet.thawed_at, sheet.use_before
    diluent = amount(sheet.diluent_ml, "mL") if sheet.diluent_ml is not None else ""
    final = amount(sheet.final_ml, "mL") if sheet.final_ml is not None else ""
    cells: tuple[tuple[Sentence, Fill, float], ...] = (
        (Sentence("Container label agrees with section 4"), _nothing, 80),
        (Sentence("Thaw started"), _time, 58),
        (Sentence("Thaw finished"), _printed(voice.hear(lambda: moment(thawed))) if thawed else _time, 40),
        (Sentence("Diluent, lot, volume"), _printed_and_line(diluent) if diluent else _line(46), 32),
        (Sentence("Final volume in bag"), _printed(final) if final else _line(18, "mL"), 54),
        (Sentence("No clumps, leaks or discolouration"), _nothing, 80),
        (Sentence("Use before"), _printed(voice.hear(lambda: moment(before))) if before else _time, 40),
        (Sentence("Patient label attached and read back"), _nothing, 80),
    )

    def draw(page: Page, y: float, height: float) -> None:
        draw_head(page, y, 5, voice.say(Sentence("Preparation record"), gap="  "))
        each = (height - HEAD) / 4
        page.box(LEFT, y + HEAD, WIDTH, height - HEAD)
        page.upright(LEFT + WIDTH / 2, y + HEAD, y + height)
        for index, (label, fill, room) in enumerate(cells):
            row, column = divmod(index, 2)
            x, top = LEFT + column * WIDTH / 2, y + HEAD + row * each
            if not column and row:
                page.rule(LEFT, top, RIGHT)
            _tick(page, x + 2, top, each)
            draw_label(page, x + 7.5, (top, each), voice.each(label), BODY, room)
            fill(page, x + WIDTH / 2 - 2, top, each)

    return Block(HEAD + 4 * 5.1, HEAD + 4 * 7.6, draw)


def check(sheet: SheetSnapshot, voice: Voice) -> Block:
    """Make section 6: what the second person found, and who prepared and checked."""
    note = [line for text in voice.each(sheet.check_note) for line in wrapped(text, BODY, WIDTH - 4)]
    box = 2 + _NOTE_LEADING * len(note)

    def draw(page: Page, y: float, height: float) -> None:
        draw_head(page, y, 6, voice.say(Sentence("Independent check"), gap="  "))
        page.box(LEFT, y + HEAD, WIDTH, box)
        page.lines(INNER, y + HEAD + 3.9, note, BODY, _NOTE_LEADING)
        top = y + HEAD + box + 1
        tall = height - HEAD - box - 1
        prepared = (sheet.prepared_by, sheet.prepared_at, sheet.prepared_seal)
        checked = (sheet.checked_by, sheet.checked_at, sheet.checked_seal)
        sign(page, (LEFT, top), tall, voice, Sentence("Prepared by"), prepared)
        sign(page, (_SECOND, top), tall, voice, Sentence("Checked by"), checked)

    return Block(HEAD + box + 1 + _SIGN_LOW, HEAD + box + 1 + _SIGN_HIGH, draw)


def issue(_sheet: SheetSnapshot, voice: Voice) -> Block:
    """Make section 7."""

    def draw(page: Page, y: float, height: float) -> None:
        draw_head(page, y, 7, voice.say(Sentence("Issue and receipt"), gap="  "))
        sign(page, (LEFT, y + HEAD + 1), height - HEAD - 1, voice, Sentence("Issued by"))
        sign(page, (_SECOND, y + HEAD + 1), height - HEAD - 1, voice, Sentence("Received by"))

    return Block(HEAD + 1 + _SIGN_LOW, HEAD + 1 + _SIGN_HIGH, draw)


def bedside(sheet: SheetSnapshot, voice: Voice) -> Block:
    """Make section 8: the rate to give, the two ticks, what was given and what was left."""
    rate = _rate(sheet, voice)
    rows = 4 if rate else 3

    def draw(page: Page, y: float, height: float) -> None:
        draw_head(page, y, 8, voice.say(Sentence("Bedside check, infusion, remainder"), gap="  "))
        tall = height - HEAD - 1 - _sign_height(height)
        each, at = tall / rows, y + HEAD
        page.box(LEFT, at, WIDTH, tall)
        if rate:
            page.middle(INNER, at, each, rate, Ink(9.5, bold=True, smallest=7.5), width=WIDTH - 4)
            page.rule(LEFT, at + each, RIGHT)
            at += each
        read = Sentence("Name and Hospital No. read from wristband, spoken aloud")
        _tick(page, INNER, at, each)
        draw_label(page, INNER + 5.5, (at, each), voice.each(read), BODY, 88)
        _tick(page, INNER + 98, at, each)
        agree = Sentence("Bag, sheet and wristband agree")
        draw_label(page, INNER + 103.5, (at, each), voice.each(agree), BODY, 70)
        _draw_given(page, at + each, each, voice)
        _draw_remainder(page, at + 2 * each, each, voice)
        top = y + HEAD + tall + 1
        sign(page, (LEFT, top), _sign_height(height), voice, Sentence("Nurse 1"))
        sign(page, (_SECOND, top), _sign_height(height), voice, Sentence("Nurse 2"))

    low, high = HEAD + 4.9 * rows + 1 + _SIGN_LOW, HEAD + 7.6 * rows + 1 + _SIGN_HIGH

    def _sign_height(height: float) -> float:
        return _SIGN_LOW + (_SIGN_HIGH - _SIGN_LOW) * (height - low) / (high - low)

    return Block(low, high, draw)


def sign(
    page: Page,
    corner: tuple[float, float],
    height: float,
    voice: Voice,
    role: Sentence,
    done: tuple[str, dt.datetime, str] | None = None,
) -> None:
    """Draw a signature block; who signed in the program stands printed, with time and hash of what was signed."""
    x, y = corner
    page.box(x, y, _HALF, height)
    wide = page.text(x + 2, y + 3.9, voice.say(role), Ink(8, bold=True))
    if done:
        who, when, seal = done
        written = page.text(x + _HALF - 2, y + 3.9, voice.hear(lambda: moment(when)), SMALL, align="right")
        page.text(x + 4.5 + wide, y + 3.9, who, Ink(9, smallest=6), width=_HALF - 8.5 - wide - written)
        if seal:
            signed = Sentence("Signed electronically {seal}", seal=grouped(seal[:SEAL]))
            page.text(
                x + _HALF - 2, y + 7.2, voice.say(signed), Ink(6.5, smallest=5.5), width=_HALF - 10, align="right"
            )
    line = y + height - 3.4
    page.rule(x + 2, line, x + 51, weight=HAIR)
    page.rule(x + 54, line, x + _HALF - 2, weight=HAIR)
    page.text(x + 2, y + height - 0.9, voice.say(Sentence("Signature")), Ink(6.5), width=49)
    page.text(x + 54, y + height - 0.9, voice.say(Sentence("Date, time (24 h)")), Ink(6.5), width=33)


def _rate(sheet: SheetSnapshot, voice: Voice) -> tuple[str, ...]:
    if sheet.ml_per_hour is None:
        return ()
    rate, before = amount(rounded(sheet.ml_per_hour, 1), "mL"), sheet.use_before
    said = [Sentence("Give at {rate} per hour", rate=rate)]
    if sheet.drops_per_minute is not None:
        said.append(Sentence("{n} drops per minute", n=sheet.drops_per_minute))
    if sheet.true_minutes is not None:
        said.append(Sentence("takes {minutes} min", minutes=rounded(sheet.true_minutes, 1)))
    if before:
        said.append(Sentence("use before {time}", time=clock(before)))
    forms = ["   ".join(texts) for texts in zip(*(voice.each(part) for part in said), strict=True)]
    return ("     ".join(forms), forms[0])


def _draw_given(page: Page, y: float, height: float, voice: Voice) -> None:
    at = INNER + draw_label(page, INNER, (y, height), voice.each(Sentence("Start")), BODY, 22)
    _clock_lines(page, at + 2, y, height)
    at = INNER + 38 + draw_label(page, INNER + 38, (y, height), voice.each(Sentence("End")), BODY, 22)
    _clock_lines(page, at + 2, y, height)
    at = INNER + 76 + draw_label(page, INNER + 76, (y, height), voice.each(Sentence("Infused")), BODY, 24)
    _under(page, at + 2, y, height, 15)
    page.middle(at + 18.5, y, height, "mL", BODY)
    draw_label(page, INNER + 119, (y, height), voice.each(Sentence("Reaction")), BODY, 20)
    for x, said in ((INNER + 141.5, Sentence("None")), (INNER + 160, Sentence("Seen"))):
        _tick(page, x, y, height)
        draw_label(page, x + 5, (y, height), voice.each(said), Ink(8, smallest=7), 12)


def _draw_remainder(page: Page, y: float, height: float, voice: Voice) -> None:
    at = INNER + draw_label(page, INNER, (y, height), voice.each(Sentence("Remainder")), BODY, 26)
    _under(page, at + 2, y, height, 13)
    page.middle(at + 16.5, y, height, "mL", BODY)
    for x, said in ((INNER + 52, Sentence("Destroyed")), (INNER + 84, Sentence("Returned"))):
        _tick(page, x, y, height)
        draw_label(page, x + 5.5, (y, height), voice.each(said), BODY, 25)
    at = INNER + 116 + draw_label(page, INNER + 116, (y, height), voice.each(Sentence("Witness")), BODY, 24)
    _under(page, at + 2, y, height, RIGHT - 2 - at - 2)


def _tick(page: Page, x: float, y: float, height: float) -> None:
    page.box(x, y + height / 2 - 1.7, 3.4, 3.4, weight=0.3)


def _under(page: Page, x: float, y: float, height: float, width: float) -> None:
    page.rule(x, y + height / 2 + 2, x + width, weight=HAIR)


def _clock_lines(page: Page, x: float, y: float, height: float) -> None:
    _under(page, x, y, height, 9)
    page.middle(x + 10, y, height, ":", BODY)
    _under(page, x + 12, y, height, 9)


def _nothing(_page: Page, _right: float, _y: float, _height: float) -> None:
    """Leave the end of the box empty."""


def _time(page: Page, right: float, y: float, height: float) -> None:
    _clock_lines(page, right - 21, y, height)


def _line(width: float, unit: str = "") -> Fill:
    def fill(page: Page, right: float, y: float, height: float) -> None:
        taken = page.middle(right, y, height, unit, BODY, align="right") + 1.5 if unit else 0
        _under(page, right - taken - width, y, height, width)

    return fill


def _printed(said: Said) -> Fill:
    def fill(page: Page, right: float, y: float, height: float) -> None:
        page.middle(right, y, height, said, _PREFILLED, align="right", width=44)

    return fill


def _printed_and_line(said: Said) -> Fill:
    def fill(page: Page, right: float, y: float, height: float) -> None:
        wide = page.middle(right, y, height, said, _PREFILLED, align="right", width=24)
        _under(page, right - wide - 28, y, height, 26)

    return fill
