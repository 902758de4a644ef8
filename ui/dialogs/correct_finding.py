"""Correct one of the 24 findings of SLEDAI-2K in a screening that was sent or signed; the score follows."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from lndesk.domain.errors import RuleViolation
from lndesk.domain.screening import Answer
from lndesk.domain.sledai import BY_CODE, DESCRIPTORS, FINDING_WORDS, PREFIX
from lndesk.i18n import Sentence, _
from lndesk.services.screenings import CorrectAnswer
from lndesk.study import Study
from ui.widgets.choice import Choice
from ui.widgets.dialog import FormDialog
from ui.widgets.message import InlineMessage, joined
from ui.widgets.sledai_panel import ORDER


class CorrectFindingDialog(FormDialog):
    """Names each finding with what stands, and takes what is right."""

    def __init__(
        self, study: Study, answers: Mapping[str, Answer], *, whose: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(_("Correct finding"), _("Save correction"), explanation=whose, parent=parent)
        self.setMinimumWidth(680)
        self._study = study
        self._rows = {each.code: answers[PREFIX + each.code] for each in DESCRIPTORS if PREFIX + each.code in answers}
        self.finding = QComboBox()
        for code, row in self._rows.items():
            word = next((_(FINDING_WORDS[each]) for each in ORDER if each == row.value), row.value)
            self.finding.addItem(_("{finding} ({word})", finding=BY_CODE[code].label, word=word), code)
        self.finding.setPlaceholderText(_("Choose the finding"))
        self.finding.setCurrentIndex(-1)
        self.form.add("finding", _("Finding, as it stands"), self.finding)
        self.value = self.form.add("value", _("New"), Choice([(each, _(FINDING_WORDS[each])) for each in ORDER]))
        self.reason = self.form.add(
            "reason", _("Reason"), QLineEdit(), hint=_("Why it was wrong. It is kept beside both values.")
        )
        self.effects = self.add(InlineMessage())
        self.finding.currentIndexChanged.connect(lambda _index: self._show_effects())
        self.value.changed.connect(self._show_effects)

    def submit(self) -> None:
        """Send the correction."""
        row = self._rows.get(self.finding.currentData() or "")
        if row is None:
            raise RuleViolation(Sentence("Choose the finding."), field="finding")
        if not self.value.value():
            raise RuleViolation(Sentence("Choose what is right."), field="value")
        changes = {"value": self.value.value()}
        self._study.run(CorrectAnswer(row_id=row.id or 0, changes=changes, reason=self.reason.text()))

    def _show_effects(self) -> None:
        row = self._rows.get(self.finding.currentData() or "")
        if row is None or not self.value.value() or self.value.value() == row.value:
            self.effects.clear()
            return
        said = self._study.answer_effects(row.id or 0, {"value": self.value.value()})
        self.effects.show_message("warn", _("By saving a correction:"), joined(*(str(each) for each in said)))
        self._make_room()
