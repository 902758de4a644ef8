"""The investigator signs whether a patient is eligible."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.errors import RuleViolation
from lndesk.domain.patient import age_on
from lndesk.i18n import Sentence, _, day
from lndesk.queries.patients import PatientRecord
from lndesk.services.patients import SignEligibility
from lndesk.study import Study
from ui.widgets.choice import Choice
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Text
from ui.widgets.signing import SignatureRows


class SignEligibilityDialog(FormDialog):
    """Shows the facts, says what is signed, and takes the signature: the investigator's password."""

    def __init__(
        self, study: Study, record: PatientRecord, parent: QWidget | None = None, *, eligible: bool | None = None
    ) -> None:
        patient = record.patient
        titles = {None: _("Sign eligibility"), True: _("Sign as eligible"), False: _("Sign as not eligible")}
        super().__init__(
            titles[eligible],
            _("Sign statement"),
            explanation=_("{name}, {subject}", name=patient.han_name, subject=patient.subject_id),
            parent=parent,
        )
        self._study, self._record = study, record
        self.form.add_row(_("Consent"), Text(self._consent_words()))
        self.form.add_row(_("Age at consent"), Text(self._age_words(), wrap=True))
        self.eligible = self.form.add(
            "eligible", _("The patient is"), Choice([("yes", _("Eligible")), ("no", _("Not eligible"))])
        )
        self.remark = self.form.add("remark", _("Reason"), QLineEdit(), hint=_("Needed when not eligible."))
        self.signature = SignatureRows(self.form, study, SignEligibility.meaning)
        self.eligible.changed.connect(self._show_statement)
        if eligible is not None:
            self.eligible.set_value("yes" if eligible else "no")
            self.form.set_visible("eligible", False)
            self.form.set_visible("remark", not eligible)
        self._show_statement()

    def submit(self) -> None:
        """Check the signature and record the statement."""
        if not self.eligible.value():
            raise RuleViolation(Sentence("Choose whether the patient is eligible."), field="eligible")
        self.signature.sign(
            SignEligibility(
                patient_id=self._record.patient.id or 0,
                eligible=self.eligible.value() == "yes",
                remark=self.remark.text(),
            )
        )

    def _show_statement(self) -> None:
        values = {"name": self._study.who.name, "patient": self._record.patient.han_name}
        match self.eligible.value():
            case "yes":
                act = _("Sign as eligible")
                said = _(
                    "I, {name}, have compared {patient}'s records with the inclusion and exclusion criteria of {trial},"
                    " protocol version {version}. The patient is eligible.",
                    trial=self._study.protocol().trial_id,
                    version=self._study.protocol().version,
                    **values,
                )
            case "no":
                act = _("Sign as not eligible")
                said = _("I, {name}, state that {patient} is not eligible, for the reason above.", **values)
            case _none:
                act, said = _("Sign statement"), _("Choose above; the statement then stands here.")
        self.act.set_text(act)
        self.signature.state(said)

    def _consent_words(self) -> str:
        if not self._record.consents:
            return _("Not recorded")
        consent = self._record.consents[0]
        return _(
            "Version {version}, signed {when}, taken by {who}",
            version=consent.form_version, when=consent.consented_at, who=consent.taken_by,
        )  # fmt: skip

    def _age_words(self) -> str:
        rules, consents = self._study.protocol().eligibility, self._record.consents
        on = consents[0].consented_at.date() if consents else self._study.today()
        return _(
            "{age} y, born {day}; the trial takes {least} to {most} (registry entry, line 58)",
            age=age_on(self._record.patient.born_on, on),
            day=day(self._record.patient.born_on),
            least=rules.age_at_least,
            most=rules.age_at_most,
        )
