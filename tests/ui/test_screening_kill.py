"""A screening that is killed in the middle goes on on the same page, with every value as it was typed."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from lndesk.study import Study
from tests.conftest import PASSWORD, QUICK
from tests.ui.screening_answers import FINDINGS
from ui.navigation import Place
from ui.screens.patients import PatientsScreen
from ui.widgets.screening_wizard import ScreeningWizard

ROOT = Path(__file__).resolve().parents[2]
TYPED = {
    "creatinine": {"value": "71", "unit": "mg/dL", "upper_limit": "1,2", "on": "7/3/2026"},
    "hb_g_per_l": {"value": "9.0"},
    "E6": {"value": "yes", "detail": "肺炎"},
    "other_trial": {"value": "past"},
}
"""What was typed on the page of exclusion; some of it cannot be read yet."""
CHILD = """
    import os, signal, sys
    from pathlib import Path
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication
    from lndesk.study import Study
    from tests.conftest import CHINA, PASSWORD, QUICK, START
    from tests.ui.screening_answers import FINDINGS
    from tests.ui.test_screening_kill import TYPED, type_all
    from ui.main_window import MainWindow
    from ui.navigation import Place

    app = QApplication([])
    study = Study.open(Path(sys.argv[1]), login="chenjing", password=PASSWORD, clock=lambda: START, cost=QUICK)
    window = MainWindow(study)
    window.show()
    window.go(Place(destination="patients", patient_id=int(sys.argv[2]), action="screening"))
    wizard = window.current.wizard
    type_all(wizard)
    wizard.keeper._kept = lambda: os.kill(os.getpid(), signal.SIGKILL)
    app.exec()
"""


def type_all(wizard):
    """Leave the page of inclusion by Next, and type on that of exclusion."""
    wizard.pages["inclusion"].fields["I1b"].show_typed({"value": "yes"})
    wizard.pages["inclusion"].sledai.choices["rash"].button("present").click()
    wizard.go_on()
    assert wizard.here == "exclusion", wizard.message.text()
    for code, parts in TYPED.items():
        wizard.pages["exclusion"].fields[code].show_typed(parts)


def assert_goes_on(study, patient):
    again = ScreeningWizard(study, patient)
    assert again.here == "exclusion"
    fields = again.pages["exclusion"].fields
    assert {code: fields[code].typed() for code in TYPED} == TYPED
    assert again.pages["inclusion"].fields["I1b"].value.typed() == "yes"
    assert again.pages["inclusion"].sledai.findings() == {"rash": "present"}
    again.deleteLater()


@pytest.fixture
def patient(make):
    return make.consented(make.patient())


def test_a_window_that_dies_loses_nothing(study, patient, show, qtbot, tmp_path, clock):
    screen = PatientsScreen(study, print)
    screen.show_place(Place(destination="patients", patient_id=patient, action="screening"))
    show(screen)
    type_all(screen.wizard)
    qtbot.waitUntil(lambda: "creatinine" in str(study.draft("screening", "LN-0001-C")))
    study.close()

    with Study.open(tmp_path / "site.lndesk", login="chenjing", password=PASSWORD, clock=clock, cost=QUICK) as again:
        assert_goes_on(again, patient)


@pytest.mark.usefixtures("qapp")
def test_a_killed_process_loses_nothing(study, patient, tmp_path, clock):
    study.close()
    script = tmp_path / "child.py"
    script.write_text(textwrap.dedent(CHILD), encoding="utf-8")
    home = {"LNDESK_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    child = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "site.lndesk"), str(patient)],
        env=os.environ | home, cwd=ROOT, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert child.returncode == -signal.SIGKILL, child.stderr.decode()

    with Study.open(tmp_path / "site.lndesk", login="chenjing", password=PASSWORD, clock=clock, cost=QUICK) as again:
        assert_goes_on(again, patient)


def test_what_somebody_else_saved_since_is_not_hidden_by_an_old_draft(study, patient, show):
    first = show(ScreeningWizard(study, patient))
    type_all(first)
    first.leave()
    study.sign_in("zhaomin", PASSWORD)
    other = ScreeningWizard(study, patient)
    other.pages["inclusion"].sledai.show_findings(FINDINGS)
    other.pages["inclusion"].fields["I1b"].show_typed({"value": "no"})
    other.save()
    study.sign_in("chenjing", PASSWORD)

    again = ScreeningWizard(study, patient)

    assert again.pages["inclusion"].fields["I1b"].value.typed() == "no"
    assert again.pages["inclusion"].sledai.findings() == FINDINGS
    assert again.pages["exclusion"].fields["creatinine"].typed() == TYPED["creatinine"]
