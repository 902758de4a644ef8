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
from typing import Any, cast

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QTimer  # noqa: E402  # the platform is chosen first
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from lndesk import demo, settings  # noqa: E402
from lndesk.demo_answers import complete_answers  # noqa: E402
from lndesk.domain.patient import Patient  # noqa: E402
from lndesk.queries.patients import PatientRecord  # noqa: E402
from lndesk.queries.screenings import ScreeningView  # noqa: E402
from lndesk.queries.today import Step  # noqa: E402
from lndesk.services.before_infusions import RecordBeforeInfusion  # noqa: E402
from lndesk.services.patients import RecordConsent, RecordWeight, RegisterPatient  # noqa: E402
from lndesk.services.screenings import SaveAnswers, SendToInvestigator  # noqa: E402
from lndesk.study import Study  # noqa: E402
from ui.dialogs.check_dose import CheckDoseDialog  # noqa: E402
from ui.dialogs.sheet_preview import SheetPreviewDialog  # noqa: E402
from ui.display import display  # noqa: E402
from ui.main_window import DESIGNED, SCREENS, MainWindow  # noqa: E402
from ui.navigation import Place  # noqa: E402
from ui.printing import page_images  # noqa: E402
from ui.screens.dose import DoseScreen  # noqa: E402
from ui.screens.patients import PatientsScreen  # noqa: E402
from ui.start_window import StartWindow  # noqa: E402

CHINA = dt.timezone(dt.timedelta(hours=8))
NOW = dt.datetime(2026, 3, 12, 11, 0, tzinfo=CHINA)
LOOKS = tuple(itertools.product(("light", "dark"), ("en", "zh_CN")))
SETTLE_MS = 60
SHEET_DPI = 110
# who is at the desk, so that each page shows what it is for
SCREENED = {"open": "H00488810", "sent": "H00488812"}
STEPS = ("identity", "consent", "inclusion", "exclusion", "review")
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
        screen(made)
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
        "screening": draw_screening, "decision": draw_decision, "eligibility": draw_eligibility,
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


def draw_screening(album: Album, made: demo.Demo, look: str) -> None:
    """Draw each page of a screening that is half entered; the one of inclusion bears the name of them all."""
    with at_the_desk(made, demo.NURSE) as window:
        window.go(Place(destination="patients", patient_id=screened(window.study, "open"), action="screening"))
        wizard = cast("PatientsScreen", window.current).wizard
        for step in STEPS:
            wizard.go_to(step)  # type: ignore[union-attr]  # it was opened above
            name = f"screening-{look}" if step == "inclusion" else f"screening-{step}-{look}"
            if album.wants(name):
                album.take(window, name)


def draw_decision(album: Album, made: demo.Demo, look: str) -> None:
    """Draw the investigator's page."""
    with at_the_desk(made, demo.INVESTIGATOR) as window:
        window.go(Place(destination="patients", patient_id=screened(window.study, "sent"), action="screening"))
        album.take(window, f"decision-{look}")


def draw_eligibility(album: Album, made: demo.Demo, look: str) -> None:
    """Draw the record's page of consent and eligibility."""
    with at_the_desk(made, demo.NURSE) as window:
        window.go(Place(destination="patients", patient_id=due(window.study, "check").id))
        record = cast("PatientsScreen", window.current).record
        record.tabs.setCurrentWidget(record.consent)
        album.take(window, f"eligibility-{look}")


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
        woman = patient.sex == "female"
        study.run(
            RecordBeforeInfusion(
                patient_id=patient.id or 0,
                infusion_no=study.patient(patient.id or 0).next_infusion_no,
                pregnancy_possible=True if woman else None,
                pregnancy_test="negative" if woman else "",
                tested_on=weighed_at.date() if woman else None,
                contraception="kept",
                contraception_method="Condom",
                albumin_allergy=False,
                dmso_allergy=False,
                infection_or_fever=False,
                new_medication=False,
                asked_at=weighed_at,
            )
        )


def screen(made: demo.Demo) -> None:
    """Begin two screenings: one that is half entered, and one with the investigator."""
    people = {"open": ("何", "雨", "He", "Yu"), "sent": ("高", "洁", "Gao", "Jie")}
    changes: dict[str, dict[str, Any]] = {
        "open": {"biopsy_class": "V", "proteinuria_g_per_day": {"value": "0.9"}, "E6": None, "hb_g_per_l": "9.0"},
        "sent": {"biopsy_class": "III+V"},
    }
    with Study.open(made.store, login=demo.NURSE, password=made.password, clock=lambda: NOW) as study:
        for key, (family, given, latin, latin_given) in people.items():
            study.run(
                RegisterPatient(
                    family_name=family, given_name=given, latin_family=latin, latin_given=latin_given, sex="female",
                    born_on=dt.date(1995, 4, 18), hospital_no=SCREENED[key], allergy_state="none_known",
                )
            )  # fmt: skip
            patient_id = screened(study, key)
            study.run(
                RecordConsent(
                    patient_id=patient_id, form_version="2.1", consented_at=NOW - dt.timedelta(hours=2),
                    taken_by="CHEN Jing",
                )
            )  # fmt: skip
            screening_id = cast("ScreeningView", study.screening(patient_id)).screening.id or 0
            answers = complete_answers(screening_id, sex="female", on=NOW.date(), changes=changes[key])
            study.run(SaveAnswers(screening_id=screening_id, answers=answers))
            if key == "sent":
                study.run(SendToInvestigator(screening_id=screening_id))


def screened(study: Study, key: str) -> int:
    """Return the patient of a screening."""
    return cast("PatientRecord", study.patient_numbered(SCREENED[key])).patient.id or 0


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
