"""Backup: copy the file to another medium, verify the copy, and keep the receipt."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit

from lndesk import settings
from lndesk.domain.errors import LnDeskError
from lndesk.i18n import N_, _, amount, moment, number
from lndesk.reads import BackupRow
from lndesk.services.backups import RecordBackup
from lndesk.services.command import Changes
from lndesk.study import Study
from ui.navigation import Go
from ui.table_model import Column, Status
from ui.tasks import run_in_background
from ui.widgets.backup_run import BackupRun
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.labels import Muted
from ui.widgets.save_pdf import ask_for_pdf, write_pdf
from ui.widgets.screen import Screen
from ui.widgets.state import set_shown
from ui.widgets.status_pill import StatusPill
from ui.widgets.table import Table
from ui.widgets.verification_card import VerificationCard, short_head

STAGES: Final = {
    "copying": (N_("Copying"), Status("info", "copy")),
    "verifying": (N_("Verifying"), Status("info", "hourglass")),
    "verified": (N_("Verified"), Status("ok", "circle-check")),
    "failed": (N_("Failed"), Status("stop", "octagon-x")),
}
KIB: Final = 1024


class BackupScreen(Screen):
    """Shows whether today is backed up; makes backups, and verifies them and the file itself."""

    refresh_on: ClassVar[Changes] = Changes.BACKUPS

    def __init__(self, study: Study, go: Go) -> None:
        super().__init__(study, go, _("Backup"))
        self.run = BackupRun(study, self)
        self.run.stage.connect(self._show_stage)
        self.run.done.connect(self._say_done)
        self.run.failed.connect(self._say_failed)
        if study.permits(RecordBackup):
            self.set_primary(_("Back up now"), self.back_up, icon_name="database-backup")
        self.folder = QLineEdit()
        self.folder.setAccessibleName(_("Folder for backups"))
        self.folder.setPlaceholderText(_("No folder chosen yet"))
        self.room = Muted()
        self.pill = StatusPill("", Status("neutral"))
        self._build_folder_card()
        self.table: Table[BackupRow] = self.add(
            Table(_columns(), name=_("Backups"), empty=_("No backup yet. Choose a folder and back up."), key=_id_of), 1
        )
        self.receipt_button = Button(_("Save receipt as PDF"), self._ask_receipt, icon_name="file-text")
        self.check_button = Button(_("Verify this backup again"), self.check, icon_name="shield-check")
        acts = QHBoxLayout()
        acts.setSpacing(8)
        acts.addWidget(self.receipt_button)
        acts.addWidget(self.check_button)
        acts.addStretch(1)
        self.content.addLayout(acts)
        self.verification = self.add(VerificationCard(study))
        self.table.row_selected.connect(lambda _row: self._enable_acts())
        self.folder.setText(settings.load().backup_folder)
        self.folder.editingFinished.connect(self._remember)

    def refresh(self) -> None:
        """Read the backups anew, and say whether there is one of today."""
        rows = self.study.backups()
        self.table.set_rows(rows)
        self.verification.show_head()
        self._show_room()
        self._enable_acts()
        self.patient_shown.emit(None)
        if rows and rows[0].verified_at.date() == self.study.today():
            self.set_title(_("Backup"), _("Last backup {when}, verified", when=rows[0].verified_at))
            if self.message.kind == "warn":
                self.message.clear()
        elif not self.run.running and self.message.kind != "stop":
            last = _("The last one is of {when}.", when=rows[0].verified_at) if rows else _("There is none at all.")
            self.say("warn", _("No backup today."), last, _("Back up before you leave."))

    def set_folder(self, folder: str) -> None:
        """Take another folder, and remember it."""
        self.folder.setText(folder)
        self._remember()

    def back_up(self) -> None:
        """Copy and verify in the background; what came of it is said on the page."""
        if self.run.running:
            return
        folder = self.folder.text().strip()
        if not folder:
            self.say("stop", _("No folder is chosen."), todo=_("Choose a folder on another disk or on a USB stick."))
            return
        self._remember()
        self.message.clear()
        if self.primary is not None:
            self.primary.setEnabled(False)
        self.run.start(Path(folder))

    def check(self) -> None:
        """Read the chosen backup again from its medium."""
        row = self.table.current_row()
        if row is None:
            return
        self.say("info", _("Verifying. You can go on working."))
        work = partial(self.study.verify_backup, Path(row.file))
        run_in_background(work, on_done=partial(self._say_checked, row), on_error=self._say_problem)

    def save_receipt(self, file: Path) -> None:
        """Write the receipt of the chosen backup."""
        row = self.table.current_row()
        if row is None:
            return
        try:
            write_pdf(file, self.study.backup_receipt(row))
        except LnDeskError as problem:
            self.say_refused(problem)
        else:
            self.said.emit(_("Receipt saved: {file}", file=file))

    def _build_folder_card(self) -> None:
        card = self.add(Card(_("Folder")))
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.folder, 1)
        line.addWidget(Button(_("Choose folder"), self._choose, icon_name="folder-open"))
        line.addWidget(self.pill)
        card.content.addLayout(line)
        card.add(self.room)
        set_shown(self.pill, False)

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, _("Folder for backups"), self.folder.text())
        if chosen:
            self.set_folder(chosen)

    def _remember(self) -> None:
        settings.save(settings.load().but(backup_folder=self.folder.text().strip()))
        self._show_room()

    def _show_room(self) -> None:
        folder = self.folder.text().strip()
        if not folder:
            self.room.setText(_("Choose a folder on another disk or on a USB stick, not beside the file itself."))
        elif not Path(folder).is_dir():
            self.room.setText(_("The folder is not there now. Plug the medium in, or choose another."))
        else:
            free = shutil.disk_usage(folder).free
            self.room.setText(_("Present, {free} free", free=size_words(free)))

    def _show_stage(self, stage: str) -> None:
        word, status = STAGES[stage]
        self.pill.show_status(_(word), status)
        set_shown(self.pill, True)

    def _say_done(self) -> None:
        self._end()
        made = self.study.backups()[0]
        self.say(
            "done", _("Backed up and verified."), _("{file}, {size}", file=made.file, size=size_words(made.size_bytes))
        )
        self.said.emit(_("Backed up and verified."))

    def _say_failed(self, why: str) -> None:
        self._end()
        self.say("stop", why)

    def _end(self) -> None:
        if self.primary is not None:
            self.primary.setEnabled(True)
        self.refresh()

    def _say_checked(self, row: BackupRow, found: Any) -> None:
        if found.ok and found.head == row.head:
            name = Path(row.file).name
            self.say("done", _("{file} is whole: its {n} acts were replayed.", file=name, n=found.acts))
        else:
            self.say("stop", _("{file} is not what was backed up. Use another one.", file=row.file))

    def _say_problem(self, problem: Exception) -> None:
        if not isinstance(problem, LnDeskError):
            raise problem
        self.say_refused(problem)

    def _ask_receipt(self) -> None:
        row = self.table.current_row()
        if row is not None and (file := ask_for_pdf(self, f"{Path(row.file).stem}.pdf")) is not None:
            self.save_receipt(file)

    def _enable_acts(self) -> None:
        chosen = self.table.current_row() is not None
        self.receipt_button.setEnabled(chosen)
        self.check_button.setEnabled(chosen)


def size_words(size: int) -> str:
    """Say the size of a file in the unit that suits it."""
    unit = 0
    names = ("B", "KB", "MB", "GB", "TB")
    while size >= KIB * KIB and unit < len(names) - 1:
        size, unit = size // KIB, unit + 1
    if size >= KIB and unit < len(names) - 1:
        size, unit = -(-size // KIB), unit + 1
    return amount(size, names[unit])


def _id_of(row: BackupRow) -> int | None:
    return row.id


def _columns() -> tuple[Column[BackupRow], ...]:
    return (
        Column[BackupRow](_("Made"), lambda row: moment(row.verified_at)),
        Column[BackupRow](_("State"), lambda _row: _("Verified"), status=lambda _row: STAGES["verified"][1]),
        Column[BackupRow](_("Size"), lambda row: size_words(row.size_bytes), align="right"),
        Column[BackupRow](_("Patients"), lambda row: number(row.patients), align="right"),
        Column[BackupRow](_("Acts"), lambda row: number(row.acts), align="right"),
        Column[BackupRow](_("By"), lambda row: row.made_by),
        Column[BackupRow](_("Chain"), lambda row: short_head(row.head)),
        Column[BackupRow](_("File"), lambda row: row.file, tooltip=lambda row: row.file),
    )
