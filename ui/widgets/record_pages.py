"""The sub-pages of a patient's record: consent and eligibility, weights, infusions and doses."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lndesk.domain.infusion import REASON_WORDS, Infusion
from lndesk.domain.patient import Consent, Weight
from lndesk.domain.preparation import STATUS_WORDS, Preparation
from lndesk.domain.protocol import Protocol
from lndesk.domain.quantity import rounded
from lndesk.i18n import _, amount, clock, day, moment, number
from lndesk.queries.patients import PatientRecord
from lndesk.services.command import Command
from lndesk.services.corrections import CorrectConsent, CorrectWeight
from lndesk.services.course_corrections import CorrectAssignment, CorrectInfusion
from lndesk.study import Study
from ui.table_model import Column
from ui.widgets.before_card import BeforeCard
from ui.widgets.buttons import Button, button_row
from ui.widgets.card import Card
from ui.widgets.following_scroll import FollowingScroll
from ui.widgets.labels import Section, Text
from ui.widgets.patient_marks import DOSE_MARKS
from ui.widgets.screening_record import ScreeningRecord
from ui.widgets.signature_lines import SignatureLines
from ui.widgets.state import set_shown
from ui.widgets.table import Table

Child = TypeVar("Child", bound=QWidget)
CONSENTS_HEIGHT = 132


class _SubPage(QWidget):
    correct = Signal(str, object)

    def __init__(self, study: Study) -> None:
        super().__init__()
        self._study = study
        self._corrections: list[tuple[Button, type[Command]]] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 12, 0, 0)
        self.column.setSpacing(8)

    def add(self, widget: Child, stretch: int = 0) -> Child:
        self.column.addWidget(widget, stretch)
        return widget

    def add_correction(self, table: str, rows: Table[Any], text: str, command: type[Command]) -> Button:
        """Add a button that corrects the row with the cursor, where the role does it."""

        def ask() -> None:
            if (row := rows.current_row()) is not None:
                self.correct.emit(table, row)

        button = Button(text, ask, icon_name="pencil")
        button.setEnabled(False)
        rows.row_selected.connect(lambda row: button.setEnabled(row is not None))
        rows.model().modelReset.connect(lambda: button.setEnabled(rows.current_row() is not None))
        button.setToolTip(_("Select a line first."))
        self._corrections.append((button, command))
        self.column.addLayout(button_row(button))
        return button

    def offer_corrections(self) -> None:
        """Show the buttons of what the person's role corrects."""
        for button, command in self._corrections:
            set_shown(button, self._study.permits(command))


class ConsentPage(_SubPage):
    """Consents, the investigator's statement, and the arm behind a button: the trial is single blind."""

    def __init__(self, study: Study) -> None:
        super().__init__(study)
        self._assignment: Any = None
        scroll = self.add(FollowingScroll())
        self.column = scroll.column
        self.consents: Table[Consent] = Table(
            _consent_columns(),
            name=_("Consents"),
            empty=_("No consent yet. Record the signed consent first."),
            key=lambda consent: consent.id,
        )
        self.consents.setFixedHeight(CONSENTS_HEIGHT)
        self.add(self.consents)
        self.correct_consent = self.add_correction("consent", self.consents, _("Correct consent"), CorrectConsent)
        self.screening = ScreeningRecord(study)
        eligibility = self.add(Card(_("Eligibility")))
        self.statement = eligibility.add(Text(wrap=True))
        self.eligibility_signed = eligibility.add(SignatureLines())
        card = self.add(Card(_("Arm")))
        self.correct_arm = card.add_to_header(
            Button(_("Correct arm"), lambda: self.correct.emit("assignment", self._assignment), icon_name="pencil")
        )
        self.arm = card.add(Text(wrap=True))
        self.arm_signed = card.add(SignatureLines())
        self.show_arm = card.add(Button(_("Show arm"), self._reveal, icon_name="eye-off"))
        card.content.setAlignment(self.show_arm, Qt.AlignmentFlag.AlignLeft)
        self.add(self.screening)
        self.column.addStretch(1)

    def show_record(self, record: PatientRecord, protocol: Protocol) -> None:
        """Show what is on record; the arm is hidden again."""
        self.screening.show_screening(self._study.screening(record.patient.id or 0), record.statement)
        self.offer_corrections()
        self.consents.set_rows(record.consents)
        self.statement.setText(_statement_words(record))
        self.arm.setText(_arm_words(record, protocol))
        self._assignment, statement = record.assignment, record.statement
        self.eligibility_signed.show_signatures(
            self._study.signatures("statement", statement.id or 0) if statement else ()
        )
        self.arm_signed.show_signatures(())
        set_shown(self.correct_arm, False)
        set_shown(self.arm, record.assignment is None)
        set_shown(self.show_arm, record.assignment is not None)

    def _reveal(self) -> None:
        self.show_arm.setVisible(False)
        self.arm.setVisible(True)
        self.arm_signed.show_signatures(self._study.signatures("assignment", self._assignment.id or 0))
        self.correct_arm.setVisible(self._study.permits(CorrectAssignment))


class WeightsPage(_SubPage):
    """The readings of the scale, newest first, with the change from the one before."""

    def __init__(self, study: Study) -> None:
        super().__init__(study)
        self._before: dict[int | None, Decimal] = {}
        self.weights: Table[Weight] = self.add(
            Table(
                self._columns(),
                name=_("Weights"),
                empty=_("No weight yet. The dose is computed from it."),
                key=lambda weight: weight.id,
            ),
            1,
        )
        self.correct_weight = self.add_correction("weight", self.weights, _("Correct weight"), CorrectWeight)

    def show_record(self, record: PatientRecord) -> None:
        """Show the weights."""
        self.offer_corrections()
        readings = record.weights
        self._before = {later.id: earlier.kg for later, earlier in pairwise(readings)}
        self.weights.set_rows(readings)

    def _columns(self) -> tuple[Column[Weight], ...]:
        return (
            Column[Weight](_("Measured"), lambda weight: moment(weight.measured_at)),
            Column[Weight](_("Weight"), lambda weight: amount(weight.kg, "kg"), align="right"),
            Column[Weight](_("Change"), self._change, align="right"),
            Column[Weight](_("Scale"), lambda weight: weight.scale),
            Column[Weight](_("Recorded by"), lambda weight: weight.measured_by),
            Column[Weight](_("Recorded"), lambda weight: moment(weight.recorded_at)),
        )

    def _change(self, weight: Weight) -> str:
        before = self._before.get(weight.id)
        return "" if before is None else change_words(before, weight.kg)


class DosesPage(_SubPage):
    """The infusions as given or not given, and the doses that were prepared for them."""

    def __init__(self, study: Study) -> None:
        super().__init__(study)
        self.before = self.add(BeforeCard(study))
        self.before.correct.connect(self.correct)
        self.add(Section(_("Infusions")))
        self.infusions: Table[Infusion] = self.add(
            Table(_infusion_columns(), name=_("Infusions"), empty=_("No infusion yet."), key=lambda row: row.id), 1
        )
        self.correct_infusion = self.add_correction("infusion", self.infusions, _("Correct infusion"), CorrectInfusion)
        self.add(Section(_("Doses prepared")))
        self.doses: Table[Preparation] = self.add(
            Table(_dose_columns(), name=_("Doses prepared"), empty=_("No dose was prepared yet.")), 1
        )

    def show_record(self, record: PatientRecord) -> None:
        """Show infusions and doses."""
        self.offer_corrections()
        waits = record.infuses
        number = record.next_infusion_no
        self.before.show_view(self._study.before_infusion(record.patient.id or 0, number) if waits else None)
        self.infusions.set_rows(record.infusions)
        self.doses.set_rows(record.preparations)


def change_words(before: Decimal, after: Decimal) -> str:
    """Say the change between two weights, per cent."""
    return amount(rounded((after - before) * 100 / before, 1), "%", sign=True)


def _consent_columns() -> tuple[Column[Consent], ...]:
    return (
        Column[Consent](_("Version"), lambda consent: consent.form_version),
        Column[Consent](_("Signed"), lambda consent: moment(consent.consented_at)),
        Column[Consent](_("Taken by"), lambda consent: consent.taken_by),
        Column[Consent](_("Guardian"), lambda consent: consent.guardian),
        Column[Consent](_("Copy given"), _copy_words),
        Column[Consent](_("The child agrees"), lambda consent: _("Yes") if consent.child_assented else ""),
        Column[Consent](_("Recorded"), lambda consent: moment(consent.recorded_at)),
    )


def _infusion_columns() -> tuple[Column[Infusion], ...]:
    return (
        Column[Infusion](_("Infusion"), lambda row: number(row.infusion_no)),
        Column[Infusion](_("Day"), lambda row: day(row.happened_on)),
        Column[Infusion](_("Time"), _times),
        Column[Infusion](_("Volume"), lambda row: amount(row.volume_ml, "mL") if row.volume_ml else "", align="right"),
        Column[Infusion](_("Viable cells"), lambda row: number(row.cells) if row.cells else "", align="right"),
        Column[Infusion](_("Given by"), lambda row: row.given_by),
        Column[Infusion](_("Remarks"), _infusion_remarks),
    )


def _times(row: Infusion) -> str:
    if row.started_at is None or row.ended_at is None:
        return ""
    return _("{start} to {end}", start=clock(row.started_at), end=clock(row.ended_at))


def _infusion_remarks(row: Infusion) -> str:
    not_given = "" if row.given else _("Not given: {reason}", reason=_(REASON_WORDS.get(row.reason, row.reason)))
    return "  ".join(part for part in (not_given, row.reaction, row.remark) if part)


def _dose_columns() -> tuple[Column[Preparation], ...]:
    return (
        Column[Preparation](_("Infusion"), lambda row: number(row.infusion_no)),
        Column[Preparation](
            _("Status"), lambda row: _(STATUS_WORDS[row.status]), status=lambda row: DOSE_MARKS[row.status]
        ),
        Column[Preparation](_("Volume"), lambda row: amount(row.volume_ml, "mL"), align="right"),
        Column[Preparation](_("Target dose"), lambda row: number(row.target_cells), align="right"),
        Column[Preparation](_("Prepared at"), lambda row: moment(row.prepared_at)),
        Column[Preparation](_("Prepared by"), lambda row: row.prepared_by),
    )


def _copy_words(consent: Consent) -> str:
    if consent.copy_given is None:
        return _("Not recorded")
    return _("Yes") if consent.copy_given else _("No")


def _statement_words(record: PatientRecord) -> str:
    statement = record.statement
    if statement is None:
        return _("The investigator has not signed yet.")
    said = _("Eligible") if statement.eligible else _("Not eligible: {reason}", reason=statement.remark)
    signed = _("Signed by {who}, {when}.", who=statement.signed_by, when=statement.signed_at)
    return f"{said}\n{signed}"


def _arm_words(record: PatientRecord, protocol: Protocol) -> str:
    arm = record.assignment
    if arm is None:
        return _("No arm is assigned yet.")
    signed = _(
        "Assigned by {who}, {when}. Reason: {reason}", who=arm.assigned_by, when=arm.assigned_at, reason=arm.reason
    )
    return f"{protocol.arms[arm.arm].label}\n{signed}"
