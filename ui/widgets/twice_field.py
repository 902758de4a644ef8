"""A critical figure, typed twice: what is read wrongly once is seldom read wrongly the same way again."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence, _
from ui.widgets.labels import Text

Value = TypeVar("Value")
Read_co = TypeVar("Read_co", covariant=True)


class ReadsValue(Protocol[Read_co]):
    """A field with a value."""

    def value(self) -> Read_co:
        """Return the value, or refuse."""


class TwiceField(QWidget, Generic[Value]):
    """Two fields of one kind side by side; the value counts only when both say the same."""

    def __init__(self, first: QWidget, again: QWidget) -> None:
        super().__init__()
        self.first, self.again = first, again
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(first, 0, Qt.AlignmentFlag.AlignTop)
        self._word = Text(_("Again"), "muted")
        line.addWidget(self._word, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(again, 0, Qt.AlignmentFlag.AlignTop)
        line.addStretch(1)
        self._word.setMinimumHeight(again.sizeHint().height())
        self.setFocusProxy(first.focusProxy() or first)

    def value(self) -> Value:
        """Return the value.

        Raises:
            RuleViolation: one of the two cannot be read, or they differ.
        """
        one, other = (cast("ReadsValue[Value]", field).value() for field in (self.first, self.again))
        if one != other:
            raise RuleViolation(
                Sentence("The two entries differ. Read the source again and type both anew."),
                field=self.objectName(),
            )
        return one

    def setObjectName(self, name: str) -> None:
        """Name both fields too, so that a refusal of either is shown here."""
        super().setObjectName(name)
        self.first.setObjectName(name)
        self.again.setObjectName(name)

    def setAccessibleName(self, name: str) -> None:
        """Name both fields."""
        super().setAccessibleName(name)
        self.first.setAccessibleName(name)
        self.again.setAccessibleName(_("{name}, again", name=name))
