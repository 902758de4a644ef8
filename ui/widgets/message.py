"""Messages in the page, beside their cause: what is wrong, why, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence, _, language
from ui.widgets.icon_label import IconLabel
from ui.widgets.labels import Text
from ui.widgets.state import set_shown, set_state

MessageKind = Literal["stop", "warn", "info", "done"]
ICONS: Final[dict[MessageKind, str]] = {
    "stop": "octagon-x",
    "warn": "triangle-alert",
    "info": "info",
    "done": "circle-check",
}
SHORTEST_REASON: Final = 10
_TOKENS: Final[dict[MessageKind, str]] = {"stop": "stop", "warn": "warn", "info": "info", "done": "ok"}


class InlineMessage(QFrame):
    """One message of one of four kinds, each with its own outline shape."""

    def __init__(
        self, kind: MessageKind = "info", what: str = "", why: str = "", todo: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("part", "message")
        self.kind: MessageKind = kind
        self._icon = IconLabel(ICONS[kind], _TOKENS[kind])
        self._what = Text(role="strong", wrap=True)
        self._rest = Text(wrap=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._what)
        words.addWidget(self._rest)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(12, 8, 12, 8)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        self.body.addLayout(line)
        self.setVisible(False)
        if what:
            self.show_message(kind, what, why, todo)

    def text(self) -> str:
        """Return the whole message."""
        return joined(self._what.text(), self._rest.text())

    def show_message(self, kind: MessageKind, what: str, why: str = "", todo: str = "") -> None:
        """Show a message and have it read out."""
        self.kind = kind
        set_state(self, kind)
        self._icon.show_icon(ICONS[kind], _TOKENS[kind])
        self._what.setText(what)
        self._rest.setText(joined(why, todo))
        self._rest.setVisible(bool(why or todo))
        self.setAccessibleName(f"{kind_word(kind)}: {self.text()}")
        set_shown(self, True)
        announce(self, self.accessibleName())

    def count_down(self, what: str) -> None:
        """Say the same with another number; read out once and not each second."""
        self._what.setText(what)
        self.setAccessibleName(f"{kind_word(self.kind)}: {self.text()}")

    def clear(self) -> None:
        """Take the message away."""
        self._what.clear()
        self._rest.clear()
        self.setVisible(False)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a warning was accepted: a code of the list, words, or both."""

    code: str
    text: str


class WarningWithReason(InlineMessage):
    """A warning that may be passed with a reason; no reason is chosen beforehand."""

    changed = Signal()

    def __init__(
        self,
        what: str,
        reasons: Sequence[tuple[str, str]],
        *,
        why: str = "",
        todo: str = "",
        name: str = "reason",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self.setObjectName(name)
        self._choice = QComboBox()
        self._choice.setAccessibleName(_("Reason"))
        for code, label in reasons:
            self._choice.addItem(label, code)
        self._choice.setPlaceholderText(_("Choose a reason"))
        self._choice.setCurrentIndex(-1)
        self._words = QLineEdit()
        self._words.setAccessibleName(_("Reason in your words"))
        self._words.setPlaceholderText(_("Or in your words"))
        self.setFocusProxy(self._choice)
        row = QGridLayout()
        row.setHorizontalSpacing(8)
        row.addWidget(self._choice, 0, 0)
        row.addWidget(self._words, 0, 1)
        row.setColumnStretch(0, 1)
        row.setColumnStretch(1, 1)
        self.body.addLayout(row)
        self._choice.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self._words.textChanged.connect(lambda _text: self.changed.emit())
        self.show_message("warn", what, why, todo)

    def value(self) -> Reason:
        """Return the reason given.

        Raises:
            RuleViolation: none is chosen, and the words are too short to be one.
        """
        code, words = self._choice.currentData(), self._words.text().strip()
        if code is None and not words:
            raise RuleViolation(Sentence("Choose a reason to continue."), field=self.objectName())
        if code is None and len(words) < SHORTEST_REASON:
            sentence = Sentence(
                "“{text}” is too short. Give the reason in at least {n} characters.", text=words, n=SHORTEST_REASON
            )
            raise RuleViolation(sentence, field=self.objectName())
        return Reason(code or "", words)

    def typed(self) -> Reason:
        """Return what is chosen and typed so far, for a draft."""
        return Reason(self._choice.currentData() or "", self._words.text().strip())

    def set_value(self, reason: Reason) -> None:
        """Show a reason that was given before."""
        self._choice.setCurrentIndex(self._choice.findData(reason.code) if reason.code else -1)
        self._words.setText(reason.text)


def joined(*sentences: str) -> str:
    """Put sentences one after the other as the language does: Chinese has no space between them."""
    return ("" if language() == "zh_CN" else " ").join(sentence for sentence in sentences if sentence)


def kind_word(kind: MessageKind) -> str:
    """Return the word for a kind, for those who hear and do not see."""
    return {"stop": _("Stop"), "warn": _("Warning"), "info": _("Note"), "done": _("Done")}[kind]


def announce(widget: QWidget, text: str) -> None:
    """Have a screen reader say a text."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))
