"""Record a drug that a patient takes beside the cells."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from lndesk.domain.medication import IV_CORTICOSTEROID, OTHER, PURPOSES, ROUTES, UNIT_WORDS
from lndesk.domain.patient import Patient
from lndesk.i18n import _
from lndesk.services.medications import RecordMedication
from lndesk.study import Study
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
        self.route = self.form.add("route", _("Route"), _coded(ROUTES, _("Choose the route")))
        self.dose = self.form.add("dose", _("Dose"), QLineEdit())
        self.dose_unit = self.form.add("dose_unit", _("Unit"), _coded(UNIT_WORDS, _("Choose the unit")))
        self.how_often = self.form.add(
            "how_often", _("How often"), QLineEdit(), hint=_("Such as: once a day. May stay empty.")
        )
        self.started_on = self.form.add("started_on", _("Started"), DayField(study.today))
        self.ended_on = self.form.add("ended_on", _("Ended"), DayField(study.today), hint=_("Empty while it goes on."))
        self.purpose = self.form.add("purpose", _("Purpose"), _coded(PURPOSES, _("Choose the purpose")))
        self.notice = self.add(InlineMessage())
        self.body.addStretch(1)  # spare height goes here, and not into the message
        self.drug.currentIndexChanged.connect(lambda _index: self._on_drug())
        self.route.currentIndexChanged.connect(lambda _index: self._say_notice())
        self.purpose.currentIndexChanged.connect(lambda _index: self._say_notice())

    def submit(self) -> None:
        """Record it."""
        self._study.run(
            RecordMedication(
                patient_id=self._patient.id or 0,
                drug=self.drug.currentData() or "",
                drug_name=self.drug_name.text(),
                route=self.route.currentData() or "",
                dose=self.dose.text(),
                dose_unit=self.dose_unit.currentData() or "",
                how_often=self.how_often.text(),
                started_on=self.started_on.value(),
                ended_on=self.ended_on.optional_value(),
                purpose=self.purpose.currentData() or "",
            )
        )

    def _on_drug(self) -> None:
        code = self.drug.currentData()
        listed = self._rules.listed(code or "")
        route = "iv" if code == IV_CORTICOSTEROID else "" if listed is None else listed.route
        self.route.setCurrentIndex(self.route.findData(route) if route else -1)
        self._say_notice()

    def _say_notice(self) -> None:
        code, route = self.drug.currentData(), self.route.currentData()
        listed = self._rules.listed(code or "")
        if code == IV_CORTICOSTEROID or (code == "oral_corticosteroid" and route == "iv"):
            todo = (
                _("Premedication is told apart, and flagged all the same.")
                if self.purpose.currentData() == "premedication"
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


def _coded(words: dict[str, str], placeholder: str) -> QComboBox:
    box = QComboBox()
    for code, word in words.items():
        box.addItem(_(word), code)
    box.setPlaceholderText(placeholder)
    box.setCurrentIndex(-1)
    return box
