"""Deviations from the calendar: the list, and an investigator's signed confirmation of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from lndesk.domain.deviation import CODE_WORDS, STATUS_WORDS
from lndesk.i18n import _, day, moment
from lndesk.queries.deviations import DeviationRow
from lndesk.services.deviations import ConfirmDeviation
from lndesk.study import Study
from ui.table_model import Column, Status
from ui.widgets.buttons import Button, PrimaryButton, button_row
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Muted, Strong, Text, Title
from ui.widgets.signing import SignatureRows
from ui.widgets.state import set_shown
from ui.widgets.table import Table
from ui.widgets.visit_words import full_name, identifiers

_SHAPES = {
    "draft": Status("warn", "clock"),
    "confirmed": Status("ok", "file-check"),
    "withdrawn": Status("neutral", "x"),
}


class DeviationsDialog(QDialog):
    """Lists deviations; what the chosen one says stands below, with the confirmation for an investigator."""

    def __init__(
        self,
        study: Study,
        read: Callable[[], Sequence[DeviationRow]],
        *,
        whose: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Show a list.

        Args:
            study: the open site.
            read: reads the list, again after each confirmation.
            whose: the patient, when the list is of one.
            parent: the window.
        """
        super().__init__(parent)
        self.setWindowTitle(_("Deviations"))
        self.resize(980, 560)
        self._study, self._read = study, read
        self.table: Table[DeviationRow] = Table(
            _columns(), name=_("Deviations"), empty=_("No deviations."), key=lambda row: row.deviation.id
        )
        self.what = Text(wrap=True)
        self.confirm = PrimaryButton(_("Confirm deviation"), self._confirm, icon_name="file-check")
        self._may = study.permits(ConfirmDeviation)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addWidget(Title(self.windowTitle()))
        about = _(
            "Drafted by the program from what is booked and recorded; an investigator confirms each with a signature."
        )
        column.addWidget(Muted(f"{whose}\n{about}" if whose else about))
        column.addWidget(self.table, 1)
        column.addWidget(self.what)
        column.addLayout(button_row(Button(_("Close"), self.reject), self.confirm))
        self.table.row_selected.connect(lambda _row: self._tell())
        self.table.row_chosen.connect(lambda _row: self._confirm())
        self.refresh()

    def refresh(self) -> None:
        """Read the list anew."""
        self.table.set_rows(self._read())
        if self.table.current_row() is None and self.table.rows_model.rowCount():
            self.table.selectRow(0)
        self._tell()

    def _tell(self) -> None:
        row = self.table.current_row()
        self.what.setText("" if row is None else _told(row))
        draft = row is not None and row.deviation.status == "draft"
        set_shown(self.confirm, self._may)
        self.confirm.setEnabled(draft)

    def _confirm(self) -> None:
        row = self.table.current_row()
        if row is None or not self._may or row.deviation.status != "draft":
            return
        dialog = ConfirmDeviationDialog(self._study, row, self)
        dialog.accepted.connect(self.refresh)
        dialog.open()


class ConfirmDeviationDialog(FormDialog):
    """Takes what the deviation means for the patient, and the investigator's signature."""

    def __init__(self, study: Study, row: DeviationRow, parent: QWidget | None = None) -> None:
        super().__init__(_("Confirm deviation"), _("Sign"), leave=_("Leave it as a draft"), parent=parent)
        self._row = row
        deviation = row.deviation
        self.form.add_row(_("Patient"), Strong(f"{full_name(row.patient)}   {identifiers(row.patient)}"))
        for label, said in ((_("Deviation"), deviation.text), (_("Reason"), deviation.reason)):
            if said:
                self.form.add_row(label, Text(said, wrap=True)).setAlignment(Qt.AlignmentFlag.AlignTop)
        self.assessment = self.form.add(
            "assessment", _("Assessment"), QLineEdit(), hint=_("What the deviation means for the patient.")
        )
        self.signature = SignatureRows(self.form, study, ConfirmDeviation.meaning)
        self.signature.state(_("I, {name}, have reviewed this deviation.", name=study.who.name))

    def submit(self) -> None:
        """Sign the confirmation."""
        self.signature.sign(
            ConfirmDeviation(deviation_id=self._row.deviation.id or 0, assessment=self.assessment.text())
        )


def _columns() -> tuple[Column[DeviationRow], ...]:
    return (
        Column[DeviationRow](_("Day"), lambda row: day(row.deviation.on_day)),
        Column[DeviationRow](_("Patient"), lambda row: f"{row.patient.han_name} {row.patient.subject_id}"),
        Column[DeviationRow](_("Visit"), lambda row: row.visit.label if row.visit else ""),
        Column[DeviationRow](_("Deviation"), lambda row: _(CODE_WORDS[row.deviation.code])),
        Column[DeviationRow](
            _("Status"),
            lambda row: _(STATUS_WORDS[row.deviation.status]),
            status=lambda row: _SHAPES[row.deviation.status],
        ),
        Column[DeviationRow](_("Reason"), lambda row: row.deviation.reason, tooltip=lambda row: row.deviation.reason),
    )


def _told(row: DeviationRow) -> str:
    deviation = row.deviation
    lines = [
        deviation.text,
        _("Drafted by {who}, {when}.", who=deviation.drafted_by, when=moment(deviation.drafted_at)),
    ]
    if deviation.confirmed_by is not None and deviation.confirmed_at is not None:
        lines.append(
            _("Confirmed by {who}, {when}: {assessment}", who=deviation.confirmed_by,
              when=moment(deviation.confirmed_at), assessment=deviation.assessment)
        )  # fmt: skip
    return "\n".join(lines)
