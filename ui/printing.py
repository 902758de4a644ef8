"""Paper: a PDF goes to a printer as it is, page by page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QWidget

from lndesk.domain.errors import StoreProblem
from lndesk.i18n import Sentence
from lndesk.reports.raster import pages_as_images

DPI = 600


def page_images(pdf: bytes, dpi: int) -> list[QImage]:
    """Return the pages of a PDF as pictures."""
    made = []
    for page in pages_as_images(pdf, dpi):
        data = page.tobytes()
        image = QImage(data, page.width, page.height, 3 * page.width, QImage.Format.Format_RGB888)
        made.append(image.copy())  # its own memory: the bytes go at the end of the loop
    return made


def printer_names() -> list[str]:
    """Return the printers of this computer, its usual one first."""
    usual = QPrinterInfo.defaultPrinterName()
    return sorted(QPrinterInfo.availablePrinterNames(), key=lambda name: (name != usual, name))


def new_printer(title: str, name: str = "") -> QPrinter:
    """Return a printer set to the whole of an A4 page; without a name, this computer's usual one."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    if name:
        printer.setPrinterName(name)
    printer.setResolution(DPI)
    printer.setDocName(title)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setFullPage(True)
    return printer


def print_pdf(pdf: bytes, title: str, parent: QWidget) -> bool:
    """Ask for a printer and print every page at its true size; tell whether it was sent."""
    printer = new_printer(title)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(title)
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return False
    send_pages(pdf, printer)
    return True


def send_pages(pdf: bytes, printer: QPrinter) -> None:
    """Draw every page of a PDF on the printer's own page."""
    send_images(page_images(pdf, DPI), printer)


def send_images(pages: Sequence[QImage], printer: QPrinter) -> None:
    """Draw pictures, each over one whole page, never scaled by the printer.

    Raises:
        StoreProblem: the printer does not take them.
    """
    painter = QPainter()
    if not painter.begin(printer):
        raise StoreProblem(Sentence("The printer {name} does not answer.", name=printer.printerName()))
    try:
        for at, image in enumerate(pages):
            if at and not printer.newPage():
                raise StoreProblem(Sentence("The printer {name} stopped.", name=printer.printerName()))
            painter.drawImage(QRect(0, 0, printer.width(), printer.height()), image)
    finally:
        painter.end()
