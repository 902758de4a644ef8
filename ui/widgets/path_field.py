"""A file or a folder: a line to type into, with [Choose] beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence, _
from ui.widgets.buttons import Button

SITES: Final = "lndesk (*.lndesk)"
BACKUPS: Final = "lndesk (*.lndesk-backup)"


class PathField(QWidget):
    """Knows whether it is for a folder, for a file that is there, or for one that is to be."""

    def __init__(self, kind: Literal["folder", "file", "new_file"], proposed: str = "", *, endings: str = "") -> None:
        super().__init__()
        self._kind, self._endings = kind, endings
        self.line = QLineEdit(proposed)
        self.setFocusProxy(self.line)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        row.addWidget(Button(_("Choose"), self._choose, icon_name="folder-open"))

    def setAccessibleName(self, name: str) -> None:
        """Name the line, since the line is what takes the focus."""
        super().setAccessibleName(name)
        self.line.setAccessibleName(name)

    def value(self) -> Path:
        """Return the path.

        Raises:
            RuleViolation: none is entered.
        """
        typed = self.line.text().strip()
        if not typed:
            sentence = Sentence("Choose a folder.") if self._kind == "folder" else Sentence("Choose a file.")
            raise RuleViolation(sentence, field=self.objectName() or None)
        return Path(typed).expanduser()

    def site(self) -> Path:
        """Return the path with the ending that all sites' files have."""
        typed = Path(self.line.text().strip()).expanduser()
        return typed if typed.suffix == ".lndesk" else typed.with_name(typed.name + ".lndesk")

    def set_path(self, path: Path) -> None:
        """Propose another one."""
        self.line.setText(str(path))

    def _choose(self) -> None:
        title, there = self.accessibleName(), self.line.text().strip()
        if self._kind == "folder":
            chosen = QFileDialog.getExistingDirectory(self, title, there)
        elif self._kind == "file":
            chosen, _chosen = QFileDialog.getOpenFileName(self, title, there, self._endings)
        else:
            chosen, _chosen = QFileDialog.getSaveFileName(self, title, there, self._endings)
        if chosen:
            self.line.setText(chosen)
