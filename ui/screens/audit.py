"""Audit trail: who did what, when and why, newest first."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final, Literal

from PySide6.QtWidgets import QFileDialog, QHBoxLayout

from lndesk.domain.errors import LnDeskError
from lndesk.i18n import _, number
from lndesk.queries.acts import ActRow
from lndesk.services.audit import ExportAudit
from lndesk.services.command import Changes
from lndesk.study import Study
from ui.dialogs.export_audit import ExportAuditDialog
from ui.navigation import Go
from ui.tasks import run_in_background
from ui.widgets.act_filter_row import ActFilterRow
from ui.widgets.act_tables import ActTables
from ui.widgets.buttons import Button
from ui.widgets.labels import Text
from ui.widgets.screen import Screen
from ui.widgets.state import set_shown
from ui.widgets.verification_card import VerificationCard

PAGE: Final = 200
NEAR_THE_END: Final = 20
"""How many rows above the last one the next page is read."""


class AuditScreen(Screen):
    """Read only. Pages by the number of the act, so that new acts shift nothing."""

    refresh_on: ClassVar[Changes] = ~Changes.NOTHING

    def __init__(self, study: Study, go: Go) -> None:
        super().__init__(study, go, _("Audit trail"))
        self._acts: list[ActRow] = []
        self._total = 0
        self.filters = self.add(ActFilterRow(study))
        self.count = Text()
        self.older = Button(_("Show older acts"), self.show_older, icon_name="chevron-down")
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.count)
        line.addWidget(self.older)
        line.addWidget(self.filters.chip_row, 1)
        line.addStretch()
        self.content.addLayout(line)
        self.tables = self.add(ActTables(study, subjects=True), 1)
        self.verification = self.add(VerificationCard(study, button=False))
        self.set_primary(_("Verify now"), self.verification.verify, icon_name="shield-check")
        self.export = self.add_to_header(Button(_("Export for a monitor"), self.ask_for_export, icon_name="download"))
        set_shown(self.export, study.permits(ExportAudit))
        self.filters.changed.connect(self._look_anew)
        self.filters.refused.connect(lambda why: self.say("warn", why))
        self.tables.acts.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    def refresh(self) -> None:
        """Read anew as many acts as were in sight."""
        self._acts = self.study.acts(self.filters.wanted, limit=max(PAGE, len(self._acts)))
        self._total = self.study.act_count(self.filters.wanted)
        self.tables.show_acts(self._acts, self.study.act_subjects(self._acts))
        self._count()
        self.verification.show_head()
        self.patient_shown.emit(None)

    def show_older(self) -> None:
        """Read the next page of older acts and put it below."""
        if not self._acts or len(self._acts) >= self._total:
            return
        page = self.study.acts(self.filters.wanted, before_id=self._acts[-1].id, limit=PAGE)
        self._acts += page
        self.tables.add_acts(page, self.study.act_subjects(page))
        self._count()

    def ask_for_export(self) -> None:
        """Ask in which form, then where to."""
        acts = _("It holds the {n} acts that match now, and is itself put on record.", n=number(self._total))
        self.dialog = ExportAuditDialog(acts, self)
        self.dialog.accepted.connect(self._choose_file)
        self.dialog.open()

    def export_to(self, file: Path, form: Literal["csv", "pdf"], *, names: bool) -> None:
        """Compose on a thread, then write and put on record."""
        self.export.setEnabled(False)
        self.say("info", _("Exporting. You can go on working."))
        work = partial(self.study.compose_audit, form, self.filters.wanted, names=names)
        run_in_background(work, on_done=partial(self._keep, file), on_error=self._fail)

    def _choose_file(self) -> None:
        form = self.dialog.chosen
        proposed = f"audit-{self.study.today().isoformat()}.{form}"
        kind = _("PDF (*.pdf)") if form == "pdf" else _("Table (*.csv)")
        chosen, _filter = QFileDialog.getSaveFileName(self, _("Export for a monitor"), proposed, kind)
        if chosen:
            self.export_to(Path(chosen), form, names=self.dialog.names.isChecked())

    def _keep(self, file: Path, export: Any) -> None:
        self.export.setEnabled(True)
        try:
            self.study.keep_audit_export(export, file)
        except LnDeskError as refusal:
            self.say_refused(refusal)
            return
        self.message.clear()
        self.said.emit(_("Exported and on record: {file}", file=file.name))

    def _fail(self, problem: Exception) -> None:
        self.export.setEnabled(True)
        if not isinstance(problem, LnDeskError):
            raise problem
        self.say_refused(problem)

    def _look_anew(self) -> None:
        self.message.clear()
        self._acts = []
        self.refresh()
        self.tables.acts.scrollToTop()

    def _count(self) -> None:
        shown, total = number(len(self._acts)), number(self._total)
        self.count.setText(
            _("Showing {shown} of {total} acts", shown=shown, total=total)
            if self.filters.wanted.is_empty
            else _("Showing {shown} of {total} acts that match", shown=shown, total=total)
        )
        self.older.setEnabled(len(self._acts) < self._total)

    def _on_scrolled(self, at: int) -> None:
        if at >= self.tables.acts.verticalScrollBar().maximum() - NEAR_THE_END > 0:
            self.show_older()
