"""Infusions: what waits to be given, and all that was given or not."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Final

from PySide6.QtWidgets import QLineEdit

from lndesk.domain.infusion import REASON_WORDS
from lndesk.domain.patient import Patient, spaced_hospital_no
from lndesk.i18n import _, amount, clock, day, moment, number, weekday_and_day
from lndesk.queries.doses import PreparedDose
from lndesk.queries.infusions import InfusionRow
from lndesk.services.command import Changes
from lndesk.services.infusions import RecordInfusion, RecordNotGiven
from lndesk.study import Study
from ui.dialogs.record_infusion import RecordInfusionDialog
from ui.dialogs.record_not_given import RecordNotGivenDialog
from ui.dialogs.sheet_preview import SheetPreviewDialog
from ui.navigation import Go, Place
from ui.table_model import Column
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.labels import Muted
from ui.widgets.screen import Screen
from ui.widgets.table import Table
from ui.widgets.visit_words import STATES, full_name

NOT_GIVEN: Final = "not_given"
_WAITING_ROWS: Final = 4
_SEARCH_WIDTH: Final = 320


class InfusionsScreen(Screen):
    """Shows several patients, so it has no patient banner."""

    refresh_on: ClassVar[Changes] = Changes.PATIENTS | Changes.DOSES | Changes.SHEETS | Changes.INFUSIONS

    def __init__(self, study: Study, go: Go) -> None:
        super().__init__(study, go, _("Infusions"))
        self.waiting: Table[PreparedDose] = Table(
            _waiting_columns(study),
            name=_("Waiting to be given"),
            empty=_("No dose waits. A sheet is issued on Dose preparation."),
            key=lambda row: row.preparation.id,
        )
        self.all: Table[InfusionRow] = Table(
            _columns(), name=_("All infusions"), empty=_("No infusion is on record yet."),
            key=lambda line: line.infusion.id, search_key=_searched, sortable=True,
        )  # fmt: skip
        self.search_line = QLineEdit()
        self.search_line.setPlaceholderText(_("Find: name, Subject ID, sheet"))
        self.search_line.setAccessibleName(_("Find in all infusions"))
        self.search_line.setMinimumWidth(_SEARCH_WIDTH)
        self.search_line.textChanged.connect(self.all.search)
        self.sheet = Button(_("Show sheet"), self._show_sheet, icon_name="file-text")
        self.declined = Button(_("Record as not given"), self._decline, icon_name="ban")
        self.add_to_header(self.declined)
        self.record = self.set_primary(_("Record as given"), self._record, icon_name="syringe")
        self.hint = Muted(_("Choose the dose that was given, or was not."))
        self._lay_out()
        self.waiting.row_selected.connect(lambda _row: self._show_acts())
        self.waiting.row_chosen.connect(lambda _row: self._record())
        self.all.row_chosen.connect(self._show_sheet_of)

    def refresh(self) -> None:
        """Read both lists anew."""
        issued = self.study.prepared_doses("issued")
        self.waiting.set_rows(issued)
        self.waiting.fit_height(least=2, most=_WAITING_ROWS)
        self.all.set_rows(self.study.infusion_rows())
        if len(issued) == 1:
            self.waiting.select(issued[0].preparation.id)
        self._show_acts()

    def show_place(self, place: Place) -> None:
        """Show the lists, and begin the act that somebody came for."""
        self.message.clear()
        self.refresh()
        self.patient_shown.emit(None)
        if place.action == NOT_GIVEN and place.patient_id is not None:
            record = self.study.patient(place.patient_id)
            self._ask_not_given(record.patient, record.next_infusion_no)
        elif place.preparation_id is not None:
            self.waiting.select(place.preparation_id)
            self._record()

    def _record(self) -> None:
        row = self.waiting.current_row()
        if row is None or not self.study.permits(RecordInfusion):
            return
        dialog = RecordInfusionDialog(self.study, row, parent=self)
        number = row.preparation.infusion_no
        dialog.accepted.connect(lambda: self._tell_next(row.patient, _("Infusion {n} is recorded as given.", n=number)))
        dialog.open()

    def _decline(self) -> None:
        row = self.waiting.current_row()
        if row is not None:
            self._ask_not_given(row.patient, row.preparation.infusion_no)

    def _ask_not_given(self, patient: Patient, number: int) -> None:
        dialog = RecordNotGivenDialog(self.study, patient, number, parent=self)
        dialog.accepted.connect(lambda: self._tell_next(patient, _("Infusion {n} is recorded as not given.", n=number)))
        dialog.open()

    def _tell_next(self, patient: Patient, what: str) -> None:
        self.refresh()
        self.said.emit(what)
        following = self.study.patient(patient.id or 0).next_visit
        who = f"{full_name(patient)}  {patient.subject_id}"
        if following is None:
            self.say("done", f"{who}. {what}", _("No visit follows."))
            return
        proposed = _(
            "Next: {visit}, proposed for {day}.", visit=following.label, day=weekday_and_day(following.target_on)
        )
        self.say("done", f"{who}. {what}", proposed, _("Why: {why}.", why=following.why))

    def _show_sheet(self) -> None:
        waiting, line = self.waiting.current_row(), self.all.current_row()
        if self.all.hasFocus() and line is not None:
            self._show_sheet_of(line)
        elif waiting is not None and waiting.sheet_no is not None:
            self._preview(waiting.sheet_no)

    def _show_sheet_of(self, line: InfusionRow) -> None:
        if line.sheet_no:
            self._preview(line.sheet_no)

    def _preview(self, number: str) -> None:
        dialog = SheetPreviewDialog(self.study, number, parent=self)
        dialog.printed.connect(lambda sheet: self.said.emit(_("Sheet {number} is printed.", number=sheet)))
        dialog.open()

    def _show_acts(self) -> None:
        chosen = self.waiting.current_row() is not None
        for button, command in ((self.record, RecordInfusion), (self.declined, RecordNotGiven)):
            button.setVisible(self.study.permits(command))
            button.setEnabled(chosen)
        self.sheet.setEnabled(chosen)
        waits = self.waiting.rows_model.total > 0
        self.hint.setVisible(waits and not chosen and self.study.permits(RecordInfusion))

    def _lay_out(self) -> None:
        waiting = self.add(Card(_("Waiting to be given")))
        waiting.add_to_header(self.sheet)
        waiting.add(self.waiting)
        waiting.add(self.hint)
        everything = self.add(Card(_("All infusions")), 1)
        everything.add_to_header(self.search_line)
        everything.add(self.all, 1)


def _waiting_columns(study: Study) -> tuple[Column[PreparedDose], ...]:
    total = study.protocol().schedule.infusions
    return (
        Column[PreparedDose](_("Patient"), lambda row: full_name(row.patient)),
        Column[PreparedDose](_("Subject ID"), lambda row: row.patient.subject_id),
        Column[PreparedDose](_("Hospital No."), lambda row: spaced_hospital_no(row.patient.hospital_no)),
        Column[PreparedDose](
            _("Infusion"), lambda row: _("{n} of {total}", n=row.preparation.infusion_no, total=total)
        ),
        Column[PreparedDose](_("Volume"), lambda row: amount(_prepared_ml(row), "mL"), align="right"),
        Column[PreparedDose](_("Sheet"), lambda row: row.sheet_no or ""),
        Column[PreparedDose](_("Container"), lambda row: ", ".join(item.code for _draw, item in row.draws)),
        Column[PreparedDose](
            _("Use before"), lambda row: "" if row.dose.use_before is None else moment(row.dose.use_before)
        ),
    )


def _prepared_ml(row: PreparedDose) -> Decimal:
    return row.preparation.final_ml or row.preparation.volume_ml


def _columns() -> tuple[Column[InfusionRow], ...]:
    return (
        Column[InfusionRow](
            _("Day"), lambda line: day(line.infusion.happened_on), sort_key=lambda line: line.infusion.happened_on
        ),
        Column[InfusionRow](_("Patient"), lambda line: full_name(line.patient)),
        Column[InfusionRow](_("Subject ID"), lambda line: line.patient.subject_id),
        Column[InfusionRow](_("Infusion"), lambda line: number(line.infusion.infusion_no), align="right"),
        Column[InfusionRow](
            _("Outcome"),
            lambda line: _("Given") if line.infusion.given else _("Not given"),
            status=lambda line: STATES["done" if line.infusion.given else "not_given"].status,
        ),
        Column[InfusionRow](
            _("Volume"),
            lambda line: "" if line.infusion.volume_ml is None else amount(line.infusion.volume_ml, "mL"),
            align="right",
            sort_key=lambda line: line.infusion.volume_ml or Decimal(0),
        ),
        Column[InfusionRow](
            _("Cells"),
            lambda line: "" if line.infusion.cells is None else number(line.infusion.cells),
            align="right",
            sort_key=lambda line: line.infusion.cells or Decimal(0),
        ),
        Column[InfusionRow](_("Time"), _times),
        Column[InfusionRow](_("Given by"), lambda line: line.infusion.given_by),
        Column[InfusionRow](_("Reaction or reason"), _remarks, tooltip=_remarks),
    )


def _times(line: InfusionRow) -> str:
    start, end = line.infusion.started_at, line.infusion.ended_at
    return "" if start is None or end is None else _("{start} to {end}", start=clock(start), end=clock(end))


def _remarks(line: InfusionRow) -> str:
    infusion = line.infusion
    what = (infusion.reaction or _("None")) if infusion.given else _(REASON_WORDS[infusion.reason])
    return _("{what}; {remark}", what=what, remark=infusion.remark) if infusion.remark else what


def _searched(line: InfusionRow) -> str:
    patient = line.patient
    return f"{full_name(patient)} {patient.subject_id} {line.sheet_no or ''} {line.infusion.given_by} {_remarks(line)}"
