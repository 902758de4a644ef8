"""The sub-page of other drugs, with what each is flagged for, and of contraception."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lndesk.domain.medication import PURPOSES, ROUTES, STANDING_WORDS
from lndesk.i18n import _, day, moment
from lndesk.queries.care import MedicationRow
from lndesk.queries.patients import PatientRecord
from lndesk.services.command import Command
from lndesk.services.medications import (
    CorrectMedication,
    DecideMedication,
    EndMedication,
    RecordMedication,
    TakeBackMedication,
)
from lndesk.study import Study
from ui.table_model import Column, Status
from ui.widgets.buttons import Button, button_row
from ui.widgets.card import Card
from ui.widgets.labels import Muted, Text
from ui.widgets.state import set_shown
from ui.widgets.table import Table

MARKS: Final = {
    "allowed": Status("ok", "circle-check"),
    "not_listed": Status("warn", "circle-help"),
    "premedication": Status("warn", "triangle-alert"),
    "undecided": Status("warn", "hourglass"),
    "pulse": Status("stop", "ban"),
    "not_pulse": Status("warn", "user-check"),
}
_TAKEN_BACK: Final = Status("neutral", "undo-2")


class MedicationPage(QWidget):
    """A table of drugs; below it what the chosen one is flagged for, the acts on it, and the contraception."""

    correct = Signal(str, object)
    wanted = Signal(str, object)
    """Emitted with an act (record, end, decide, take_back) and the row that it is about, if any."""

    def __init__(self, study: Study) -> None:
        super().__init__()
        self._study = study
        self.drugs: Table[MedicationRow] = Table(
            _columns(),
            name=_("Medication"),
            empty=_("No other drug is on record. Record what the patient takes beside the cells."),
            key=lambda row: row.medication.id,
        )
        self.flag = Text(wrap=True)
        self.record = Button(_("Record medication"), lambda: self.wanted.emit("record", None), icon_name="plus")
        self.end = self._on_row(_("End drug"), "calendar-check", lambda row: self.wanted.emit("end", row))
        self.fix = self._on_row(
            _("Correct medication"), "pencil", lambda row: self.correct.emit("medication", row.medication)
        )
        self.back = self._on_row(_("Take back"), "undo-2", lambda row: self.wanted.emit("take_back", row))
        self.decide = self._on_row(
            _("Decide on pulse therapy"), "user-check", lambda row: self.wanted.emit("decide", row)
        )
        contraception = Card(_("Contraception"))
        self.contraception = contraception.add(Text(role="strong", wrap=True))
        self.contraception_why = contraception.add(Muted())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.drugs, 1)
        column.addWidget(self.flag)
        column.addLayout(button_row(self.back, self.fix, self.decide, self.end, self.record))
        column.addWidget(contraception)
        self.drugs.row_selected.connect(lambda _row: self._offer())
        self.drugs.rows_model.modelReset.connect(self._offer)

    def show_record(self, record: PatientRecord) -> None:
        """Show a patient's drugs and contraception."""
        self.drugs.set_rows(self._study.medications(record.patient.id or 0))
        self.contraception.setText(str(record.contraception.in_short))
        why = [str(sentence) for sentence in record.contraception.why]
        self.contraception_why.setText("\n".join(said for said in why if said != self.contraception.text()))
        self._offer()

    def _on_row(self, text: str, icon_name: str, act: Callable[[MedicationRow], object]) -> Button:
        def pressed() -> None:
            if (row := self.drugs.current_row()) is not None:
                act(row)

        button = Button(text, pressed, icon_name=icon_name)
        button.setToolTip(_("Select a line first."))
        return button

    def _offer(self) -> None:
        row = self.drugs.current_row()
        counts = row is not None and row.counts
        decidable = row is not None and row.counts and row.medication.is_iv_glucocorticoid
        ongoing = row is not None and row.counts and row.medication.ended_on is None
        offered: tuple[tuple[Button, type[Command], bool], ...] = (
            (self.record, RecordMedication, True),
            (self.end, EndMedication, ongoing),
            (self.fix, CorrectMedication, counts),
            (self.back, TakeBackMedication, counts),
            (self.decide, DecideMedication, decidable),
        )
        for button, command, may in offered:
            button.setEnabled(may)
            set_shown(button, self._study.permits(command))
        self.flag.setText(_explained(row))
        set_shown(self.flag, bool(self.flag.text()))


def _columns() -> tuple[Column[MedicationRow], ...]:
    return (
        Column[MedicationRow](_("Drug"), lambda row: str(row.name), tooltip=_explained),
        Column[MedicationRow](_("Standing"), _standing, status=_mark, tooltip=_explained),
        Column[MedicationRow](_("Dose"), lambda row: row.medication.dose_words),
        Column[MedicationRow](_("Route"), lambda row: _(ROUTES[row.medication.route])),
        Column[MedicationRow](_("Purpose"), lambda row: _(PURPOSES[row.medication.purpose])),
        Column[MedicationRow](_("Started"), lambda row: day(row.medication.started_on)),
        Column[MedicationRow](_("Ended"), _ended),
        Column[MedicationRow](
            _("Recorded by"), lambda row: f"{row.medication.recorded_by}, {moment(row.medication.recorded_at)}"
        ),
    )


def _standing(row: MedicationRow) -> str:
    return _(STANDING_WORDS[row.standing]) if row.counts else _("Taken back")


def _mark(row: MedicationRow) -> Status:
    return MARKS[row.standing] if row.counts else _TAKEN_BACK


def _ended(row: MedicationRow) -> str:
    return _("Ongoing") if row.medication.ended_on is None else day(row.medication.ended_on)


def _explained(row: MedicationRow | None) -> str:
    if row is None:
        return ""
    if not row.counts:
        return _("Taken back: {reason}", reason=row.medication.void_reason)
    if row.decision is not None and row.flag is not None:
        return _("{flag} {name}, {instant}.", flag=row.flag.text, name=row.decision.decided_by,
                 instant=row.decision.decided_at)  # fmt: skip
    return "" if row.flag is None else str(row.flag.text)
