"""The first sub-page of a patient's record: where the course stands, why, and what can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from lndesk.domain.course import CourseVisit
from lndesk.domain.patient import allergy_text
from lndesk.i18n import _, amount, day
from lndesk.queries.care import MedicationRow
from lndesk.queries.patients import PatientRecord
from lndesk.queries.record_steps import STEP_WORDS, RecordStep
from lndesk.services.corrections import CorrectPatient
from lndesk.services.course_corrections import CorrectVisit
from lndesk.study import Study
from ui.table_model import Column
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.course_acts import CourseActs
from ui.widgets.flow import FlowLayout, keep_height
from ui.widgets.labels import Muted, Text
from ui.widgets.record_alerts import RecordAlerts, flag_words
from ui.widgets.record_pages import change_words
from ui.widgets.state import set_shown
from ui.widgets.table import Table
from ui.widgets.visit_words import STATES


@dataclass(frozen=True, slots=True)
class OfferedStep:
    """One act that the signed-in person's role does, with what stands in its way now."""

    step: RecordStep
    icon_name: str


class Overview(QWidget):
    """The visits with their reasons; below them the acts on offer and the latest facts."""

    correct = Signal(str, object)
    act_wanted = Signal(str, object)
    """Emitted with an act on a visit, and the visit; with none, for an act on the whole course."""

    def __init__(self, study: Study, on_step: Callable[[str], object]) -> None:
        super().__init__()
        self._study, self._today, self._on_step = study, study.today, on_step
        self._record: PatientRecord | None = None
        self._drugs: list[MedicationRow] = []
        self.course: Table[CourseVisit] = Table(
            self._columns(),
            name=_("Course"),
            empty=_("No visits yet. They are planned when the investigator assigns the arm."),
            key=lambda visit: visit.id,
        )
        self.facts = QGridLayout()
        self.facts.setHorizontalSpacing(16)
        self.facts.setVerticalSpacing(6)
        self.facts.setColumnStretch(1, 1)
        latest = Card(_("Latest"))
        self.correct_identity = latest.add_to_header(
            Button(_("Correct identity"), self._correct_identity, icon_name="pencil")
        )
        latest.content.addLayout(self.facts)
        latest.content.addStretch(1)
        self.steps = Card(_("What can be done"))
        self.correct_visit = self.steps.add_to_header(
            Button(_("Correct visit"), self._correct_visit, icon_name="pencil")
        )
        self.correct_visit.setToolTip(_("Select a visit that took place or was missed."))
        self.course.row_selected.connect(lambda _row: self._offer_correction())
        self.course_acts = CourseActs(study)
        self.course_acts.wanted.connect(self._want)
        self._buttons = QWidget()
        self._flow = FlowLayout(gap=8, line_gap=8, parent=self._buttons)
        self._flow.setContentsMargins(0, 0, 0, 0)
        keep_height(self._buttons)
        self.steps.add(self._buttons)
        self.why_not = self.steps.add(Muted())
        self.steps.content.addStretch(1)
        self.alerts = RecordAlerts(study)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.steps, 1)
        row.addWidget(latest, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.alerts)
        column.addWidget(self.course, 1)
        column.addWidget(self.course_acts)
        column.addLayout(row)

    def show_record(self, record: PatientRecord, steps: Sequence[OfferedStep], waits_for: str = "") -> None:
        """Show a record, the acts on offer, and whom the course waits for when it is another role."""
        self._record = record
        self._drugs = self._study.medications(record.patient.id or 0)
        self.alerts.show_record(record, self._drugs)
        self.course.set_rows(record.course)
        if self.course.current_row() is None and record.next_visit is not None:
            self.course.select(record.next_visit.id)
        self._offer_correction()
        _empty(self.facts)
        for row, (label, said) in enumerate(self._facts(record)):
            self.facts.addWidget(Text(label, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            value = Text(said, wrap=True)
            value.setAlignment(Qt.AlignmentFlag.AlignTop)
            self.facts.addWidget(value, row, 1)
        _empty(self._flow)
        for offered in steps:
            self._add_step(offered)
        reasons = [_reason(offered.step) for offered in steps if offered.step.why_not is not None]
        nothing = [] if steps else [_("Your role reads this record.")]
        self.why_not.setText("\n".join([*([waits_for] if waits_for else []), *reasons, *nothing]))
        set_shown(self.why_not, bool(self.why_not.text()))

    def _offer_correction(self) -> None:
        visit = self.course.current_row()
        may = visit is not None and (
            (visit.outcome == "missed" and visit.kind != "infusion")
            or (visit.outcome == "done" and visit.kind != "infusion")
        )
        self.correct_visit.setEnabled(may)
        self.course_acts.show_visit(visit)
        set_shown(self.correct_identity, self._study.permits(CorrectPatient))
        set_shown(self.correct_visit, self._study.permits(CorrectVisit))

    def _correct_visit(self) -> None:
        if (visit := self.course.current_row()) is not None:
            self.correct.emit("visit", visit)

    def _want(self, act: str) -> None:
        self.act_wanted.emit(act, self.course.current_row())

    def _correct_identity(self) -> None:
        if self._record is not None:
            self.correct.emit("patient", self._record.patient)

    def _add_step(self, offered: OfferedStep) -> None:
        code = offered.step.code
        button = Button(_(STEP_WORDS[code]), lambda: self._on_step(code), icon_name=offered.icon_name)
        if offered.step.why_not is not None:
            button.setEnabled(False)
            button.setAccessibleDescription(str(offered.step.why_not))
        self._flow.addWidget(button)

    def _facts(self, record: PatientRecord) -> list[tuple[str, str]]:
        waiting = record.next_visit
        facts = [
            (
                _("Next"),
                _("None planned") if waiting is None else _("{visit}, {day}", visit=waiting.label, day=waiting.day),
            ),
            (_("Weight"), _weight_words(record)),
            (_("Consent"), _consent_words(record)),
            (_("Allergies"), allergy_text(record.patient)),
        ]
        facts.append((_("Alerts"), flag_words(self._drugs)))
        if record.assignment is not None:
            facts.append((_("Contraception"), str(record.contraception.in_short)))
        return facts

    def _columns(self) -> tuple[Column[CourseVisit], ...]:
        return (
            Column[CourseVisit](_("Visit"), lambda visit: visit.label),
            Column[CourseVisit](_("Day"), lambda visit: day(visit.day)),
            Column[CourseVisit](
                _("Status"),
                lambda visit: STATES[visit.status(self._today())].word,
                status=lambda visit: STATES[visit.status(self._today())].status,
            ),
            Column[CourseVisit](_("Why this day"), lambda visit: visit.why, tooltip=lambda visit: visit.why),
        )


def _reason(step: RecordStep) -> str:
    return _("{act}: {why}", act=_(STEP_WORDS[step.code]), why=step.why_not)


def _weight_words(record: PatientRecord) -> str:
    if not record.weights:
        return _("Not recorded")
    latest = record.weights[0]
    said = _("{weight}, {when}", weight=amount(latest.kg, "kg"), when=latest.measured_at)
    if len(record.weights) == 1:
        return said
    return f"{said} ({change_words(record.weights[1].kg, latest.kg)})"


def _consent_words(record: PatientRecord) -> str:
    if not record.consents:
        return _("Not recorded")
    latest = record.consents[0]
    return _("Version {version}, signed {day}", version=latest.form_version, day=latest.consented_at.date())


def _empty(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
