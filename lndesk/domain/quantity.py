"""Amounts as typed, as stored and as printed: exact decimals, never binary floats."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence

# Local, so that no library's change to the global context can touch a dose; 60 digits keep every tie exact.
EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
MAX_DIGITS = 15
# NFKC would read 10⁶ as 106
WIDE_FORMS = str.maketrans("０１２３４５６７８９．。｡，､", "0123456789...,、")


def parse_decimal(text: str, *, places: int, field: str | None = None) -> Decimal:
    """Read a plain, unsigned decimal as a person types it.

    Full-width digits and the Chinese full stop count as their plain forms, since input methods produce them.

    Args:
        text: what was typed.
        places: how many digits may follow the point.
        field: the name of the entry field, for the refusal.

    Raises:
        RuleViolation: anything that could be read in two ways.
    """
    plain = text.translate(WIDE_FORMS).strip()

    def refuse(sentence: Sentence) -> RuleViolation:
        return RuleViolation(sentence, field=field)

    if not plain:
        raise refuse(Sentence("Enter a number."))
    if any(comma in plain for comma in ",、"):
        raise refuse(Sentence("“{text}” has a comma. Use a point for decimals, not a comma.", text=text.strip()))
    whole, point, fraction = plain.partition(".")
    if not (whole.isascii() and whole.isdigit() and (not point or (fraction.isascii() and fraction.isdigit()))):
        raise refuse(
            Sentence(
                "“{text}” is not a plain number. Use digits with at most one point, such as 62.4.", text=text.strip()
            )
        )
    if len(fraction) > places:
        if not places:
            raise refuse(Sentence("“{text}” must be a whole number.", text=text.strip()))
        raise refuse(
            Sentence(
                "“{text}” has too many digits after the point; at most {places}.", text=text.strip(), places=places
            )
        )
    if len(whole) > MAX_DIGITS:
        raise refuse(Sentence("“{text}” is too long to be an amount.", text=text.strip()))
    return Decimal(plain)


def plain(value: Decimal) -> str:
    """Write a decimal for machines: no exponent, no trailing zero, no minus before zero."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def rounded(value: Decimal, places: int) -> Decimal:
    """Round half up, for display only."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, context=EXACT)


def to_step(value: Decimal, step: Decimal) -> Decimal:
    """Round half up to a whole number of steps, such as a syringe's graduation."""
    steps = EXACT.divide(value, step).quantize(Decimal(1), ROUND_HALF_UP, context=EXACT)
    return EXACT.multiply(steps, step)
