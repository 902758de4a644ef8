"""What every destination of the rail is: a page on a study that says when it must read again."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Signal

from lndesk.services.command import Changes
from lndesk.study import Study
from ui.navigation import Go, Place
from ui.widgets.page import Page


class Screen(Page):
    """A destination. The main window calls `show_place` on arrival and `leave` on departure."""

    patient_shown = Signal(object)
    """Emitted with `BannerFacts` when one patient is in context, with None when none is."""
    said = Signal(str)
    """Emitted with a quiet line for the message strip: what has just been done."""
    site_left = Signal(object)
    """Emitted when the site's file is closed under the window, with what the sign-in then says."""
    refresh_on: ClassVar[Changes] = Changes.NOTHING

    def __init__(self, study: Study, go: Go, title: str, subtitle: str = "", *, scroll: bool = False) -> None:
        super().__init__(title, subtitle, scroll=scroll)
        self.study = study
        self.go = go

    def show_place(self, place: Place) -> None:
        """Show what somebody came for; a screen with one view just reads anew."""
        del place
        self.refresh()

    def leave(self) -> None:
        """Keep what was typed, since another screen or the lock takes over."""
