"""The label of a syringe or bag: whose it is, how much, until when, and the code of its sheet."""

from __future__ import annotations

from typing import Literal

from lndesk.domain.sheet import SheetSnapshot
from lndesk.i18n import Sentence, amount, day, moment
from lndesk.reports.codes import draw_qr
from lndesk.reports.fonts import require_name, width_mm
from lndesk.reports.page import A4, FINE, STRONG, Ink, Page
from lndesk.reports.voice import Voice

Stock = Literal["roll", "a4"]
SIZE = (100.0, 50.0)
"""Of common label stock, mm."""
_MARGIN, _PAD, _QR = 15.0, 3.0, 24.0
_NAME = Ink(13, bold=True, smallest=9)
_SMALL, _VALUE = Ink(6.5), Ink(9, bold=True, smallest=6.5)


def dose_label(sheet: SheetSnapshot, *, stock: Stock = "roll") -> bytes:
    """Compose the label, alone on its stock or framed to be cut out of A4.

    Raises:
        RuleViolation: a text does not fit, or the font lacks one of its letters.
    """
    require_name(sheet.patient.han_name, "han_name")
    require_name(sheet.patient.latin_name, "latin_name")
    voice = Voice(sheet.language)
    page = Page(f"Label {sheet.number}", voice.pdf_language, SIZE if stock == "roll" else A4)
    at = (0.0, 0.0) if stock == "roll" else (_MARGIN, _MARGIN)
    if stock == "a4":
        page.box(*at, *SIZE, weight=FINE)
        page.text(at[0], at[1] + SIZE[1] + 4, voice.say(Sentence("Cut along the frame.")), _SMALL)
    _draw(page, sheet, voice, at)
    return page.finished()


def _draw(page: Page, sheet: SheetSnapshot, voice: Voice, at: tuple[float, float]) -> None:
    x, y, right = at[0] + _PAD, at[1], at[0] + SIZE[0] - _PAD
    width = right - x - _QR
    patient, order = sheet.patient, sheet.order
    _names(page, (x, y), [name for name in (patient.han_name, patient.latin_name) if name], width)
    born = voice.hear(lambda: day(patient.born_on))
    count = voice.hear(lambda: Sentence("{n} of {total}", n=order.infusion_no, total=order.infusions_total))
    _field(page, voice, (x, y + 11), 30, Sentence("Subject ID"), patient.subject_id)
    _field(page, voice, (x + 30, y + 11), width - 30, Sentence("Hospital No."), patient.hospital_no)
    _field(page, voice, (x, y + 19.5), 30, Sentence("Born"), born)
    _field(page, voice, (x + 30, y + 19.5), width - 30, Sentence("Infusion"), count)
    page.rule(x, y + 26.6, right)
    page.text(x, y + 30, voice.say(sheet.product, gap="  "), _SMALL, width=right - x)
    page.box(x, y + 32, 42, 11, weight=STRONG)
    volume = sheet.volume_ml if sheet.final_ml is None else sheet.final_ml
    page.middle(x + 21, y + 32, 11, amount(volume, "mL"), Ink(20, bold=True, smallest=12), width=38, align="centre")
    _field(page, voice, (x + 45, y + 34.6), right - x - 45, Sentence("Use before"), _use_before(sheet, voice))
    page.text(x, y + 47.4, _status(sheet, voice), _SMALL, width=60)
    page.text(right, y + 47.4, sheet.number, Ink(9, bold=True), align="right")
    draw_qr(page, right - _QR + 1.5, y + 1.5, _QR, sheet.payload())


def _names(page: Page, at: tuple[float, float], names: list[str], width: float) -> None:
    x, y = at
    together = " ".join(names)
    if width_mm(together, _NAME.smallest or _NAME.size, bold=True) <= width:
        page.text(x, y + 7, together, _NAME, width=width)
        return
    for line, name in enumerate(names):
        page.text(x, y + 4.6 + 4 * line, name, Ink(9, bold=True, smallest=6.5), width=width)


def _field(page: Page, voice: Voice, at: tuple[float, float], width: float, label: Sentence, value: str) -> None:
    x, y = at
    page.text(x, y, voice.say(label), _SMALL, width=width - 1)
    page.text(x, y + 4.4, value, _VALUE, width=width - 1)


def _use_before(sheet: SheetSnapshot, voice: Voice) -> str:
    limit = sheet.use_before
    return "__________" if limit is None else voice.hear(lambda: moment(limit))


def _status(sheet: SheetSnapshot, voice: Voice) -> str:
    if sheet.training:
        return voice.full(Sentence("TRAINING"))
    return voice.hear(lambda: Sentence("Checked by {who}", who=sheet.checked_by))
