"""Paper: a PDF goes to a printer as it is, page by page."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

from lndesk.reports.raster import pages_as_images

DPI = 300


def page_images(pdf: bytes, dpi: int) -> list[QImage]:
    """Return the pages of a PDF as pictures."""
    made = []
    for page in pages_as_images(pdf, dpi):
        data = page.tobytes()
        image = QImage(data, page.width, page.height, 3 * page.width, QImage.Format.Format_RGB888)
        made.append(image.copy())  # its own memory: the bytes go at the end of the loop
    return made


def print_pdf(pdf: bytes, title: str, parent: QWidget) -> bool:
    """Ask for a printer and print every page at its true size; tell whether it was sent."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setFullPage(True)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(title)
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return False
    send_pages(pdf, printer)
    return True


def send_pages(pdf: bytes, printer: QPrinter) -> None:
    """Draw every page of a PDF on the printer's own page."""
    painter = QPainter(printer)
    for at, image in enumerate(page_images(pdf, DPI)):
        if at:
            printer.newPage()
        painter.drawImage(QRect(0, 0, printer.width(), printer.height()), image)
    painter.end()
