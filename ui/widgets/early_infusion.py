"""A day before the minimum gap: why it is not free, and the way to an investigator's permission."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from lndesk.i18n import Sentence, _
from lndesk.services.moves import AuthoriseEarlyInfusion
from lndesk.study import Study
from ui.widgets.buttons import Button
from ui.widgets.message import InlineMessage
from ui.widgets.state import set_shown


class EarlyInfusion(InlineMessage):
    """Says why an investigator has to allow a day; who is one gets the button that does it."""

    wanted = Signal()

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._may = study.permits(AuthoriseEarlyInfusion)
        self.allow = Button(_("Allow it as investigator"), self.wanted.emit, icon_name="file-check")
        row = QHBoxLayout()
        row.addWidget(self.allow)
        row.addStretch(1)
        self.body.addLayout(row)
        set_shown(self.allow, self._may)

    def ask(self, why: Sentence | None) -> None:
        """Say why, or take the message away."""
        if why is None:
            self.clear()
            return
        todo = "" if self._may else _("An investigator signs in and allows it.")
        self.show_message("stop", _("This needs the investigator."), str(why), todo)
