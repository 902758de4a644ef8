"""Take back a decision that was recorded by mistake: why, and it waits again."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.i18n import _
from lndesk.services.command import Command
from lndesk.study import Study
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Text


class TakeBackDialog(FormDialog):
    """Says what stands on record and what follows, and asks why it was a mistake."""

    def __init__(
        self,
        study: Study,
        build: Callable[[str], Command],
        *,
        what: str,
        whose: str,
        follows: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Ask for the reason.

        Args:
            study: the open site.
            build: makes the command of a reason.
            what: stands on record.
            whose: whose record it is.
            follows: what follows, where it is not that something waits again.
            parent: the window.
        """
        super().__init__(
            _("Take back"), _("Take back"), leave=_("Leave it on record"), explanation=whose, parent=parent
        )
        self._study, self._build = study, build
        self.form.add_row(_("On record"), Text(what, "strong", wrap=True))
        follows = follows or _("It waits again, and the days that are counted from it move along.")
        self.form.add_row(_("Afterwards"), Text(follows, wrap=True))
        self.reason = self.form.add("reason", _("Reason"), QLineEdit(), hint=_("Why it was recorded by mistake."))

    def submit(self) -> None:
        """Take it back."""
        self._study.run(self._build(self.reason.text()))
