"""Before the window: found a site, open the demonstration, or sign in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from lndesk import settings
from lndesk.demo import PASSWORD as DEMO_PASSWORD
from lndesk.demo import Demo
from lndesk.domain.errors import LnDeskError
from lndesk.i18n import _
from lndesk.study import Study
from ui.dialogs.create_site import CreateSitePage
from ui.dialogs.make_demo import DemoPage, demo_folder, demo_store
from ui.dialogs.recover import RecoverDialog
from ui.dialogs.recovery_code import RecoveryCodePage
from ui.dialogs.restore_backup import Left
from ui.dialogs.restore_page import RestorePage
from ui.dialogs.welcome import WelcomePage
from ui.display import display
from ui.widgets.buttons import Button
from ui.widgets.sign_in_panel import SignInPanel, in_the_middle

SIZE: Final = (960, 680)
STORES: Final = "lndesk (*.lndesk)"


class StartWindow(QWidget):
    """Ends in one open study, signed in. Nothing of any patient is shown here."""

    opened = Signal(object)

    def __init__(self, *, store: Path | None = None) -> None:
        super().__init__()
        self.page: QWidget | None = None
        self._rebuild: Callable[[], None] = self.welcome
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        room = self.screen().availableSize()
        self.resize(min(SIZE[0], room.width()), min(SIZE[1], room.height()))
        self._listening = True
        display.language_changed.connect(self._speak_anew, Qt.ConnectionType.QueuedConnection)
        last = settings.load().last_store
        known = store or (Path(last) if last else None)
        if known is not None and known.is_file():
            self.sign_in(known)
        else:
            self.welcome()

    def welcome(self) -> None:
        """Offer the ways to begin, and a site or a backup that is there already."""
        page = WelcomePage(self.create_site, self.demo, self.open_other, self.restore)
        self._show(page, self.welcome, _("Welcome to lndesk"))

    def create_site(self) -> None:
        """Ask for what a new site needs."""
        page = CreateSitePage(self.welcome)
        page.founded.connect(self._show_code)
        self._show(page, None, _("Create this site"))

    def demo(self) -> None:
        """Open the demonstration site, and make it first when there is none."""
        if demo_store().is_file():
            self.sign_in(demo_store(), told=_demo_words())
            return
        page = DemoPage(demo_folder(), self.welcome)
        page.made.connect(self._open_demo)
        self._show(page, None, _("Demonstration site"))
        page.start()

    def open_other(self) -> None:
        """Ask for the file of a site."""
        chosen, _kind = QFileDialog.getOpenFileName(self, _("Open a site's file"), str(settings.data_folder()), STORES)
        if chosen:
            self.sign_in(Path(chosen))

    def restore(self) -> None:
        """Ask for a backup, and where its site is to lie."""
        page = RestorePage(self.welcome)
        page.restored.connect(self.sign_in_after)
        self._show(page, None, _("Restore a backup"))

    def sign_in_after(self, left: Left) -> None:
        """Ask who is there after a restore, and say what came of it."""
        self.sign_in(left.path)
        if isinstance(self.page, _SignInPage):
            self.page.panel.message.show_message("done" if left.done else "stop", left.what, left.why)
        elif isinstance(self.page, WelcomePage) and not left.done:
            self.page.say("stop", left.what)

    def sign_in(self, store: Path, *, login: str = "", told: str = "") -> None:
        """Ask who is there, for one file."""
        try:
            users = [(name, name) for name in Study.logins(store)]
        except LnDeskError as error:
            self.welcome()
            if isinstance(self.page, WelcomePage):
                self.page.say_refused(error)
            return
        if not told and store == demo_store():
            told = _demo_words()
        page = _SignInPage(store, users, login, told, on_opened=self._enter, on_other=self.welcome)
        self._show(page, lambda: self.sign_in(store, login=page.panel.user.currentData(), told=""), _("Sign in"))
        page.panel.password.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Listen no more."""
        if self._listening:
            self._listening = False
            display.language_changed.disconnect(self._speak_anew)
        super().closeEvent(event)

    def _show(self, page: QWidget, rebuild: Callable[[], None] | None, title: str) -> None:
        self.setWindowTitle(f"lndesk - {title}")
        # A page where something was typed keeps its language until it is left.
        self._rebuild = rebuild or (lambda: None)
        if self.page is not None:
            self.page.hide()
            self._column.removeWidget(self.page)
            self.page.deleteLater()
        self.page = page
        self._column.addWidget(page)

    def _speak_anew(self) -> None:
        self._rebuild()

    def _show_code(self, study: Study, code: str) -> None:
        page = RecoveryCodePage(study, code, lambda: self._enter(study))
        self._show(page, None, _("Recovery code"))

    def _open_demo(self, demo: Demo) -> None:
        self.sign_in(demo.store, login=demo.user, told=_demo_words())

    def _enter(self, study: Study) -> None:
        settings.save(settings.load().but(last_store=str(study.path)))
        self.opened.emit(study)


class _SignInPage(QWidget):
    """The sign-in of one file, in the middle of the window."""

    def __init__(
        self,
        store: Path,
        users: list[tuple[str, str]],
        login: str,
        told: str,
        *,
        on_opened: Callable[[Study], None],
        on_other: Callable[[], None],
    ) -> None:
        super().__init__()
        self._store, self._on_opened = store, on_opened
        self.panel = SignInPanel("lndesk", str(store), users, self._open, lambda: Study.wait(store), chosen=login)
        if told:
            self.panel.message.show_message("info", _("Made-up people and patients."), told)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addLayout(in_the_middle(self.panel))
        column.addWidget(
            Button(_("Every password is lost"), self.recover, kind="link"), 0, Qt.AlignmentFlag.AlignHCenter
        )
        column.addWidget(
            Button(_("Open another file, or create a site"), on_other, kind="link"), 0, Qt.AlignmentFlag.AlignHCenter
        )
        column.addStretch(2)

    def recover(self) -> None:
        """Ask for the recovery code."""
        logins = tuple(self.panel.user.itemText(at) for at in range(self.panel.user.count()))
        dialog = RecoverDialog(self._store, logins, self)
        dialog.accepted.connect(lambda: self._on_opened(dialog.study) if dialog.study else None)
        dialog.open()

    def _open(self, login: str, password: str) -> None:
        self._on_opened(Study.open(self._store, login=login, password=password))


def _demo_words() -> str:
    return _("Password of every user: {password}", password=DEMO_PASSWORD)
