"""A PDF's pages as pictures, for the preview and the printer, and as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image


def pages_as_images(pdf: bytes, dpi: int) -> list[Image]:
    """Render every page to a picture in full colour."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]


def page_texts(pdf: bytes) -> list[str]:
    """Read the text of every page."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]
