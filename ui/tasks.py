"""Long work off the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from PySide6.QtCore import QCoreApplication, QThreadPool

Result = TypeVar("Result")

_waits_at: Final[set[QCoreApplication]] = set()


def run_in_background(
    work: Callable[[], Result],
    *,
    on_done: Callable[[Result], object],
    on_error: Callable[[Exception], object],
) -> None:
    """Run `work` on a thread, then `on_done` or `on_error` on this one.

    The work takes frozen values or a connection of its own: no widget and no open connection crosses a thread.
    """
    from superqt.utils import create_worker

    _wait_before_quitting()

    # Both signals must be connected at creation: superqt would raise an unconnected error in the event loop.
    # superqt itself keeps the worker alive until it ends.
    create_worker(work, _connect={"returned": on_done, "errored": on_error})


def _wait_before_quitting() -> None:
    app = QCoreApplication.instance()
    if app is not None and app not in _waits_at:
        _waits_at.add(app)
        app.aboutToQuit.connect(wait_for_all)


def wait_for_all() -> None:
    """Wait until all work is done, so that leaving cuts no backup in two."""
    QThreadPool.globalInstance().waitForDone()
