"""A dialog that builds one command and stays open while it is refused."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from lndesk.domain.errors import LnDeskError, RuleViolation
from lndesk.i18n import _
from ui.widgets.buttons import Button, PrimaryButton, button_row
from ui.widgets.form import Form, typed_in
from ui.widgets.labels import Muted, Title
from ui.widgets.message import InlineMessage
from ui.widgets.page import ENTER

Child = TypeVar("Child", bound=QWidget)
_FRAME = 40
"""What the window manager draws around a dialog, at most."""


class FormDialog(QDialog):
    """Title, form and a row of buttons. Subclasses add fields to `form` and override `submit`.

    Enter goes to the next field, Ctrl+Enter acts, Esc leaves only when nothing typed would be lost.
    """

    def __init__(
        self,
        title: str,
        act: str,
        *,
        leave: str = "",
        explanation: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(560)
        self._untouched: tuple[str, ...] = ()
        self.message = InlineMessage()
        self.form = Form()
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        self.body.addWidget(self.form)
        self.act = PrimaryButton(act, self.accept)
        self.leave = Button(leave or _("Close without saving"), self.reject)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 16, 24, 16)
        outer.setSpacing(12)
        outer.addWidget(Title(title))
        if explanation:
            outer.addWidget(Muted(explanation))
        outer.addWidget(self.message)
        outer.addLayout(self.body, 1)
        self.buttons = button_row(self.leave, self.act)
        outer.addLayout(self.buttons)
        self.outer = outer

    def submit(self) -> None:
        """Build the command and run it; a refusal raised here is shown, and the dialog stays."""
        raise NotImplementedError

    def add(self, widget: Child) -> Child:
        """Add a widget below the form, and return it."""
        self.body.addWidget(widget)
        return widget

    def accept(self) -> None:
        """Act, and close unless it is refused."""
        if self.tried():
            super().accept()

    def tried(self) -> bool:
        """Submit; show a refusal where it belongs, and tell whether there was none."""
        self.form.clear_problems()
        self.message.clear()
        try:
            self.submit()
        except RuleViolation as violation:
            if not self.form.show_violation(violation):
                self.message.show_message("stop", str(violation))
        except LnDeskError as problem:
            self.message.show_message("stop", str(problem), todo=_("Nothing was saved. What you typed is still here."))
        else:
            return True
        self._make_room()
        return False

    def showEvent(self, event: QShowEvent) -> None:
        """Remember what the fields held before anyone typed, and begin at the first of them."""
        super().showEvent(event)
        if not event.spontaneous():
            self._untouched = typed_in(self)
            self._begin_at_first_field()
            self._make_room()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Enter to the next field, and keep Esc from losing what is typed."""
        if event.key() in ENTER and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Escape and typed_in(self) != self._untouched:
            what = _("What you typed is not saved yet.")
            self.message.show_message("info", what, todo=_("To leave it, press “{button}”.", button=self.leave.text()))
        else:
            super().keyPressEvent(event)

    def _make_room(self) -> None:
        # Qt does not let a window grow with the height of texts that wrap, nor past a minimum width of its own.
        layout = self.layout()
        if layout is not None:
            layout.activate()
            width = max(self.width(), layout.minimumSize().width())
            most = self.screen().availableGeometry().height() - _FRAME
            wanted = (
                layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.totalSizeHint().height()
            )
            self.resize(width, min(max(self.height(), wanted), most))

    def _begin_at_first_field(self) -> None:
        # The buttons were made before the fields: without this, Tab would come to them first.
        self.setTabOrder(self.previousInFocusChain() or self, self.leave)
        self.setTabOrder(self.leave, self.act)
        if self.focusWidget() not in {None, self.leave, self.act}:
            return
        fields = (field for field in self.form.findChildren(QWidget) if field.focusPolicy() & Qt.FocusPolicy.TabFocus)
        first = next((field for field in fields if field.isVisibleTo(self) and field.isEnabled()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
