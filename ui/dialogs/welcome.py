"""The first page of all: plain choices."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QWidget

from lndesk.i18n import _
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.labels import Muted
from ui.widgets.page import Page
from ui.widgets.sign_in_panel import language_buttons


class WelcomePage(Page):
    """Says what each choice leads to."""

    def __init__(
        self,
        on_create: Callable[[], None],
        on_demo: Callable[[], None],
        on_open: Callable[[], None],
        on_restore: Callable[[], None],
    ) -> None:
        super().__init__(_("Welcome to lndesk"))
        for button in language_buttons():
            self.add_to_header(button)
        self.add(Muted(_("Dosing and visits of one site of a per-kilogram cell therapy trial.")))
        self.create_site = Button(_("Create this site"), on_create, icon_name="plus")
        self.open_demo = Button(_("Open the demo site"), on_demo, icon_name="graduation-cap")
        self.open_file = Button(_("Open a site's file"), on_open, icon_name="folder-open")
        self.restore = Button(_("Restore a backup"), on_restore, icon_name="undo-2")
        self.add(
            _choice(
                _("Create this site"),
                _("For real patients. Enter the name of the site and its administrator; everything is encrypted."),
                self.create_site,
            )
        )
        self.add(
            _choice(
                _("Open the demo site"),
                _("To learn and to try. Made-up patients, marked TRAINING on every screen and sheet."),
                self.open_demo,
            )
        )
        self.add(
            _choice(_("Open a site's file"), _("When the site is on this computer or a drive already."), self.open_file)
        )
        self.add(
            _choice(
                _("Restore a backup"),
                _("When the computer is new or the site's file is lost. Needs the backup and a password or the code."),
                self.restore,
            )
        )
        self.content.addStretch(1)


def _choice(title: str, words: str, button: Button) -> QWidget:
    card = Card(title)
    row = QHBoxLayout()
    row.setSpacing(16)
    row.addWidget(Muted(words), 1)
    row.addWidget(button)
    card.content.addLayout(row)
    return card
