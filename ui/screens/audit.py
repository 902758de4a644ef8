"""Audit trail: who did what, when and why, newest first."""

from __future__ import annotations

from typing import ClassVar, Final

from PySide6.QtWidgets import QHBoxLayout

from lndesk.i18n import _, number
from lndesk.queries.acts import ActRow
from lndesk.services.command import Changes
from lndesk.study import Study
from ui.navigation import Go
from ui.widgets.act_tables import ActTables
from ui.widgets.buttons import Button
from ui.widgets.labels import Text
from ui.widgets.screen import Screen
from ui.widgets.verification_card import VerificationCard

PAGE: Final = 200


class AuditScreen(Screen):
    """Read only. Pages by the number of the act, so that new acts shift nothing."""

    refresh_on: ClassVar[Changes] = ~Changes.NOTHING

    def __init__(self, study: Study, go: Go) -> None:
        super().__init__(study, go, _("Audit trail"))
        self._acts: list[ActRow] = []
        self.tables = self.add(ActTables(study, subjects=True), 1)
        self.count = Text()
        self.older = Button(_("Show older acts"), self.show_older, icon_name="chevron-down")
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.count)
        line.addWidget(self.older)
        line.addStretch(1)
        self.content.insertLayout(0, line)
        self.verification = self.add(VerificationCard(study, button=False))
        self.set_primary(_("Verify now"), self.verification.verify, icon_name="shield-check")

    def refresh(self) -> None:
        """Read the newest page anew."""
        self._acts = self.study.acts(limit=PAGE)
        self._show()
        self.verification.show_head()
        self.patient_shown.emit(None)

    def show_older(self) -> None:
        """Read the next page of older acts and put it below."""
        if self._acts:
            self._acts += self.study.acts(before_id=self._acts[-1].id, limit=PAGE)
            self._show()

    def _show(self) -> None:
        self.tables.show_acts(self._acts, self.study.act_subjects(self._acts))
        total = self._acts[0].id if self._acts else 0
        self.count.setText(_("Showing {shown} of {total} acts", shown=number(len(self._acts)), total=number(total)))
        self.older.setEnabled(len(self._acts) < total)
