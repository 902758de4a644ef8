"""A dialog whose act takes its time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QDialog, QWidget

from lndesk.domain.errors import Cancelled, LnDeskError, RuleViolation
from lndesk.domain.watch import Watch
from lndesk.i18n import _
from ui.widgets.dialog import FormDialog
from ui.widgets.work_bar import WorkBar

Result = TypeVar("Result")


class WorkDialog(FormDialog):
    """Subclasses check in `submit`, and there begin with `work`; the dialog stays until `finish`."""

    def __init__(
        self, title: str, act: str, *, leave: str = "", explanation: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(title, act, leave=leave, explanation=explanation, parent=parent)
        self.bar = WorkBar()
        self.bar.ended.connect(lambda: self._let_type(free=True))
        self.outer.insertWidget(self.outer.count() - 1, self.bar)

    def work(
        self,
        work: Callable[[Watch], Result],
        *,
        on_done: Callable[[Result], object],
        on_left: Callable[[Result | None], object] | None = None,
    ) -> None:
        """Begin; a refusal is shown at its field, as in `submit`."""
        self._let_type(free=False)

        def done(result: Result) -> None:
            if not self.bar.cancelled:
                on_done(result)
                return
            if on_left is not None:  # it was done before it could be stopped
                on_left(result)
            self.message.show_message("info", _("Stopped."), todo=self.unharmed())

        def failed(problem: LnDeskError) -> None:
            if on_left is not None:
                on_left(None)
            self.show_refused(problem)

        self.bar.start(work, on_done=done, on_failed=failed, on_left=on_left)

    def show_refused(self, problem: LnDeskError) -> None:
        """Say why nothing came of it; what was typed stays."""
        if isinstance(problem, RuleViolation) and self.form.show_violation(problem):
            pass
        elif isinstance(problem, Cancelled):
            self.message.show_message("info", str(problem))
        else:
            self.message.show_message("stop", str(problem), todo=self.unharmed())
        self._make_room()

    def unharmed(self) -> str:
        """Say that a failure has changed nothing."""
        return _("Nothing was saved. What you typed is still here.")

    def finish(self) -> None:
        """Close, the work being done."""
        QDialog.accept(self)

    def accept(self) -> None:
        """Check and begin; the work closes the dialog when it is done."""
        if not self.bar.running:
            self.tried()

    def reject(self) -> None:
        """Stop the work, or leave when none is under way."""
        if self.bar.running:
            self.bar.cancel()
        else:
            super().reject()

    def done(self, code: int) -> None:
        """Stop the work when the dialog is put away past the person, as the lock of the desk does."""
        self.bar.cancel()
        super().done(code)

    def _let_type(self, *, free: bool) -> None:
        self.form.setEnabled(free)
        self.act.setEnabled(free)
        self.leave.setEnabled(free)
        if not free:
            self._make_room()
