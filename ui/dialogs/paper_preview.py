"""A paper before it is printed or saved: a month, a list for the ward, a letter."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from lndesk.domain.errors import LnDeskError
from lndesk.i18n import _
from ui.printing import DPI, new_printer, page_images, printer_names, send_images
from ui.tasks import run_in_background
from ui.widgets.buttons import Button, IconButton, PrimaryButton, button_row
from ui.widgets.labels import Muted, Title
from ui.widgets.message import InlineMessage
from ui.widgets.pdf_preview import PdfPreview
from ui.widgets.save_pdf import write_pdf
from ui.widgets.state import set_shown

_AIR = 40


class PaperPreviewDialog(QDialog):
    """Shows what will be printed; the paper can be saved as PDF as well."""

    saved = Signal(str)

    def __init__(
        self,
        title: str,
        pdf: bytes,
        file_name: str,
        *,
        printers: list[str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Show a paper.

        Args:
            title: names it.
            pdf: its bytes.
            file_name: what the file is called when nobody names it otherwise; never after a patient.
            printers: names of printers; by default those of this computer.
            parent: the window.
        """
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(900, 700 if parent is None else max(600, parent.window().height() - _AIR))
        self._pdf, self._file_name = pdf, file_name
        self.message = InlineMessage()
        self.preview = PdfPreview()
        self.preview.setAccessibleName(title)
        self.printer = QComboBox()
        self.printer.setAccessibleName(_("Printer"))
        self.printer.addItems(printer_names() if printers is None else printers)
        self.save = Button(_("Save as PDF"), self._ask_where, icon_name="download")
        self.print = PrimaryButton(_("Print"), self._print, icon_name="printer")
        self._lay_out(title)
        self.preview.failed.connect(lambda why: self.message.show_message("stop", why))
        self.preview.show_pdf(pdf)

    def save_to(self, path: Path) -> None:
        """Write the paper to a file."""
        try:
            write_pdf(path, self._pdf)
        except LnDeskError as problem:
            self.message.show_message("stop", str(problem), todo=_("Choose another folder."))
        else:
            self.message.show_message("done", _("Saved as {path}.", path=str(path)))
            self.saved.emit(str(path))

    def _ask_where(self) -> None:
        chosen, _kind = QFileDialog.getSaveFileName(self, _("Save as PDF"), self._file_name, _("PDF (*.pdf)"))
        if chosen:
            self.save_to(Path(chosen).with_suffix(".pdf"))

    def _print(self) -> None:
        self.print.setEnabled(False)
        self.message.show_message("info", _("Preparing the pages…"))
        run_in_background(partial(page_images, self._pdf, DPI), on_done=self._send, on_error=self._on_failed)

    def _send(self, pages: list[QImage]) -> None:
        if not isValid(self):
            return
        try:
            send_images(pages, new_printer(self.windowTitle(), self.printer.currentText()))
        except LnDeskError as error:
            self._on_failed(error)
        else:
            self.print.setEnabled(True)
            self.message.show_message("done", _("Sent to the printer {name}.", name=self.printer.currentText()))

    def _on_failed(self, error: Exception) -> None:
        if isValid(self):
            self.message.show_message("stop", str(error), todo=_("Check the printer, or save it as PDF."))
            self.print.setEnabled(True)

    def _lay_out(self, title: str) -> None:
        head = QHBoxLayout()
        head.addWidget(Title(title), 1)
        for button in (
            IconButton("minus", _("Smaller"), lambda: self.preview.zoom_by(-1)),
            IconButton("plus", _("Larger"), lambda: self.preview.zoom_by(1)),
            Button(_("Whole page"), self.preview.fit_page),
        ):
            head.addWidget(button)
        none = "" if self.printer.count() else _("No printer is set up on this computer. Save it as PDF.")
        row = button_row(Button(_("Close"), self.reject), self.save, self.print)
        row.insertWidget(0, self.printer)
        row.insertWidget(1, Muted(none), 1)
        self.print.setEnabled(not none)
        set_shown(self.printer, not none)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 12, 16, 12)
        outer.setSpacing(12)
        outer.addLayout(head)
        outer.addWidget(self.message)
        outer.addWidget(self.preview, 1)
        outer.addLayout(row)
