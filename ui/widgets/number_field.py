"""Entry of one amount: what is typed is exactly what is meant, or it is refused."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from lndesk.domain.quantity import parse_decimal, plain
from ui.widgets.short_line import ShortLine

_DIGITS = 12


class NumberField(ShortLine):
    """A plain line for a decimal. No arrows, no wheel, no default, no input method; the unit stands outside."""

    def __init__(self, *, places: int, unit: str = "", name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(_DIGITS, parent)
        self.places = places
        self.unit = unit
        self.setObjectName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)

    def value(self) -> Decimal:
        """Return the amount.

        Raises:
            RuleViolation: it could be read in two ways, or is no amount.
        """
        return parse_decimal(self.text(), places=self.places, field=self.objectName() or None)

    def optional_value(self) -> Decimal | None:
        """Return the amount, or None when nothing is typed.

        Raises:
            RuleViolation: what is typed is no amount.
        """
        return self.value() if self.text().strip() else None

    def set_value(self, value: Decimal | None) -> None:
        """Show an amount that is already known."""
        self.setText("" if value is None else plain(value))
