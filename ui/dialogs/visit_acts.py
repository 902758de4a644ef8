"""Begins an act on a visit: opens its dialog, or goes to the page on which it is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from lndesk.domain.course import CourseVisit
from lndesk.domain.patient import Patient
from lndesk.i18n import N_, _
from lndesk.services.infusions import MissInfusion, RecordNotGiven
from lndesk.study import Study
from ui.dialogs.add_visit import AddVisitDialog
from ui.dialogs.book_visit import BookVisitDialog
from ui.dialogs.decide_visit import DECISIONS, DecideVisitDialog
from ui.dialogs.miss_visit import MissVisitDialog
from ui.dialogs.move_visit import MoveVisitDialog
from ui.dialogs.readiness import ReadinessDialog
from ui.dialogs.record_arrival import RecordArrivalDialog
from ui.dialogs.record_visit import RecordVisitDialog
from ui.navigation import Go, Place

DONE_WORDS: Final = {
    "book": N_("A day is booked for {subject}."),
    "move": N_("The visit of {subject} is moved."),
    "arrive": N_("{subject} has arrived."),
    "record": N_("The visit of {subject} is recorded."),
    "miss": N_("The visit of {subject} is recorded as missed."),
    "miss_infusion": N_("The infusion of {subject} is recorded as missed."),
    "cancel": N_("The booking of {subject} is cancelled."),
    "add": N_("An unscheduled visit is added."),
}


class VisitActs(QObject):
    """What the pages share that show visits; `done` says what was done and about which visit."""

    done = Signal(str, object)

    def __init__(self, study: Study, go: Go, page: QWidget) -> None:
        super().__init__(page)
        self._study, self._go, self._page = study, go, page

    def begin(self, act: str, patient: Patient, visit: CourseVisit) -> None:
        """Begin an act on a visit."""
        if act == "prepare":
            self._go(Place(destination="dose", patient_id=patient.id))
        elif act == "open":
            self._go(Place(destination="patients", patient_id=patient.id))
        elif act == "ready":
            self.ask_whether_ready(patient.id or 0)
        else:
            self._open(self._dialog(act, patient, visit), act, patient, visit)

    def move(self, patient: Patient, visit: CourseVisit, to_on: dt.date) -> None:
        """Ask about a move to a day that is known; nothing is moved before the dialog's button."""
        self._open(self._mover(patient, visit, to_on), "move", patient, visit)

    def add_visit(self, patient: Patient | None = None, on: dt.date | None = None) -> None:
        """Ask for a visit that the protocol does not ask for."""
        dialog = AddVisitDialog(self._study, patient, on, self._page)
        dialog.accepted.connect(lambda: self.done.emit(_(DONE_WORDS["add"]), None))
        _show(dialog)

    def ask_whether_ready(self, patient_id: int) -> None:
        """Show whether a patient can be infused today."""
        _show(ReadinessDialog(self._study, patient_id, self._go, self._page))

    def _dialog(self, act: str, patient: Patient, visit: CourseVisit) -> QDialog:
        study, page = self._study, self._page
        match act:
            case "book":
                leave = self._not_given(patient, visit)
                return BookVisitDialog(study, patient, visit, on_not_given=leave, parent=page)
            case "move":
                return self._mover(patient, visit, None)
            case "arrive":
                return RecordArrivalDialog(study, patient, visit, page)
            case "record":
                return RecordVisitDialog(study, patient, visit, page)
            case "miss":
                return MissVisitDialog(study, patient, visit, page)
        return DecideVisitDialog(study, patient, visit, DECISIONS[act], page)

    def _mover(self, patient: Patient, visit: CourseVisit, to_on: dt.date | None) -> MoveVisitDialog:
        leave = self._not_given(patient, visit)
        return MoveVisitDialog(self._study, patient, visit, to_on=to_on, on_not_given=leave, parent=self._page)

    def _not_given(self, patient: Patient, visit: CourseVisit) -> Callable[[], None] | None:
        if visit.kind != "infusion" or not self._study.permits(RecordNotGiven):
            return None
        if self._study.today() > visit.closes_on:  # from then on an investigator decides whether it is missed
            decide = self._study.permits(MissInfusion)
            return (lambda: self.begin("miss_infusion", patient, visit)) if decide else None
        place = Place(destination="infusions", patient_id=patient.id, visit_id=visit.id, action="not_given")
        return lambda: self._go(place)

    def _open(self, dialog: QDialog, act: str, patient: Patient, visit: CourseVisit) -> None:
        words = DONE_WORDS.get(act, N_("Taken back for {subject}."))
        dialog.accepted.connect(lambda: self.done.emit(_(words, subject=patient.subject_id), visit))
        _show(dialog)


def _show(dialog: QDialog) -> None:
    dialog.finished.connect(lambda _result: dialog.deleteLater())
    dialog.open()
