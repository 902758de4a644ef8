"""The calendar: what a day says, how it is walked through, and what can be done about a visit."""

import datetime as dt

import pytest
from PySide6.QtCore import QPoint, Qt

from lndesk.domain.errors import RuleViolation
from lndesk.services.closed_days import AddClosedDays
from tests.conftest import PASSWORD
from ui.dialogs.book_visit import BookVisitDialog
from ui.dialogs.miss_visit import MissVisitDialog
from ui.dialogs.move_visit import MoveVisitDialog
from ui.dialogs.record_visit import RecordVisitDialog
from ui.navigation import Place
from ui.screens.calendar import CalendarScreen
from ui.widgets.buttons import Button
from ui.widgets.month_cell import SHOWN
from ui.widgets.visit_words import STATES

pytestmark = pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)


@pytest.fixture
def went():
    return []


@pytest.fixture
def open_calendar(study, show, went):
    def opened(place=None):
        screen = CalendarScreen(study, went.append)
        screen.resize(1194, 690)
        show(screen)
        screen.show_place(place or Place(destination="calendar"))
        return screen

    return opened


def on(text):
    return dt.date.fromisoformat(text)


def said(screen, text):
    model = screen.grid.month_model
    return model.index_of(on(text)).data(Qt.ItemDataRole.AccessibleTextRole)


def listed(table):
    model = table.rows_model
    return [
        " ".join(model.index(row, column).data() for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]


def offered(screen):
    return [button.text() for button in screen.detail.acts.buttons.values() if button.isVisible()]


def press(screen, words):
    next(button for button in screen.detail.findChildren(Button) if button.text() == words).click()


def lines_of(screen, text):
    model = screen.grid.month_model
    index = model.index_of(on(text))
    return model.cell_at(index).lines(screen.grid.visualRect(index))


def test_a_month_starts_on_monday_and_opens_at_today(open_calendar, faults):
    screen = open_calendar()
    model = screen.grid.month_model

    assert [model.headerData(n, Qt.Orientation.Horizontal) for n in (0, 6)] == ["Mon", "Sun"]
    assert screen.span.text() == "March 2026"
    assert said(screen, "2026-03-02") == "Mon 02-Mar-2026: No visits. Today"
    assert screen.subtitle.text() == "No visits in March 2026."
    assert faults(screen) == []


def test_a_day_says_its_visits_in_full(open_calendar, make):
    make.treated()

    assert said(open_calendar(), "2026-03-02") == (
        "Mon 02-Mar-2026: 1 visit. Today. In the window of the selected visit. 王小明  WANG, Xiaoming, Infusion 1, Due"
    )


def test_each_state_has_a_shape_and_a_word_of_its_own():
    assert len({state.status.icon_name for state in STATES.values()}) == len(STATES)
    assert len({state.word for state in STATES.values()}) == len(STATES)


def test_a_busy_day_shows_three_lines_and_all_of_them_in_its_list(open_calendar, make):
    for number in range(6):
        make.treated(f"H{number}")
    screen = open_calendar()

    assert len(lines_of(screen, "2026-03-02")) == SHOWN == 3
    assert len(listed(screen.day_list)) == 6


def test_a_low_window_shows_fewer_lines_and_never_a_cut_one(open_calendar, make, qtbot):
    for number in range(6):
        make.treated(f"H{number}")
    screen = open_calendar()

    screen.grid.setFixedHeight(320)

    qtbot.waitUntil(lambda: len(lines_of(screen, "2026-03-02")) < SHOWN)
    assert lines_of(screen, "2026-03-02")


@pytest.mark.parametrize(
    ("key", "day"),
    [
        (Qt.Key.Key_Left, "2026-03-01"),
        (Qt.Key.Key_Right, "2026-03-03"),
        (Qt.Key.Key_Up, "2026-02-23"),
        (Qt.Key.Key_Down, "2026-03-09"),
        (Qt.Key.Key_PageUp, "2026-02-02"),
        (Qt.Key.Key_PageDown, "2026-04-02"),
    ],
)
def test_keys_walk_through_days_and_months_and_t_comes_back(open_calendar, qtbot, key, day):
    screen = open_calendar()

    qtbot.keyClick(screen.grid, key)
    assert screen.grid.selected == on(day)
    assert on(day).strftime("%B %Y") == screen.span.text()
    qtbot.keyClick(screen.grid, Qt.Key.Key_T)

    assert screen.grid.selected == on("2026-03-02")
    assert screen.span.text() == "March 2026"


def test_the_month_turns_from_the_last_day_to_the_last_there_is(open_calendar, qtbot):
    screen = open_calendar()
    screen.grid.select(on("2026-03-31"))

    qtbot.keyClick(screen.grid, Qt.Key.Key_PageDown)

    assert screen.grid.selected == on("2026-04-30")


def test_enter_goes_to_the_visits_of_the_day(open_calendar, make, qtbot):
    make.treated()
    screen = open_calendar()
    assert screen.grid.hasFocus()

    qtbot.keyClick(screen.grid, Qt.Key.Key_Return)

    assert screen.day_list.hasFocus()


def test_a_click_on_a_line_selects_that_visit(open_calendar, make, qtbot):
    make.treated("H1")
    make.treated("H2", given_name="红")
    screen = open_calendar()
    model = screen.grid.month_model
    cell = screen.grid.visualRect(model.index_of(on("2026-03-02")))

    second = next(
        cell.topLeft() + screen.grid.rect().topLeft() + type(cell.topLeft())(cell.width() // 2, y)
        for y in range(cell.height())
        if _line(screen, cell, y) == 1
    )
    qtbot.mouseClick(screen.grid.viewport(), Qt.MouseButton.LeftButton, pos=second)

    assert screen.detail.who.text().startswith("王红")


def _line(screen, cell, y):
    from ui.widgets.month_cell import line_at

    model = screen.grid.month_model
    at = cell.topLeft() + QPoint(cell.width() // 2, y)
    return line_at(model.cell_at(model.index_of(on("2026-03-02"))), cell, at)


def test_a_selected_visit_shades_its_window_with_both_ends(open_calendar, make):
    make.treated()
    screen = open_calendar()

    screen.grid.select(on("2026-04-02"))

    model = screen.grid.month_model
    days = [day for week in model.weeks for day in week if model.cell_at(model.index_of(day)).window]
    assert (days[0], days[-1], len(days)) == (on("2026-03-30"), on("2026-04-05"), 7)
    assert "Window 30-Mar-2026 to 05-Apr-2026" in screen.detail.why.text()
    assert "02-Mar-2026 + 1 month = 02-Apr-2026, Thu" in screen.detail.why.text()


def test_a_day_without_visits_shades_nothing(open_calendar, make):
    make.treated()
    screen = open_calendar()

    screen.grid.select(on("2026-03-20"))

    model = screen.grid.month_model
    assert not any(model.cell_at(model.index_of(day)).window for week in model.weeks for day in week)
    assert offered(screen) == []


def test_what_follows_an_infusion_to_come_is_provisional_until_it_is_given(open_calendar, make):
    patient_id = make.treated()
    screen = open_calendar()
    screen.grid.select(on("2026-04-02"))
    assert screen.detail.state.text() == "Provisional"
    assert "about Thu 02-Apr-2026" in screen.detail.what.text()

    make.infused(patient_id, make.lot()[0])
    screen.refresh()

    assert screen.detail.state.text() == "Planned"
    assert "target Thu 02-Apr-2026" in screen.detail.what.text()


def test_each_visit_offers_what_can_be_done_about_it_now(open_calendar, make, study):
    make.treated("H1")
    make.control("H2", given_name="红")
    screen = open_calendar()

    of_infusion = offered(screen)
    screen.day_list.selectRow(1)
    of_visit = offered(screen)
    screen.grid.select(on("2026-04-02"))
    later = offered(screen)

    assert of_infusion == [
        "Arrived", "Can be infused today?", "Prepare dose", "Move visit", "Cancel booking", "Open record",
    ]  # fmt: skip
    assert of_visit == ["Arrived", "Record visit", "Book a day", "Move visit", "Record as missed", "Open record"]
    assert later == ["Book a day", "Move visit", "Open record"]
    study.sign_in("monitor", PASSWORD)
    assert offered(open_calendar()) == ["Can be infused today?", "Open record"]


def test_booking_another_day_follows_the_visit_there(open_calendar, make, qtbot):
    make.treated()
    screen = open_calendar()
    screen.grid.select(on("2026-04-02"))

    press(screen, "Book a day")
    dialog = screen.findChild(BookVisitDialog)
    dialog.booked_on.line.setText("31-Mar-2026")
    with qtbot.waitSignal(screen.said):
        dialog.accept()

    assert screen.grid.selected == on("2026-03-31")
    assert screen.span.text() == "March 2026"
    assert "booked Tue 31-Mar-2026" in screen.detail.what.text()
    assert "Book a day" not in offered(screen)


def test_a_visit_is_recorded_or_missed_from_here(open_calendar, make):
    make.control("H1")
    make.control("H2", given_name="红")
    screen = open_calendar()

    press(screen, "Record visit")
    dialog = screen.findChild(RecordVisitDialog)
    dialog.visited_on.line.setText("t")
    dialog.accept()
    assert screen.detail.state.text() == "Done"
    screen.day_list.selectRow(1 if "小明" in listed(screen.day_list)[0] else 0)
    press(screen, "Record as missed")
    dialog = screen.findChild(MissVisitDialog)
    dialog.reason.setText("Moved away")
    dialog.accept()

    assert screen.detail.state.text() == "Missed"
    assert "Reason: Moved away" in screen.detail.why.text()


def test_visits_without_a_day_are_listed_and_lead_to_their_window(open_calendar, make):
    make.control()
    screen = open_calendar()
    assert [row.split()[0] for row in listed(screen.unbooked)] == ["王小明", "王小明"]

    screen.unbooked.selectRow(1)

    assert screen.grid.selected == on("2026-04-02")
    assert screen.detail.what.text() == "Control visit 2, target Thu 02-Apr-2026"
    assert screen.unbooked.current_row().visit.code == "control-2"


def test_the_agenda_lists_four_weeks_and_turns_by_four_weeks(open_calendar, make, qtbot, faults):
    make.treated("H1")
    make.control("H2", given_name="红")
    screen = open_calendar()

    screen.view.button("agenda").click()

    assert screen.span.text() == "02-Mar-2026 to 29-Mar-2026"
    assert [row.split(" LN")[0] for row in listed(screen.agenda)] == ["Mon 02-Mar-2026 王小明", "Mon 02-Mar-2026 王红"]
    qtbot.waitUntil(lambda: faults(screen) == [])
    qtbot.keyClick(screen, Qt.Key.Key_PageDown)
    assert screen.span.text() == "30-Mar-2026 to 26-Apr-2026"
    assert [row.split(" LN")[0] for row in listed(screen.agenda)] == [
        "Thu 02-Apr-2026 王小明",
        "Thu 02-Apr-2026 王红",
        "Sun 05-Apr-2026    Holiday",
        "Mon 06-Apr-2026    Holiday",
    ]
    qtbot.keyClick(screen, Qt.Key.Key_T)
    screen.view.button("month").click()
    assert screen.span.text() == "March 2026"


def test_the_record_and_the_dose_are_one_press_away(open_calendar, make, went):
    patient_id = make.treated()
    screen = open_calendar()

    press(screen, "Open record")
    press(screen, "Prepare dose")

    assert went == [
        Place(destination="patients", patient_id=patient_id),
        Place(destination="dose", patient_id=patient_id),
    ]


def test_whoever_comes_for_a_visit_finds_it(open_calendar, make, study):
    patient_id = make.treated()
    visit = next(row for row in study.patient(patient_id).course if row.code == "infusion-3")

    screen = open_calendar(Place(destination="calendar", patient_id=patient_id, visit_id=visit.id))

    assert screen.span.text() == "May 2026"
    assert screen.detail.what.text().startswith("Infusion 3 of 3")


def test_the_months_of_a_full_trial_can_be_turned(open_calendar, make):
    for number in range(24):
        make.treated(f"H{number}") if number % 3 else make.control(f"H{number}")
    screen = open_calendar()

    for _month in range(6):
        screen.grid.turn(1)

    assert not screen.grid.grab().isNull()
    assert screen.grid.month_model.month_on.replace(day=1).isoformat() == "2026-09-01"


def test_a_refused_booking_changes_nothing_on_the_page(open_calendar, make):
    make.treated()
    screen = open_calendar()
    before = listed(screen.day_list)

    press(screen, "Move visit")
    dialog = screen.findChild(MoveVisitDialog)
    dialog.moved_to.line.setText("01-Mar-2026")
    dialog.reason.setText("Late entry")
    with pytest.raises(RuleViolation):
        dialog.submit()
    dialog.accept()
    screen.refresh()

    assert dialog.isVisible()
    assert listed(screen.day_list) == before


def test_closed_days_are_hatched_and_say_why_and_working_weekends_are_not(open_calendar, study):
    study.run(AddClosedDays(first_on=on("2026-03-11"), last_on=on("2026-03-11"), reason="Audit"))
    screen = open_calendar()
    model = screen.grid.month_model

    def closed(text):
        return model.cell_at(model.index_of(on(text))).closed

    assert (closed("2026-03-10"), closed("2026-03-11"), closed("2026-03-14")) == (False, True, True)
    assert "The site is closed: Audit" in said(screen, "2026-03-11")
    assert "Sat, a weekend" in said(screen, "2026-03-14")
    screen.grid.select(on("2026-03-11"))
    assert screen.day_notes.text() == "The site is closed: Audit"
    screen.grid.select(on("2026-02-14"))  # a Saturday worked for the Spring Festival
    assert not model.cell_at(model.index_of(on("2026-02-14"))).closed
    assert "worked for a holiday" in said(screen, "2026-02-14")


def test_the_year_shows_one_line_a_patient_and_opens_a_visit_in_the_month(open_calendar, make, qtbot, faults):
    make.treated()
    screen = open_calendar()

    screen.view.button("year").click()
    assert screen.span.text() == "2026"
    assert not screen.side.isVisible()
    qtbot.waitUntil(lambda: faults(screen) == [])
    qtbot.keyClick(screen.year.grid, Qt.Key.Key_Right)
    qtbot.keyClick(screen.year.grid, Qt.Key.Key_Right)
    assert "Infusion 2, 02-Apr-2026" in screen.year.said.text()
    qtbot.keyClick(screen.year.grid, Qt.Key.Key_Return)

    assert screen.span.text() == "April 2026"
    assert screen.detail.what.text().startswith("Infusion 2 of 3")
    assert screen.grid.hasFocus()


def test_the_year_turns_by_years_and_comes_back_with_t(open_calendar, make, qtbot):
    make.treated()
    screen = open_calendar()
    screen.view.button("year").click()

    qtbot.keyClick(screen.year.grid, Qt.Key.Key_PageUp)
    assert (screen.span.text(), screen.subtitle.text()) == ("2025", "No visits in 2025.")
    qtbot.keyClick(screen.year.grid, Qt.Key.Key_T)

    assert screen.span.text() == "2026"


def drag(qtbot, screen, start, end):
    viewport, model = screen.grid.viewport(), screen.grid.month_model
    rect = screen.grid.visualRect(model.index_of(on(start)))
    y = next(y for y in range(rect.height()) if _line(screen, rect, y) == 0)
    at = QPoint(rect.center().x(), rect.top() + y)
    to = screen.grid.visualRect(model.index_of(on(end))).center()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(viewport, to)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=to)


def test_a_visit_dragged_to_another_day_only_asks_about_the_move(open_calendar, make, qtbot, study):
    patient_id = make.treated()
    screen = open_calendar()

    drag(qtbot, screen, "2026-03-02", "2026-03-04")

    dialog = screen.findChild(MoveVisitDialog)
    assert dialog.moved_to.value() == on("2026-03-04")
    assert study.patient(patient_id).course[0].booked_on == on("2026-03-02")
    dialog.reason.setText("The bed is taken")
    dialog.accept()
    assert study.patient(patient_id).course[0].booked_on == on("2026-03-04")


def test_who_does_not_move_visits_drags_nothing(open_calendar, make, qtbot, study):
    make.treated()
    study.sign_in("monitor", PASSWORD)
    screen = open_calendar()

    drag(qtbot, screen, "2026-03-02", "2026-03-04")

    assert screen.findChild(MoveVisitDialog) is None


def test_a_visit_recorded_elsewhere_keeps_the_selected_one_selected(open_calendar, make, study):
    make.treated("H1")
    second = make.treated("H2", given_name="红")
    visit = study.patient(second).course[0]
    screen = open_calendar(Place(destination="calendar", patient_id=second, visit_id=visit.id))
    assert screen.detail.who.text().startswith("王红")

    screen.refresh()

    assert screen.detail.who.text().startswith("王红")
