"""A question on answers that look like a slip or a contradiction: right as entered, and why; or changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from lndesk.domain.errors import LnDeskError
from lndesk.i18n import _
from ui.widgets.buttons import Button
from ui.widgets.flow import FlowLayout, keep_height
from ui.widgets.labels import Text
from ui.widgets.message import InlineMessage
from ui.widgets.state import set_shown


class QuestionCard(InlineMessage):
    """Asks beside the answers; it never refuses them."""

    def __init__(
        self,
        sentence: str,
        *,
        answered: str,
        on_right: Callable[[str], object] | None,
        changes: Sequence[tuple[str, Callable[[], object]]],
        note: str = "",
    ) -> None:
        """Ask.

        Args:
            sentence: the question.
            answered: the reason that was given, or nothing.
            on_right: takes the reason that it is right as entered; None where nothing is taken now.
            changes: what leads to each answer that it is about.
            note: who answers it, where it is somebody else.
        """
        super().__init__("info" if answered else "warn", sentence)
        self._on_right = on_right
        self.reason = QLineEdit()
        self.reason.setAccessibleName(_("Why it is right as entered"))
        self.reason.setPlaceholderText(_("Why it is right as entered"))
        self.right = Button(_("Right as entered"), self._take)
        self.problem = Text(role="problem", wrap=True)
        set_shown(self.problem, False)
        if answered:
            self.body.addWidget(Text(_("Right as entered: {reason}", reason=answered), wrap=True))
        elif on_right is not None:
            row = QHBoxLayout()
            row.setSpacing(8)
            row.addWidget(self.reason, 1)
            row.addWidget(self.right)
            self.body.addLayout(row)
        elif note:
            self.body.addWidget(Text(note, wrap=True))
        self.body.addWidget(self.problem)
        self.links = [Button(text, act, kind="link") for text, act in changes]
        if self.links:
            self.body.addWidget(self._flow_of_links())

    def _flow_of_links(self) -> QWidget:
        links = QWidget()
        flow = FlowLayout(gap=8, line_gap=0, parent=links)
        flow.setContentsMargins(0, 0, 0, 0)
        keep_height(links)
        for link in self.links:
            flow.addWidget(link)
        return links

    def _take(self) -> None:
        if self._on_right is None:
            return
        try:
            self._on_right(self.reason.text().strip())
        except LnDeskError as refused:
            self.problem.setText(str(refused))
            self.problem.setVisible(True)
            self.reason.setFocus()
