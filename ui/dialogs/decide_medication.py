"""The investigator decides whether an intravenous glucocorticoid was pulse therapy."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence, _
from lndesk.queries.care import MedicationRow
from lndesk.services.medications import DecideMedication
from lndesk.study import Study
from ui.widgets.choice import Choice
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Text
from ui.widgets.signing import SignatureRows


class DecideMedicationDialog(FormDialog):
    """Shows the drug, takes decision and reason, and the signature. Nobody is withdrawn by it."""

    def __init__(self, study: Study, row: MedicationRow, *, whose: str, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Decide on pulse therapy"),
            _("Sign decision"),
            leave=_("Leave undecided"),
            explanation=whose,
            parent=parent,
        )
        self._row = row
        drug = f"{row.name}, {row.medication.dose_words}"
        self.form.add_row(_("Drug"), Text(drug, "strong", wrap=True))
        self.form.add_row(_("Flagged"), Text(str(row.flag.text) if row.flag else "", wrap=True))
        self.pulse = self.form.add(
            "pulse", _("It is"), Choice([("yes", _("Pulse therapy, prohibited")), ("no", _("No pulse therapy"))])
        )
        self.reason = self.form.add("reason", _("Reason"), QLineEdit(), hint=_("At least 10 characters."))
        self.signature = SignatureRows(self.form, study, DecideMedication.meaning)
        self.pulse.changed.connect(lambda: self._state(drug))
        self._state(drug)

    def submit(self) -> None:
        """Sign the decision."""
        if not self.pulse.value():
            raise RuleViolation(Sentence("Choose whether it is pulse therapy."), field="pulse")
        self.signature.sign(
            DecideMedication(
                medication_id=self._row.medication.id or 0,
                pulse=self.pulse.value() == "yes",
                reason=self.reason.text(),
            )
        )

    def _state(self, drug: str) -> None:
        said = {
            "yes": _("I have judged that {drug} is pulse therapy, which the protocol prohibits.", drug=drug),
            "no": _("I have judged that {drug} is no pulse therapy.", drug=drug),
        }
        self.signature.state(said.get(self.pulse.value(), _("Choose above; the statement then stands here.")))
        if self.isVisible():
            self._make_room()
