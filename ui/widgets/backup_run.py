"""One backup under way: copied and verified on a thread, put on record on this one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from lndesk.domain.errors import LnDeskError
from lndesk.domain.watch import Stage, Watch
from lndesk.study import Study
from ui.tasks import run_in_background


class BackupRun(QObject):
    """Tells its stages: copying, verifying, verified or failed, and in the end what came of it."""

    stage = Signal(str)
    done = Signal()
    failed = Signal(str)

    def __init__(self, study: Study, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._study = study
        self.running = False

    def start(self, folder: Path) -> None:
        """Copy into a folder and verify the copy."""
        self.running = True
        self.stage.emit("copying")
        # A signal emitted on the thread reaches its receivers on theirs.
        work = partial(self._study.back_up, folder, watch=Watch(progress=_Stages(self.stage.emit)))
        run_in_background(work, on_done=self._note, on_error=self._fail)

    def _note(self, made: Any) -> None:
        try:
            self._study.note_backup(made)
        except LnDeskError as problem:
            self._fail(problem)
            return
        self.running = False
        self.stage.emit("verified")
        self.done.emit()

    def _fail(self, problem: Exception) -> None:
        self.running = False
        self.stage.emit("failed")
        if not isinstance(problem, LnDeskError):
            raise problem
        self.failed.emit(str(problem))


class _Stages:
    """Tells the two stages that a person sees, each once."""

    def __init__(self, tell: Callable[[str], object]) -> None:
        self._tell = tell
        self._last = ""

    def __call__(self, stage: Stage, _done: int, _of: int) -> None:
        seen = "copying" if stage in ("copying", "writing") else "verifying"
        if seen != self._last:
            self._last = seen
            self._tell(seen)
