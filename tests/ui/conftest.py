import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import re

import pytest

from lndesk import i18n

BANNED_TEXT = re.compile(
    r"[\u2070-\u2079]|10\^|\b1e\d|cells/kg|Are you sure|确定要|\bOK\b"
    r"|(?<![\d.,])\.\d"  # a bare point
    r"|\d/\d{1,2}/\d{4}|\d\.\d*0 mL"  # a day in digits alone, a trailing zero on a volume
)


@pytest.fixture(autouse=True)
def looks(qapp):
    from ui import theme

    i18n.set_language("en")
    # styling anew goes through every widget that a test before has left, so it is done only where it is due
    if not qapp.styleSheet() or (theme.current.choice, theme.current.text_percent) != ("light", 100):
        theme.apply(qapp, "light")
    yield theme
    i18n.set_language("en")


@pytest.fixture
def show(qtbot):
    """Put a widget in a window, show it, and keep it for the test."""

    def shown(widget):
        qtbot.addWidget(widget)
        with qtbot.waitActive(widget):
            widget.show()
            widget.activateWindow()
        return widget

    return shown


@pytest.fixture
def faults():
    """Say what is wrong with a shown widget and all in it; the names of the faults, or nothing."""
    return _faults


def _faults(root):
    from PySide6.QtWidgets import (
        QAbstractButton,
        QDateTimeEdit,
        QDialogButtonBox,
        QDoubleSpinBox,
        QLabel,
        QLineEdit,
        QMessageBox,
        QSpinBox,
        QWidget,
    )

    widgets = [root, *root.findChildren(QWidget)]
    buddies = {label.buddy() for label in widgets if isinstance(label, QLabel)}
    found = []
    for widget in widgets:
        kind = type(widget).__name__
        if isinstance(widget, (QSpinBox, QDoubleSpinBox, QDateTimeEdit, QMessageBox, QDialogButtonBox)):
            found.append(f"{kind} is not allowed")
        if widget.objectName().startswith("qt_") or not widget.isVisible():
            continue
        if _takes_focus(widget) and widget not in buddies and not widget.accessibleName():
            found.append(f"{kind} {widget.objectName()!r} has no name")
        text = widget.text() if isinstance(widget, (QLabel, QAbstractButton, QLineEdit)) else ""
        if BANNED_TEXT.search(text):
            found.append(f"{text!r} is not how this is written")
        if isinstance(widget, QLabel) and not widget.wordWrap() and widget.width() < widget.sizeHint().width():
            found.append(f"{text!r} is clipped")
        if isinstance(widget, QAbstractButton) and text and widget.width() < widget.minimumSizeHint().width():
            found.append(f"button {text!r} is clipped")
    return found


def _takes_focus(widget):
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QAbstractScrollArea, QTabBar

    if isinstance(widget.parentWidget(), (QAbstractScrollArea, QTabBar)):
        return False
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isEnabled()
