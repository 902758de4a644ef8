"""A widget's state as the style sheet sees it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def set_state(widget: QWidget, state: str, *, name: str = "state") -> None:
    """Set a property that the style sheet selects by, and draw the widget and its children anew."""
    if widget.property(name) == state:
        return
    widget.setProperty(name, state)
    for each in (widget, *widget.findChildren(QWidget)):
        each.style().unpolish(each)
        each.style().polish(each)
