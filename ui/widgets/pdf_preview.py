"""The pages of a PDF as they will be printed, sharp at each zoom."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from lndesk.i18n import _
from ui.printing import page_images
from ui.tasks import run_in_background

A4_PT: Final = (595, 842)
"""A4 in points, of which a PDF has 72 to the inch."""
_PT_PER_INCH: Final = 72
_SCREEN_PER_INCH: Final = 96
_AIR: Final = 24
_REDRAW_AFTER_MS: Final = 80
ZOOMS: Final = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)


class PdfPreview(QScrollArea):
    """Shows pages below one another; they are drawn anew, by a worker, for each zoom."""

    drawn = Signal()
    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Pages of the sheet"))
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setWidgetResizable(True)
        self.pages: list[QLabel] = []
        self._pdf, self._page = b"", A4_PT
        self._zoom: float | None = None
        self._asked = 0
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(12, 12, 12, 12)
        self._column.setSpacing(12)
        self._column.addStretch(1)
        self.setWidget(inner)
        self._redraw = QTimer(self, singleShot=True, interval=_REDRAW_AFTER_MS)
        self._redraw.timeout.connect(self._draw)

    def show_pdf(self, pdf: bytes, page: tuple[int, int] = A4_PT) -> None:
        """Show another PDF, whose pages are so many points wide and high."""
        self._pdf, self._page = pdf, page
        self._draw()

    def fit_page(self) -> None:
        """Show whole pages."""
        self._zoom = None
        self._draw()

    def zoom_by(self, steps: int) -> None:
        """Go some steps nearer, or further away when negative."""
        now = self.scale()
        if steps > 0:
            self._zoom = next((zoom for zoom in ZOOMS if zoom > now), ZOOMS[-1])
        else:
            self._zoom = next((zoom for zoom in reversed(ZOOMS) if zoom < now), ZOOMS[0])
        self._draw()

    def scale(self) -> float:
        """Return the scale now shown; 1 is the size of paper."""
        if self._zoom is not None:
            return self._zoom
        room = self.viewport().size()
        width = (room.width() - _AIR - self.verticalScrollBar().sizeHint().width()) * _PT_PER_INCH
        height = (room.height() - _AIR) * _PT_PER_INCH
        fitting = min(width / self._page[0], height / self._page[1]) / _SCREEN_PER_INCH
        return max(fitting, ZOOMS[0] / 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit anew a moment after the last change of size."""
        super().resizeEvent(event)
        if self._zoom is None and self._pdf:
            self._redraw.start()

    def _draw(self) -> None:
        if not self._pdf:
            return
        self._asked += 1
        dpi = round(self.scale() * _SCREEN_PER_INCH * self.devicePixelRatioF())
        run_in_background(
            partial(page_images, self._pdf, dpi),
            on_done=partial(self._show, self._asked),
            on_error=lambda error: self.failed.emit(str(error)) if isValid(self) else None,
        )

    def _show(self, asked: int, images: list[QImage]) -> None:
        # The window may be closed, or another zoom asked for, while the worker drew.
        if not isValid(self) or asked != self._asked:
            return
        while len(self.pages) < len(images):
            self._add_page()
        for at, (page, image) in enumerate(zip(self.pages, images, strict=True)):
            image.setDevicePixelRatio(self.devicePixelRatioF())
            page.setPixmap(QPixmap.fromImage(image))
            page.setFixedSize(image.deviceIndependentSize().toSize())
            page.setAccessibleName(_("Page {n} of {total}", n=at + 1, total=len(images)))
        self.drawn.emit()

    def _add_page(self) -> None:
        page = QLabel()
        page.setFrameShape(QFrame.Shape.NoFrame)
        self._column.insertWidget(self._column.count() - 1, page, 0, Qt.AlignmentFlag.AlignHCenter)
        self.pages.append(page)
