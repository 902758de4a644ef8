"""The gate before a dose: the patient is read from the wristband, never from the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from lndesk.domain.bedside import check_identified
from lndesk.domain.errors import RuleViolation
from lndesk.domain.patient import Patient
from lndesk.domain.preparation import STATUS_WORDS as DOSE_WORDS
from lndesk.i18n import _, day
from lndesk.queries.today import TodayRow
from lndesk.study import Study
from ui.table_model import Column, Status
from ui.widgets.buttons import Button, PrimaryButton, button_row
from ui.widgets.card import Card
from ui.widgets.form import Form
from ui.widgets.labels import Muted, Section
from ui.widgets.message import InlineMessage
from ui.widgets.number_field import NumberField
from ui.widgets.patient_marks import DOSE_MARKS
from ui.widgets.scan_field import ScanField
from ui.widgets.table import Table
from ui.widgets.visit_words import STATES, full_name

FAILURES_TOLD: Final = 3
_WIDTH: Final = 620


class DoseGate(QWidget):
    """Asks for the wristband; without a patient it offers today's infusions, and never what a wristband says."""

    identified = Signal(object)
    """Emitted with the id of the patient whose wristband was read."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._study = study
        self._wanted: Patient | None = None
        self._failures = 0
        self.whom = Section()
        self.message = InlineMessage()
        self.form = Form()
        self.scan = self.form.add("scan", _("Scan wristband"), ScanField())
        self.hospital_no = self.form.add("hospital_no", _("or type Hospital No."), QLineEdit())
        self.born_year = self.form.add(
            "born_year", _("and year of birth"), NumberField(places=0, unit=_("four digits"))
        )
        self.open = PrimaryButton(_("Open dose"), self._open_typed, icon_name="user-check")
        self.anyone = Button(_("Another patient"), lambda: self.ask(None), icon_name="users")
        self.table: Table[TodayRow] = Table(
            _columns(),
            name=_("Infusions today"),
            empty=_("No infusion is due today. Choose a patient on Today or press Ctrl+K."),
            key=lambda row: row.patient.id,
        )
        self.table.row_chosen.connect(lambda row: self.ask(row.patient))
        self.table.clicked.connect(lambda index: self.ask(self.table.rows_model.row_at(index).patient))
        self.scan.scanned.connect(self._open_scanned)
        self._lay_out()

    def ask(self, wanted: Patient | None) -> None:
        """Ask for the wristband of one patient, or of any."""
        if wanted is None or self._wanted is None or wanted.id != self._wanted.id:
            self._failures = 0
        self._wanted = wanted
        self.whom.setText(_("Whose dose is it?") if wanted is None else f"{full_name(wanted)}  {wanted.subject_id}")
        self.anyone.setVisible(wanted is not None)
        self._list.setVisible(wanted is None)
        self.clear()
        self.scan.setFocus()

    def show_infusions(self, rows: Sequence[TodayRow]) -> None:
        """Offer these infusions to choose from."""
        self.table.set_rows(rows)
        self.table.fit_height(least=2, most=8)

    def clear(self) -> None:
        """Leave nothing typed for the next person to see."""
        for line in (self.scan, self.hospital_no, self.born_year):
            line.clear()
        self.form.clear_problems()
        self.message.clear()

    def _open_scanned(self, code: str) -> None:
        self._try(code, None)

    def _open_typed(self) -> None:
        if self.scan.value() and not self.hospital_no.text().strip():
            self._try(self.scan.value(), None)
        else:
            self._try(self.hospital_no.text(), self.born_year.text())

    def _try(self, hospital_no: str, born_year: str | None) -> None:
        self.message.clear()
        try:
            record = self._study.patient_numbered(hospital_no)
            found = check_identified(
                None if record is None else record.patient,
                wanted_id=None if self._wanted is None else self._wanted.id,
                born_year=born_year,
            )
        except RuleViolation as violation:
            self._refuse(violation)
        else:
            self._failures = 0
            self.clear()
            self.identified.emit(found.id)

    def _refuse(self, violation: RuleViolation) -> None:
        self._failures += 1
        todo = _("Read the wristband again.")
        if self._failures >= FAILURES_TOLD:
            todo = _(
                "{n} attempts did not agree. Stop, and identify the patient together with a colleague.",
                n=self._failures,
            )
        self.message.show_message("stop", str(violation), todo=todo)
        self.scan.selectAll()

    def _lay_out(self) -> None:
        card = Card(_("Identify the patient from the wristband"))
        card.add(self.whom)
        card.add(Muted(_("Read from the wristband, not from a list or from memory.")))
        card.add(self.message)
        card.add(self.form)
        card.content.addLayout(button_row(self.anyone, self.open))
        self._list = Card(_("Infusions today"))
        self._list.add(Muted(_("Scan the wristband at once, or choose the patient here first.")))
        self._list.add(self.table)
        column = QVBoxLayout()
        column.setSpacing(12)
        column.addWidget(card)
        column.addWidget(self._list)
        column.addStretch(1)
        middle = QWidget()
        middle.setLayout(column)
        column.setContentsMargins(0, 0, 0, 0)
        middle.setMinimumWidth(_WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(middle, 4)
        row.addStretch(1)


def _columns() -> tuple[Column[TodayRow], ...]:
    return (
        Column[TodayRow](_("Patient"), _name),
        Column[TodayRow](_("Subject ID"), lambda row: row.patient.subject_id),
        Column[TodayRow](_("Infusion"), lambda row: "" if row.visit is None else row.visit.label),
        Column[TodayRow](_("Planned"), lambda row: "" if row.visit is None else day(row.visit.day)),
        Column[TodayRow](_("Status"), _state, status=_status),
    )


def _name(row: TodayRow) -> str:
    whole = full_name(row.patient)
    return _("{name} (similar name)", name=whole) if row.alike else whole


def _state(row: TodayRow) -> str:
    if row.preparation is not None:
        return _(DOSE_WORDS[row.preparation.status])
    return STATES[row.status].word


def _status(row: TodayRow) -> Status:
    return STATES[row.status].status if row.preparation is None else DOSE_MARKS[row.preparation.status]
