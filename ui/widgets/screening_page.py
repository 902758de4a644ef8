"""What each page of the screening has: fields that are kept as typed, problems said when it is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lndesk.domain.errors import RuleViolation
from lndesk.domain.screening import Answer
from ui.widgets.error_summary import Problem
from ui.widgets.following_scroll import FollowingScroll
from ui.widgets.screening_live import Live
from ui.widgets.wizard_case import WizardCase


class ScreeningPage(FollowingScroll):
    """A page of the wizard. Pages that take nothing leave most of it as it is."""

    changed = Signal()
    """Something was typed or chosen."""
    wanted = Signal(str)
    """Somebody wants to go to another step, or to a field of it, as in `inclusion:creatinine`."""

    def answers(self) -> dict[str, Answer | None]:
        """Return the answers of this page that can be read, None where one is blank."""
        return {}

    def unreadable(self) -> frozenset[str]:
        """Return the answers that are typed and cannot be read: nothing is known of them."""
        return frozenset()

    def problems(self) -> Sequence[Problem]:
        """Say at the fields what cannot be read, and return it."""
        return ()

    def typed(self) -> dict[str, Any]:
        """Return what is typed, readable or not, for a draft."""
        return {}

    def show_typed(self, typed: Mapping[str, Any]) -> None:
        """Show what was typed before."""

    def take_case(self, case: WizardCase) -> None:
        """Take note of what is on record now, and leave what is typed."""
        del case

    def show_live(self, live: Live) -> None:
        """Show how everything comes out by what is typed now."""

    def show_refused(self, refused: RuleViolation) -> bool:
        """Show a refusal of the page at its field; say False when it is about no field here."""
        del refused
        return False

    def go_to(self, field: str) -> None:
        """Go to a field, or to where the page begins."""
        del field
        first = self.first()
        if first is not None:
            first.setFocus()

    def first(self) -> QWidget | None:
        """Return where the page begins."""
        return None

    def save(self) -> None:
        """Record what goes by a command of its own.

        Raises:
            RuleViolation: something is missing.
        """
