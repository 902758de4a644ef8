"""Verify this file now: what was checked, and in a sentence what was found."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit

from lndesk.domain.sheet import grouped
from lndesk.i18n import Sentence, _, clock, number
from lndesk.study import Study
from ui.tasks import run_in_background
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.labels import Muted
from ui.widgets.message import InlineMessage
from ui.widgets.state import set_shown

SHORT: Final = 12  # as SheetSnapshot.short_head
PROBLEMS_HEIGHT: Final = 96


class VerificationCard(Card):
    """The button, the result and the list of what differs, if anything does."""

    finished = Signal()

    def __init__(self, study: Study, *, button: bool = True) -> None:
        super().__init__(_("Verify this file") if button else "")
        self._study = study
        self.head = self.add(Muted())
        self.verify_button = Button(_("Verify now"), self.verify, icon_name="shield-check")
        self.add_to_header(self.verify_button)
        set_shown(self.verify_button, button)
        self.result = self.add(InlineMessage())
        self.problems = self.add(QPlainTextEdit())
        self.problems.setReadOnly(True)
        self.problems.setAccessibleName(_("What differs"))
        self.problems.setMaximumHeight(PROBLEMS_HEIGHT)
        self.problems.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        set_shown(self.problems, False)
        self.show_head()

    def show_head(self) -> None:
        """Show the head of the chain as it is now."""
        self.head.setText(_("Head of the audit chain: {head}", head=short_head(self._study.head())))

    def verify(self) -> None:
        """Replay every act on a thread, and say what was found."""
        self.verify_button.setEnabled(False)
        self.result.show_message("info", _("Verifying. You can go on working."))
        run_in_background(self._study.verify, on_done=self._show, on_error=self._fail)

    def _show(self, found: Any) -> None:
        self.verify_button.setEnabled(True)
        when = self._study.now()
        if found.ok:
            self.result.show_message(
                "done",
                _("Chain verified to act {n} at {time}.", n=found.acts, time=clock(when)),
                _("The file holds what the acts recorded. Head of the chain {head}.", head=short_head(found.head)),
            )
        else:
            self.result.show_message(
                "stop",
                _("The file differs from what the acts recorded, in {n} places.", n=number(len(found.problems))),
                todo=_("Make no dose from it. Call whoever looks after lndesk, and keep the last verified backup."),
            )
        notes = [_("Note: {note}", note=note) for note in found.notes]
        self.problems.setPlainText("\n".join([*map(str, found.problems), *notes]))
        set_shown(self.problems, bool(found.problems or notes))
        self.finished.emit()

    def _fail(self, problem: Exception) -> None:
        self.verify_button.setEnabled(True)
        self.result.show_message("stop", str(Sentence("The file could not be verified: {why}", why=problem)))
        self.finished.emit()


def short_head(head: str) -> str:
    """Return the beginning of a hash, as it is printed on sheets."""
    return grouped(head[:SHORT])
