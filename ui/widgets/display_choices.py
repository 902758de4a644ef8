"""Language, theme and text size of this workstation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from lndesk import settings
from lndesk.i18n import LANGUAGES, _
from ui.display import TEXT_SIZES, display
from ui.widgets.card import Card
from ui.widgets.form import Form
from ui.widgets.labels import Muted

WIDEST: Final = 320


class DisplayChoices(QWidget):
    """Each choice is shown at once and kept for the next start."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = settings.load()
        card = Card(_("Display"))
        form = card.add(Form())
        themes = (("system", _("As the system")), ("light", _("Light")), ("dark", _("Dark")))
        sizes = [(percent, f"{percent} %") for percent in TEXT_SIZES]
        self.language = form.add(
            "language", _("Language"),
            _choice(tuple(LANGUAGES.items()), now.language, lambda chosen: display.choose(language=chosen)),
        )  # fmt: skip
        self.theme = form.add(
            "theme", _("Theme"), _choice(themes, now.theme, lambda chosen: display.choose(theme=chosen))
        )
        self.text_size = form.add(
            "text_percent", _("Text size"),
            _choice(sizes, now.text_percent, lambda chosen: display.choose(text_percent=chosen)),
        )  # fmt: skip
        card.add(Muted(_("These hold for everyone at this workstation and are applied at once.")))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.addWidget(card)
        column.addStretch(1)


def _choice(choices: Sequence[tuple[Any, str]], now: Any, on_chosen: Callable[[Any], None]) -> QComboBox:
    box = QComboBox()
    for value, label in choices:
        box.addItem(label, value)
    box.setCurrentIndex(box.findData(now))
    box.setMaximumWidth(WIDEST)
    box.activated.connect(lambda index: on_chosen(box.itemData(index)))
    return box
