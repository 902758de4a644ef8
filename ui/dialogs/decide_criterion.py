"""The investigator decides a criterion that the registry entry leaves open, and signs it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.eligibility import Judgement
from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence, _
from lndesk.services.screenings import DecideCriterion
from lndesk.study import Study
from ui.widgets.choice import Choice
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Text
from ui.widgets.signing import SignatureRows


class DecideCriterionDialog(FormDialog):
    """Shows both readings as they stand, and takes the decision with its reason and the signature."""

    def __init__(self, study: Study, screening_id: int, judgement: Judgement, parent: QWidget | None = None) -> None:
        criterion = judgement.criterion
        super().__init__(
            _("Decide {id}", id=criterion.id),
            _("Sign decision"),
            leave=_("Leave it open"),
            explanation=_(
                "{text} (registry entry, line {line})", text=criterion.text, line=criterion.line
            ),
            parent=parent,
        )  # fmt: skip
        self.setMinimumWidth(680)
        self._screening_id, self._judgement = screening_id, judgement
        readings = self.form.add_row(_("Why it is open"), Text(str(judgement.why), wrap=True))
        readings.setAlignment(Qt.AlignmentFlag.AlignTop)
        inclusion = criterion.kind == "inclusion"
        self.passes = self.form.add(
            "passes",
            _("Decision"),
            Choice(
                [
                    ("yes", _("Counts as met") if inclusion else _("Does not exclude")),
                    ("no", _("Counts as not met") if inclusion else _("Excludes")),
                ]
            ),
        )
        self.reason = self.form.add("reason", _("Reason"), QLineEdit())
        self.signature = SignatureRows(self.form, study, DecideCriterion.meaning)
        self.passes.changed.connect(self._state)
        self._state()

    def submit(self) -> None:
        """Sign the decision."""
        if not self.passes.value():
            raise RuleViolation(Sentence("Choose how the criterion counts."), field="passes")
        self.signature.sign(
            DecideCriterion(
                screening_id=self._screening_id,
                criterion_id=self._judgement.criterion.id,
                passes=self.passes.value(),
                reason=self.reason.text().strip(),
            )
        )

    def _state(self) -> None:
        criterion_id = self._judgement.criterion.id
        match self.passes.value():
            case "yes":
                said = _(
                    "I authorise that criterion {id} does not stand in the way, for the reason above.", id=criterion_id
                )
            case "no":
                said = _("I authorise that criterion {id} stands in the way, for the reason above.", id=criterion_id)
            case _none:
                said = _("Choose above; the statement then stands here.")
        self.signature.state(said)
