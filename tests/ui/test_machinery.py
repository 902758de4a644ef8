import enum
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QThread, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from ui import errors, tasks
from ui.notifier import Notifier


class Changes(enum.Flag):
    PATIENTS = enum.auto()
    VISITS = enum.auto()


def test_the_installed_qt_loses_no_reference_to_none(show):
    label = show(QLabel())
    before = sys.getrefcount(None)
    for _ in range(200):
        label.setText("x")

    assert before - sys.getrefcount(None) < 50, "this PySide6 build crashes on Python 3.10 and 3.11"


def test_work_runs_elsewhere_and_its_value_comes_back_here(qtbot):
    seen = []

    def work():
        return threading.current_thread() is not threading.main_thread()

    def on_done(value):
        seen.append((value, QThread.currentThread() is QApplication.instance().thread()))

    tasks.run_in_background(work, on_done=on_done, on_error=seen.append)

    qtbot.waitUntil(lambda: seen == [(True, True)])


def test_an_error_of_the_work_comes_back_as_a_value(qtbot):
    seen = []

    def work():
        raise OSError("disk full")

    tasks.run_in_background(work, on_done=seen.append, on_error=seen.append)

    qtbot.waitUntil(lambda: len(seen) == 1)
    assert isinstance(seen[0], OSError)


def test_leaving_waits_for_the_work(qapp):
    ended = []
    go = threading.Event()

    def work():
        go.wait(5)
        ended.append(1)

    tasks.run_in_background(work, on_done=lambda _: None, on_error=lambda _: None)
    go.set()
    qapp.aboutToQuit.emit()

    assert ended == [1]


def test_a_change_reaches_those_who_asked_for_it_and_no_one_else(qtbot):
    listeners, calls = [], []
    notifier = Notifier()
    stop = notifier.follow(listeners)
    notifier.call(Changes.VISITS, lambda: calls.append("visits"))
    notifier.call(Changes.PATIENTS, lambda: calls.append("patients"))

    with qtbot.waitSignal(notifier.changed) as told:
        listeners[0](Changes.VISITS)
    stop()

    assert told.args == [Changes.VISITS]
    assert calls == ["visits"]
    assert listeners == []


@pytest.fixture
def reporting(qapp, monkeypatch, tmp_path):
    monkeypatch.setenv("LNDESK_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    errors.install(qapp)
    yield tmp_path / "log" / errors.LOG_NAME
    for dialog in _dialogs():
        dialog.close()
    for handler in list(errors._log.handlers):
        errors._log.removeHandler(handler)
        handler.close()


def _dialogs():
    return [
        widget
        for widget in QApplication.topLevelWidgets()
        if isinstance(widget, errors.CrashDialog) and widget.isVisible()
    ]


def fail_over(patient):
    raise ValueError(f"no dose for {patient}")


@pytest.mark.usefixtures("reporting")
@pytest.mark.qt_no_exception_capture
@pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)
def test_an_error_in_a_slot_gives_one_calm_dialog_and_the_program_goes_on(qtbot, show):
    window = show(QWidget())
    for _ in range(2):
        QTimer.singleShot(0, lambda: fail_over("王小明"))

    qtbot.waitUntil(lambda: len(_dialogs()) == 1 and "fail_over" in _dialogs()[0].details.toPlainText())
    qtbot.waitUntil(lambda: _dialogs()[0].details.toPlainText().count("ValueError") == 2)
    dialog = _dialogs()[0]
    dialog.copy.click()

    assert "ValueError" in QGuiApplication.clipboard().text()
    assert "lndesk 0" in QGuiApplication.clipboard().text()

    with qtbot.waitSignal(dialog.destroyed):
        dialog.go_on.click()
    assert window.isVisible()


@pytest.mark.qt_no_exception_capture
@pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)
def test_neither_log_nor_dialog_holds_a_value(qtbot, reporting):
    thread = threading.Thread(target=fail_over, args=("王小明",))
    thread.start()
    thread.join()

    qtbot.waitUntil(lambda: len(_dialogs()) == 1)
    logged = reporting.read_text()

    assert "ValueError" in logged
    assert f"{Path(__file__).name}:" in logged
    assert "王小明" not in logged + _dialogs()[0].details.toPlainText()
