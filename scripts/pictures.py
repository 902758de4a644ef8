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
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import cast

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QTimer  # noqa: E402  # the platform is chosen first
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from lndesk import demo, settings  # noqa: E402
from lndesk.domain.patient import Patient  # noqa: E402
from lndesk.queries.today import Step  # noqa: E402
from lndesk.services.patients import RecordWeight  # noqa: E402
from lndesk.study import Study  # noqa: E402
from ui.dialogs.check_dose import CheckDoseDialog  # noqa: E402
from ui.dialogs.sheet_preview import SheetPreviewDialog  # noqa: E402
from ui.display import display  # noqa: E402
from ui.main_window import DESIGNED, SCREENS, MainWindow  # noqa: E402
from ui.navigation import Place  # noqa: E402
from ui.printing import page_images  # noqa: E402
from ui.screens.dose import DoseScreen  # noqa: E402
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
        weigh(made)
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
    drawn: dict[str, Callable[[], None]] = {
        entry.key: partial(draw_screen, album, made, entry.key, look) for entry in SCREENS
    }
    more = {
        "dose": draw_dose, "check": draw_check, "sheet": draw_preview, "record": draw_record,
        "sign-in": draw_sign_in, "find": draw_find, "welcome": draw_welcome, "locked": draw_locked,
    }  # fmt: skip
    drawn |= {name: partial(draw, album, made, look) for name, draw in more.items()}
    wanted = [step for name, step in drawn.items() if album.wants(f"{name}-{look}")]
    if wanted:
        display.choose(theme=theme, language=language)  # type: ignore[arg-type]  # from LOOKS
    for step in wanted:
        step()


def draw_screen(album: Album, made: demo.Demo, key: str, look: str) -> None:
    """Draw one destination."""
    with at_the_desk(made, USERS.get(key, demo.NURSE)) as window:
        window.go(Place(destination=key))  # type: ignore[arg-type]  # from SCREENS
        if key == "settings":
            window.current.tabs.setCurrentIndex(2)  # type: ignore[union-attr]  # the page of the settings
        album.take(window, f"{key}-{look}")


def draw_dose(album: Album, made: demo.Demo, look: str) -> None:
    """Draw a dose with its calculation, as it is before it is sent."""
    with at_the_desk(made, demo.NURSE) as window:
        patient = due(window.study, "prepare")
        screen = open_dose(window, patient)
        case = window.study.dose_case(patient.id or 0)
        usable = next(choice for choice in case.choices if choice.why_not is None)
        screen.entry.containers.scan.take(usable.item.code)
        screen.entry.options.final_ml.setText("50")
        screen.entry.options.minutes.setText("30")
        settle(SETTLE_MS * 5)
        album.take(window, f"dose-{look}")
        screen.entry.forget()


def draw_check(album: Album, made: demo.Demo, look: str) -> None:
    """Draw the second person's check."""
    with at_the_desk(made, demo.TECHNICIAN) as window:
        screen = open_dose(window, due(window.study, "check"))
        screen.sent.next.click()
        album.take(cast("QWidget", window.findChild(CheckDoseDialog)), f"check-{look}")


def draw_preview(album: Album, made: demo.Demo, look: str) -> None:
    """Draw the preview of the newest sheet."""
    with at_the_desk(made, demo.NURSE) as window:
        dialog = SheetPreviewDialog(window.study, window.study.sheets()[0].number, parent=window)
        dialog.open()
        settle(SETTLE_MS * 20)
        album.take(dialog, f"sheet-{look}")


def draw_record(album: Album, made: demo.Demo, look: str) -> None:
    """Draw one patient's record."""
    with at_the_desk(made, demo.NURSE) as window:
        window.go(Place(destination="patients", patient_id=due(window.study, "check").id))
        album.take(window, f"record-{look}")


def draw_welcome(album: Album, _made: demo.Demo, look: str) -> None:
    """Draw the first page of all."""
    start = StartWindow()
    start.show()
    album.take(start, f"welcome-{look}")
    start.close()


def draw_locked(album: Album, made: demo.Demo, look: str) -> None:
    """Draw the locked desk."""
    with at_the_desk(made, demo.NURSE) as window:
        window.lock()
        album.take(window.desk_lock.screen, f"locked-{look}")  # type: ignore[arg-type]  # there while it is locked


def due(study: Study, step: Step) -> Patient:
    """Return the patient whose next step of today is this one."""
    return next(row.patient for row in study.today_board().rows if row.step == step)


def open_dose(window: MainWindow, patient: Patient) -> DoseScreen:
    """Open a patient's dose, the wristband read."""
    window.go(Place(destination="dose", patient_id=patient.id))
    screen = cast("DoseScreen", window.current)
    screen.gate.hospital_no.setText(patient.hospital_no)
    screen.gate.born_year.setText(str(patient.born_on.year))
    screen.gate.open.click()
    return screen


def weigh(made: demo.Demo) -> None:
    """Weigh the patient whose dose is pictured."""
    with Study.open(made.store, login=demo.NURSE, password=made.password, clock=lambda: NOW) as study:
        patient = due(study, "prepare")
        weighed_at = NOW - dt.timedelta(minutes=40)
        study.run(RecordWeight(patient_id=patient.id or 0, kg=Decimal("62.4"), measured_at=weighed_at, scale="B2"))


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


def settle(ms: int = SETTLE_MS) -> None:
    """Let the window draw itself."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


if __name__ == "__main__":
    sys.exit(main())
