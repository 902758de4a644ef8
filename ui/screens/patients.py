"""Patients: the list, and the record of one of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Final

from PySide6.QtWidgets import QDialog, QStackedWidget

from lndesk.domain.account import Role
from lndesk.domain.course import CourseVisit
from lndesk.i18n import _
from lndesk.queries.patients import PatientRecord
from lndesk.queries.record_steps import STEP_WORDS, StepCode, next_step, record_steps
from lndesk.services.command import Changes, Command
from lndesk.services.course_corrections import TakeBackMissed, TakeBackNotGiven
from lndesk.services.infusions import RecordInfusion
from lndesk.services.patients import (
    AssignArm,
    RecordAllergies,
    RecordConsent,
    RecordWeight,
    RegisterPatient,
    SignEligibility,
)
from lndesk.services.preparations import ConfirmDose, IssueSheet, PrepareDose
from lndesk.services.visits import RecordVisit
from lndesk.study import Study
from ui.dialogs.appointment_letter import AppointmentLetterDialog
from ui.dialogs.assign_arm import AssignArmDialog
from ui.dialogs.correct import CorrectDialog
from ui.dialogs.deviations import DeviationsDialog
from ui.dialogs.record_allergies import RecordAllergiesDialog
from ui.dialogs.record_consent import RecordConsentDialog
from ui.dialogs.record_weight import RecordWeightDialog
from ui.dialogs.register_patient import RegisterPatientDialog
from ui.dialogs.sign_eligibility import SignEligibilityDialog
from ui.dialogs.take_back import TakeBackDialog
from ui.dialogs.visit_acts import VisitActs
from ui.icons import icon
from ui.navigation import Go, Place
from ui.widgets.banner_facts import facts_of
from ui.widgets.buttons import Button
from ui.widgets.course_acts import ADD, DEVIATIONS, LETTER
from ui.widgets.patient_list import PatientList
from ui.widgets.patient_record import PatientRecordView
from ui.widgets.record_overview import OfferedStep
from ui.widgets.screen import Screen
from ui.widgets.state import set_shown
from ui.widgets.visit_words import full_name, identifiers

COMMANDS: Final[dict[StepCode, type[Command]]] = {
    "record_consent": RecordConsent,
    "sign_eligibility": SignEligibility,
    "assign_arm": AssignArm,
    "record_weight": RecordWeight,
    "record_allergies": RecordAllergies,
    "prepare": PrepareDose,
    "check": ConfirmDose,
    "issue_sheet": IssueSheet,
    "record_infusion": RecordInfusion,
    "record_visit": RecordVisit,
}
ICONS: Final[dict[StepCode, str]] = {
    "record_consent": "file-check",
    "sign_eligibility": "user-check",
    "assign_arm": "users",
    "record_weight": "weight",
    "record_allergies": "shield-alert",
    "prepare": "calculator",
    "check": "clipboard-check",
    "issue_sheet": "printer",
    "record_infusion": "syringe",
    "record_visit": "calendar-check",
}


class PatientsScreen(Screen):
    """Shows the list, or one record with its banner; every act on a patient begins in the record."""

    refresh_on: ClassVar[Changes] = (
        Changes.PATIENTS | Changes.WEIGHTS | Changes.VISITS | Changes.DOSES | Changes.SHEETS | Changes.INFUSIONS
        | Changes.DEVIATIONS
    )  # fmt: skip

    def __init__(self, study: Study, go: Go) -> None:
        super().__init__(study, go, _("Patients"))
        self.patient_id: int | None = None
        self.list = PatientList()
        self.record = PatientRecordView(study)
        self.stack = self.add(QStackedWidget(), 1)
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.record)
        self.back = self.add_to_header(Button(_("All patients"), self.show_list, icon_name="arrow-left"))
        self._button = self.set_primary(_("Register patient"), self._act, icon_name="user-plus")
        self._next: StepCode | None = None
        self.dialog: QDialog | None = None
        self.list.opened.connect(self.open_record)
        self.record.step_wanted.connect(self.take_step)
        self.record.correction_wanted.connect(self.correct)
        self.acts = VisitActs(study, go, self)
        self.acts.done.connect(self._after_act)
        self.record.act_wanted.connect(self.begin_act)

    def show_place(self, place: Place) -> None:
        """Show the list or a record, or begin a new patient."""
        self.patient_id = place.patient_id
        self.refresh()
        if place.action == "register" and self.study.permits(RegisterPatient):
            self.register()

    def refresh(self) -> None:
        """Read the list, or the record that is open, anew."""
        if self.patient_id is None:
            self._show_list()
        else:
            self._show_record(self.study.patient(self.patient_id))

    def open_record(self, patient_id: int) -> None:
        """Show one patient's record."""
        self.patient_id = patient_id
        self.refresh()

    def show_list(self) -> None:
        """Go back to the list."""
        self.patient_id = None
        self.refresh()
        self.list.table.setFocus()

    def register(self) -> None:
        """Begin a new patient, or go on with the draft of one."""
        dialog = RegisterPatientDialog(self.study, self)
        dialog.open_record.connect(self.open_record)
        dialog.accepted.connect(lambda: self._registered(dialog.patient_id))
        self._open(dialog)

    def take_step(self, code: StepCode) -> None:
        """Begin an act on the patient whose record is open."""
        record = self.record.record
        if record is None:
            return
        match code:
            case "record_consent":
                self._open(RecordConsentDialog(self.study, record.patient, self))
            case "sign_eligibility":
                self._open(SignEligibilityDialog(self.study, record, self))
            case "assign_arm":
                self._open(AssignArmDialog(self.study, record.patient, self))
            case "record_weight":
                self._open(RecordWeightDialog(self.study, record.patient, self))
            case "record_allergies":
                self._open(RecordAllergiesDialog(self.study, record.patient, self))
            case "record_infusion":
                self.go(Place(destination="infusions", patient_id=record.patient.id))
            case "record_visit":
                visit = record.next_visit
                self.go(
                    Place(destination="calendar", patient_id=record.patient.id, visit_id=visit.id if visit else None)
                )
            case _:
                self.go(Place(destination="dose", patient_id=record.patient.id))

    def begin_act(self, act: str, visit: CourseVisit | None) -> None:
        """Begin an act on a visit of the record that is open, or on its course."""
        record = self.record.record
        if record is None:
            return
        patient = record.patient
        if act == ADD:
            self.acts.add_visit(patient)
        elif act == LETTER:
            _show(AppointmentLetterDialog(self.study, patient, self))
        elif act == DEVIATIONS:
            whose = f"{full_name(patient)}   {identifiers(patient)}"
            read = partial(self.study.deviations_of, patient.id or 0)
            _show(DeviationsDialog(self.study, read, whose=whose, parent=self))
        elif visit is not None:
            self.acts.begin(act, patient, visit)

    def correct(self, table: str, row: Any) -> None:
        """Begin the correction of a part of the record that is open; what never took place is taken back."""
        if self.record.record is None:
            return
        patient = self.record.record.patient
        whose = _("{name}, {subject}", name=patient.han_name, subject=patient.subject_id)
        if table == "infusion" and not row.given:
            what = _("Infusion {n}, not given", n=row.infusion_no)
            self._take_back(lambda reason: TakeBackNotGiven(infusion_id=row.id, reason=reason), what, whose)
        elif table == "visit" and row.outcome == "missed":
            what = _("{visit}, missed", visit=row.label)
            self._take_back(lambda reason: TakeBackMissed(visit_id=row.id, reason=reason), what, whose)
        else:
            self._open(CorrectDialog(self.study, table, row, whose=whose, parent=self))

    def _take_back(self, build: Callable[[str], Command], what: str, whose: str) -> None:
        self._open(TakeBackDialog(self.study, build, what=what, whose=whose, parent=self))

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.accepted.connect(lambda: self.said.emit(_("Saved: {act}.", act=dialog.windowTitle())))
        dialog.finished.connect(lambda _result: dialog.deleteLater())
        dialog.open()

    def _after_act(self, done: str, _visit: CourseVisit | None) -> None:
        self.said.emit(done)

    def _registered(self, patient_id: int | None) -> None:
        if patient_id is not None:
            self.open_record(patient_id)

    def _act(self) -> None:
        if self.patient_id is None:
            self.register()
        elif self._next is not None:
            self.take_step(self._next)

    def _show_list(self) -> None:
        self.set_title(_("Patients"))
        self.stack.setCurrentWidget(self.list)
        self.back.setVisible(False)
        self._offer(None, permitted=self.study.permits(RegisterPatient))
        self.list.show_rows(self.study.patients())
        self.patient_shown.emit(None)

    def _show_record(self, record: PatientRecord) -> None:
        assignment = record.assignment
        arm = str(self.study.protocol().arms[assignment.arm].label) if assignment else ""
        self.set_title(_("Patient record"), record.patient.subject_id)
        self.stack.setCurrentWidget(self.record)
        set_shown(self.back, True)
        offered = [
            OfferedStep(step, ICONS[step.code])
            for step in record_steps(record)
            if self.study.permits(COMMANDS[step.code])
        ]
        self._next = next_step(record)
        command = COMMANDS[self._next] if self._next else None
        permitted = command is not None and self.study.permits(command)
        self.record.show_record(record, offered, "" if permitted or command is None else self._waits_for(command))
        self._offer(self._next, permitted=permitted)
        self.patient_shown.emit(facts_of(record.patient, self.study.today(), arm))

    def _waits_for(self, command: type[Command]) -> str:
        roles = ", ".join(role.label for role in Role if role in command.roles)
        act = _(STEP_WORDS[self._next]) if self._next else ""
        return _("Next: {act}. This is done by: {roles}.", act=act, roles=roles)

    def _offer(self, step: StepCode | None, *, permitted: bool) -> None:
        self._button.set_text(_(STEP_WORDS[step]) if step else _("Register patient"))
        self._button.setIcon(icon(ICONS[step] if step else "user-plus", "on_accent"))
        set_shown(self._button, permitted)


def _show(dialog: QDialog) -> None:
    dialog.finished.connect(lambda _result: dialog.deleteLater())
    dialog.open()
