"""Draw the real window on a made-up site: FOLDER gets the README's pictures, with --all every screen in each look."""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QTimer  # noqa: E402  # the platform is chosen first
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from lndesk import demo, settings  # noqa: E402
from lndesk.study import Study  # noqa: E402
from ui.display import display  # noqa: E402
from ui.main_window import DESIGNED, SCREENS, MainWindow  # noqa: E402
from ui.navigation import Place  # noqa: E402
from ui.printing import page_images  # noqa: E402
from ui.start_window import StartWindow  # noqa: E402

CHINA = dt.timezone(dt.timedelta(hours=8))
NOW = dt.datetime(2026, 3, 12, 11, 0, tzinfo=CHINA)
LOOKS = tuple(itertools.product(("light", "dark"), ("en", "zh_CN")))
SETTLE_MS = 60
SHEET_DPI = 110
# who is at the desk, so that each page shows what it is for
USERS = {"product": demo.TECHNICIAN, "settings": demo.INVESTIGATOR, "audit": demo.INVESTIGATOR}


class Album:
    """Saves pictures by name, all of them or only those asked for."""

    def __init__(self, folder: Path, wanted: frozenset[str] | None) -> None:
        self.folder = folder
        self.wanted = wanted
        folder.mkdir(parents=True, exist_ok=True)

    def wants(self, name: str) -> bool:
        """Tell whether a picture is to be drawn."""
        return self.wanted is None or name in self.wanted

    def take(self, widget: QWidget, name: str) -> None:
        """Draw a widget, once it has settled."""
        settle()
        widget.grab().save(str(self.folder / f"{name}.png"))
        print(self.folder / f"{name}.png")


def main() -> int:
    """Draw what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true", help="every screen, not only those that the README shows")
    asked = parser.parse_args()
    app = QApplication([])
    with tempfile.TemporaryDirectory() as home:
        os.environ["LNDESK_HOME"] = home
        display.start(app)
        made = demo.make_demo(settings.data_folder() / "demo", now=NOW)
        album = Album(asked.folder, None if asked.all else in_readme())
        for theme, language in LOOKS:
            draw_look(album, made, theme, language)
        if album.wants("sheet-both"):
            draw_sheet(album, made)
    return 0


def in_readme() -> frozenset[str]:
    """Return the names of the pictures that the README shows."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return frozenset(re.findall(r"docs/pictures/([\w-]+)\.png", text))


def draw_look(album: Album, made: demo.Demo, theme: str, language: str) -> None:
    """Draw the pages in one theme and one language."""
    look = f"{theme}-{language[:2]}"
    steps: dict[str, Callable[[], None]] = {}
    for entry in SCREENS:
        steps[entry.key] = partial(draw_screen, album, made, entry.key, look)
    steps["sign-in"] = lambda: draw_sign_in(album, made, look)
    steps["find"] = lambda: draw_find(album, made, look)
    if not any(album.wants(f"{name}-{look}") for name in steps):
        return
    display.choose(theme=theme, language=language)  # type: ignore[arg-type]  # from LOOKS
    for name, step in steps.items():
        if album.wants(f"{name}-{look}"):
            step()


def draw_screen(album: Album, made: demo.Demo, key: str, look: str) -> None:
    """Draw one destination, with the patient in context where there is one."""
    with at_the_desk(made, USERS.get(key, demo.NURSE)) as window:
        window.go(place_of(window.study, key))
        if key == "settings":
            window.current.tabs.setCurrentIndex(2)  # type: ignore[union-attr]  # the page of the settings
        album.take(window, f"{key}-{look}")


def place_of(study: Study, key: str) -> Place:
    """Return what a page is pictured with: the dose of the patient whose infusion is due today."""
    due = [row for row in study.today_board().rows if row.step == "prepare"]
    patient_id = due[0].patient.id if due and key == "dose" else None
    return Place(destination=key, patient_id=patient_id)  # type: ignore[arg-type]  # from SCREENS


def draw_sign_in(album: Album, made: demo.Demo, look: str) -> None:
    """Draw the sign-in."""
    start = StartWindow(store=made.store)
    start.show()
    album.take(start, f"sign-in-{look}")
    start.close()


def draw_find(album: Album, made: demo.Demo, look: str) -> None:
    """Draw the search for a patient."""
    with at_the_desk(made, demo.NURSE) as window:
        window.finder.begin()
        window.finder.insert("wang")
        window.finder.textEdited.emit("wang")
        album.take(window, f"find-{look}")


def draw_sheet(album: Album, made: demo.Demo) -> None:
    """Draw the newest sheet from its PDF."""
    image = page_images(made.sheets[0].read_bytes(), SHEET_DPI)[0]
    image.save(str(album.folder / "sheet-both.png"))
    print(album.folder / "sheet-both.png")


@contextmanager
def at_the_desk(made: demo.Demo, login: str) -> Iterator[MainWindow]:
    """Open the window for somebody, at the fixed instant."""
    with Study.open(made.store, login=login, password=made.password, clock=lambda: NOW) as study:
        window = MainWindow(study)
        window.setMinimumSize(*DESIGNED)
        window.resize(*DESIGNED)
        window.show()
        window.start()
        settle()
        yield window
        window.close()
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def settle() -> None:
    """Let the window draw itself."""
    loop = QEventLoop()
    QTimer.singleShot(SETTLE_MS, loop.quit)
    loop.exec()


if __name__ == "__main__":
    sys.exit(main())
