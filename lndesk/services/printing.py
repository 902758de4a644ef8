"""Commands on the prints of a sheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from lndesk.domain.account import CLINICAL
from lndesk.domain.errors import RuleViolation
from lndesk.domain.printing import ORIGINAL, Printing, check_reprint, next_copy
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction, found
from lndesk.store import contents, preparations, printings


@dataclass(frozen=True, kw_only=True)
class PrintSheet(Command):
    """Note that a copy of a sheet goes to a printer or into a file, before it does."""

    roles: ClassVar = CLINICAL

    number: str
    copy_no: int
    printer: str
    reason: str = ""
    remark: str = ""
    content: bytes = field(repr=False)

    def apply(self, tx: Transaction) -> Changes:
        """Refuse a copy out of turn, a void sheet and a reprint without reason; keep the bytes."""
        sheet = found(
            preparations.sheet_numbered(tx.db, self.number), Sentence("There is no sheet {number}.", number=self.number)
        )
        if preparations.preparation(tx.db, sheet.preparation_id).status == "voided":
            raise RuleViolation(Sentence("This dose is void. Its sheet can be read, not printed."))
        if self.copy_no != next_copy(printings.printings_of(tx.db, sheet.id or 0)):
            raise RuleViolation(Sentence("This sheet was printed meanwhile. Look at it again."))
        if self.copy_no != ORIGINAL:
            check_reprint(self.reason, self.remark)
        content_id, sha256 = contents.keep_content(tx.db, self.content)
        printings.add_printing(
            tx.db,
            Printing(
                sheet_id=sheet.id or 0,
                copy_no=self.copy_no,
                reason=self.reason,
                remark=self.remark.strip(),
                printer=self.printer,
                content_id=content_id,
                sha256=sha256,
                outcome="sent",
                printed_by=tx.who.name,
                printed_at=tx.now,
            ),
        )
        return Changes.SHEETS


@dataclass(frozen=True, kw_only=True)
class NotePrinted(Command):
    """Say whether a copy came out complete; one that did not may be printed again under the same number."""

    roles: ClassVar = CLINICAL

    printing_id: int
    complete: bool

    def apply(self, tx: Transaction) -> Changes:
        """Write it once."""
        if printings.printing(tx.db, self.printing_id).outcome != "sent":
            raise RuleViolation(Sentence("How this print came out is on record already."))
        printings.set_outcome(tx.db, self.printing_id, "complete" if self.complete else "not_complete")
        return Changes.SHEETS
