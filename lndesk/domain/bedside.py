"""What is read from wristband, sheet and container must agree with what is on record."""

from __future__ import annotations

import re
import unicodedata

from lndesk.domain.errors import RuleViolation
from lndesk.domain.patient import Patient, tidy_hospital_no
from lndesk.domain.payload import parse_payload
from lndesk.i18n import Sentence

LEAST_OF_HOSPITAL_NO = 4
LEAST_OF_SHEET_NO = 6


def check_identified(found: Patient | None, *, wanted_id: int | None, born_year: str | None) -> Patient:
    """Return the patient whose wristband was read.

    Args:
        found: who has the Hospital No. that was read.
        wanted_id: whose dose was asked for, if anyone's.
        born_year: the year of birth as typed; None when the wristband was scanned.

    Raises:
        RuleViolation: nobody, or not the one that was asked for. It never says what would have been right.
    """
    if found is None or (born_year is not None and plain_code(born_year) != str(found.born_on.year)):
        what = (
            Sentence("No patient has this Hospital No.")
            if born_year is None
            else Sentence("Hospital No. and year of birth do not agree with any patient.")
        )
        raise RuleViolation(what, field="hospital_no")
    if wanted_id is not None and found.id != wanted_id:
        raise RuleViolation(Sentence("This is not the patient who was chosen."), field="hospital_no")
    return found


def check_wristband(patient: Patient, read: str) -> None:
    """Check a scanned wristband, or the last characters of the Hospital No. on it.

    Raises:
        RuleViolation: too little was read, or it is another's.
    """
    plain = tidy_hospital_no(read) if read.strip() else ""
    if len(plain) < LEAST_OF_HOSPITAL_NO:
        raise RuleViolation(
            Sentence("Scan the wristband, or type the last {n} characters of the Hospital No.", n=LEAST_OF_HOSPITAL_NO),
            field="wristband",
        )
    if not patient.hospital_no.endswith(plain):
        raise RuleViolation(Sentence("This is not the wristband of the patient on the sheet."), field="wristband")


def check_sheet(sheet_no: str, read: str) -> None:
    """Check a scanned sheet, its number, or the last digits of that.

    Raises:
        RuleViolation: too little was read, or it is another sheet.
    """
    plain = plain_code(read)
    if "*" in plain:
        plain = parse_payload(plain).number
    if len(plain) < LEAST_OF_SHEET_NO:
        raise RuleViolation(
            Sentence("Scan the sheet, or type the last {n} digits of its number.", n=LEAST_OF_SHEET_NO), field="sheet"
        )
    if not sheet_no.endswith(plain):
        raise RuleViolation(Sentence("This is another sheet."), field="sheet")


def check_container(code: str, read: str, *, field: str = "container") -> None:
    """Check a scanned container label, or its lot and number as typed.

    Raises:
        RuleViolation: nothing was read, or it is another container.
    """
    if not read.strip():
        raise RuleViolation(Sentence("Scan the container, or type its lot and number as LOT/NO."), field=field)
    if not same_code(code, read):
        raise RuleViolation(Sentence("This is another container."), field=field)


def same_code(code: str, read: str) -> bool:
    """Tell whether a code as read is that of a label, whatever its case, width and spaces."""
    return plain_code(code) == plain_code(read)


def plain_code(text: str) -> str:
    """Return a code in the one form that is compared, whatever its case, width and spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
