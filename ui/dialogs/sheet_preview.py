"""A sheet as it is printed: look at it, print it, or save it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from lndesk.domain.errors import LnDeskError
from lndesk.domain.printing import ORIGINAL, next_copy
from lndesk.i18n import _
from lndesk.papers import SheetCopy
from lndesk.queries.signatures import SignatureRow
from lndesk.services.printing import NotePrinted, PrintSheet
from lndesk.study import Study
from ui.dialogs.label_preview import LabelPreviewDialog
from ui.printing import DPI, new_printer, page_images, printer_names, send_images
from ui.tasks import run_in_background
from ui.widgets.buttons import Button, IconButton, PrimaryButton, button_row
from ui.widgets.labels import Muted, Strong, Title
from ui.widgets.message import InlineMessage, Reason, joined
from ui.widgets.pdf_preview import PdfPreview
from ui.widgets.reprint_reason import UNSAID, ReprintReason
from ui.widgets.save_pdf import write_pdf

_AIR: Final = 40


class SheetPreviewDialog(QDialog):
    """Shows what was issued, and puts each print on record. The pages are printed at 600 dots per inch."""

    printed = Signal(str)
    """Emitted with the sheet number once somebody says that it came out complete."""

    def __init__(
        self, study: Study, number: str, *, printers: list[str] | None = None, parent: QWidget | None = None
    ) -> None:
        """Show one sheet.

        Args:
            study: the open site.
            number: the sheet's number.
            printers: names of printers; by default those of this computer.
            parent: the window.
        """
        super().__init__(parent)
        self.setWindowTitle(_("Sheet {number}", number=number))
        self.resize(860, 700 if parent is None else max(700, parent.window().height() - _AIR))
        self.number = number
        self._study = study
        self._printing_id = 0
        self.message = InlineMessage()
        self.preview = PdfPreview()
        self.printer = QComboBox()
        self.printer.setAccessibleName(_("Printer"))
        self.printer.addItems(printer_names() if printers is None else printers)
        self.label = Button(_("Label…"), self._show_label, icon_name="scan-barcode")
        self.save = Button(_("Save as PDF"), self._save, icon_name="download")
        self.print = PrimaryButton(_("Print"), self._print, icon_name="printer")
        self.complete = Strong(_("Did the sheet come out complete?"))
        self.yes = Button(_("Printed"), self._came_out, icon_name="check")
        self.no = Button(_("Not printed"), self._did_not, icon_name="x")
        self.why_not = Muted()
        self.again: ReprintReason | None = None
        self._again = QVBoxLayout()
        self._question = QWidget()
        sheet = next((row for row in study.sheets() if row.number == number), None)
        self._lay_out("valid" if sheet is None else sheet.standing)
        if sheet is not None:
            self._say_whether_signed(study.dose_signatures(sheet.preparation_id))
        self.preview.failed.connect(lambda why: self.message.show_message("stop", why))
        self._load()

    def save_to(self, path: Path) -> None:
        """Write the next copy of the sheet to a file, which counts as printing it."""
        try:
            copy, reason = self._next_copy()
            self._start(copy, _("PDF file"), reason)
            write_pdf(path, copy.pdf)
        except LnDeskError as error:
            self._note(complete=False)
            self.message.show_message("stop", str(error))
        else:
            self._note(complete=True)
            self.message.show_message("done", _("Saved as {path}.", path=str(path)))
        self._ask_why_again()

    def _show_label(self) -> None:
        LabelPreviewDialog(self._study, self.number, parent=self).open()

    def _load(self) -> None:
        try:
            self.preview.show_pdf(self._study.sheet_view(self.number))
            self._ask_why_again()
        except LnDeskError as error:
            self.message.show_message("stop", str(error))
            for button in (self.save, self.print):
                button.setEnabled(False)

    def _ask_why_again(self) -> None:
        if self.again is not None:
            self.again.setParent(None)
            self.again.deleteLater()
            self.again = None
        printings = self._study.prints_of(self.number)
        if next_copy(printings) != ORIGINAL and self.save.isEnabled():
            self.again = ReprintReason(printings)
            self._again.addWidget(self.again)

    def _next_copy(self) -> tuple[SheetCopy, Reason]:
        reason = UNSAID if self.again is None else self.again.value()
        code = reason.code or ("other" if reason.text else "")
        reason = Reason(code, reason.text)
        return self._study.sheet_copy(self.number, reason=reason.code, remark=reason.text), reason

    def _start(self, copy: SheetCopy, printer: str, reason: Reason) -> None:
        self._printing_id = self._study.start_print(
            self.number, copy, printer=printer, reason=reason.code, remark=reason.text
        )

    def _note(self, *, complete: bool) -> None:
        if self._printing_id:
            self._study.run(NotePrinted(printing_id=self._printing_id, complete=complete))
            self._printing_id = 0

    def _save(self) -> None:
        chosen, _kind = QFileDialog.getSaveFileName(
            self, _("Save as PDF"), f"{self.number}.pdf", "PDF (*.pdf)", options=QFileDialog.Option.DontUseNativeDialog
        )
        if chosen:
            self.save_to(Path(chosen).with_suffix(".pdf"))

    def _print(self) -> None:
        try:
            copy, reason = self._next_copy()
        except LnDeskError as error:
            self.message.show_message("stop", str(error))
            return
        self.print.setEnabled(False)
        self.message.show_message("info", _("Preparing the pages…"))
        run_in_background(
            partial(page_images, copy.pdf, DPI),
            on_done=lambda pages: self._send(pages, copy, reason),
            on_error=self._on_failed,
        )

    def _send(self, pages: list[QImage], copy: SheetCopy, reason: Reason) -> None:
        if not isValid(self):
            return
        try:
            self._start(copy, self.printer.currentText(), reason)
            send_images(pages, new_printer(self.number, self.printer.currentText()))
        except LnDeskError as error:
            self._note(complete=False)
            self._on_failed(error)
        else:
            self.ask_whether_complete()

    def ask_whether_complete(self) -> None:
        """Ask, once the pages are sent."""
        self.message.clear()
        self._question.setVisible(True)
        self.yes.setFocus()

    def _on_failed(self, error: Exception) -> None:
        if isValid(self):
            self.message.show_message("stop", str(error), todo=_("Check the printer, or save the sheet as PDF."))
            self.print.setEnabled(True)

    def _came_out(self) -> None:
        self._note(complete=True)
        self.printed.emit(self.number)
        self.accept()

    def _did_not(self) -> None:
        self._note(complete=False)
        self._question.setVisible(False)
        self.print.setEnabled(True)
        self.message.show_message(
            "warn", _("The sheet was not printed."), todo=_("Destroy what came out of the printer, and print it again.")
        )

    def _lay_out(self, standing: str) -> None:
        head = QHBoxLayout()
        head.addWidget(Title(_("Sheet {number}", number=self.number)), 1)
        for button in (
            IconButton("minus", _("Smaller"), lambda: self.preview.zoom_by(-1)),
            IconButton("plus", _("Larger"), lambda: self.preview.zoom_by(1)),
            Button(_("Whole page"), self.preview.fit_page),
        ):
            head.addWidget(button)
        question = QHBoxLayout(self._question)
        question.setContentsMargins(0, 0, 0, 0)
        question.addWidget(self.complete, 1)
        question.addWidget(self.no)
        question.addWidget(self.yes)
        self._question.setVisible(False)
        self._say_why_not(standing)
        row = button_row(self.label, self.save, Button(_("Close"), self.reject), self.print)
        row.insertWidget(0, self.printer)
        row.insertWidget(1, self.why_not, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 12, 16, 12)
        outer.setSpacing(12)
        outer.addLayout(head)
        outer.addWidget(self.message)
        outer.addLayout(self._again)
        outer.addWidget(self.preview, 1)
        outer.addWidget(self._question)
        outer.addLayout(row)

    def _say_why_not(self, standing: str) -> None:
        if standing == "void":
            self.why_not.setText(_("This dose is void. Its sheet can be read, not printed."))
        elif standing == "overtaken":
            self.why_not.setText(_("This dose no longer holds. Its sheet can be read, not printed."))
        elif not self.printer.count():
            self.why_not.setText(_("No printer is set up on this computer. Save the sheet as PDF."))
        elif not self._study.permits(PrintSheet):
            self.why_not.setText(_("A monitor reads sheets and does not print them."))
        self.print.setEnabled(not self.why_not.text())
        self.label.setEnabled(standing != "void")
        self.save.setEnabled(standing != "void" and self._study.permits(PrintSheet))
        self.printer.setVisible(not self.why_not.text())

    def _say_whether_signed(self, signatures: Sequence[SignatureRow]) -> None:
        lost = [str(signature.worded) for signature in signatures if not signature.valid]
        if lost:
            self.message.show_message(
                "warn", _("The record differs from what was signed for this sheet."), joined(*lost)
            )
