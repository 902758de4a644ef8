"""What every page of the work area has: a title, one primary act, messages at the top, content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from lndesk.domain.errors import LnDeskError
from ui.widgets.buttons import PrimaryButton
from ui.widgets.labels import Muted, Title
from ui.widgets.message import InlineMessage, MessageKind

Child = TypeVar("Child", bound=QWidget)
ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Page(QWidget):
    """A page. Enter goes to the next field and never acts; Ctrl+Enter is the primary act."""

    def __init__(self, title: str, subtitle: str = "", *, scroll: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 12, 16, 12)
        outer.setSpacing(12)
        self.title = Title(title)
        self.subtitle = Muted(subtitle)
        self.subtitle.setWordWrap(False)
        self.header = QHBoxLayout()
        self.header.setSpacing(12)
        self.header.addWidget(self.title)
        self.header.addWidget(self.subtitle, 1)
        self.message = InlineMessage()
        self.content = QVBoxLayout()
        self.content.setSpacing(12)
        self.primary: PrimaryButton | None = None
        outer.addLayout(self.header)
        outer.addWidget(self.message)
        if scroll:
            outer.addWidget(_scrolling(self.content), 1)
        else:
            outer.addLayout(self.content, 1)

    def set_title(self, title: str, subtitle: str = "") -> None:
        """Say another title."""
        self.title.setText(title)
        self.subtitle.setText(subtitle)
        self.setAccessibleName(title)

    def set_primary(self, text: str, on_click: Callable[[], object], *, icon_name: str = "") -> PrimaryButton:
        """Give the page its one primary act, at the right of the title."""
        self.primary = PrimaryButton(text, on_click, icon_name=icon_name)
        self.header.addWidget(self.primary)
        return self.primary

    def add(self, widget: Child, stretch: int = 0) -> Child:
        """Add a widget to the content, and return it."""
        self.content.addWidget(widget, stretch)
        return widget

    def add_to_header(self, widget: Child) -> Child:
        """Add a widget between the title and the primary act, and return it."""
        at = self.header.indexOf(self.primary) if self.primary else self.header.count()
        self.header.insertWidget(at, widget)
        return widget

    def say(self, kind: MessageKind, what: str, why: str = "", todo: str = "") -> None:
        """Show a message at the top of the page."""
        self.message.show_message(kind, what, why, todo)

    def say_refused(self, error: LnDeskError) -> None:
        """Show at the top of the page why something was refused."""
        self.say("stop", str(error))

    def refresh(self) -> None:
        """Read everything anew; pages that show data override it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Enter to the next field."""
        if event.key() in ENTER and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.focusNextChild()
            event.accept()
            return
        super().keyPressEvent(event)


def _scrolling(content: QVBoxLayout) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    inner = QWidget()
    inner.setLayout(content)
    content.setContentsMargins(0, 0, 4, 0)
    area.setWidget(inner)
    return area
