"""The investigator allows, for one infusion, what the rules stop."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.patient import Patient
from lndesk.domain.preparation import AUTHORISED_WORDS
from lndesk.i18n import _
from lndesk.services.authorisations import AuthoriseDose
from lndesk.study import Study
from ui.widgets.dialog import FormDialog
from ui.widgets.signing import SignatureRows


class AuthoriseDoseDialog(FormDialog):
    """Names what is allowed and for which infusion, asks why, and takes the signature."""

    def __init__(
        self, study: Study, patient: Patient, infusion_no: int, what: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            _("Authorise this once"),
            _("Sign authorisation"),
            explanation=_(
                "{name}, {subject}, infusion {n}: {what}.",
                name=patient.han_name,
                subject=patient.subject_id,
                n=infusion_no,
                what=_(AUTHORISED_WORDS[what]),
            ),
            parent=parent,
        )
        self._patient_id, self._what = patient.id or 0, what
        self.reason = self.form.add("reason", _("Reason"), QLineEdit(), hint=_("At least 10 characters."))
        self.signature = SignatureRows(self.form, study, AuthoriseDose.meaning)
        self.signature.state(
            _("I authorise for infusion {n} of {patient}: {what}.", n=infusion_no, patient=patient.han_name,
              what=_(AUTHORISED_WORDS[what]))
        )  # fmt: skip

    def submit(self) -> None:
        """Sign it."""
        self.signature.sign(AuthoriseDose(patient_id=self._patient_id, what=self._what, reason=self.reason.text()))
