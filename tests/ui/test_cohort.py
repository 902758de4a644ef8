"""The cohort's year: what each line says and how it is walked through."""

import datetime as dt

import pytest
from PySide6.QtCore import Qt

from ui.widgets.cohort_grid import CohortGrid
from ui.widgets.cohort_strip import place_of

pytestmark = pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)


@pytest.fixture
def grid(study, make, show):
    make.treated()
    make.control()
    made = CohortGrid(study.cohort_year(2026))
    made.resize(1100, 400)
    return show(made)


def said(grid, row):
    return grid.cohort.index(row, 1).data(Qt.ItemDataRole.AccessibleTextRole)


def test_each_patient_has_a_line_that_says_its_visits_their_state_and_windows(grid, faults):
    assert grid.cohort.rowCount() == 2
    assert "Infusion 1, 02-Mar-2026, Due; window 27-Feb-2026 to 05-Mar-2026" in said(grid, 0)
    assert "Infusion" not in said(grid, 1)
    assert faults(grid) == []


def test_arrows_walk_through_patients_and_visits_and_enter_opens_one(qtbot, grid):
    shown, opened = [], []
    grid.visit_selected.connect(lambda _row, item: shown.append(item.visit.label))
    grid.opened.connect(lambda item: opened.append(item.visit.label))

    for key in (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Return):
        qtbot.keyClick(grid, key)

    assert shown == ["Infusion 1", "Infusion 2", "Infusion 3", "Infusion 2"]
    assert opened == ["Infusion 2"]


def test_a_click_on_a_mark_selects_its_visit(qtbot, grid, study):
    shown = []
    grid.visit_selected.connect(lambda _row, item: shown.append(item.visit.label))
    strip = grid.visualRect(grid.cohort.index(0, 1))
    at = strip.center()
    third = next(item for item in study.cohort_year(2026).rows[0].visits if item.visit.code == "infusion-3")
    at.setX(place_of(third.visit.day, 2026, strip.left(), strip.width()))

    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=at)

    assert shown == ["Infusion 3"]


@pytest.mark.parametrize("year", [2024, 2026])
def test_a_strip_runs_from_the_first_to_the_last_day_of_the_year(year):
    assert place_of(dt.date(year, 1, 1), year, 10, 365) == 10
    assert place_of(dt.date(year, 12, 31), year, 10, 365) == 10 + 364
    assert place_of(dt.date(year + 1, 2, 1), year, 10, 365) == 10 + 364


def test_a_year_without_visits_says_so(study, show):
    grid = show(CohortGrid(study.cohort_year(2031)))

    assert grid.cohort.rowCount() == 0
    assert not grid.grab().isNull()


def test_the_contraception_of_a_treated_patient_is_said(study, make):
    patient_id = make.treated()
    make.infused(patient_id, make.lot()[0])
    grid = CohortGrid(study.cohort_year(2026))

    assert "Contraception until" in said(grid, 0)
