"""What a scanner sent, told apart: our own labels and sheets, donation numbers, GS1 codes.

A donation number (ISBT 128) is only ever checked, never given: the program allocates none and ships none of the
standard's tables. What a scanner cannot read is typed, with its check character.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from biip import ParseError
from biip.gs1_messages import GS1Message

from lndesk.domain.errors import RuleViolation
from lndesk.domain.payload import SheetCode, parse_payload
from lndesk.domain.product import LotContainer
from lndesk.i18n import Sentence

_VALUES: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
_MODULUS: Final = 37
_RADIX: Final = 2
FLAG_OF_CHECK: Final = 60
DONATION: Final = re.compile(r"[A-Z0-9]{5}\d{8}", re.ASCII)
_SCANNED_DONATION = re.compile(r"=([A-Z0-9]{5}\d{8})(\d\d)", re.ASCII)
_TYPED_DONATION = re.compile(r"([A-Z0-9]{5}\d{8})(?:\d\d)?([A-Z0-9*])", re.ASCII)
_SYMBOLOGY = re.compile(r"\](C1|d2|Q3|e0|e1|e2)")
_GS1_START = re.compile(r"\(\d{2}|01\d{14}|02\d{14}")
GS: Final = "\x1d"
GTIN, LOT, EXPIRY, SERIAL = "01", "10", "17", "21"
CENTURY, HALF_BACK, HALF_ON = 100, 51, 50
"""GS1 general specifications: a two-digit year lies at most 50 years ahead and less than 51 back."""


@dataclass(frozen=True, slots=True)
class Own:
    """One of the site's own labels, or a lot and number as typed."""

    code: str


@dataclass(frozen=True, slots=True)
class Donation:
    """A donation number of 13 characters, its two flags where they were scanned, and its check character."""

    din: str
    flags: str
    check: str

    @property
    def text(self) -> str:
        """Write it as people do: facility, year, number and check character apart."""
        return f"{self.din[:5]} {self.din[5:7]} {self.din[7:]} {self.check}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gs1:
    """What a GS1 code says of a container; empty or None where it does not say."""

    gtin: str = ""
    lot: str = ""
    expires_on: dt.date | None = None
    serial: str = ""


Scan = Own | Donation | Gs1 | SheetCode


def read_scan(text: str, *, today: dt.date) -> Scan:
    """Tell what was scanned or typed.

    Raises:
        RuleViolation: it came through an input method, is cut short, or fails its check.
    """
    bare = text.strip("\r\n\t ")
    if not bare:
        raise RuleViolation(Sentence("Nothing was scanned. Scan again, or type what the label says."))
    refuse_input_method(bare)
    upper = bare.upper()
    if upper.startswith(("LND1*", "TRN1*")):
        return parse_payload(upper)
    if upper.startswith("="):
        return _scanned_donation(upper)
    if _SYMBOLOGY.match(bare) or GS in bare or _GS1_START.match(bare):
        return _gs1(bare, today)
    return Own(bare)


def own_code(text: str, containers: Sequence[LotContainer], *, today: dt.date) -> str:
    """Return the code of the container that a scan of any of its labels means, or what was read where it means none.

    Raises:
        RuleViolation: as for `read_scan`.
    """
    scan = read_scan(text, today=today)
    match scan:
        case Own():
            return scan.code
        case Donation():
            fitting = [item.code for item in containers if item.container.donation_no == scan.text]
        case Gs1():
            fitting = [
                item.code
                for item in containers
                if item.lot.lot_no == scan.lot and scan.serial and item.container.serial == scan.serial
            ]
        case _:
            fitting = []
    return fitting[0] if len(fitting) == 1 else text.strip()


def refuse_input_method(text: str) -> None:
    """Refuse what an input method made of a scan.

    Raises:
        RuleViolation: a letter is not one that a scanner sends.
    """
    strange = next((letter for letter in text if not (letter.isascii() and (letter.isprintable() or letter == GS))), "")
    if strange:
        raise RuleViolation(
            Sentence(
                "“{letter}” came from an input method, not from the label. Switch it to English and scan again, or type"
                " what the label says.",
                letter=strange if strange.isprintable() else f"U+{ord(strange):04X}",
            )
        )


def check_character(din: str) -> str:
    """Return the check character of a donation number: ISO/IEC 7064 MOD 37-2.

    Raises:
        RuleViolation: it is not 13 characters of the right kind.
    """
    if not DONATION.fullmatch(din):
        raise RuleViolation(
            Sentence("“{text}” is not a donation number: 5 letters or digits, then 8 digits.", text=din),
            field="donation_no",
        )
    total = 0
    for letter in din:
        total = (total + _VALUES.index(letter)) * _RADIX % _MODULUS
    return _VALUES[(1 - total) % _MODULUS]


def donation_of(text: str) -> Donation:
    """Read a donation number as scanned, or as typed with its check character.

    Raises:
        RuleViolation: it is cut short, or its check fails.
    """
    refuse_input_method(text)
    plain = re.sub(r"[\s\-]", "", text.upper())
    if plain.startswith("="):
        return _scanned_donation(plain)
    typed = _TYPED_DONATION.fullmatch(plain)
    if not typed:
        raise RuleViolation(
            Sentence(
                "Type the donation number whole, with the boxed check character at its end, such as G1234 17 654321 A."
            ),
            field="donation_no",
        )
    din, check = typed.groups()
    if check_character(din) != check:
        raise RuleViolation(
            Sentence("The check character of the donation number does not fit. Read it again."), field="donation_no"
        )
    return Donation(din, "", check)


def _scanned_donation(text: str) -> Donation:
    scanned = _SCANNED_DONATION.fullmatch(text)
    if not scanned:
        raise RuleViolation(Sentence("The donation number was not read whole. Scan it again."), field="donation_no")
    din, flags = scanned.groups()
    check = check_character(din)
    # flags from 60 on say the check character again; below, they say something else
    if int(flags) >= FLAG_OF_CHECK and int(flags) - FLAG_OF_CHECK != _VALUES.index(check):
        raise RuleViolation(
            Sentence("The check character of the donation number does not fit. Read it again."), field="donation_no"
        )
    return Donation(din, flags, check)


def _gs1(text: str, today: dt.date) -> Gs1:
    bare = _SYMBOLOGY.sub("", text).strip(GS)
    try:
        message = GS1Message.parse_hri(bare) if bare.startswith("(") else GS1Message.parse(bare)
    except ParseError as error:
        raise RuleViolation(
            Sentence("The GS1 code was not read whole, or is not one. Scan it again, or type what the label says.")
        ) from error
    found: dict[str, str] = {}
    for element in message.element_strings:
        if found.setdefault(element.ai.ai, element.value) != element.value:
            raise RuleViolation(Sentence("The GS1 code says two things of one kind. Type what the label says."))
        if element.ai.ai == GTIN and element.gtin is None:
            raise RuleViolation(Sentence("The check digit of the product number (GTIN) does not fit. Scan it again."))
    return Gs1(
        gtin=found.get(GTIN, ""),
        lot=found.get(LOT, ""),
        expires_on=_expiry(found[EXPIRY], today) if EXPIRY in found else None,
        serial=found.get(SERIAL, ""),
    )


def _expiry(digits: str, today: dt.date) -> dt.date:
    """Read YYMMDD; a day of 00 is the last of the month."""
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    year += today.year - today.year % CENTURY
    if year - today.year >= HALF_BACK:
        year -= CENTURY
    elif year - today.year <= -HALF_ON:
        year += CENTURY
    try:
        return dt.date(year, month, day or calendar.monthrange(year, month)[1])
    except ValueError as error:
        raise RuleViolation(
            Sentence("The GS1 code gives an expiry that is no day: {digits}. Type what the label says.", digits=digits)
        ) from error
