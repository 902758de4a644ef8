"""A screening ends without an arm, or a new one begins: each with its reason."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.i18n import _
from lndesk.services.command import Command
from lndesk.study import Study
from ui.widgets.choice import Choice
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Muted


class ScreeningReasonDialog(FormDialog):
    """Asks for a reason, with the usual ones to choose from, and says what follows."""

    def __init__(
        self,
        study: Study,
        build: Callable[[str], Command],
        *,
        title: str,
        whose: str,
        follows: str,
        usual: tuple[str, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        """Ask for the reason.

        Args:
            study: the open site.
            build: makes the command of a reason.
            title: names the act.
            whose: whose screening it is.
            follows: what comes of it.
            usual: reasons to choose from.
            parent: the window.
        """
        super().__init__(title, title, explanation=whose, parent=parent)
        self._study, self._build = study, build
        self.usual = Choice([(reason, reason) for reason in usual])
        self.reason = QLineEdit()
        if usual:
            self.form.add("usual", _("Usual reasons"), self.usual)
            self.usual.changed.connect(lambda: self.reason.setText(self.usual.value()))
        self.form.add("reason", _("Reason"), self.reason)
        self.add(Muted(follows))

    def submit(self) -> None:
        """Do it."""
        self._study.run(self._build(self.reason.text().strip()))
