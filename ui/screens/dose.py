"""Dose preparation: the gate, the working out, and what follows once it is sent."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from lndesk.domain.account import Person
from lndesk.domain.before_infusion import BeforeInfusion
from lndesk.domain.course import CourseVisit
from lndesk.domain.dose import Finding
from lndesk.domain.errors import LnDeskError, RuleViolation
from lndesk.domain.patient import Patient
from lndesk.domain.preparation import Preparation
from lndesk.i18n import _, amount, clock
from lndesk.queries.care import BeforeView
from lndesk.queries.doses import DoseCase, PreparedDose
from lndesk.services.checks import CheckDose
from lndesk.services.command import Changes
from lndesk.services.preparations import PrepareDose
from lndesk.study import Study
from ui.dialogs.authorise_dose import AuthoriseDoseDialog
from ui.dialogs.before_infusion import BeforeInfusionDialog
from ui.dialogs.check_dose import CheckDoseDialog
from ui.dialogs.correct import CorrectDialog
from ui.dialogs.hand_over import HandOverDialog
from ui.dialogs.lift_stop import LiftStopDialog
from ui.dialogs.record_not_given import RecordNotGivenDialog
from ui.dialogs.record_weight import RecordWeightDialog
from ui.dialogs.sheet_preview import SheetPreviewDialog
from ui.dialogs.sign import SignDialog
from ui.dialogs.sign_in_as import SignInAsDialog
from ui.dialogs.void_dose import VoidDoseDialog
from ui.navigation import Go, Place
from ui.widgets.banner_facts import facts_of
from ui.widgets.buttons import PrimaryButton
from ui.widgets.dose_entry import DoseEntry
from ui.widgets.dose_gate import DoseGate
from ui.widgets.open_dose import OpenDose
from ui.widgets.screen import Screen

DRAFT: Final = "dose"


class DoseScreen(Screen):
    """One patient's next dose. Nothing of it is shown before the wristband was read."""

    refresh_on: ClassVar[Changes] = (
        Changes.PATIENTS | Changes.WEIGHTS | Changes.VISITS | Changes.PRODUCT | Changes.DOSES
        | Changes.SHEETS | Changes.INFUSIONS | Changes.PROTOCOL | Changes.CARE
    )  # fmt: skip

    def __init__(self, study: Study, go: Go) -> None:
        super().__init__(study, go, _("Dose preparation"))
        self.gate, self.entry, self.sent = DoseGate(study), DoseEntry(study), OpenDose(study)
        self._views = self.add(QStackedWidget(), 1)
        for view in (self.gate, self.entry, self.sent):
            self._views.addWidget(view)
        self._wanted: int | None = None
        self._patient: Patient | None = None
        self._kept: dict[str, Any] = {}
        self._opening = False
        self.gate.identified.connect(self._open)
        self._connect_entry()
        self._connect_sent()

    def show_place(self, place: Place) -> None:
        """Ask for the wristband of the patient who is wanted, or of any."""
        self._keep_draft()
        self._close()
        self._wanted = place.patient_id
        self._show_gate()

    def refresh(self) -> None:
        """Read anew what is shown; what is typed stays."""
        if self._patient is None:
            self._list_infusions()
            return
        case = self.study.dose_case(self._patient.id or 0)
        self._patient = case.patient
        self.patient_shown.emit(facts_of(case.patient, self.study.today()))
        self._say_where(case)
        if case.open_preparation is not None:
            self._show_sent(case.open_preparation)
        else:
            self._show_entry(case)

    def leave(self) -> None:
        """Keep the draft, and let nobody find the dose open."""
        self._keep_draft()
        self._wanted = self._wanted if self._patient is None else self._patient.id
        self._close()
        self._show_gate()

    def _show_gate(self) -> None:
        self.set_title(_("Dose preparation"))
        self._show_view(self.gate, self.gate.open)
        self._list_infusions()
        self.gate.ask(None if self._wanted is None else self.study.patient(self._wanted).patient)
        self.patient_shown.emit(None)

    def _show_view(self, view: QWidget, primary: PrimaryButton) -> None:
        self._views.setCurrentWidget(view)
        self.primary = primary

    def _list_infusions(self) -> None:
        rows = self.study.today_board().rows
        self.gate.show_infusions([row for row in rows if row.visit is not None and _waits(row.visit)])

    def _open(self, patient_id: int) -> None:
        self._patient = self.study.patient(patient_id).patient
        draft = self.study.draft(DRAFT, self._patient.subject_id)
        self._opening = True
        self.refresh()
        if draft:
            self.entry.restore(draft)
        self._opening, self._kept = False, draft or {}
        self.entry.containers.scan.setFocus()

    def _close(self) -> None:
        self._patient, self._kept = None, {}
        self._opening = False
        self.message.clear()
        self.entry.forget()

    def _say_where(self, case: DoseCase) -> None:
        total = case.protocol.schedule.infusions
        where = _("infusion {n} of {total}", n=case.infusion_no, total=total) if case.infusion_no <= total else ""
        self.set_title(_("Dose preparation"), where)

    def _show_entry(self, case: DoseCase) -> None:
        self.entry.show_case(case)
        self._show_view(self.entry, self.entry.send)
        self._tell_returned(case)

    def _tell_returned(self, case: DoseCase) -> None:
        sent = self.study.patient(case.patient.id or 0).preparations
        last = max(sent, key=lambda item: item.id or 0, default=None)
        self.message.clear()
        if last is None or last.status != "returned" or last.infusion_no != case.infusion_no:
            return
        check = self.study.prepared_dose(last.id or 0).check
        if check is not None:
            what = _("{name} returned this dose at {instant}.", name=check.checked_by, instant=check.checked_at)
            self.say("warn", what, check.remark)

    def _show_sent(self, preparation: Preparation) -> None:
        self.message.clear()
        prepared = self.study.prepared_dose(preparation.id or 0)
        self.sent.show_prepared(prepared, overtaken=self._why_overtaken(prepared))
        self._show_view(self.sent, self.sent.next)

    def _why_overtaken(self, prepared: PreparedDose) -> str:
        why = self.study.why_overtaken(prepared.preparation.id or 0)
        return "" if why is None else str(why)

    def _keep_draft(self) -> None:
        if self._patient is None or self._opening or self._views.currentWidget() is not self.entry:
            return
        draft, subject = self.entry.draft(), self._patient.subject_id
        if draft == self._kept or not self.study.permits(PrepareDose):
            return
        if draft:
            self.study.save_draft(DRAFT, subject, draft)
            self.entry.saved.setText(_("Draft saved {time}", time=clock(self.study.now())))
        else:
            self.study.drop_draft(DRAFT, subject)
            self.entry.saved.clear()
        self._kept = draft

    def _leave_as_draft(self) -> None:
        self._keep_draft()
        self._wanted = None
        self._close()
        self.go(Place(destination="today"))

    def _send(self) -> None:
        if self._patient is None:
            return
        try:
            command = self.entry.command()
        except RuleViolation as violation:
            self._send_refused(violation)
            return
        self._keep_draft()
        volume, who = amount(command.seen_volume_ml, "mL"), self._patient
        dialog = SignDialog(
            self.study,
            command,
            title=_("Send to check"),
            what=_("I have prepared this dose of {volume} for {patient}.", volume=volume, patient=who.han_name),
            facts=(
                (_("Patient"), _("{name}, {subject}", name=who.han_name, subject=who.subject_id)),
                (_("Volume to prepare"), volume),
            ),
            parent=self,
        )
        dialog.signed.connect(self._sent)
        dialog.refused.connect(self._send_refused)
        dialog.open()

    def _sent(self) -> None:
        if self._patient is not None:
            self._kept = {}
            self.study.drop_draft(DRAFT, self._patient.subject_id)
            self.entry.forget()
            self.said.emit(_("The dose is sent to the second person."))
            self.refresh()

    def _send_refused(self, violation: RuleViolation) -> None:
        self.refresh()
        self.entry.show_refusal(violation)

    def _check(self) -> None:
        prepared = self.sent.prepared
        if prepared is None:
            return

        def allow(person: Person) -> None:
            self.study.refuse_checker(prepared.preparation.id or 0, person)

        try:
            allow(self.study.who)
        except RuleViolation:
            second = False
        else:
            second = self.study.permits(CheckDose)
        if second:
            self._check_as(self.study.who)
            return
        dialog = SignInAsDialog(self.study, CheckDose, allow=allow, parent=self)
        dialog.accepted.connect(lambda: self._check_as(dialog.person))
        dialog.open()

    def _check_as(self, person: Person | None) -> None:
        prepared = self.sent.prepared
        if prepared is None or person is None:
            return
        waiting = self.study.dose_to_check(prepared.preparation.id or 0)
        dialog = CheckDoseDialog(self.study, waiting, person, parent=self)
        self.sent.conceal(True)
        dialog.rejected.connect(self.refresh)

        def done() -> None:
            self.said.emit(
                _("{name} confirmed the dose.", name=person.name)
                if dialog.agreed
                else _("{name} returned the dose.", name=person.name)
            )

        dialog.accepted.connect(done)
        self._ask(dialog)

    def _issue(self) -> None:
        if self.sent.prepared is None:
            return
        try:
            number = self.study.issue_sheet(self.sent.prepared.preparation.id or 0)
        except LnDeskError as refusal:
            self.say("stop", _("The sheet was not issued."), str(refusal))
            return
        self.said.emit(_("Sheet {number} is issued.", number=number))
        self.refresh()
        self._preview()

    def _preview(self) -> None:
        prepared = self.sent.prepared
        if prepared is None or prepared.sheet_no is None:
            return
        dialog = SheetPreviewDialog(self.study, prepared.sheet_no, parent=self)
        dialog.printed.connect(lambda number: self.said.emit(_("Sheet {number} is printed.", number=number)))
        dialog.open()

    def _infuse(self) -> None:
        if self.sent.prepared is not None:
            preparation = self.sent.prepared.preparation
            self.go(Place(destination="infusions", patient_id=preparation.patient_id, preparation_id=preparation.id))

    def _void(self) -> None:
        if self.sent.prepared is not None:
            dialog = VoidDoseDialog(self.study, self.sent.prepared, parent=self)
            dialog.accepted.connect(lambda: self.said.emit(_("The dose is void.")))
            self._ask(dialog)

    def _weigh(self) -> None:
        if self._patient is not None:
            dialog = RecordWeightDialog(self.study, self._patient, parent=self)
            dialog.accepted.connect(lambda: self.said.emit(_("The weight is recorded.")))
            self._ask(dialog)

    def _ask_before(self, view: BeforeView) -> None:
        dialog = BeforeInfusionDialog(self.study, view, parent=self)
        dialog.accepted.connect(lambda: self.said.emit(_("The answers are recorded.")))
        self._ask(dialog)

    def _correct_before(self, table: str, asked: BeforeInfusion) -> None:
        whose = "" if self._patient is None else self._patient.subject_id
        self._ask(CorrectDialog(self.study, table, asked, whose=whose, parent=self))

    def _lift_stop(self, view: BeforeView, stop: Finding) -> None:
        self._ask(LiftStopDialog(self.study, view, stop, parent=self))

    def _not_given(self) -> None:
        if self._patient is not None:
            case = self.study.dose_case(self._patient.id or 0)
            dialog = RecordNotGivenDialog(self.study, self._patient, case.infusion_no, parent=self)
            dialog.accepted.connect(
                lambda: self.said.emit(_("Infusion {n} is recorded as not given.", n=case.infusion_no))
            )
            self._ask(dialog)

    def _ask(self, dialog: QDialog) -> None:
        dialog.accepted.connect(self.refresh)
        dialog.open()

    def _connect_entry(self) -> None:
        QShortcut(QKeySequence("Ctrl+S"), self.entry).activated.connect(self.entry.preview)
        self.entry.edited.connect(self._keep_draft)
        self.entry.record_weight.connect(self._weigh)
        self.entry.before.ask.connect(self._ask_before)
        self.entry.before.correct.connect(self._correct_before)
        self.entry.before.lift.connect(self._lift_stop)
        self.entry.not_given.connect(self._not_given)
        self.entry.left_as_draft.connect(self._leave_as_draft)
        self.entry.send_pressed.connect(self._send)
        self.entry.authorise_wanted.connect(self._authorise)

    def _authorise(self, what: str) -> None:
        if self._patient is not None:
            case = self.study.dose_case(self._patient.id or 0)
            dialog = AuthoriseDoseDialog(self.study, self._patient, case.infusion_no, what, parent=self)
            dialog.accepted.connect(lambda: self.said.emit(_("Authorised for infusion {n}.", n=case.infusion_no)))
            self._ask(dialog)

    def _hand_over(self) -> None:
        if self.sent.prepared is not None:
            dialog = HandOverDialog(self.study, self.sent.prepared, parent=self)
            dialog.accepted.connect(lambda: self.said.emit(_("The containers are with the ward.")))
            self._ask(dialog)

    def _connect_sent(self) -> None:
        self.sent.handed_over.connect(self._hand_over)
        self.sent.check.connect(self._check)
        self.sent.issue.connect(self._issue)
        self.sent.preview.connect(self._preview)
        self.sent.infuse.connect(self._infuse)
        self.sent.void.connect(self._void)


def _waits(visit: CourseVisit) -> bool:
    return visit.kind == "infusion" and visit.outcome is None
