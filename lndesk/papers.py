"""What goes on paper: sheets and the month, composed from what is on record."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from lndesk.domain.account import CLINICAL
from lndesk.domain.errors import RuleViolation, StoreProblem
from lndesk.domain.ledger import GONE
from lndesk.domain.patient import spaced_hospital_no
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


if TYPE_CHECKING:
    from lndesk.reports.appointment_letter import LetterLanguage
    from lndesk.reports.ward_list import PrintFacts

DAYS_A_WEEK: Final = 7
DOWNTIME_DAYS: Final = 14


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

    def container_labels_pdf(self, lot_id: int) -> bytes:
        """Return the labels of those containers of a lot that are still on hand, 24 to a page of A4.

        Raises:
            RuleViolation: none is on hand, or a number has a letter that no scanner sends.
            NotPermitted: the role does not see the product.
        """
        from lndesk.reports.container_labels import container_labels  # as above

        items = [row.item for row in self.containers() if row.item.lot.id == lot_id]
        on_hand = [item for item in items if item.container.status not in GONE]
        return container_labels(on_hand, trial=self.protocol().trial_id, training=self.site().training)

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

        first, last = month_span(month_on)
        known, facts = self.open_days(first, last), self._facts(language)
        days = [first + dt.timedelta(days=n) for n in range(last.day)]
        return month_calendar(
            calendar_entries(self.calendar(first, last)),
            month_on=month_on,
            language=facts.language,
            site=facts.site,
            training=facts.training,
            composed_at=facts.printed_at,
            closed=[on for on in days if not known.is_open(on)],
            worked=[on for on in days if known.is_open(on)],
        )

    def day_pdf(self, on: dt.date, language: SheetLanguage | None = None) -> bytes:
        """Return the visits of a day as a list for the ward.

        Raises:
            RuleViolation: the font lacks a letter, or a text does not fit.
        """
        return self._ward_list(on, 1, language)

    def week_pdf(self, on: dt.date, language: SheetLanguage | None = None) -> bytes:
        """Return the visits of the week, Monday to Sunday, that a day lies in, as a list for the ward.

        Raises:
            RuleViolation: the font lacks a letter, or a text does not fit.
        """
        return self._ward_list(on - dt.timedelta(days=on.weekday()), DAYS_A_WEEK, language)

    def cohort_pdf(self, year: int, language: SheetLanguage | None = None) -> bytes:
        """Return the year of the whole cohort, one line a patient.

        Raises:
            RuleViolation: the font lacks a letter, or a text does not fit.
        """
        from lndesk.reports.cohort_page import cohort_page  # as above

        return cohort_page(self.cohort_year(year), self._facts(language))

    def letter_pdf(self, patient_id: int, language: LetterLanguage | None = None) -> bytes:
        """Return a patient's letter with the appointments to come; it tells neither arm nor diagnosis.

        Raises:
            RuleViolation: there is no appointment to come, or a text does not fit.
        """
        from lndesk.reports.appointment_letter import Appointment, LetterFacts, appointment_letter  # as above

        record, facts = self.patient(patient_id), self._facts()
        return appointment_letter(
            [
                Appointment(visit.day, visit.booked_on is not None)
                if visit.day >= self.today()
                else Appointment(None, fixed=False)
                for visit in record.course
                if visit.outcome is None
            ],
            LetterFacts(
                han_name=record.patient.han_name,
                latin_name=record.patient.latin_name,
                hospital_no=spaced_hospital_no(record.patient.hospital_no),
                site=facts.site,
                training=facts.training,
                printed_at=facts.printed_at,
            ),
            language or ("en" if facts.language == "en" else "zh_CN"),
        )

    def downtime_pdf(self, language: SheetLanguage | None = None) -> bytes:
        """Return the kit for when the program cannot be used: the next two weeks, and blank forms.

        Raises:
            RuleViolation: the font lacks a letter, or a text does not fit.
        """
        from lndesk.reports.downtime_kit import downtime_kit  # as above
        from lndesk.reports.ward_entries import ward_days  # as above

        days = self.agenda(self.today(), DOWNTIME_DAYS)
        due = sum(row.visit.kind == "infusion" and row.visit.outcome is None for day in days for row in day.visits)
        return downtime_kit(ward_days(days, self.overdue()), self.protocol(), self._facts(language), forms=due)

    def calendar_file(self, *, names: bool = False, language: SheetLanguage | None = None) -> bytes:
        """Return all visits as an iCalendar file, the same bytes until something changes; without names unless told.

        Raises:
            NotPermitted: names are asked for by a role that does not treat the patients.
        """
        from lndesk.reports.calendar_file import calendar_file

        if names:
            self.refuse_unless(CLINICAL)
        facts = self._facts(language)
        code = "en" if facts.language == "en" else "zh_CN"
        return calendar_file(self.calendar_events(), store_id=self.site().store_id, names=names, language=code)

    def _ward_list(self, first: dt.date, days: int, language: SheetLanguage | None) -> bytes:
        from lndesk.reports.ward_entries import ward_days  # as above
        from lndesk.reports.ward_list import ward_list  # as above

        ahead = self.agenda(first, days)
        late = self.overdue() if first <= self.today() <= ahead[-1].on else []
        return ward_list(ward_days(ahead, late), self._facts(language))

    def _facts(self, language: SheetLanguage | None = None) -> PrintFacts:
        from lndesk.reports.ward_list import PrintFacts  # as above

        site = self.site()
        return PrintFacts(
            site=self.site_name(),
            training=site.training,
            printed_at=self.now(),
            language=language or cast("SheetLanguage", site.sheet_language),
        )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
