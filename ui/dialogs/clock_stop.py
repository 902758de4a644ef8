"""The hard stop when the clock of the computer lies before the last act."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from lndesk.domain.errors import StoreProblem
from lndesk.i18n import _, moment
from lndesk.services.accounts import ExplainClock
from lndesk.study import Study
from ui.widgets.buttons import Button, PrimaryButton, button_row
from ui.widgets.dialog import FormDialog
from ui.widgets.form import Form
from ui.widgets.labels import Text, Title
from ui.widgets.message import InlineMessage


class ClockGuard(QObject):
    """Lets nobody go on in a window while the clock lies before the last act."""

    def __init__(
        self, study: Study, window: QWidget, *, go_on: Callable[[], object], lock: Callable[[], object]
    ) -> None:
        super().__init__(window)
        self._study, self._window = study, window
        self._go_on, self._lock = go_on, lock
        self._login = ""
        self.stop: QDialog | None = None

    def look(self) -> bool:
        """Tell whether work stops here, and stop it."""
        try:
            stops = self._study.clock_stops()
        except StoreProblem:
            return self.stop is not None  # whoever writes next is told
        if self.stop is not None:
            if not stops:
                self.stop.done(QDialog.DialogCode.Accepted)
            return True
        if stops:
            self._login = self._study.who.login
            kind = ExplainClockDialog if self._study.permits(ExplainClock) else ClockStopDialog
            self.stop = kind(self._study, self._window)
            self.stop.finished.connect(self._on_finished)
            self.stop.open()
        return stops

    def _on_finished(self, result: int) -> None:
        if self.stop is not None:
            self.stop.deleteLater()
            self.stop = None
        if self._study.who.login != self._login:
            return  # somebody else has signed in, and is stopped in their turn
        if result:
            self._go_on()
        else:
            self._lock()


class ExplainClockDialog(FormDialog):
    """Takes the administrator's reason; work then goes on from the time that the clock shows."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Explain the clock"),
            _("Go on from this time"),
            leave=_("Lock the screen"),
            explanation=_(
                "Is the clock wrong? Set it in the system, then lock and sign in again: nothing is recorded."
            ),
            parent=parent,
        )
        self._study = study
        for words, value in clock_facts(study):
            self.form.add_row(words, Text(value))
        hint = _("It stands in the audit trail with both times. Later acts carry the time of this clock.")
        self.reason = self.form.add("reason", _("Reason"), QLineEdit(), hint=hint)

    def submit(self) -> None:
        """Put the reason on record."""
        self._study.run(ExplainClock(reason=self.reason.text()))


class ClockStopDialog(QDialog):
    """Tells everybody else why nothing can be recorded, and who can change that."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._study = study
        self.setWindowTitle(_("The clock lies behind"))
        self.setMinimumWidth(560)
        self.message = InlineMessage(
            "stop",
            _("Nothing can be recorded: the clock of this computer lies before the last entry."),
            todo=_("Set the clock right and look again, or lock and let an administrator sign in and explain it."),
        )
        self.again = PrimaryButton(_("Look again"), self._look)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addWidget(Title(self.windowTitle()))
        column.addWidget(self.message)
        form = Form()
        for words, value in clock_facts(study):
            form.add_row(words, Text(value))
        column.addWidget(form, 1)
        column.addLayout(button_row(Button(_("Lock the screen"), self.reject, icon_name="lock"), self.again))

    def _look(self) -> None:
        if self._study.clock_stops():
            self.message.count_down(_("The clock still lies before the last entry."))
        else:
            self.accept()


def clock_facts(study: Study) -> list[tuple[str, str]]:
    """Return what this clock shows and when the last act was, each with its name."""
    now, behind = study.now(), study.clock_behind()
    facts = [(_("This clock shows"), moment(now))]
    return facts if behind is None else [*facts, (_("The last entry was at"), moment(now + behind))]
