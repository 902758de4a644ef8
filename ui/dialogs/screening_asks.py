"""The dialogs that a screening leads to: decisions, signatures, corrections, and how it ends or begins anew."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QDialog, QWidget

from lndesk.i18n import _
from lndesk.queries.patients import PatientRecord
from lndesk.queries.screenings import ScreeningView
from lndesk.services.screenings import FailScreening, Rescreen
from lndesk.study import Study
from ui.dialogs.correct import CorrectDialog
from ui.dialogs.decide_criterion import DecideCriterionDialog
from ui.dialogs.end_screening import ScreeningReasonDialog
from ui.dialogs.return_screening import ReturnScreeningDialog
from ui.dialogs.sign_eligibility import SignEligibilityDialog


def wizard_dialog(
    study: Study, record: PatientRecord, view: ScreeningView, what: str, about: Any, parent: QWidget
) -> QDialog | None:
    """Return the dialog that the wizard asks for, or none.

    Args:
        study: the open site.
        record: the patient's.
        view: the screening that is open.
        what: the act: `correct`, `decide`, `return` or `sign`.
        about: what it is about.
        parent: the window.
    """
    screening_id = view.screening.id or 0
    match what:
        case "correct":
            table, row = about
            return CorrectDialog(study, table, row, whose=_whose(record), parent=parent)
        case "decide":
            return DecideCriterionDialog(study, screening_id, about, parent)
        case "return":
            return ReturnScreeningDialog(study, screening_id, whose=_whose(record), parent=parent)
        case "sign":
            return SignEligibilityDialog(study, record, parent, eligible=about == "yes")
    return None


def fail_dialog(study: Study, record: PatientRecord, parent: QWidget) -> QDialog:
    """Ask why a screening ends before the arm."""
    return ScreeningReasonDialog(
        study,
        partial(_fail, record.patient.id or 0),
        title=_("Screen failure"),
        whose=_whose(record),
        follows=_("The screening is closed and stays readable. The patient can be screened again, under a new number."),
        usual=(_("Refused the consent"), _("Withdrew before enrolment"), _("Did not come again")),
        parent=parent,
    )


def rescreen_dialog(study: Study, record: PatientRecord, parent: QWidget) -> QDialog:
    """Ask why a patient is screened again."""
    return ScreeningReasonDialog(
        study,
        partial(_rescreen, record.patient.id or 0),
        title=_("Screen again"),
        whose=_whose(record),
        follows=_("A new screening with a number of its own. Only the identity is carried over; the consent is anew."),
        parent=parent,
    )


def _fail(patient_id: int, reason: str) -> FailScreening:
    return FailScreening(patient_id=patient_id, reason=reason)


def _rescreen(patient_id: int, reason: str) -> Rescreen:
    return Rescreen(patient_id=patient_id, reason=reason)


def _whose(record: PatientRecord) -> str:
    return _("{name}, {subject}", name=record.patient.han_name, subject=record.patient.subject_id)
