"""Correct one answer of a screening that was sent or signed: as it stands, as it is to be, why, and what follows."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.errors import RuleViolation
from lndesk.domain.items import Item
from lndesk.domain.screening import Answer
from lndesk.i18n import _
from lndesk.services.screenings import CorrectAnswer
from lndesk.study import Study
from ui.widgets.answer_words import answer_words
from ui.widgets.dialog import FormDialog
from ui.widgets.item_field import ItemField
from ui.widgets.labels import Text
from ui.widgets.message import InlineMessage, joined

PAUSE_MS: Final = 200
PARTS: Final = ("value", "unit", "upper_limit", "on", "detail")


class CorrectAnswerDialog(FormDialog):
    """Shows what stands and takes what is right; how it was signed stays readable."""

    def __init__(self, study: Study, answer: Answer, item: Item, *, whose: str, parent: QWidget | None = None) -> None:
        super().__init__(_("Correct answer"), _("Save correction"), explanation=whose, parent=parent)
        self.setMinimumWidth(820)
        self._study, self._answer = study, answer
        self.form.add_row(_("Answer"), Text(_(item.label), "strong"))
        self.form.add_row(_("Now"), Text(answer_words(item, answer, study.today()), wrap=True))
        self.field = ItemField(item, study.today)
        self.field.show_answer(answer)
        self.form.add_wide(self.field)
        self.reason = self.form.add(
            "reason", _("Reason"), QLineEdit(), hint=_("Why it was wrong. It is kept beside both values.")
        )
        self.effects = self.add(InlineMessage())
        self.body.addStretch(1)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.show_effects)
        self.field.changed.connect(self._pause.start)

    def submit(self) -> None:
        """Send what differs."""
        self.field.clear_problem()
        try:
            self._study.run(
                CorrectAnswer(row_id=self._answer.id or 0, changes=self._changes(), reason=self.reason.text())
            )
        except RuleViolation as violation:
            if self.form.has(violation.field):
                raise
            self.field.show_violation(violation)
            raise

    def show_effects(self) -> None:
        """Say how the criteria would come out."""
        self._pause.stop()
        try:
            changes = self._changes()
            said = self._study.answer_effects(self._answer.id or 0, changes) if changes else ()
        except RuleViolation:
            said = ()
        if said:
            self.effects.show_message("warn", _("By saving a correction:"), joined(*(str(each) for each in said)))
        else:
            self.effects.clear()
        self._make_room()

    def _changes(self) -> dict[str, Any]:
        new = self.field.answer(self._answer.screening_id)
        if new is None:
            new = Answer(screening_id=self._answer.screening_id, item=self._answer.item)
        return {
            part: getattr(new, part) for part in PARTS if getattr(new, part) != getattr(self._answer, part)
        }  # fmt: skip
