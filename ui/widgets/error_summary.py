"""What keeps a page from going on, at its top: each problem with a link to its field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from lndesk.i18n import _, ngettext
from ui.widgets.buttons import Button
from ui.widgets.message import InlineMessage


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: what to say, and what leads to its field."""

    text: str
    go: Callable[[], object]


class ErrorSummary(InlineMessage):
    """Lists the problems of a page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.links: list[Button] = []

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show the problems, or nothing."""
        self.clear()
        if not problems:
            return
        for problem in problems:
            link = Button(problem.text, problem.go, kind="link")
            self.links.append(link)
            self.body.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        self.show_message(
            "stop",
            ngettext("One answer cannot be read.", "{n} answers cannot be read.", len(problems)),
            todo=_("Everything is as you typed it. Put it right, or leave it blank."),
        )

    def clear(self) -> None:
        """Take everything away."""
        for link in self.links:
            self.body.removeWidget(link)
            link.hide()
            link.deleteLater()
        self.links = []
        super().clear()
