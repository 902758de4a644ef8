"""Record a signed consent; under age, the guardian's consent and the child's assent belong to it."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QCompleter, QLineEdit, QWidget

from lndesk.domain.errors import RuleViolation
from lndesk.domain.patient import Patient, age_on
from lndesk.i18n import _
from lndesk.services.patients import RecordConsent
from lndesk.study import Study
from ui.widgets.dialog import FormDialog
from ui.widgets.moment_field import MomentField


class RecordConsentDialog(FormDialog):
    """Asks for version, instant and who took it; the rows for a minor come and go with the age at consent."""

    def __init__(self, study: Study, patient: Patient, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Record consent"),
            _("Record consent"),
            explanation=_("{name}, {subject}", name=patient.han_name, subject=patient.subject_id),
            parent=parent,
        )
        self._study, self._patient = study, patient
        self._limit = study.protocol().eligibility.guardian_below_age
        self.form_version = self.form.add("form_version", _("Version of the form"), QLineEdit())
        self.consented_at = self.form.add("consented_at", _("Signed"), MomentField(study.now))
        self.taken_by = self.form.add("taken_by", _("Taken by"), QLineEdit())
        self.taken_by.setCompleter(QCompleter([account.name for account in study.accounts()], self))
        self.copy_given = self.form.add("copy_given", _("Copy given"), QCheckBox(_("The patient has a signed copy")))
        self.guardian = self.form.add(
            "guardian",
            _("Guardian"),
            QLineEdit(),
            hint=_("Under {limit} the guardian signs too, and the child agrees (site value).", limit=self._limit),
        )
        self.assented = self.form.add("child_assented", _("The child"), QCheckBox(_("Agrees to take part")))
        self.assented.setAccessibleName(_("The child agrees to take part"))
        self.consented_at.changed.connect(self._show_minor)
        self._show_minor()

    def submit(self) -> None:
        """Record the consent."""
        minor = self._is_minor()
        self._study.run(
            RecordConsent(
                patient_id=self._patient.id or 0,
                form_version=self.form_version.text(),
                consented_at=self.consented_at.value(),
                taken_by=self.taken_by.text(),
                copy_given=self.copy_given.isChecked(),
                guardian=self.guardian.text() if minor else "",
                child_assented=minor and self.assented.isChecked(),
            )
        )

    def _is_minor(self) -> bool:
        try:
            on = self.consented_at.day.optional_value() or self._study.today()
        except RuleViolation:
            on = self._study.today()
        return age_on(self._patient.born_on, on) < self._limit

    def _show_minor(self) -> None:
        for name in ("guardian", "child_assented"):
            self.form.set_visible(name, self._is_minor())
        if self.isVisible():
            self._make_room()
