"""The keys of a page, beside the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from lndesk.i18n import N_, _
from ui.widgets.buttons import IconButton
from ui.widgets.card import Card
from ui.widgets.labels import Muted, Strong, Text

WIDTH: Final = 300
Keys = Sequence[tuple[str, str]]
EVERYWHERE: Final[Keys] = (
    ("Alt+1 … Alt+9", N_("Go to a destination")),
    ("Ctrl+K", N_("Find patient")),
    ("Ctrl+N", N_("Register patient")),
    ("Ctrl+L", N_("Lock the screen")),
    ("Enter", N_("Next field; in a table, open the row")),
    ("Ctrl+Enter", N_("The page's main act")),
    ("Esc", N_("Close a list or a panel; nothing is lost")),
    ("F1", N_("Show or hide this help")),
)
OF_PAGE: Final[dict[str, Keys]] = {
    "patients": (("Ctrl+F", N_("Filter the table")),),
    "calendar": (
        ("PgUp", N_("Earlier month, weeks or year")),
        ("PgDn", N_("Later month, weeks or year")),
        ("Enter", N_("To the visits of the day; in the year, to the month")),
        ("T", N_("Today")),
    ),
    "dose": (("Ctrl+S", N_("Save the draft now")), ("Ctrl+P", N_("Preview and print the sheet"))),
    "infusions": (("Ctrl+P", N_("Preview and print the sheet")),),
    "product": (("Ctrl+F", N_("Filter the table")),),
    "audit": (("Ctrl+F", N_("Filter the table")),),
}


class HelpPanel(Card):
    """Stands at the right of the page until it is closed."""

    def __init__(self, on_close: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(_("Help"), parent)
        self.setFixedWidth(max(WIDTH, self.fontMetrics().horizontalAdvance("n") * 38))
        self.add_to_header(IconButton("x", _("Close help"), on_close))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setAccessibleName(_("Help"))
        self._area.viewport().setAutoFillBackground(False)
        self.add(self._area, 1)

    def show_page(self, key: str, title: str, act: str) -> None:
        """List the keys of a page, its main act, and the keys of every page."""
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 8, 0)
        column.addWidget(Strong(title))
        own = [("Ctrl+Enter", act)] if act else []
        column.addLayout(_grid([*own, *((keys, _(words)) for keys, words in OF_PAGE.get(key, ()))]))
        column.addSpacing(8)
        column.addWidget(Strong(_("On every page")))
        column.addLayout(_grid([(keys, _(words)) for keys, words in EVERYWHERE]))
        column.addStretch(1)
        self._area.setWidget(inner)
        inner.setAutoFillBackground(False)  # Qt fills the widget that it is given


def _grid(rows: Keys) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setColumnStretch(1, 1)
    for at, (keys, words) in enumerate(rows):
        grid.addWidget(Text(keys), at, 0)
        grid.addWidget(Muted(words), at, 1)
    return grid
