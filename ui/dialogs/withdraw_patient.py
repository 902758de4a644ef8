"""Withdraw an enrolled patient, and take a withdrawal back."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.errors import RuleViolation
from lndesk.domain.patient import Patient
from lndesk.domain.withdrawal import REQUESTED_BY
from lndesk.i18n import Sentence, _, ngettext
from lndesk.queries.patients import PatientRecord
from lndesk.services.withdrawals import TakeBackWithdrawal, WithdrawPatient
from lndesk.study import Study
from ui.widgets.choice import LineChoice
from ui.widgets.day_field import DayField
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Text
from ui.widgets.message import InlineMessage, joined
from ui.widgets.signing import SignatureRows


class WithdrawPatientDialog(FormDialog):
    """Says what it brings with it; asks for the Subject ID once more, and for the signature."""

    def __init__(self, study: Study, record: PatientRecord, parent: QWidget | None = None) -> None:
        patient = record.patient
        super().__init__(
            _("Withdraw {subject}", subject=patient.subject_id),
            _("Withdraw {subject}", subject=patient.subject_id),
            leave=_("Keep {subject} in the trial", subject=patient.subject_id),
            explanation=f"{patient.han_name}  {patient.latin_name}",
            parent=parent,
        )
        self._patient, self._record = patient, record
        self.effect = InlineMessage()
        self.body.insertWidget(0, self.effect)
        self.withdrawn_on = self.form.add("withdrawn_on", _("Withdrawn on"), DayField(study.today))
        self.requested_by = self.form.add(
            "requested_by", _("Requested by"), LineChoice([(code, _(word)) for code, word in REQUESTED_BY.items()])
        )
        self.reason = self.form.add("reason", _("Reason"), QLineEdit(), hint=_("At least 10 characters."))
        self.follow_up = self.form.add(
            "follow_up", _("Follow-up goes on"), LineChoice([("yes", _("Yes")), ("no", _("No"))])
        )
        self.subject_id = self.form.add(
            "subject_id", _("Type the Subject ID"), QLineEdit(), hint=_("So that nobody else is withdrawn.")
        )
        self.signature = SignatureRows(self.form, study, WithdrawPatient.meaning)
        self.signature.state(_("I withdraw {patient} from the trial, as stated above.", patient=patient.han_name))
        self.body.addStretch(1)  # spare height goes here, and not into the message
        self.follow_up.changed.connect(self._say_effect)
        self._say_effect()

    def submit(self) -> None:
        """Check the Subject ID and sign."""
        if not self.follow_up.value():
            raise RuleViolation(Sentence("Answer whether the follow-up goes on."), field="follow_up")
        if self.subject_id.text().strip().upper() != self._patient.subject_id:
            raise RuleViolation(
                Sentence("This is not {subject}.", subject=self._patient.subject_id), field="subject_id"
            )
        self.signature.sign(
            WithdrawPatient(
                patient_id=self._patient.id or 0,
                withdrawn_on=self.withdrawn_on.value(),
                requested_by=self.requested_by.value(),
                reason=self.reason.text(),
                follow_up=self.follow_up.value() == "yes",
            )
        )

    def _say_effect(self) -> None:
        waiting = [visit for visit in self._record.course if visit.outcome is None]
        infusions = sum(visit.kind == "infusion" for visit in waiting)
        others = len(waiting) - infusions
        said = []
        if infusions:
            said.append(
                ngettext(
                    "{n} infusion is recorded as not given; a dose under way is voided.",
                    "{n} infusions are recorded as not given; a dose under way is voided.",
                    infusions,
                )
            )
        if self.follow_up.value() == "no" and others:
            said.append(ngettext("{n} visit is cancelled.", "{n} visits are cancelled.", others))
        if self.follow_up.value() == "yes":
            said.append(_("The other visits stay planned."))
        self.effect.show_message("warn", _("No dose can be prepared any more."), joined(*said))
        if self.isVisible():
            self._make_room()


class TakeBackWithdrawalDialog(FormDialog):
    """Says what waits again, asks why it was a mistake, and takes the signature."""

    def __init__(self, study: Study, patient: Patient, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Take back withdrawal"),
            _("Take back withdrawal"),
            leave=_("Leave it on record"),
            explanation=_("{name}, {subject}", name=patient.han_name, subject=patient.subject_id),
            parent=parent,
        )
        self._patient = patient
        self.form.add_row(
            _("Afterwards"),
            Text(_("Infusions and visits that it settled wait again. A dose that was voided stays void."), wrap=True),
        )
        self.reason = self.form.add("reason", _("Reason"), QLineEdit(), hint=_("Why it was recorded by mistake."))
        self.signature = SignatureRows(self.form, study, TakeBackWithdrawal.meaning)
        self.signature.state(_("I take back the withdrawal of {patient}.", patient=patient.han_name))

    def submit(self) -> None:
        """Sign it."""
        self.signature.sign(TakeBackWithdrawal(patient_id=self._patient.id or 0, reason=self.reason.text()))
