"""QR codes as one vector path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lndesk.reports.page import Page

QUIET_MODULES = 4


def matrix(text: str) -> list[list[bool]]:
    """Compute the dark modules of a QR code at level Q, without its quiet zone."""
    import zxingcpp

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    image: Any = code.to_image(scale=1, add_quiet_zones=False)
    pixels = memoryview(image)
    rows, columns = image.shape
    return [[pixels[row, column] == 0 for column in range(columns)] for row in range(rows)]


def draw_qr(page: Page, x: float, y: float, side: float, text: str) -> None:
    """Draw a QR code, its quiet zone included, in a square of `side` mm."""
    modules = matrix(text)
    step = side / (len(modules) + 2 * QUIET_MODULES)
    page.squares(
        (
            (x + (column + QUIET_MODULES) * step, y + (row + QUIET_MODULES) * step)
            for row, line in enumerate(modules)
            for column, dark in enumerate(line)
            if dark
        ),
        step,
    )
