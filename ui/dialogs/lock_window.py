"""The locked desk: every window hidden, nothing of any patient shown, until somebody signs in."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QVBoxLayout, QWidget

from lndesk.i18n import _
from lndesk.study import Study
from ui.display import display
from ui.widgets.sign_in_panel import SignInPanel, in_the_middle


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
        self.panel = SignInPanel(_("Locked"), site, users, self._sign_in, chosen=self._study.who.login)
        self._column.addStretch(1)
        self._column.addLayout(in_the_middle(self.panel))
        self._column.addStretch(2)
        self.panel.password.setFocus()

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
        QGuiApplication.clipboard().clear()
        lock = self.screen = LockWindow(self._study)
        lock.signed_in.connect(self._unlock)
        display.language_changed.connect(self._speak_anew)
        lock.setGeometry(self._window.geometry())
        lock.setWindowState(self._window.windowState())
        lock.show()
        self._hidden = [
            (each, each.windowModality())
            for each in QApplication.topLevelWidgets()
            if each.isVisible() and each is not lock
        ]
        for each, _modality in self._hidden:
            each.hide()
        lock.activateWindow()

    def close(self) -> None:
        """Put the sign-in away."""
        if self.screen is not None:
            display.language_changed.disconnect(self._speak_anew)
            self.screen.hide()
            self.screen.deleteLater()
            self.screen = None

    def _speak_anew(self) -> None:
        if self.screen is not None:
            self.screen.build()

    def _unlock(self, before: str) -> None:
        same = self._study.who.login == before
        for each, modality in self._hidden:
            if isinstance(each, QDialog) and not same:
                each.done(QDialog.DialogCode.Rejected)  # what the other person typed is not this one's to finish
            else:
                each.setWindowModality(modality)
                each.show()
        self._hidden = []
        self.close()
        self._window.activateWindow()
        self.unlocked.emit(same)
