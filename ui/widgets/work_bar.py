"""Long work under way: in words where it stands, how far it is, and a way to stop it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Final, TypeVar

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget
from shiboken6 import isValid

from lndesk.domain.errors import LnDeskError
from lndesk.domain.watch import Stage, Watch
from lndesk.i18n import N_, _
from ui.tasks import run_in_background
from ui.widgets.buttons import Button
from ui.widgets.labels import Text
from ui.widgets.state import set_shown

Result = TypeVar("Result")
STAGES: Final[dict[Stage, str]] = {
    "copying": N_("Copying"),
    "writing": N_("Writing"),
    "reading": N_("Reading from the medium"),
    "verifying": N_("Verifying"),
    "exporting": N_("Exporting"),
}
LOOK_EACH_MS: Final = 60
_PARTS: Final = 1000
_WORDS: Final = 32


class WorkBar(QWidget):
    """Hidden until work begins, and again when it has ended.

    The worker leaves word here, and this thread looks for it some times a second: a signal for each page of a file
    would fill the queue of the window.
    """

    ended = Signal()
    """Emitted when nothing is under way any more, whatever came of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.running = False
        self.stages: list[str] = []
        """The stages seen since the work began, each once in a row."""
        self._stop = Event()
        self._about = ""
        self._told: tuple[Stage, int, int] | None = None
        self._words = Text()
        self._words.setMinimumWidth(self.fontMetrics().averageCharWidth() * _WORDS)  # no jumps between two stages
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        self.cancel_button = Button(_("Cancel"), self.cancel, icon_name="x")
        self._look = QTimer(self, interval=LOOK_EACH_MS)
        self._look.timeout.connect(self._show)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(self._words)
        line.addWidget(self.bar, 1)
        line.addWidget(self.cancel_button)
        set_shown(self, False)

    @property
    def cancelled(self) -> bool:
        """Tell whether somebody has asked to stop."""
        return self._stop.is_set()

    def text(self) -> str:
        """Return what is said now."""
        return self._words.text()

    def say_about(self, what: str) -> None:
        """Say what the work is about now, such as one of several media. May be called by the worker."""
        self._about = what

    def start(
        self,
        work: Callable[[Watch], Result],
        *,
        on_done: Callable[[Result], object],
        on_failed: Callable[[LnDeskError], object],
        on_left: Callable[[Result | None], object] | None = None,
    ) -> None:
        """Do the work on a thread; one at a time.

        Args:
            work: given a watch to tell and to ask; runs on the thread, touches no widget.
            on_done: given what came of it, here.
            on_failed: given why nothing came of it, here; also when it was stopped.
            on_left: called instead when this widget is gone by then, with what came of it, if anything.
        """
        self.running = True
        stop = self._stop = Event()
        self._about, self._told, self.stages = "", None, []
        self._show()
        self.cancel_button.setEnabled(True)
        set_shown(self, True)
        self._look.start()

        def end(result: Result) -> None:
            if self._end():
                on_done(result)
            elif on_left is not None:
                on_left(result)

        def fail(problem: Exception) -> None:
            here = self._end()
            if not isinstance(problem, LnDeskError):
                raise problem
            if here:
                on_failed(problem)
            elif on_left is not None:
                on_left(None)

        watch = Watch(progress=self._tell, stopped=stop.is_set)
        run_in_background(lambda: work(watch), on_done=end, on_error=fail)

    def cancel(self) -> None:
        """Ask the work to stop; it does at its next step, and leaves nothing half made."""
        if self.running:
            self._stop.set()
            self.cancel_button.setEnabled(False)
            self._show()

    def _tell(self, stage: Stage, done: int, of: int) -> None:  # on the worker: leaves word, and nothing else
        if not self.stages or self.stages[-1] != stage:
            self.stages.append(stage)
        self._told = (stage, done, of)

    def _show(self) -> None:
        if self.cancelled:
            self._words.setText(_("Stopping"))
            self.bar.setRange(0, 0)
            return
        stage, done, of = self._told or ("", 0, 0)
        word = _(STAGES[stage]) if stage else _("Beginning")
        self._words.setText(_("{target}: {stage}", target=self._about, stage=word) if self._about else word)
        if of:
            self.bar.setRange(0, _PARTS)
            self.bar.setValue(min(_PARTS, done * _PARTS // of))
        else:
            self.bar.setRange(0, 0)

    def _end(self) -> bool:
        self.running = False
        if not isValid(self):
            return False
        self._look.stop()
        set_shown(self, False)
        self.ended.emit()
        return True
