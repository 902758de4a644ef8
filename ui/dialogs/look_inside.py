"""What a backup holds, read from a copy that is gone when the dialog is closed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QTabWidget, QVBoxLayout, QWidget

from lndesk.domain.patient import STATUS_WORDS
from lndesk.i18n import _, moment, number
from lndesk.inside import Inside
from lndesk.queries.patients import PatientRow
from lndesk.services.days import RestoreBackup
from lndesk.study import Study
from ui.table_model import Column
from ui.widgets.buttons import Button, DangerButton, button_row
from ui.widgets.form import Form
from ui.widgets.labels import Muted, Text, Title
from ui.widgets.message import InlineMessage
from ui.widgets.missing_acts import MissingActs, hidden_words, weight_of
from ui.widgets.page import ENTER
from ui.widgets.table import Table
from ui.widgets.verification_card import short_head


class LookInsideDialog(QDialog):
    """Shows and changes nothing. It closes what it shows."""

    restore_wanted = Signal()

    def __init__(self, study: Study, inside: Inside, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Inside {file}", file=inside.file.name))
        self.resize(820, 560)
        self._inside: Inside | None = inside
        found = inside.compared_with(study)
        patients = inside.study.patients()
        self.finished.connect(lambda _code: self.put_away())
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addWidget(Title(_("Inside {file}", file=inside.file.name)))
        column.addWidget(Muted(_("Read only. Nothing on record here is touched.")))
        form = Form()
        for label, value in _facts(inside, len(patients)):
            form.add_row(label, Text(value, "strong"))
        column.addWidget(form)
        self.message = InlineMessage(weight_of(found), str(found.sentence))
        column.addWidget(self.message)
        self.missing = MissingActs(study, found)
        self.patients: Table[PatientRow] = Table(_patient_columns(), name=_("Patients"), empty=_("No patients."))
        self.patients.set_rows(patients)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(_("What it holds"))
        count = number(len(patients))
        self.tabs.addTab(self.patients, _("{title} ({n})", title=_("Patients"), n=count))
        acts = _("{title} ({n})", title=_("Acts that would be missing"), n=number(len(found.missing)))
        self.tabs.addTab(self.missing, acts)
        column.addWidget(self.tabs, 1)
        if self.missing.hidden_acts:
            column.addWidget(Muted(hidden_words(self.missing.hidden_acts)))
        self.restore = DangerButton(_("Restore this backup"), self._restore, icon_name="undo-2")
        self.restore.setVisible(False)
        may = study.permits(RestoreBackup) and found.relation != "other_site"
        self.leave = Button(_("Close"), self.reject)
        column.addLayout(button_row(self.leave, danger=self.restore if may else None))
        self.leave.setFocus()
        self.restore.setVisible(may)

    def put_away(self) -> None:
        """Close the copy; nothing of it is left."""
        inside, self._inside = self._inside, None
        if inside is not None:
            inside.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let no Enter press a button."""
        if event.key() in ENTER:
            self.focusNextChild()
        else:
            super().keyPressEvent(event)

    def _restore(self) -> None:
        self.accept()
        self.restore_wanted.emit()


def _facts(inside: Inside, patients: int) -> list[tuple[str, str]]:
    manifest: dict[str, Any] = inside.manifest
    made = inside.made_at
    return [
        (_("Made"), moment(made) if made else "—"),
        (_("Acts"), number(int(manifest.get("acts", 0)))),
        (_("Patients"), number(patients)),
        (_("Written by"), _("lndesk {version}", version=manifest.get("app_version", "?"))),
        (_("Chain"), short_head(str(manifest.get("head", "")))),
    ]


def _patient_columns() -> tuple[Column[PatientRow], ...]:
    return (
        Column[PatientRow](_("Subject ID"), lambda row: row.patient.subject_id),
        Column[PatientRow](_("Status"), lambda row: _(STATUS_WORDS[row.status])),
    )
