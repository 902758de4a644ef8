"""Add a visit that the protocol does not ask for."""

from __future__ import annotations

import datetime as dt

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from lndesk.domain.errors import RuleViolation
from lndesk.domain.patient import Patient
from lndesk.i18n import Sentence, _
from lndesk.services.visits import AddUnscheduledVisit
from lndesk.study import Study
from ui.widgets.choice import Choice
from ui.widgets.day_field import DayField
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Strong
from ui.widgets.visit_words import full_name, identifiers

BOOK, DONE = "book", "done"


class AddVisitDialog(FormDialog):
    """For a known patient, or for one who is chosen here; booked, or recorded as done."""

    def __init__(
        self, study: Study, patient: Patient | None = None, on: dt.date | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            _("Unscheduled visit"),
            _("Add visit"),
            explanation=_("A visit that the protocol does not ask for. It moves no other visit."),
            parent=parent,
        )
        self._study, self._patient = study, patient
        self.who: QComboBox | None = None
        if patient is None:
            self.who = self.form.add("patient_id", _("Patient"), self._people())
        else:
            self.form.add_row(_("Patient"), Strong(f"{full_name(patient)}   {identifiers(patient)}"))
        self.visit_on = self.form.add("visit_on", _("Day"), DayField(study.today), hint=_("t is today, -1d yesterday."))
        options = ((BOOK, _("Book it")), (DONE, _("It took place")))
        self.how = self.form.add("done", _("What to record"), Choice(options))
        self.reason = self.form.add("reason", _("Reason"), QLineEdit(), hint=_("What the visit is for."))
        self.visit_on.set_value(on)
        if on is not None and on != study.today():
            self.how.set_value(BOOK if on > study.today() else DONE)

    def submit(self) -> None:
        """Add it."""
        patient_id = self._patient.id if self._patient else self.who.currentData() if self.who else None
        if patient_id is None:
            raise RuleViolation(Sentence("Choose the patient."), field="patient_id")
        if not self.how.value():
            raise RuleViolation(Sentence("Say whether it is booked or took place."), field="done")
        self._study.run(
            AddUnscheduledVisit(
                patient_id=patient_id,
                visit_on=self.visit_on.value(),
                reason=self.reason.text(),
                done=self.how.value() == DONE,
            )
        )

    def _people(self) -> QComboBox:
        box = QComboBox()
        for row in self._study.patients():
            box.addItem(f"{full_name(row.patient)}   {identifiers(row.patient)}", row.patient.id)
        box.setPlaceholderText(_("Choose the patient"))
        box.setCurrentIndex(-1)
        return box
