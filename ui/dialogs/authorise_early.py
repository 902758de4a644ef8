"""Allow, as investigator, that an infusion is given before the minimum gap is over."""

from __future__ import annotations

import datetime as dt

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.course import CourseVisit
from lndesk.domain.patient import Patient
from lndesk.i18n import Sentence, _
from lndesk.services.moves import AuthoriseEarlyInfusion
from lndesk.study import Study
from ui.dialogs.visit_dialog import VisitDialog
from ui.widgets.day_field import DayField
from ui.widgets.labels import Text
from ui.widgets.signing import SignatureRows


class AuthoriseEarlyDialog(VisitDialog):
    """Takes the first day that is allowed, why, and the investigator's signature."""

    def __init__(
        self,
        study: Study,
        patient: Patient,
        visit: CourseVisit,
        on: dt.date,
        why: Sentence | None = None,
        parent: QWidget | None = None,
    ) -> None:
        title = _("Allow an earlier infusion")
        super().__init__(
            study, patient, visit, title=title, act=_("Sign"), leave=_("Leave it not allowed"), parent=parent
        )
        if why is not None:
            self.form.add_row(_("Minimum gap"), Text(str(why), wrap=True))
        self.earliest_on = self.form.add("earliest_on", _("Allowed from"), DayField(study.today))
        self.reason = self.form.add(
            "reason", _("Reason"), QLineEdit(), hint=_("Why it is safe for this patient; ten characters at least.")
        )
        self.signature = SignatureRows(self.form, study, AuthoriseEarlyInfusion.meaning)
        self.signature.state(_("I, {name}, allow this infusion before the minimum gap is over.", name=study.who.name))
        self.earliest_on.set_value(on)

    def submit(self) -> None:
        """Sign that it is allowed."""
        self.signature.sign(
            AuthoriseEarlyInfusion(
                visit_id=self.visit.id or 0, earliest_on=self.earliest_on.value(), reason=self.reason.text()
            )
        )
