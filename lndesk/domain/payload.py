"""What the QR code of a sheet says, with a check pair that a misread or mistyped code fails.

`LND1*DP*2026000123*1*LN0012*2*7K`: format, type, sheet number, revision, subject, infusion, check pair; a sheet of a
training site starts with `TRN1`. Only digits, capital letters and `*`, so that a scanner in keyboard mode depends on
neither layout nor input method. The pair is that of ISO/IEC 7064 MOD 1271-36 over all letters and digits before it:
it finds every single wrong character and every swap of two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MODULUS: Final = 1271
_NUMBER = re.compile(r"DP-(\d{4})-(\d{6})", re.ASCII)
_PAYLOAD = re.compile(r"(LND1|TRN1)\*DP\*(\d{4})(\d{6})\*(\d+)\*([0-9A-Z]+)\*(\d+)\*([0-9A-Z]{2})", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class SheetCode:
    """What a scanned sheet says it is."""

    number: str
    revision: int
    subject: str
    infusion_no: int
    training: bool

    def payload(self) -> str:
        """Write the text of the QR code.

        Raises:
            RuleViolation: the sheet number or the subject cannot be written in it.
        """
        number = _NUMBER.fullmatch(self.number)
        if not number:
            raise RuleViolation(Sentence("“{number}” is not a sheet number.", number=self.number))
        head = "TRN1" if self.training else "LND1"
        body = f"{head}*DP*{number[1]}{number[2]}*{self.revision}*{bare(self.subject)}*{self.infusion_no}"
        return f"{body}*{check_pair(body)}"


def bare(subject_id: str) -> str:
    """Write a Subject ID as the QR code does: capital letters and digits only.

    Raises:
        RuleViolation: nothing, or a letter that a scanner cannot send, would be left.
    """
    kept = re.sub(r"[\s\-./_]", "", subject_id).upper()
    if not kept or any(letter not in _ALPHABET for letter in kept):
        raise RuleViolation(
            Sentence("“{subject}” cannot stand in a QR code. Use letters and digits.", subject=subject_id)
        )
    return kept


def parse_payload(text: str) -> SheetCode:
    """Read the text of a scanned QR code.

    Raises:
        RuleViolation: it is not a sheet's code, or its check pair is wrong.
    """
    found = _PAYLOAD.fullmatch(text.strip().upper())
    if not found:
        raise RuleViolation(Sentence("This is not the code of a dose sheet."))
    head, year, serial, revision, subject, infusion, pair = found.groups()
    if check_pair(found[0].rpartition("*")[0]) != pair:
        raise RuleViolation(Sentence("The code was not read whole. Scan it again."))
    return SheetCode(
        number=f"DP-{year}-{serial}",
        revision=int(revision),
        subject=subject,
        infusion_no=int(infusion),
        training=head == "TRN1",
    )


def check_pair(body: str) -> str:
    """Compute the two check characters of ISO/IEC 7064 MOD 1271-36 over the letters and digits."""
    radix = len(_ALPHABET)
    remainder = 0
    for letter in body.replace("*", ""):
        remainder = (remainder + _ALPHABET.index(letter)) * radix % _MODULUS
    high, low = divmod((1 - remainder * radix) % _MODULUS, radix)
    return _ALPHABET[high] + _ALPHABET[low]
