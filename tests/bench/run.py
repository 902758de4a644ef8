"""What the program costs above its floor, each measured in the same run: `make bench`.

Rounds of the program and of its floor alternate, so that a busy machine slows both; the ratio is of the medians.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from lndesk.demo import PASSWORD, Demo, make_demo  # noqa: E402  # the path comes first
from lndesk.domain.sheet import SheetSnapshot  # noqa: E402
from lndesk.reports.dose_sheet import dose_sheet  # noqa: E402
from lndesk.reports.fonts import face  # noqa: E402
from lndesk.reports.raster import page_texts  # noqa: E402
from lndesk.services.patients import RecordWeight  # noqa: E402
from lndesk.store import preparations  # noqa: E402
from lndesk.study import Study  # noqa: E402

NOW = dt.datetime(2026, 11, 25, 15, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@dataclass(frozen=True)
class Measured:
    """Median seconds of a thing and of its floor."""

    name: str
    ours_s: float
    floor_s: float
    floor: str

    @property
    def ratio(self) -> float:
        """How many times the floor the thing costs."""
        return self.ours_s / self.floor_s


def measure(
    name: str, ours: Callable[[], object], floor_name: str, floor: Callable[[], object], rounds: int
) -> Measured:
    """Time both in turn; the first round of each only warms."""
    times: dict[str, list[float]] = {"ours": [], "floor": []}
    for number in range(rounds + 1):
        for key, act in (("ours", ours), ("floor", floor)):
            start = time.perf_counter()
            act()
            if number:
                times[key].append(time.perf_counter() - start)
    return Measured(name, statistics.median(times["ours"]), statistics.median(times["floor"]), floor_name)


def start(demo: Demo, rounds: int) -> Measured:
    """Start to Today, with an open file, against a bare Qt window."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "LNDESK_HOME": str(demo.store.parent / "home")}

    def run(script: str) -> None:
        subprocess.run([sys.executable, "-c", script, str(demo.store)], cwd=ROOT, env=environment, check=True)

    ours = (
        "import pathlib, sys\n"
        "from PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from lndesk.study import Study\n"
        "from ui.display import display\n"
        "from ui.main_window import MainWindow\n"
        "app = QApplication([])\n"
        "display.start(app)\n"
        f"study = Study.open(pathlib.Path(sys.argv[1]), login={demo.user!r}, password={PASSWORD!r})\n"
        "window = MainWindow(study)\n"
        "window.show()\n"
        "window.start()\n"
        "QTimer.singleShot(0, app.quit)\n"
        "app.exec()\n"
        "study.close()"
    )
    bare = (
        "from PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QApplication, QMainWindow\n"
        "app = QApplication([])\n"
        "window = QMainWindow()\n"
        "window.show()\n"
        "QTimer.singleShot(0, app.quit)\n"
        "app.exec()"
    )
    return measure("start to Today", lambda: run(ours), "a bare Qt window", lambda: run(bare), rounds)


def save(study: Study, rounds: int) -> Measured:
    """One save through a command against one durable commit on the same file."""
    patient_id = study.patients()[0].patient.id or 0
    db = study._db.conn  # the floor has to be on the same connection
    db.execute("create table if not exists floor (id integer primary key, content text)")

    def ours() -> None:
        study.run(
            RecordWeight(patient_id=patient_id, kg=Decimal("62.4"), measured_at=study.now(), scale="B2"),
        )

    def floor() -> None:
        db.execute("begin immediate")
        db.execute("insert into floor (content) values ('62.4')")
        db.execute("commit")

    return measure("one save", ours, "one bare durable commit", floor, rounds)


def sheet(study: Study, rounds: int) -> Measured:
    """One warm sheet, read back, against a raw canvas with the same strings."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    stored = preparations.sheets(study._db)[0]  # the snapshot as it is kept
    snapshot = SheetSnapshot.from_json(stored.snapshot)
    lines = [line for page in page_texts(dose_sheet(snapshot)) for line in page.splitlines()]
    font = face("NotoSansSC-Regular").fontName

    def floor() -> None:
        canvas = Canvas(io.BytesIO(), pagesize=A4, invariant=1, initialFontName=font)
        canvas.setFont(font, 8)
        for number, line in enumerate(lines):
            canvas.drawString(40, 800 - number * 8, line)
        canvas.save()

    return measure("one warm sheet", lambda: dose_sheet(snapshot), "a raw canvas of the same strings", floor, rounds)


def backup(study: Study, folder: Path, rounds: int) -> Measured:
    """A verified backup against the bare copy plus one read."""
    copies = iter(range(1_000_000))
    clock = study.clock

    def ours() -> None:
        study.clock = lambda: clock() + dt.timedelta(seconds=next(copies))
        study.back_up(folder)

    def floor() -> None:
        target = folder / "bare.copy"
        shutil.copyfile(study.path, target)
        with target.open("rb+") as stream:
            os.fsync(stream.fileno())
        target.read_bytes()

    return measure("verified backup", ours, "the bare copy plus one read", floor, rounds)


def main() -> int:
    """Measure everything and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lndesk-bench-") as scratch:
        demo = make_demo(Path(scratch) / "demo", now=NOW)
        found = [start(demo, max(3, asked.rounds // 3))]
        begun = time.monotonic()

        def clock() -> dt.datetime:
            return NOW + dt.timedelta(seconds=time.monotonic() - begun)

        with Study.open(demo.store, login=demo.user, password=PASSWORD, clock=clock) as study:
            folder = Path(scratch) / "backups"
            folder.mkdir()
            found += [save(study, asked.rounds * 10), sheet(study, asked.rounds), backup(study, folder, asked.rounds)]
    if asked.json:
        print(json.dumps([row.__dict__ | {"ratio": row.ratio} for row in found], indent=2))
        return 0
    for row in found:
        print(
            f"{row.name:<16} {row.ours_s * 1000:9.2f} ms   {row.floor:<34} {row.floor_s * 1000:9.2f} ms"
            f"   ratio {row.ratio:6.2f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
