"""Labels for the containers of a lot on A4, 24 to a page: what each is, until when, and its code to scan."""

from __future__ import annotations

from collections.abc import Sequence

from lndesk.domain.errors import RuleViolation
from lndesk.domain.product import FORM_WORDS, LotContainer
from lndesk.i18n import Sentence, amount, day
from lndesk.reports.codes import draw_data_matrix
from lndesk.reports.page import FINE, Ink, Page
from lndesk.reports.voice import Voice

COLUMNS, ROWS = 3, 8
SIZE = (70.0, 37.0)
"""Of common label sheets, mm; eight rows leave half a millimetre above and below."""
_TOP, _PAD, _CODE = 0.5, 5.0, 18.0
_CODE_TEXT, _SMALL, _VALUE = Ink(13, bold=True, smallest=7), Ink(6.5), Ink(9, bold=True, smallest=6.5)


def container_labels(items: Sequence[LotContainer], *, trial: str, training: bool) -> bytes:
    """Compose one label a container, in both languages. Expects containers of any lots, in the order wanted.

    Raises:
        RuleViolation: there is no container, or a code has a letter that no scanner sends or the font lacks.
    """
    if not items:
        raise RuleViolation(Sentence("No container of this lot is on hand."))
    voice = Voice("both")
    page = Page("Container labels", voice.pdf_language)
    for number, item in enumerate(items):
        place = number % (COLUMNS * ROWS)
        if number and not place:
            page.next()
        row, column = divmod(place, COLUMNS)
        _draw(page, voice, item, (column * SIZE[0], _TOP + row * SIZE[1]), "TRAINING" if training else trial)
    return page.finished()


def _draw(page: Page, voice: Voice, item: LotContainer, at: tuple[float, float], head: str) -> None:
    if not (item.code.isascii() and item.code.isprintable()):
        raise RuleViolation(Sentence("A scanner sends no {code}: letters and digits only.", code=item.code))
    x, y = at[0] + _PAD, at[1]
    width = SIZE[0] - 2 * _PAD - _CODE - 1
    page.text(x, y + 6.5, head, _SMALL, width=width)
    page.text(x, y + 12.5, item.code, _CODE_TEXT, width=width)
    page.rule(x, y + 14.5, x + width, weight=FINE)
    page.text(x, y + 18, voice.say(Sentence("Expires")), _SMALL, width=width)
    page.text(x, y + 22.2, voice.hear(lambda: day(item.lot.expires_on)), _VALUE, width=width)
    page.text(x, y + 26.6, voice.say(Sentence(FORM_WORDS[item.lot.form])), _SMALL, width=width)
    page.text(x, y + 30.8, amount(item.container.volume_ml, "mL"), _VALUE, width=width)
    if item.container.place:
        page.text(x + 22, y + 30.8, item.container.place, _VALUE, width=SIZE[0] - 2 * _PAD - 22)
    draw_data_matrix(page, at[0] + SIZE[0] - _PAD - _CODE, y + 5, _CODE, item.code)
