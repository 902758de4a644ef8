"""Which copy of a sheet comes next, and why a reprint is made."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from lndesk.domain.printing import ORIGINAL, OUTCOMES, REPRINT_REASONS, Printing, next_copy
from lndesk.i18n import _
from ui.widgets.message import Reason, WarningWithReason

UNSAID = Reason("", "")


class ReprintReason(WarningWithReason):
    """Says that the sheet was printed before, by whom and when, and asks why it is printed again."""

    def __init__(self, printings: Sequence[Printing], parent: QWidget | None = None) -> None:
        copy_no, last = next_copy(printings), printings[-1]
        super().__init__(
            _("The next print is REPRINT {n}.", n=copy_no),
            [(code, _(label)) for code, label in REPRINT_REASONS.items() if code != "other"],
            why=_(
                "{copy} went to {printer} on {when}, by {who}: {outcome}.",
                copy=copy_words(last.copy_no),
                printer=last.printer,
                when=last.printed_at,
                who=last.printed_by,
                outcome=_(OUTCOMES[last.outcome]),
            ),
            parent=parent,
        )


def copy_words(copy_no: int) -> str:
    """Name a copy as the sheet itself does."""
    return _("ORIGINAL") if copy_no == ORIGINAL else _("REPRINT {n}", n=copy_no)
