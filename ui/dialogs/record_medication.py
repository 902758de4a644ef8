"""Record a drug that a patient takes beside the cells."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from lndesk.domain.medication import IV_CORTICOSTEROID, OTHER, PURPOSES, ROUTES, UNIT_WORDS
from lndesk.domain.patient import Patient
from lndesk.i18n import _
from lndesk.services.medications import RecordMedication
from lndesk.study import Study
from ui.widgets.choice import Choice
from ui.widgets.day_field import DayField
from ui.widgets.dialog import FormDialog
from ui.widgets.message import InlineMessage
from ui.widgets.state import set_shown


class RecordMedicationDialog(FormDialog):
    """Offers the drugs that the registry entry names; any other is typed. What it is flagged for is said at once."""

    def __init__(self, study: Study, patient: Patient, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Record medication"),
            _("Record medication"),
            explanation=_("{name}, {subject}", name=patient.han_name, subject=patient.subject_id),
            parent=parent,
        )
        self._study, self._patient = study, patient
        self._rules = study.protocol().medication
        self.drug = self.form.add("drug", _("Drug"), QComboBox())
        for listed in self._rules.allowed:
            self.drug.addItem(_("{drug}, {route}", drug=listed.label, route=_(ROUTES[listed.route])), listed.code)
        self.drug.addItem(_("Intravenous corticosteroid"), IV_CORTICOSTEROID)
        self.drug.addItem(_("Another drug, as written"), OTHER)
        self.drug.setPlaceholderText(_("Choose the drug"))
        self.drug.setCurrentIndex(-1)
        self.drug_name = self.form.add(
            "drug_name", _("Name of the drug"), QLineEdit(), hint=_("As on the package; needed for another drug.")
        )
        self.route = self.form.add("route", _("Route"), Choice([(code, _(word)) for code, word in ROUTES.items()]))
        self.dose = self.form.add("dose", _("Dose"), QLineEdit())
        self.dose_unit = self.form.add(
            "dose_unit", _("Unit"), Choice([(code, _(word)) for code, word in UNIT_WORDS.items()])
        )
        self.how_often = self.form.add(
            "how_often", _("How often"), QLineEdit(), hint=_("Such as: once a day. May stay empty.")
        )
        self.started_on = self.form.add("started_on", _("Started"), DayField(study.today))
        self.ended_on = self.form.add("ended_on", _("Ended"), DayField(study.today), hint=_("Empty while it goes on."))
        self.purpose = self.form.add(
            "purpose", _("Purpose"), Choice([(code, _(word)) for code, word in PURPOSES.items()])
        )
        self.notice = self.add(InlineMessage())
        self.drug.currentIndexChanged.connect(lambda _index: self._on_drug())
        self.route.changed.connect(self._say_notice)
        self.purpose.changed.connect(self._say_notice)

    def submit(self) -> None:
        """Record it."""
        self._study.run(
            RecordMedication(
                patient_id=self._patient.id or 0,
                drug=self.drug.currentData() or "",
                drug_name=self.drug_name.text(),
                route=self.route.value(),
                dose=self.dose.text(),
                dose_unit=self.dose_unit.value(),
                how_often=self.how_often.text(),
                started_on=self.started_on.value(),
                ended_on=self.ended_on.optional_value(),
                purpose=self.purpose.value(),
            )
        )

    def _on_drug(self) -> None:
        code = self.drug.currentData()
        listed = self._rules.listed(code or "")
        self.route.set_value("iv" if code == IV_CORTICOSTEROID else "" if listed is None else listed.route)
        self._say_notice()

    def _say_notice(self) -> None:
        code, route = self.drug.currentData(), self.route.value()
        listed = self._rules.listed(code or "")
        if code == IV_CORTICOSTEROID or (code == "oral_corticosteroid" and route == "iv"):
            todo = (
                _("Premedication is told apart, and flagged all the same.")
                if self.purpose.value() == "premedication"
                else _("It is flagged, and the investigator decides whether it is a pulse.")
            )
            what = _("Intravenous corticosteroid pulse therapy is prohibited in both arms (registry entry, line 46).")
            self.notice.show_message("warn", what, todo)
        elif code == OTHER or (listed is not None and route and route != listed.route):
            self.notice.show_message(
                "info", _("The registry entry does not list it (line 46). It is recorded as it is, and flagged.")
            )
        else:
            self.notice.clear()
        set_shown(self.notice, bool(self.notice.text()))
        if self.isVisible():
            self._make_room()
