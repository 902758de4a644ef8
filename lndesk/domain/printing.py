"""Prints of a sheet: one ORIGINAL, then numbered reprints with a reason, whatever came of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from lndesk.domain.errors import RuleViolation
from lndesk.i18n import N_, Sentence

ORIGINAL = 0
REPRINT_REASONS = {
    "paper_jam": N_("Paper jam"),
    "lost": N_("The sheet is lost"),
    "damaged": N_("The sheet is damaged"),
    "other": N_("Another reason"),
}
OUTCOMES = {"sent": N_("Nobody said"), "complete": N_("Complete"), "not_complete": N_("Not complete")}
MIN_REMARK = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing:
    """One time that a sheet went to a printer or into a file; copy 0 is the ORIGINAL."""

    id: int | None = None
    sheet_id: int
    copy_no: int
    reason: str
    remark: str
    printer: str
    content_id: int
    sha256: str
    outcome: str
    printed_by: str
    printed_at: dt.datetime


def next_copy(printings: Sequence[Printing]) -> int:
    """Return the number of the next copy: one that came out incomplete is not used up.

    Of a print that nobody spoke of since, a copy may be about: it is used up.
    """
    return 1 + max((item.copy_no for item in printings if item.outcome != "not_complete"), default=ORIGINAL - 1)


def first_printed_at(printings: Sequence[Printing]) -> dt.datetime | None:
    """Return when the ORIGINAL was printed."""
    return next(
        (item.printed_at for item in printings if item.copy_no == ORIGINAL and item.outcome != "not_complete"), None
    )


def check_reprint(reason: str, remark: str) -> None:
    """Check why a sheet is printed again.

    Raises:
        RuleViolation: no reason was chosen, or another reason is not written.
    """
    if reason not in REPRINT_REASONS:
        raise RuleViolation(Sentence("Choose why the sheet is printed again."), field="reason")
    if reason == "other" and len(remark.strip()) < MIN_REMARK:
        raise RuleViolation(Sentence("Write the reason in at least {n} characters.", n=MIN_REMARK), field="remark")
