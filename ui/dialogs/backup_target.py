"""Where backups go: a new medium, the end of one, and what may go from it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.i18n import _, moment, ngettext
from lndesk.reads import BackupRow, TargetRow
from lndesk.study import Study
from ui.table_model import Column
from ui.widgets.backup_words import size_words
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Text
from ui.widgets.path_field import PathField
from ui.widgets.table import Table


class AddTargetDialog(FormDialog):
    """Takes a name and a folder; the medium is marked, so that it is known whatever letter it gets."""

    def __init__(self, study: Study, *, folder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(
            _("Add a backup medium"),
            _("Add this medium"),
            leave=_("Close without adding"),
            explanation=_(
                "A USB stick, another disk or a network folder. A small file marks it, so that it is known again"
                " whatever letter or folder the system gives it."
            ),
            parent=parent,
        )
        self._study = study
        self.name = self.form.add("name", _("Medium"), QLineEdit(), hint=_("What is written on it, such as LNDESK-A."))
        self.folder = self.form.add("folder", _("Folder"), PathField("folder", folder))

    def submit(self) -> None:
        """Mark it, and put it on record."""
        self._study.add_target(self.name.text(), self.folder.value())


class EndTargetDialog(FormDialog):
    """Asks why a medium is used no more."""

    def __init__(self, study: Study, target: TargetRow, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Use {name} no more", name=target.name),
            _("End the use of {name}", name=target.name),
            leave=_("Keep using it"),
            explanation=_("The backups on it stay where they are and can be restored."),
            parent=parent,
        )
        self._study, self._target = study, target
        self.reason = self.form.add("reason", _("Reason"), QLineEdit())

    def submit(self) -> None:
        """End it."""
        self._study.end_target(self._target.id or 0, reason=self.reason.text())


class ThinDialog(FormDialog):
    """Shows which backups newer ones make superfluous, and removes them."""

    def __init__(self, study: Study, target: TargetRow, parent: QWidget | None = None) -> None:
        found = study.to_thin(target)
        rule = study.keeping()
        super().__init__(
            _("Remove old backups from {name}", name=target.name),
            ngettext("Remove {n} backup", "Remove {n} backups", len(found)),
            leave=_("Keep them all"),
            explanation=_(
                "Kept are all backups of {days} days, one a week of {weekly} days, and one a month for ever. The newest"
                " one always stays.",
                days=rule.all_days,
                weekly=rule.weekly_days,
            ),
            parent=parent,
        )
        self._study, self._target = study, target
        self.table: Table[BackupRow] = Table(
            (
                Column[BackupRow](_("Made"), lambda row: moment(row.verified_at)),
                Column[BackupRow](_("Size"), lambda row: size_words(row.size_bytes), align="right"),
                Column[BackupRow](_("File"), lambda row: Path(row.file).name),
            ),
            name=_("Backups that are removed"),
        )
        self.add(Text(_("These are removed; newer ones hold the same record and more."), wrap=True))
        self.add(self.table)
        self.table.set_rows(found)
        self.table.fit_height(least=2, most=8)

    def submit(self) -> None:
        """Remove them."""
        self._study.thin(self._target)
