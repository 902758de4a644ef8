"""What goes on paper: sheets and the month, composed from what is on record."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import cast

from lndesk.domain.errors import RuleViolation, StoreProblem
from lndesk.domain.sheet import SheetLanguage, SheetSnapshot
from lndesk.domain.visit import month_span
from lndesk.i18n import Sentence
from lndesk.queries import sheets as sheet_queries
from lndesk.services.preparations import IssueSheet
from lndesk.sight import OF_INFUSIONS, Sight
from lndesk.store import preparations


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
                sha256=_sha256(pdf),
                composed_at=snapshot.composed_at,
            )
        )
        return snapshot.number

    def sheet_pdf(self, number: str) -> bytes:
        """Return the bytes of an issued sheet, built anew from its snapshot and compared with their hash.

        Raises:
            NotPermitted: the role does not see sheets.
            RuleViolation: there is no such sheet.
            StoreProblem: the bytes are not those that were issued.
        """
        from lndesk.reports.dose_sheet import dose_sheet  # as above

        self.refuse_unless(OF_INFUSIONS)
        sheet = preparations.sheet_numbered(self._db, number)
        if sheet is None:
            raise RuleViolation(Sentence("There is no sheet {number}.", number=number))
        pdf = dose_sheet(SheetSnapshot.from_json(sheet.snapshot))
        if _sha256(pdf) != sheet.sha256:
            raise StoreProblem(Sentence("Sheet {number} cannot be rebuilt as it was issued.", number=number))
        return pdf

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
