"""The bar across the top: what trial, for whom to look, what time it is, who is at the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from lndesk.domain.account import Person
from lndesk.i18n import _, clock, weekday_and_day
from ui.table_model import Status
from ui.theme import tabular
from ui.widgets.buttons import Button
from ui.widgets.find_patient import FindPatient
from ui.widgets.labels import Muted, Strong, Text
from ui.widgets.status_pill import StatusPill

HEIGHT: Final = 44


class TopBar(QFrame):
    """One line that is the same on every page."""

    def __init__(
        self,
        find: FindPatient,
        *,
        trial_id: str,
        who: Person,
        training: bool,
        on_lock: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("TopBar")
        self.setMinimumHeight(HEIGHT)
        self.finder = find
        self.when = Muted()
        self.when.setFont(tabular(self.when.font()))
        self.lock = Button(_("Lock"), on_lock, icon_name="lock")
        self.lock.setToolTip(_("Lock the screen    Ctrl+L"))
        self.mode = Text(_("TRAINING"), "training") if training else StatusPill(_("LIVE"), Status("ok", "shield-check"))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 12, 4)
        row.setSpacing(12)
        row.addWidget(Strong("lndesk"))
        trial = Muted(trial_id)
        for label in (self.when, trial):
            label.setWordWrap(False)
        row.addWidget(trial)
        row.addWidget(self.mode)
        row.addStretch(1)
        row.addWidget(find, 6)
        row.addStretch(1)
        row.addWidget(self.when)
        row.addWidget(Strong(who.name))
        role = Muted(who.role.label)
        role.setWordWrap(False)
        row.addWidget(role)
        row.addWidget(self.lock)

    def show_time(self, now: dt.datetime) -> None:
        """Show the day and the time of day."""
        self.when.setText(f"{weekday_and_day(now.date())}  {clock(now)}")
