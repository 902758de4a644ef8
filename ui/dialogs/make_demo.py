"""The demonstration site, made on a worker while the page says what is being made."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QProgressBar

from lndesk import settings
from lndesk.demo import make_demo
from lndesk.domain.errors import LnDeskError
from lndesk.i18n import _
from ui.tasks import run_in_background
from ui.widgets.buttons import Button
from ui.widgets.labels import Muted
from ui.widgets.page import Page


def demo_folder() -> Path:
    """Return where the demonstration site of this machine lies."""
    return settings.data_folder() / "demo"


def demo_store() -> Path:
    """Return its file."""
    return demo_folder() / "site.lndesk"


class DemoPage(Page):
    """Shows the work as it goes on."""

    made = Signal(object)
    _told = Signal(str)

    def __init__(self, folder: Path, on_back: Callable[[], None]) -> None:
        super().__init__(_("Demonstration site"))
        self._folder = folder
        self.back = self.add_to_header(Button(_("Back"), on_back, icon_name="arrow-left"))
        self.add(Muted(_("A site with made-up patients is being made. This takes a moment.")))
        self.bar = self.add(QProgressBar())
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        self.log = self.add(QPlainTextEdit(), 1)
        self.log.setReadOnly(True)
        self.log.setAccessibleName(_("What has been made"))
        self._told.connect(self.log.appendPlainText)

    def start(self) -> None:
        """Begin to make it."""
        self.back.setEnabled(False)
        work = partial(make_demo, self._folder, progress=self._told.emit)
        run_in_background(work, on_done=self.made.emit, on_error=self._on_error)

    def _on_error(self, error: Exception) -> None:
        self.bar.setRange(0, 1)
        self.back.setEnabled(True)
        if not isinstance(error, LnDeskError):
            raise error
        self.say_refused(error)
