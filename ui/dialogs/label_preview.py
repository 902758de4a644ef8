"""The label of a syringe or bag: look at it, print it on its stock, or save it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QSizeF
from PySide6.QtGui import QPageSize
from PySide6.QtWidgets import QComboBox, QDialog, QVBoxLayout, QWidget

from lndesk.domain.errors import LnDeskError
from lndesk.i18n import _
from lndesk.study import Study
from ui.printing import DPI, new_printer, page_images, printer_names, send_images
from ui.widgets.buttons import Button, PrimaryButton, button_row
from ui.widgets.choice import Choice
from ui.widgets.labels import Title
from ui.widgets.message import InlineMessage
from ui.widgets.pdf_preview import A4_PT, PdfPreview
from ui.widgets.save_pdf import ask_for_pdf, write_pdf

LABEL_MM: Final = QSizeF(100, 50)
LABEL_PT: Final = (283, 142)
_SIZE: Final = (640, 520)


class LabelPreviewDialog(QDialog):
    """Shows the label on one of its stocks. A label may be printed again: the sheet's number stands on each."""

    def __init__(
        self, study: Study, number: str, *, printers: list[str] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Label of {number}", number=number))
        self.resize(*_SIZE)
        self._study, self.number, self._pdf = study, number, b""
        self.message = InlineMessage()
        self.preview = PdfPreview()
        self.stock = Choice([("roll", _("Label, 100 × 50 mm")), ("a4", _("A4, to be cut out"))], chosen="roll")
        self.stock.setAccessibleName(_("Paper"))
        self.printer = QComboBox()
        self.printer.setAccessibleName(_("Printer"))
        self.printer.addItems(printer_names() if printers is None else printers)
        self.print = PrimaryButton(_("Print label"), self._print, icon_name="printer")
        self.save = Button(_("Save as PDF"), self._save, icon_name="download")
        self.print.setEnabled(self.printer.count() > 0)
        row = button_row(self.save, Button(_("Close"), self.reject), self.print)
        row.insertWidget(0, self.printer)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(12)
        for widget in (Title(_("Label of {number}", number=number)), self.message, self.stock):
            column.addWidget(widget)
        column.addWidget(self.preview, 1)
        column.addLayout(row)
        self.stock.changed.connect(self._show)
        self._show()

    def save_to(self, path: Path) -> None:
        """Write the label to a file."""
        try:
            write_pdf(path, self._pdf)
        except LnDeskError as error:
            self.message.show_message("stop", str(error))
        else:
            self.message.show_message("done", _("Saved as {path}.", path=str(path)))

    def _show(self) -> None:
        try:
            self._pdf = self._study.label_pdf(self.number, stock="roll" if self.stock.value() == "roll" else "a4")
        except LnDeskError as error:
            self.message.show_message("stop", str(error))
            for button in (self.save, self.print):
                button.setEnabled(False)
        else:
            self.preview.show_pdf(self._pdf, LABEL_PT if self.stock.value() == "roll" else A4_PT)

    def _save(self) -> None:
        if (path := ask_for_pdf(self, f"{self.number}-label.pdf")) is not None:
            self.save_to(path.with_suffix(".pdf"))

    def _print(self) -> None:
        printer = new_printer(self.number, self.printer.currentText())
        if self.stock.value() == "roll":
            printer.setPageSize(QPageSize(LABEL_MM, QPageSize.Unit.Millimeter))
        try:
            send_images(page_images(self._pdf, DPI), printer)
        except LnDeskError as error:
            self.message.show_message("stop", str(error))
        else:
            self.message.show_message("done", _("The label was sent to {printer}.", printer=self.printer.currentText()))
