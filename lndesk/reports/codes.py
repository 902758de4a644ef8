"""QR and Data Matrix codes, each as one vector path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lndesk.reports.page import Page

QUIET_MODULES = 4
QUIET_OF_DATA_MATRIX = 1


def matrix(text: str) -> list[list[bool]]:
    """Compute the dark modules of a QR code at level Q, without its quiet zone."""
    import zxingcpp

    return _modules(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q"))


def draw_qr(page: Page, x: float, y: float, side: float, text: str) -> None:
    """Draw a QR code, its quiet zone included, in a square of `side` mm."""
    _draw(page, (x, y), side, matrix(text), QUIET_MODULES)


def draw_data_matrix(page: Page, x: float, y: float, side: float, text: str) -> None:
    """Draw a Data Matrix code, its quiet zone included, in a square of `side` mm."""
    import zxingcpp

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    _draw(page, (x, y), side, _modules(code), QUIET_OF_DATA_MATRIX)


def _modules(code: Any) -> list[list[bool]]:
    image: Any = code.to_image(scale=1, add_quiet_zones=False)
    pixels = memoryview(image)
    rows, columns = image.shape
    return [[pixels[row, column] == 0 for column in range(columns)] for row in range(rows)]


def _draw(page: Page, at: tuple[float, float], side: float, modules: list[list[bool]], quiet: int) -> None:
    step = side / (len(modules) + 2 * quiet)
    page.squares(
        (
            (at[0] + (column + quiet) * step, at[1] + (row + quiet) * step)
            for row, line in enumerate(modules)
            for column, dark in enumerate(line)
            if dark
        ),
        step,
    )
