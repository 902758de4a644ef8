"""A widget's state as the style sheet sees it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def set_state(widget: QWidget, state: str, *, name: str = "state") -> None:
    """Set a property that the style sheet selects by, and draw the widget and its children anew."""
    if widget.property(name) == state:
        return
    widget.setProperty(name, state)
    for each in (widget, *widget.findChildren(QWidget)):
        each.style().unpolish(each)
        each.style().polish(each)


def set_shown(widget: QWidget, shown: bool) -> None:  # noqa: FBT001  # as Qt's own setVisible
    """Show or hide a part; one that has no parent yet waits for it, and never flashes up as a window."""
    if shown and widget.parentWidget() is None:
        widget.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)
    else:
        widget.setVisible(shown)
