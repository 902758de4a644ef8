"""Backup: copies on other media, each verified, and what can be done with one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final, TypeVar

from PySide6.QtWidgets import QFileDialog, QHBoxLayout

from lndesk import settings
from lndesk.domain.errors import Cancelled, LnDeskError, OtherKey
from lndesk.domain.watch import Watch
from lndesk.i18n import _, moment, number
from lndesk.inside import Desk, Inside, Unpacked, Way, unpack_to_look
from lndesk.reads import BackupRow, TargetRow
from lndesk.services.backups import RecordBackup
from lndesk.services.command import Changes
from lndesk.services.days import RestoreBackup
from lndesk.study import Study
from ui.dialogs.backup_target import AddTargetDialog, EndTargetDialog, ThinDialog
from ui.dialogs.close_day import CloseDayDialog, DayClosedDialog
from ui.dialogs.look_inside import LookInsideDialog
from ui.dialogs.rehearse import RehearseDialog
from ui.dialogs.restore_backup import Chosen, RestoreDialog
from ui.dialogs.way_in import WayInDialog, drop
from ui.navigation import Go, Place
from ui.table_model import Column, Status
from ui.widgets.back_up_all import Came, back_up_each, note_each, told
from ui.widgets.backup_words import size_words
from ui.widgets.buttons import Button, DangerButton
from ui.widgets.message import MessageKind
from ui.widgets.path_field import BACKUPS
from ui.widgets.save_pdf import ask_for_pdf, write_pdf
from ui.widgets.screen import Screen
from ui.widgets.table import Table
from ui.widgets.target_card import TargetCard
from ui.widgets.verification_card import VerificationCard, short_head
from ui.widgets.work_bar import WorkBar

Result = TypeVar("Result")
CLOSE_DAY: Final = "close_day"


class BackupScreen(Screen):
    """Shows whether today is backed up; backs up, looks into backups, rehearses and restores."""

    refresh_on: ClassVar[Changes] = Changes.BACKUPS | Changes.SITE

    def __init__(self, study: Study, go: Go) -> None:
        super().__init__(study, go, _("Backup"))
        self._warned = False
        self._said_on = study.today()
        self._names: dict[int | None, str] = {}
        if study.permits(RecordBackup):
            self.add_to_header(Button(_("Verify this file"), self.verify, icon_name="shield-check"))
            self.add_to_header(Button(_("Close the day"), self.close_day, icon_name="moon"))
            self.set_primary(_("Back up now"), self.back_up, icon_name="database-backup")
        self.media = self.add(TargetCard(study))
        self.media.adding.connect(self._add_target)
        self.media.ending.connect(self._end_target)
        self.media.thinning.connect(self._thin)
        self.run = self.add(WorkBar())
        self.run.ended.connect(self._enable)
        self.table: Table[BackupRow] = self.add(
            Table(self._columns(), name=_("Backups"), empty=_("No backup yet."), key=_id_of), 1
        )
        self.table.row_selected.connect(lambda _row: self._enable())
        self.table.row_chosen.connect(lambda _row: self.look_inside())
        self.look_button = Button(_("Look inside"), self.look_inside, icon_name="eye")
        self.rehearse_button = Button(_("Rehearse"), self.rehearse, icon_name="clipboard-check")
        self.check_button = Button(_("Verify again"), self.check, icon_name="shield-check")
        self.receipt_button = Button(_("Receipt"), self._ask_receipt, icon_name="file-text")
        self.other_button = Button(_("Other file"), self._ask_file, icon_name="folder-open")
        self.restore_button = DangerButton(_("Restore"), self.restore, icon_name="undo-2")
        self._lay_out_acts(may_restore=study.permits(RestoreBackup))
        self.verification = self.add(VerificationCard(study, button=False))
        self.verification.hide()  # until it is asked for: the backups need the room

    def show_place(self, place: Place) -> None:
        """Put on record what was made beside this window, and begin what was come for."""
        self._note_pending()
        super().show_place(place)
        if place.action == CLOSE_DAY:
            self.close_day()

    def refresh(self) -> None:
        """Read the backups anew, and say whether there is one of today."""
        rows = self.study.backups()
        self._names = {target.id: target.name for target in self.study.targets()}
        self.table.set_rows(rows)
        self.media.refresh()
        self.verification.show_head()
        self._enable()
        self.patient_shown.emit(None)
        last = _("Last backup {when}, verified", when=rows[0].verified_at) if rows else ""
        self.set_title(_("Backup"), last)
        if rows and rows[0].verified_at.date() == self.study.today():
            if self._warned:
                self.message.clear()
            self._warned = False
        elif not self.run.running and (self._warned or self.message.isHidden() or self._said_on != self.study.today()):
            self._warned = True
            why = _("The last one is of {when}.", when=rows[0].verified_at) if rows else _("There is none at all.")
            self.say("warn", _("No backup today."), why, _("Back up before you leave."))

    def say(self, kind: MessageKind, what: str, why: str = "", todo: str = "") -> None:
        """Show a message at the top of the page; it is of this day."""
        self._said_on = self.study.today()
        super().say(kind, what, why, todo)

    def back_up(self) -> None:
        """Back up to every medium that is there, one after the other; without a medium, ask for one."""
        if self.run.running:
            return
        targets = self.study.targets()
        if not targets:
            self.add_target(then=self.back_up)
            return
        self.message.clear()
        study = self.study
        self._begin(
            back_up_each(study, targets, self.run),
            on_done=self._say_made,
            on_left=lambda came: note_each(study, came or ()),
        )

    def add_target(self, then: Callable[[], object] | None = None) -> None:
        """Ask for a medium, and go on with what needs it."""
        dialog = AddTargetDialog(self.study, folder=settings.load().backup_folder, parent=self)
        dialog.accepted.connect(lambda: self.said.emit(_("{name} is a backup medium now.", name=dialog.name.text())))
        if then is not None:
            dialog.accepted.connect(then)
        dialog.open()

    def close_day(self) -> None:
        """Close the day, and offer the page about it."""
        dialog = CloseDayDialog(self.study, self)
        dialog.media_wanted.connect(partial(self.add_target, then=dialog.back_up))
        dialog.accepted.connect(lambda: self._on_closed(dialog))
        dialog.open()

    def verify(self) -> None:
        """Replay the file that is open."""
        self.verification.show()
        self.verification.verify()

    def check(self) -> None:
        """Read the chosen backup again from its medium."""
        row = self.table.current_row()
        if row is not None:
            file = self.file_of(row)
            self._begin(lambda watch: self.study.verify_backup(file, watch=watch), on_done=partial(self._checked, row))

    def look_inside(self) -> None:
        """Show what the chosen backup holds."""
        row = self.table.current_row()
        if row is not None:
            self.look_into(self.file_of(row))

    def rehearse(self) -> None:
        """Try whether the chosen backup would give everything back."""
        row = self.table.current_row()
        if row is not None:
            dialog = RehearseDialog(self.study, self.file_of(row), self)
            dialog.accepted.connect(lambda: self._say_rehearsed(dialog))
            dialog.open()

    def restore(self) -> None:
        """Look into the chosen backup, then ask whether it is to take the place of what is on record."""
        row = self.table.current_row()
        if row is not None:
            self.look_into(self.file_of(row), restoring=True)

    def look_into(self, file: Path, *, restoring: bool = False) -> None:
        """Unpack a backup on a thread; then show it, or ask about restoring it."""
        study = self.study
        self._begin(
            lambda watch: unpack_to_look(file, desk=Desk(live=study, clock=study.clock, watch=watch)),
            on_done=partial(self._open, restoring=restoring),
            on_failed=partial(self._ask_way, file, restoring=restoring),
            on_left=drop,
        )

    def file_of(self, row: BackupRow) -> Path:
        """Return where a backup lies now: its medium may have another letter or folder than when it was made."""
        file = Path(row.file)
        folder = self.media.folder_of(row.target_id)
        moved = folder / file.name if folder is not None else file
        return moved if moved.is_file() else file

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

    def _add_target(self) -> None:
        self.add_target()

    def _lay_out_acts(self, *, may_restore: bool) -> None:
        acts = QHBoxLayout()
        acts.setSpacing(8)
        shown = [self.look_button, self.rehearse_button, self.check_button, self.receipt_button, self.other_button]
        for button in shown:
            acts.addWidget(button)
        acts.addStretch(1)
        acts.addWidget(self.restore_button)
        self.content.addLayout(acts)
        self.restore_button.setVisible(may_restore)

    def _begin(
        self,
        work: Callable[[Watch], Result],
        *,
        on_done: Callable[[Result], object],
        on_failed: Callable[[LnDeskError], object] | None = None,
        on_left: Callable[[Result | None], object] | None = None,
    ) -> None:
        if self.run.running:
            return
        self._warned = False
        self.message.clear()
        self.run.start(work, on_done=on_done, on_failed=on_failed or self._say_failed, on_left=on_left)
        self._enable()

    def _say_failed(self, problem: LnDeskError) -> None:
        self.say("info" if isinstance(problem, Cancelled) else "stop", str(problem))
        self.refresh()

    def _say_made(self, came: list[Came]) -> None:
        kind, what, why = told(note_each(self.study, came))
        self.refresh()
        self._warned = False
        self.say(kind, what, why)
        if kind == "done":
            self.said.emit(what)

    def _checked(self, row: BackupRow, found: Any) -> None:
        if found.ok and found.head == row.head:
            name = Path(row.file).name
            self.say("done", _("{file} is whole: its {n} acts were replayed.", file=name, n=found.acts))
        else:
            self.say("stop", _("{file} is not what was backed up. Use another one.", file=row.file))

    def _say_rehearsed(self, dialog: RehearseDialog) -> None:
        done = dialog.rehearsal
        if done is None:
            return
        self._warned = False
        name = done.file.name
        if done.whole:
            what = _("{file} gives everything back.", file=name)
            facts = _("{acts} acts and {patients} patients were restored into memory and replayed.",
                      acts=number(done.acts), patients=number(done.patients))  # fmt: skip
            self.say("done", what, facts)
        else:
            what = _("{file} does not give everything back.", file=name)
            self.say("stop", what, done.problem, _("Make a new backup now, and keep the older ones."))

    def _open(self, unpacked: Unpacked, *, restoring: bool) -> None:
        try:
            inside = unpacked.open()
        except LnDeskError as problem:
            self.say_refused(problem)
        else:
            self._show(inside, restoring=restoring)

    def _ask_way(self, file: Path, problem: LnDeskError, *, restoring: bool) -> None:
        if not isinstance(problem, OtherKey):
            self._say_failed(problem)
            return
        dialog = WayInDialog(self.study, file, str(problem), self)

        def go_on() -> None:
            if dialog.inside is not None:
                self._show(dialog.inside, restoring=restoring, way=dialog.way)

        dialog.accepted.connect(go_on)
        dialog.open()

    def _show(self, inside: Inside, *, restoring: bool, way: Way | None = None) -> None:
        chosen = Chosen(
            file=inside.file,
            made_at=inside.made_at or self.study.now(),
            patients=len(inside.study.patients()),
            acts=inside.study.act_count(),
            comparison=inside.compared_with(self.study),
            by_code=way is not None and bool(way.code),
        )
        if restoring:
            inside.close()
            self._ask_restore(chosen)
            return
        dialog = LookInsideDialog(self.study, inside, self)
        dialog.restore_wanted.connect(lambda: self._ask_restore(chosen))
        dialog.open()

    def _ask_restore(self, chosen: Chosen) -> None:
        if chosen.comparison.relation == "other_site":
            self.say("stop", str(chosen.comparison.sentence), todo=_("Restore it from the welcome page, elsewhere."))
            return
        dialog = RestoreDialog(self.study, chosen, self)
        dialog.accepted.connect(lambda: self.site_left.emit(dialog.left))
        dialog.open()

    def _on_closed(self, dialog: CloseDayDialog) -> None:
        self.said.emit(_("The day is closed."))
        if dialog.closed is not None:
            DayClosedDialog(self.study, dialog.closed, self).open()

    def _end_target(self, target: TargetRow) -> None:
        dialog = EndTargetDialog(self.study, target, self)
        dialog.accepted.connect(lambda: self.said.emit(_("{name} is used no more.", name=target.name)))
        dialog.open()

    def _thin(self, target: TargetRow) -> None:
        dialog = ThinDialog(self.study, target, self)
        dialog.accepted.connect(lambda: self.said.emit(_("Old backups were removed from {name}.", name=target.name)))
        dialog.open()

    def _note_pending(self) -> None:
        with contextlib.suppress(LnDeskError):  # a clock that lies behind: they wait until it is explained
            self.study.note_pending()

    def _ask_receipt(self) -> None:
        row = self.table.current_row()
        if row is not None and (file := ask_for_pdf(self, f"{Path(row.file).stem}.pdf")) is not None:
            self.save_receipt(file)

    def _ask_file(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileName(self, _("Look inside another file"), "", BACKUPS)
        if chosen:
            self.look_into(Path(chosen))

    def _enable(self) -> None:
        row, free = self.table.current_row(), not self.run.running
        there = row is not None and row.removed_at is None
        for button in (self.look_button, self.rehearse_button, self.check_button, self.restore_button):
            button.setEnabled(there and free)
        self.receipt_button.setEnabled(row is not None)
        self.other_button.setEnabled(free)
        if self.primary is not None:
            self.primary.setEnabled(free)

    def _columns(self) -> tuple[Column[BackupRow], ...]:
        return (
            Column[BackupRow](_("Made"), lambda row: moment(row.verified_at)),
            Column[BackupRow](_("State"), _state_words, status=_state_status),
            Column[BackupRow](_("Medium"), lambda row: self._names.get(row.target_id, "")),
            Column[BackupRow](_("Size"), lambda row: size_words(row.size_bytes), align="right"),
            Column[BackupRow](_("Patients"), lambda row: number(row.patients), align="right"),
            Column[BackupRow](_("Acts"), lambda row: number(row.acts), align="right"),
            Column[BackupRow](_("By"), lambda row: row.made_by),
            Column[BackupRow](_("Chain"), lambda row: short_head(row.head)),
            Column[BackupRow](_("File"), lambda row: Path(row.file).name, tooltip=lambda row: row.file),
        )


def _state_words(row: BackupRow) -> str:
    return _("Verified") if row.removed_at is None else _("Removed")


def _state_status(row: BackupRow) -> Status:
    return Status("ok", "circle-check") if row.removed_at is None else Status("neutral", "minus")


def _id_of(row: BackupRow) -> int | None:
    return row.id
