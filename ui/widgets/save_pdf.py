"""Ask where a PDF goes, and write it there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from lndesk.domain.errors import StoreProblem
from lndesk.i18n import Sentence, _


def ask_for_pdf(parent: QWidget, proposed: str) -> Path | None:
    """Return the file that a person chose, or None."""
    chosen, _filter = QFileDialog.getSaveFileName(parent, _("Save as PDF"), proposed, _("PDF (*.pdf)"))
    return Path(chosen) if chosen else None


def write_pdf(file: Path, content: bytes) -> None:
    """Write a PDF.

    Raises:
        StoreProblem: the file cannot be written.
    """
    try:
        file.write_bytes(content)
    except OSError as error:
        why = error.strerror or error
        raise StoreProblem(Sentence("{path} cannot be written: {why}.", path=file, why=why)) from error
