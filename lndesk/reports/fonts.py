"""The embedded font: registered once when first used, and asked for every letter before it is drawn."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence
from lndesk.settings import resources

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "NotoSansSC-Regular"
BOLD = "NotoSansSC-Bold"
POINT_MM = 25.4 / 72


@cache
def face(name: str) -> TTFont:
    """Return one weight of the font, registered for drawing."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    # Not shapable: with uharfbuzz on one machine and not on another, one snapshot would give two files.
    font = TTFont(name, str(resources() / "fonts" / f"{name}.ttf"), shapable=False)
    pdfmetrics.registerFont(font)
    return font


def width_mm(text: str, size: float, *, bold: bool = False) -> float:
    """Measure a text.

    Raises:
        RuleViolation: the font lacks one of its letters.
    """
    font = face(BOLD if bold else REGULAR)
    require(text, font)
    return float(font.stringWidth(text, size)) * POINT_MM


def require(text: str, font: TTFont) -> None:
    """Refuse a text that would print with a letter missing.

    Raises:
        RuleViolation: names the first letter that the font lacks.
    """
    for letter in text:
        if ord(letter) not in font.face.charToGlyph or (not letter.isprintable() and letter != "\N{NO-BREAK SPACE}"):
            shown = letter if letter.isprintable() else f"U+{ord(letter):04X}"
            raise RuleViolation(
                Sentence(
                    "The printer font has no {letter}. Enter the Latin name; a handwriting box will be printed.",
                    letter=shown,
                ),
                field="han_name",
            )
