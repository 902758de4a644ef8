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
GETA = "〓"
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
    letter = missing(text)
    if letter:
        raise RuleViolation(
            Sentence("The printer font has no {letter}. Word “{text}” without it.", letter=_shown(letter), text=text)
        )
    return float(face(BOLD if bold else REGULAR).stringWidth(text, size)) * POINT_MM


def missing(text: str) -> str:
    """Return the first letter of a text that would not be printed, or nothing."""
    glyphs = face(REGULAR).face.charToGlyph
    return next((letter for letter in text if ord(letter) not in glyphs or not _visible(letter)), "")


def require_name(name: str, field: str) -> None:
    """Refuse a patient's name that would print with a letter missing.

    Raises:
        RuleViolation: names the first letter that the font lacks.
    """
    letter = missing(name)
    if letter:
        raise RuleViolation(
            Sentence(
                "The printer font has no {letter}. Enter the Latin name; a handwriting box will be printed.",
                letter=_shown(letter),
            ),
            field=field,
        )


def printable(text: str) -> str:
    """Write the mark of Chinese printers where the font lacks a letter, for lists that one name must not stop."""
    return "".join(GETA if missing(letter) else letter for letter in text)


def _visible(letter: str) -> bool:
    return letter.isprintable() or letter == "\N{NO-BREAK SPACE}"


def _shown(letter: str) -> str:
    return letter if letter.isprintable() else f"U+{ord(letter):04X}"
