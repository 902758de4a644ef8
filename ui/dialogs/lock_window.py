"""The locked desk: every window hidden, nothing of any patient shown, until somebody signs in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QVBoxLayout, QWidget
from shiboken6 import isValid

from lndesk.i18n import _
from lndesk.study import Study
from ui.display import display
from ui.widgets.draft_keeper import DraftKeeper
from ui.widgets.sign_in_panel import SignInPanel, in_the_middle

PASSING: Final = {Qt.WindowType.Popup, Qt.WindowType.ToolTip}


class LockWindow(QWidget):
    """Stands where the window stood. It knows the site and its users, and no patient."""

    signed_in = Signal(str)

    def __init__(self, study: Study) -> None:
        super().__init__()
        self._study = study
        self.panel: SignInPanel | None = None
        self._column = QVBoxLayout(self)
        self.build()

    def build(self) -> None:
        """Build the sign-in, in the language now spoken."""
        self.setWindowTitle(_("lndesk, locked"))
        if self.panel is not None:
            self.panel.hide()
            self.panel.deleteLater()
        while self._column.takeAt(0) is not None:
            pass
        present = [account for account in self._study.accounts() if account.ended_at is None]
        users = [(account.login, f"{account.name}  ({account.login})") for account in present]
        site = str(self._study.site_name())
        self.panel = SignInPanel(_("Locked"), site, users, self._sign_in, self._wait, chosen=self._study.who.login)
        self._column.addStretch(1)
        self._column.addLayout(in_the_middle(self.panel))
        self._column.addStretch(2)
        self.panel.password.setFocus()

    def _wait(self) -> dt.timedelta:
        return Study.wait(self._study.path, clock=self._study.clock)

    def _sign_in(self, login: str, password: str) -> None:
        before = self._study.who.login
        self._study.sign_in(login, password)
        self.signed_in.emit(before)


class DeskLock(QObject):
    """Locks by hiding: a dialog that stands open cannot prevent it, and keeps what was typed."""

    unlocked = Signal(bool)
    """Emitted with True when the same person came back."""

    def __init__(self, study: Study, window: QWidget) -> None:
        super().__init__(window)
        self._study, self._window = study, window
        self._hidden: list[tuple[QWidget, Qt.WindowModality]] = []
        self.screen: LockWindow | None = None

    @property
    def locked(self) -> bool:
        """Tell whether the desk is locked."""
        return self.screen is not None

    def lock(self) -> None:
        """Hide every window, empty the clipboard, and ask who comes next."""
        if self.locked:
            return
        _empty_clipboard()
        shown = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
        _keep_drafts(shown)
        lock = self.screen = LockWindow(self._study)
        lock.signed_in.connect(self._unlock)
        display.language_changed.connect(self._speak_anew)
        lock.setGeometry(self._window.geometry())
        lock.setWindowState(self._window.windowState())
        lock.show()
        for each in shown:
            self._hide(each)
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)
        lock.activateWindow()

    def close(self) -> None:
        """Put the sign-in away."""
        if self.screen is not None:
            app = QApplication.instance()
            if app is not None:
                app.removeEventFilter(self)
            display.language_changed.disconnect(self._speak_anew)
            self.screen.hide()
            self.screen.deleteLater()
            self.screen = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hide what opens while the desk is locked, such as the end of a work begun before."""
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            QTimer.singleShot(0, self, lambda: self._hide_late(watched))
        return False

    def _hide_late(self, window: QWidget) -> None:
        if self.locked and isValid(window) and window.isVisible() and not self._belongs_to_lock(window):
            self._hide(window)

    def _belongs_to_lock(self, window: QWidget) -> bool:
        above: QWidget | None = window
        while above is not None:
            if above is self.screen:
                return True
            above = above.parentWidget()
        return window.windowType() == Qt.WindowType.ToolTip

    def _hide(self, window: QWidget) -> None:
        if window.windowType() in PASSING:
            window.close()  # a list or a month that hangs on a field: it is opened anew
            return
        self._hidden.append((window, window.windowModality()))
        window.hide()

    def _speak_anew(self) -> None:
        if self.screen is not None:
            self.screen.build()

    def _unlock(self, before: str) -> None:
        same = self._study.who.login == before
        hidden, self._hidden = self._hidden, []
        self.close()
        for each, modality in hidden:
            if not isValid(each):
                continue  # a file dialog ends when it is hidden
            if isinstance(each, QDialog) and not same:
                each.done(QDialog.DialogCode.Rejected)  # what the other person typed is not this one's to finish
            else:
                each.setWindowModality(modality)
                each.show()
        self._window.activateWindow()
        self.unlocked.emit(same)


def _empty_clipboard() -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.clear()
    if clipboard.supportsSelection():
        clipboard.clear(QClipboard.Mode.Selection)


def _keep_drafts(windows: Iterable[QWidget]) -> None:
    for window in windows:
        for keeper in window.findChildren(DraftKeeper):
            keeper.save()
