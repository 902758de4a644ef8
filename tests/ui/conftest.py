import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

from lndesk import i18n


@pytest.fixture(autouse=True)
def looks(qapp):
    from ui import theme

    i18n.set_language("en")
    theme.apply(qapp, "light")
    yield theme
    i18n.set_language("en")


@pytest.fixture
def show(qtbot):
    """Put a widget in a window, show it, and keep it for the test."""

    def shown(widget):
        qtbot.addWidget(widget)
        widget.show()
        qtbot.waitExposed(widget)
        widget.activateWindow()
        return widget

    return shown
