"""What goes on paper: sheets and the month, composed from what is on record."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from lndesk.domain.errors import RuleViolation, StoreProblem
from lndesk.domain.printing import (
    ORIGINAL,
    REPRINT_REASONS,
    Printing,
    check_reprint,
    first_printed_at,
    next_copy,
)
from lndesk.domain.sheet import SheetLanguage, SheetSnapshot, Text
from lndesk.domain.visit import month_span
from lndesk.i18n import Sentence
from lndesk.queries import sheet_proof
from lndesk.queries import sheets as sheet_queries
from lndesk.queries.sheet_proof import SheetProof
from lndesk.services.preparations import IssueSheet
from lndesk.services.printing import PrintSheet
from lndesk.sight import OF_INFUSIONS, Sight
from lndesk.store import contents, preparations, printings

if TYPE_CHECKING:
    from lndesk.reports.dose_label import Stock


@dataclass(frozen=True, slots=True)
class SheetCopy:
    """One copy of a sheet, ready to be printed: 0 is the ORIGINAL."""

    copy_no: int
    pdf: bytes


class Papers(Sight):
    """Sheets and prints of an open site."""

    def issue_sheet(self, preparation_id: int, *, language: SheetLanguage | None = None) -> str:
        """Compose the sheet of a checked dose and put it on record; return its number.

        Raises:
            RuleViolation: the dose is not checked, a text does not fit, or the font lacks a letter.
        """
        from lndesk.reports.dose_sheet import dose_sheet  # heavy: loads the fonts

        try:
            snapshot = sheet_queries.new_snapshot(
                self._db, preparation_id, language=language, composed_by=self.who.name, now=self.clock()
            )
        except LookupError as error:
            refusal = Sentence("A sheet is issued once, after a second person has checked the dose.")
            raise RuleViolation(refusal) from error
        pdf = dose_sheet(snapshot)
        self.run(
            IssueSheet(
                preparation_id=preparation_id,
                number=snapshot.number,
                snapshot=snapshot.to_json(),
                content=pdf,
                composed_at=snapshot.composed_at,
            )
        )
        return snapshot.number

    def sheet_pdf(self, number: str) -> bytes:
        """Return the bytes of an issued sheet; of one from before they were kept, built anew and compared.

        Raises:
            NotPermitted: the role does not see sheets.
            RuleViolation: there is no such sheet.
            StoreProblem: the bytes are not those that were issued.
        """
        from lndesk.reports.dose_sheet import dose_sheet  # as above

        sheet = self._sheet(number)
        if (kept := contents.content(self._db, sheet.sha256)) is not None:
            return kept
        pdf = dose_sheet(SheetSnapshot.from_json(sheet.snapshot))
        if _sha256(pdf) != sheet.sha256:
            raise StoreProblem(Sentence("Sheet {number} cannot be rebuilt as it was issued.", number=number))
        return pdf

    def sheet_copy(self, number: str, *, reason: str = "", remark: str = "") -> SheetCopy:
        """Return what the next print of a sheet is: the ORIGINAL, or a reprint composed from what was issued.

        Raises:
            RuleViolation: there is no such sheet, or a reprint has no reason.
            NotPermitted, StoreProblem: as for `sheet_pdf`.
        """
        from lndesk.reports.dose_sheet import Reprint, dose_sheet  # as above

        sheet = self._sheet(number)
        printed = printings.printings_of(self._db, sheet.id or 0)
        copy_no = next_copy(printed)
        if copy_no == ORIGINAL:
            return SheetCopy(copy_no, self.sheet_pdf(number))
        check_reprint(reason, remark)
        said = Text.spoken(lambda: Sentence(REPRINT_REASONS[reason]))
        why = Text(f"{said.en} {remark}".strip(), f"{said.zh} {remark}".strip())
        first = first_printed_at(printed) or sheet.composed_at
        reprint = Reprint(number=copy_no, original_at=first, reason=why)
        return SheetCopy(copy_no, dose_sheet(SheetSnapshot.from_json(sheet.snapshot), reprint=reprint))

    def sheet_view(self, number: str) -> bytes:
        """Return a sheet for looking at: a void one says so across the page.

        Raises:
            NotPermitted, RuleViolation, StoreProblem: as for `sheet_pdf`.
        """
        from lndesk.reports.dose_sheet import dose_sheet  # as above

        sheet = self._sheet(number)
        preparation = preparations.preparation(self._db, sheet.preparation_id)
        if preparation.status != "voided":
            return self.sheet_pdf(number)
        return dose_sheet(SheetSnapshot.from_json(sheet.snapshot), void=Text.alike(preparation.void_reason or ""))

    def start_print(self, number: str, copy: SheetCopy, *, printer: str, reason: str = "", remark: str = "") -> int:
        """Put on record that a copy goes to a printer or into a file, before it does; return the print's id.

        Raises:
            NotPermitted, RuleViolation, StoreProblem: as for `run`.
        """
        self.run(
            PrintSheet(
                number=number, copy_no=copy.copy_no, printer=printer, reason=reason, remark=remark, content=copy.pdf
            )
        )
        return max(item.id or 0 for item in printings.printings_of(self._db, self._sheet(number).id or 0))

    def prints_of(self, number: str) -> list[Printing]:
        """Return the prints of a sheet, oldest first."""
        return printings.printings_of(self._db, self._sheet(number).id or 0)

    def proof_of_file(self, content: bytes) -> SheetProof:
        """Tell whether a PDF is a sheet that was issued here, and whether it still holds."""
        self.refuse_unless(OF_INFUSIONS)
        return sheet_proof.proof_of_file(self._db, content)

    def proof_of_code(self, text: str) -> SheetProof:
        """Tell whether the text of a QR code is that of a sheet that was issued here, and whether it still holds."""
        self.refuse_unless(OF_INFUSIONS)
        return sheet_proof.proof_of_code(self._db, text)

    def label_pdf(self, number: str, *, stock: Stock = "roll") -> bytes:
        """Return the label of a syringe or bag, for a label printer or on A4.

        Raises:
            RuleViolation: there is no such sheet, its dose is void, or a text does not fit.
            NotPermitted: the role does not see sheets.
        """
        from lndesk.reports.dose_label import dose_label  # as above

        sheet = self._sheet(number)
        if preparations.preparation(self._db, sheet.preparation_id).status == "voided":
            raise RuleViolation(Sentence("This dose is void. No label is made of it."))
        return dose_label(SheetSnapshot.from_json(sheet.snapshot), stock=stock)

    def _sheet(self, number: str) -> preparations.Sheet:
        self.refuse_unless(OF_INFUSIONS)
        sheet = preparations.sheet_numbered(self._db, number)
        if sheet is None:
            raise RuleViolation(Sentence("There is no sheet {number}.", number=number))
        return sheet

    def month_pdf(self, month_on: dt.date, language: SheetLanguage | None = None) -> bytes:
        """Return the calendar of the month that a day lies in, in the site's language of sheets unless told.

        Raises:
            RuleViolation: the font lacks a letter, or a text does not fit.
        """
        from lndesk.reports.calendar_entries import calendar_entries  # heavy: loads the fonts
        from lndesk.reports.month_calendar import month_calendar  # as above

        site = self.site()
        return month_calendar(
            calendar_entries(self.calendar(*month_span(month_on))),
            month_on=month_on,
            language=language or cast("SheetLanguage", site.sheet_language),
            site=self.site_name(),
            training=site.training,
            composed_at=self.now(),
        )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
