"""The investigator assigns the arm. There is no randomization, so person and reason stand beside it."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.patient import Patient
from lndesk.i18n import _
from lndesk.queries.enrolment import ArmProgress
from lndesk.services.patients import AssignArm
from lndesk.study import Study
from ui.widgets.choice import Choice
from ui.widgets.day_field import DayField
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Text
from ui.widgets.message import InlineMessage
from ui.widgets.signing import SignatureRows


class AssignArmDialog(FormDialog):
    """Asks for arm and reason, and for the day of infusion 1 where the arm has infusions."""

    def __init__(self, study: Study, patient: Patient, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Assign arm"),
            _("Assign arm"),
            explanation=_(
                "{name}, {subject}. There is no randomization (registry entry, line 100). The arm cannot be changed.",
                name=patient.han_name,
                subject=patient.subject_id,
            ),
            parent=parent,
        )
        self._patient = patient
        self._arms = study.protocol().arms
        self.arm = self.form.add("arm", _("Arm"), Choice([(arm.code, str(arm.label)) for arm in self._arms.values()]))
        self._progress: dict[str, ArmProgress] = {row.arm.code: row for row in study.enrolment()}
        so_far = [
            _("{arm} {n} of {planned}", arm=row.arm.label, n=row.enrolled, planned=row.planned)
            for row in self._progress.values()
        ]
        self.form.add_row(_("Enrolled so far"), Text("\n".join(so_far)))
        self.beyond = self.form.add_wide(InlineMessage())
        self.reason = self.form.add("reason", _("Reason"), QLineEdit())
        self.first_infusion_on = self.form.add(
            "first_infusion_on",
            _("Infusion 1 planned for"),
            DayField(study.today),
            hint=_("The later infusions are proposed from it, and counted anew once it is given."),
        )
        self.signature = SignatureRows(self.form, study, AssignArm.meaning)
        self.arm.changed.connect(self._show_first_infusion)
        self._show_first_infusion()

    def submit(self) -> None:
        """Assign the arm and put the course on the calendar."""
        self.signature.sign(
            AssignArm(
                patient_id=self._patient.id or 0,
                arm=self.arm.value(),
                reason=self.reason.text(),
                first_infusion_on=self.first_infusion_on.optional_value() if self._is_infused() else None,
            )
        )

    def _is_infused(self) -> bool:
        arm = self._arms.get(self.arm.value())
        return arm is not None and arm.infused

    def _warn_beyond(self) -> None:
        row = self._progress.get(self.arm.value())
        if row is None or not row.full:
            self.beyond.clear()
            return
        self.beyond.show_message(
            "warn",
            _("{arm} has all {planned} patients that are planned for it.", arm=row.arm.label, planned=row.planned),
            todo=_("It can be assigned all the same. Say why in the reason."),
        )

    def _show_first_infusion(self) -> None:
        self.form.set_visible("first_infusion_on", self._is_infused())
        self._warn_beyond()
        arm = self._arms.get(self.arm.value())
        self.signature.state(
            _("Choose above; the statement then stands here.")
            if arm is None
            else _("I authorise the arm “{arm}” for {patient}.", arm=arm.label, patient=self._patient.han_name)
        )
        if self.isVisible():
            self._make_room()
