"""The first page of a screening: who it is about, as registered."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from lndesk.domain.patient import SEX_WORDS, age_on, allergy_text, spaced_hospital_no
from lndesk.i18n import _
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.form import Form
from ui.widgets.labels import Muted, Text
from ui.widgets.screening_page import ScreeningPage
from ui.widgets.state import set_shown
from ui.widgets.wizard_case import WizardCase


class IdentityStep(ScreeningPage):
    """Shows the identity; it was checked against everybody on record when it was registered."""

    def __init__(self, case: WizardCase) -> None:
        super().__init__()
        patient, today = case.record.patient, case.today()
        card = Card(_("Identity"))
        self.correct = card.add_to_header(
            Button(_("Correct identity"), lambda: self.wanted.emit("correct:patient"), icon_name="pencil")
        )
        set_shown(self.correct, case.may_correct)
        form = card.add(Form())
        for label, said in (
            (_("Name"), f"{patient.han_name}  {patient.latin_name}"),
            (_("Sex"), _(SEX_WORDS[patient.sex])),
            (_("Born"), _("{day} ({age} y)", day=patient.born_on, age=age_on(patient.born_on, today))),
            (_("Hospital No."), spaced_hospital_no(patient.hospital_no)),
            (_("Subject ID"), patient.subject_id),
            (_("Screening No."), case.view.screening.screening_no),
            (_("Allergies"), allergy_text(patient)),
        ):
            form.add_row(label, Text(said, wrap=True)).setAlignment(Qt.AlignmentFlag.AlignTop)
        card.add(Muted(_("Compared with everybody on record when it was registered. Nobody is registered twice.")))
        self.column.addWidget(card)
        self.column.addStretch(1)

    def first(self) -> QWidget | None:
        """Return the correction, since nothing else is entered here."""
        return self.correct if not self.correct.isHidden() else None
