"""Patients: the list, and the record of one of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Final

from PySide6.QtWidgets import QDialog, QStackedWidget

from lndesk.domain.account import Role
from lndesk.domain.course import CourseVisit
from lndesk.domain.dose import Finding
from lndesk.domain.items import item_called
from lndesk.domain.screening import ENTERED
from lndesk.i18n import _
from lndesk.queries.care import BeforeView, MedicationRow
from lndesk.queries.patients import PatientRecord
from lndesk.queries.record_steps import STEP_WORDS, StepCode, next_step, record_steps
from lndesk.services.before_infusions import RecordBeforeInfusion
from lndesk.services.checks import CheckDose
from lndesk.services.command import Changes, Command
from lndesk.services.course_corrections import TakeBackMissed, TakeBackNotGiven
from lndesk.services.infusions import RecordInfusion
from lndesk.services.medications import RecordMedication, TakeBackMedication
from lndesk.services.patients import (
    AssignArm,
    RecordAllergies,
    RecordConsent,
    RecordWeight,
    RegisterPatient,
    SignEligibility,
)
from lndesk.services.preparations import IssueSheet, PrepareDose
from lndesk.services.screenings import FailScreening, Rescreen, SaveAnswers
from lndesk.services.visits import RecordVisit
from lndesk.services.withdrawals import WithdrawPatient
from lndesk.study import Study
from ui.dialogs.appointment_letter import AppointmentLetterDialog
from ui.dialogs.assign_arm import AssignArmDialog
from ui.dialogs.before_infusion import BeforeInfusionDialog
from ui.dialogs.correct import CorrectDialog
from ui.dialogs.correct_answer import CorrectAnswerDialog
from ui.dialogs.correct_finding import CorrectFindingDialog
from ui.dialogs.decide_medication import DecideMedicationDialog
from ui.dialogs.deviations import DeviationsDialog
from ui.dialogs.end_medication import EndMedicationDialog
from ui.dialogs.lift_stop import LiftStopDialog
from ui.dialogs.record_allergies import RecordAllergiesDialog
from ui.dialogs.record_consent import RecordConsentDialog
from ui.dialogs.record_medication import RecordMedicationDialog
from ui.dialogs.record_weight import RecordWeightDialog
from ui.dialogs.register_patient import RegisterPatientDialog
from ui.dialogs.screening_asks import fail_dialog, rescreen_dialog, wizard_dialog
from ui.dialogs.take_back import TakeBackDialog
from ui.dialogs.visit_acts import VisitActs
from ui.dialogs.withdraw_patient import TakeBackWithdrawalDialog, WithdrawPatientDialog
from ui.icons import icon
from ui.navigation import Go, Place
from ui.widgets.banner_facts import facts_of
from ui.widgets.buttons import Button
from ui.widgets.course_acts import ADD, DEVIATIONS, LETTER
from ui.widgets.patient_list import PatientList
from ui.widgets.patient_record import PatientRecordView
from ui.widgets.record_overview import OfferedStep
from ui.widgets.screen import Screen
from ui.widgets.screening_wizard import ScreeningWizard
from ui.widgets.state import set_shown
from ui.widgets.visit_words import full_name, identifiers

COMMANDS: Final[dict[StepCode, type[Command]]] = {
    "record_consent": RecordConsent,
    "sign_eligibility": SignEligibility,
    "assign_arm": AssignArm,
    "record_weight": RecordWeight,
    "record_allergies": RecordAllergies,
    "prepare": PrepareDose,
    "check": CheckDose,
    "issue_sheet": IssueSheet,
    "record_infusion": RecordInfusion,
    "record_visit": RecordVisit,
    "record_medication": RecordMedication,
    "before_infusion": RecordBeforeInfusion,
    "withdraw": WithdrawPatient,
    "screening": SaveAnswers,
    "fail_screening": FailScreening,
    "rescreen": Rescreen,
}
OF_THE_WIZARD: Final = ("screening", "sign_eligibility")
"""Steps that are taken on the pages of the screening."""
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
    "record_medication": "plus",
    "before_infusion": "clipboard-list",
    "withdraw": "log-out",
    "screening": "clipboard-list",
    "fail_screening": "ban",
    "rescreen": "plus",
}


class PatientsScreen(Screen):
    """Shows the list, or one record with its banner; every act on a patient begins in the record."""

    refresh_on: ClassVar[Changes] = (
        Changes.PATIENTS
        | Changes.WEIGHTS
        | Changes.VISITS
        | Changes.DOSES
        | Changes.SHEETS
        | Changes.INFUSIONS
        | Changes.CARE
        | Changes.PROTOCOL
        | Changes.SCREENINGS
        | Changes.DEVIATIONS
    )

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
        self.wizard: ScreeningWizard | None = None
        self.list.opened.connect(self.open_record)
        self.record.step_wanted.connect(self.take_step)
        self.record.correction_wanted.connect(self.correct)
        self.record.medication.wanted.connect(self._on_medication)
        self.record.doses.before.ask.connect(self._ask_before)
        self.record.doses.before.lift.connect(self._lift_stop)
        self.record.overview.alerts.take_back.connect(self._take_back_withdrawal)
        self.record.consent.screening.wanted.connect(self._ask_on_record)
        self.acts = VisitActs(study, go, self)
        self.acts.done.connect(self._after_act)
        self.record.act_wanted.connect(self.begin_act)

    def show_place(self, place: Place) -> None:
        """Show the list, a record or a screening, or begin a new patient."""
        self._close_wizard()
        self.patient_id = place.patient_id
        self.refresh()
        if place.action == "register" and self.study.permits(RegisterPatient):
            self.register()
        elif place.action == "screening":
            self.open_screening()

    def refresh(self) -> None:
        """Read the list, or the record that is open, anew."""
        if self.patient_id is None:
            self._show_list()
        elif self.wizard is not None:
            self._show_screening(self.wizard)
        else:
            self._show_record(self.study.patient(self.patient_id))

    def leave(self) -> None:
        """Keep what was entered of a screening."""
        if self.wizard is not None:
            self.wizard.leave()

    def open_record(self, patient_id: int) -> None:
        """Show one patient's record."""
        self._close_wizard()
        self.patient_id = patient_id
        self.refresh()

    def open_screening(self) -> None:
        """Go on with the screening of the patient, where it was left."""
        patient_id = self.patient_id
        if patient_id is None or self.study.screening(patient_id) is None:
            return
        self._close_wizard()
        wizard = self.wizard = ScreeningWizard(self.study, patient_id)
        wizard.left.connect(lambda: self.open_record(patient_id))
        wizard.said.connect(self.said)
        wizard.wanted.connect(self._ask_in_wizard)
        self.stack.addWidget(wizard)
        self.refresh()
        wizard.begin()

    def show_list(self) -> None:
        """Go back to the list."""
        self._close_wizard()
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
        asked = self._dialog_of(code, record)
        if code in OF_THE_WIZARD or (code == "record_consent" and _begins(record)):
            self.open_screening()
        elif asked is not None:
            self._open(asked())
        elif code == "record_infusion":
            self.go(Place(destination="infusions", patient_id=record.patient.id))
        elif code == "record_visit":
            visit = record.next_visit
            self.go(Place(destination="calendar", patient_id=record.patient.id, visit_id=visit.id if visit else None))
        else:
            self.go(Place(destination="dose", patient_id=record.patient.id))

    def _dialog_of(self, code: StepCode, record: PatientRecord) -> Callable[[], QDialog] | None:
        study, patient = self.study, record.patient
        dialogs: dict[StepCode, Callable[[], QDialog]] = {
            "record_consent": lambda: RecordConsentDialog(study, patient, self),
            "assign_arm": lambda: AssignArmDialog(study, patient, self),
            "record_weight": lambda: RecordWeightDialog(study, patient, self),
            "record_allergies": lambda: RecordAllergiesDialog(study, patient, self),
            "record_medication": lambda: RecordMedicationDialog(study, patient, self),
            "before_infusion": lambda: BeforeInfusionDialog(
                study, study.before_infusion(patient.id or 0, record.next_infusion_no), self
            ),
            "withdraw": lambda: WithdrawPatientDialog(study, record, self),
            "fail_screening": lambda: fail_dialog(study, record, self),
            "rescreen": lambda: rescreen_dialog(study, record, self),
        }
        return dialogs.get(code)

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
        elif table == "answer":
            item = item_called(row.item, self.study.protocol().criteria)
            if item is not None:
                self._open(CorrectAnswerDialog(self.study, row, item, whose=whose, parent=self))
        else:
            self._open(CorrectDialog(self.study, table, row, whose=whose, parent=self))

    def _on_medication(self, act: str, row: MedicationRow | None) -> None:
        if self.record.record is None:
            return
        patient = self.record.record.patient
        whose = _("{name}, {subject}", name=patient.han_name, subject=patient.subject_id)
        if row is None:
            self.take_step("record_medication")
        elif act == "end":
            self._open(EndMedicationDialog(self.study, row, whose=whose, parent=self))
        elif act == "decide":
            self._open(DecideMedicationDialog(self.study, row, whose=whose, parent=self))
        else:
            medication_id = row.medication.id or 0
            what = _("{drug}, from {day}", drug=row.name, day=row.medication.started_on)
            follows = _("It stays readable, and counts for nothing.")
            self._open(TakeBackDialog(
                self.study, lambda reason: TakeBackMedication(medication_id=medication_id, reason=reason),
                what=what, whose=whose, follows=follows, parent=self,
            ))  # fmt: skip

    def _ask_before(self, view: BeforeView) -> None:
        self._open(BeforeInfusionDialog(self.study, view, self))

    def _lift_stop(self, view: BeforeView, stop: Finding) -> None:
        self._open(LiftStopDialog(self.study, view, stop, self))

    def _take_back_withdrawal(self) -> None:
        if self.record.record is not None:
            self._open(TakeBackWithdrawalDialog(self.study, self.record.record.patient, self))

    def _ask_in_wizard(self, what: str, about: Any) -> None:
        if self.wizard is None:
            return
        case = self.wizard.case
        dialog = wizard_dialog(self.study, case.record, case.view, what, about, self)
        if dialog is None:
            return
        if what in {"return", "sign"}:
            dialog.accepted.connect(lambda: self.open_record(case.record.patient.id or 0))
        else:
            dialog.accepted.connect(self.refresh)
        self._open(dialog)

    def _ask_on_record(self, what: str, about: Any) -> None:
        if what == "correct":
            self.correct("answer", about)
        elif what == "correct_finding" and self.record.record is not None:
            patient = self.record.record.patient
            whose = _("{name}, {subject}", name=patient.han_name, subject=patient.subject_id)
            self._open(CorrectFindingDialog(self.study, about, whose=whose, parent=self))
        elif what == "screening":
            self.open_screening()
        elif what in {"fail_screening", "rescreen"}:
            self.take_step("fail_screening" if what == "fail_screening" else "rescreen")

    def _close_wizard(self) -> None:
        if self.wizard is not None:
            wizard, self.wizard = self.wizard, None
            wizard.leave()
            self.stack.removeWidget(wizard)
            wizard.hide()
            wizard.deleteLater()

    def _show_screening(self, wizard: ScreeningWizard) -> None:
        wizard.refresh()
        patient, number = wizard.case.record.patient, wizard.case.view.screening.screening_no
        self.set_title(_("Screening"), _("{subject}, {number}", subject=patient.subject_id, number=number))
        self.stack.setCurrentWidget(wizard)
        set_shown(self.back, True)
        set_shown(self._button, False)
        self.patient_shown.emit(facts_of(patient, self.study.today()))

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
            self.patient_id = patient_id
            self.open_screening()

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


def _begins(record: PatientRecord) -> bool:
    # The consent is the second step of a screening that is open; a consent anew is recorded by itself.
    return record.screening is not None and record.screening.status in ENTERED and not record.is_consented


def _show(dialog: QDialog) -> None:
    dialog.finished.connect(lambda _result: dialog.deleteLater())
    dialog.open()
