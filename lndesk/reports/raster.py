"""A PDF's pages as pictures, for the preview and the printer, and as text."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from PIL.Image import Image

Result = TypeVar("Result")
# PDFium is not thread safe: a preview may be drawn while a worker reads a sheet back.
_ONE_AT_A_TIME: Final = threading.Lock()


def pages_as_images(pdf: bytes, dpi: int) -> list[Image]:
    """Render every page to a picture in full colour."""
    return _each_page(pdf, lambda page: page.render(scale=dpi / 72).to_pil().convert("RGB"))


def page_texts(pdf: bytes) -> list[str]:
    """Read the text of every page."""
    return _each_page(pdf, lambda page: page.get_textpage().get_text_range())


def _each_page(pdf: bytes, read: Callable[[Any], Result]) -> list[Result]:
    import pypdfium2

    with _ONE_AT_A_TIME, pypdfium2.PdfDocument(pdf) as document:
        return [read(page) for page in document]
