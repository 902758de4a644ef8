"""The start of the window: look, guards, sign-in, and the study's end at quit."""

from __future__ import annotations

import sys

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QApplication

from lndesk.study import Study
from ui import errors
from ui.dialogs.restore_backup import Left
from ui.display import display
from ui.main_window import MainWindow
from ui.start_window import StartWindow
from ui.tasks import wait_for_all
from ui.widgets.scan_router import ScanRouter
from ui.widgets.wheel_guard import WheelGuard


class Desk(QObject):
    """Leads from the sign-in to the window, and keeps the study until the end."""

    def __init__(self, app: QApplication, router: ScanRouter) -> None:
        super().__init__(app)
        self._router = router
        self.study: Study | None = None
        self.window: MainWindow | None = None
        self.start = StartWindow()
        self.start.opened.connect(self._enter)

    def close(self) -> None:
        """Let all work end, then close the study."""
        wait_for_all()
        QCoreApplication.sendPostedEvents()  # what the work came to, such as a backup, goes on record
        if self.study is not None:
            self.study.close()

    def leave(self, left: Left) -> None:
        """Go back to the sign-in of a file that was put in the place of the one that was open."""
        window, self.window, self.study = self.window, None, None
        self.start = StartWindow(store=left.path)
        self.start.opened.connect(self._enter)
        self.start.sign_in_after(left)
        self.start.show()
        if window is not None:
            self._router.scanned.disconnect(window.take_scan)
            window.close()
            window.deleteLater()
        self.start.activateWindow()

    def _enter(self, study: Study) -> None:
        self.study = study
        window = self.window = MainWindow(study)
        self._router.scanned.connect(window.take_scan)
        window.site_left.connect(self.leave)
        window.show()
        window.start()
        self.start.close()
        window.activateWindow()


def run() -> int:
    """Open the window, and return the exit code when it is closed."""
    app = QApplication(sys.argv)
    app.setApplicationName("lndesk")
    app.setApplicationDisplayName("lndesk")
    errors.install(app)
    display.start(app)
    router = ScanRouter(app)
    app.installEventFilter(WheelGuard(app))
    app.installEventFilter(router)
    desk = Desk(app, router)
    desk.start.show()
    code = app.exec()
    desk.close()
    return code
