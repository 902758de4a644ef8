"""One screening as the wizard's pages need it: read once when the wizard is shown, and again after each change."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lndesk.domain.account import Role
from lndesk.domain.protocol import Protocol
from lndesk.domain.screening import ENTERED, UNDECIDED
from lndesk.domain.screening_case import AskedQuestion
from lndesk.queries.patients import PatientRecord
from lndesk.queries.screenings import ScreeningView
from lndesk.services.corrections import CorrectPatient
from lndesk.services.screenings import AnswerQuestion, SaveAnswers
from lndesk.study import Study


@dataclass(frozen=True)
class WizardCase:
    """The record, its screening, and the rules that the screening is judged by."""

    study: Study
    record: PatientRecord
    view: ScreeningView
    protocol: Protocol

    @classmethod
    def of(cls, study: Study, patient_id: int) -> WizardCase:
        """Read the case of a patient.

        Raises:
            LookupError: the patient has no screening.
        """
        view = study.screening(patient_id)
        if view is None:
            raise LookupError(patient_id)
        versions = {version.id: version for version in study.protocol_versions()}
        return cls(study, study.patient(patient_id), view, versions[view.screening.protocol_id].parsed())

    @property
    def screening_id(self) -> int:
        """Return the id of the screening."""
        return self.view.screening.id or 0

    @property
    def may_enter(self) -> bool:
        """Tell whether answers are taken now, from the person signed in."""
        return self.view.screening.status in ENTERED and self.study.permits(SaveAnswers)

    def may_answer(self, question: AskedQuestion) -> bool:
        """Tell whether the person signed in may say now that an answer is right as entered."""
        investigates = self.study.who.role is Role.INVESTIGATOR
        if question.by_investigator and not investigates:
            return False
        return self.view.screening.status in (UNDECIDED if investigates else ENTERED) and self.study.permits(
            AnswerQuestion
        )

    @property
    def may_correct(self) -> bool:
        """Tell whether the person signed in corrects what is on record."""
        return self.study.permits(CorrectPatient)

    def today(self) -> dt.date:
        """Return the day at this desk."""
        return self.study.today()
