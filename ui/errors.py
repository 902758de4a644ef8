"""What happens when the program itself is wrong: one calm dialog, a log without patient data, and on we go."""

from __future__ import annotations

import logging
import os
import platform
import sys
import threading
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Final

import platformdirs
from PySide6.QtCore import QObject, Qt, Signal, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout

import lndesk
from lndesk.i18n import _

LOG_NAME: Final = "lndesk.log"
_LOG_BYTES: Final = 200_000
_log: Final = logging.getLogger("lndesk.crash")
_log.propagate = False


def log_folder() -> Path:
    """Return where the log is kept; `LNDESK_HOME` moves it."""
    moved = os.environ.get("LNDESK_HOME")
    return Path(moved) / "log" if moved else Path(platformdirs.user_log_dir("lndesk", appauthor=False))


def describe(error: BaseException) -> str:
    """Tell where an error arose: types and places only, since its words may hold a patient's data."""
    places = [
        f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    told = [type(error).__qualname__, *places]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(told) if cause is None else "\n".join([*told, "after", describe(cause)])


class CrashDialog(QDialog):
    """Says that something went wrong, that the study's file is whole, and what to do."""

    def __init__(self, details: str) -> None:
        super().__init__(QApplication.activeWindow())
        self.setWindowTitle(_("Something went wrong"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(520)
        self.title = QLabel(_("The program made a mistake."))
        self.title.setProperty("role", "title")
        advice = _(
            "The last step may not have been done; nothing was half saved. "
            "Look at the record before doing it again, and tell whoever looks after this computer."
        )
        words = QLabel(advice)
        words.setWordWrap(True)
        self.details = QPlainTextEdit(details)
        self.details.setReadOnly(True)
        self.details.setAccessibleName(_("Details"))
        self.copy = QPushButton(_("Copy details"))
        self.copy.clicked.connect(lambda _checked: QGuiApplication.clipboard().setText(self.details.toPlainText()))
        self.go_on = QPushButton(_("Go on working"))
        self.go_on.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(self.copy)
        row.addStretch(1)
        row.addWidget(self.go_on)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 16, 24, 16)
        outer.setSpacing(12)
        for widget in (self.title, words, self.details):
            outer.addWidget(widget)
        outer.addLayout(row)
        for button in (self.copy, self.go_on):
            button.setAutoDefault(False)
        self.go_on.setFocus()


class _Reporter(QObject):
    """Carries an error from any thread to the window's, and shows one dialog at a time."""

    happened = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._dialog: CrashDialog | None = None
        self.happened.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def report(self, error: BaseException) -> None:
        """Log an error and have it shown."""
        details = describe(error)
        _log.error(details)
        self.happened.emit(f"lndesk {lndesk.__version__}, Qt {qVersion()}, {platform.platform()}\n{details}")

    def _show(self, details: str) -> None:
        if self._dialog is not None:
            # One mistake often repeats itself at each repaint: one dialog tells of all.
            self._dialog.details.appendPlainText(f"\n{details}")
            return
        self._dialog = CrashDialog(details)
        self._dialog.destroyed.connect(self._forget)
        self._dialog.open()

    def _forget(self) -> None:
        self._dialog = None


def install(app: QApplication) -> None:
    """Report every error that nothing else handles, in slots, events and threads."""
    _open_log()
    reporter = _Reporter(app)

    def on_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        reporter.report(error.with_traceback(trace))

    sys.excepthook = on_error
    threading.excepthook = lambda args: on_error(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback)


def _open_log() -> None:
    folder = log_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            folder / LOG_NAME, maxBytes=_LOG_BYTES, backupCount=3, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.StreamHandler()  # a machine without a place to write still works
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    for old in list(_log.handlers):
        _log.removeHandler(old)
        old.close()
    _log.addHandler(handler)
