"""Today as a person sees it: what stands where, what its button says, and where that leads."""

import datetime as dt

import pytest
from PySide6.QtCore import Qt

from lndesk import i18n
from lndesk.services.closed_days import AddClosedDays
from lndesk.services.visits import BookVisit, RecordArrival
from tests.conftest import PASSWORD
from ui.dialogs.decide_visit import DecideVisitDialog
from ui.dialogs.deviations import DeviationsDialog
from ui.dialogs.move_visit import MoveVisitDialog
from ui.dialogs.readiness import ReadinessDialog
from ui.dialogs.record_visit import RecordVisitDialog
from ui.navigation import Place
from ui.screens.today import TodayScreen
from ui.table_model import STATUS_ROLE
from ui.widgets.buttons import Button
from ui.widgets.task_table import STATUS_COLUMN, STEP_COLUMN

pytestmark = pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)


@pytest.fixture
def went():
    return []


@pytest.fixture
def open_today(study, show, went):
    def opened():
        screen = TodayScreen(study, went.append)
        screen.resize(1194, 690)
        show(screen)
        screen.show_place(Place(destination="today"))
        return screen

    return opened


def lines(screen):
    """Return each row as its cells."""
    model = screen.tasks.rows_model
    return [[model.index(row, column).data() or "" for column in range(4)] for row in range(model.rowCount())]


def line(screen, words):
    return next(cells for cells in lines(screen) if words in cells[0])


def headings(screen):
    return [task.heading for task in screen.tasks.rows_model.shown if task.heading]


def choose(screen, words):
    at = next(row for row, cells in enumerate(lines(screen)) if words in cells[0])
    screen.tasks.selectRow(at)


def test_a_quiet_day_says_so_and_names_the_next(open_today, make, went, qtbot, faults):
    make.treated(first_infusion_on=dt.date(2026, 3, 10))
    screen = open_today()

    assert line(screen, "No visits today.")[0] == "No visits today. Next: 10-Mar-2026, 1 infusion."
    assert line(screen, "No visits today.")[3] == "Open calendar"
    assert headings(screen) == ["Today", "End of the day"]
    assert faults(screen) == []

    choose(screen, "No visits")
    qtbot.keyClick(screen.tasks, Qt.Key.Key_Return)

    assert went == [Place(destination="calendar")]


def test_a_day_with_nothing_planned_says_only_that(open_today):
    assert line(open_today(), "No visits")[0] == "No visits today."


def test_overdue_stands_first_with_days_late_in_words(open_today, make, clock):
    make.control("H00490001")
    clock.on(2026, 3, 7)
    make.treated("H00482217", latin_given="Other")
    make.patient("H00480003", latin_given="Third")

    screen = open_today()

    assert headings(screen) == ["Overdue (1)", "Today (1)", "To enrol (1)", "End of the day"]
    late = lines(screen)[1]
    assert late[0].splitlines()[0].startswith("王小明  WANG, Xiaoming")
    assert "LN-0001-C" in late[0]
    assert "H\N{NO-BREAK SPACE}0049\N{NO-BREAK SPACE}0001" in late[0]
    assert late[1] == "Control visit 1\nWindow 27-Feb-2026 to 05-Mar-2026"
    assert late[2:] == ["2 days late", "Rebook or give reason"]


def test_names_that_sound_alike_are_tagged_on_both_rows(open_today, make):
    make.treated("H1", given_name="小明")
    make.treated("H2", given_name="晓鸣")
    make.treated("H3", family_name="李", given_name="丽", latin_family="Li", latin_given="Li")

    screen = open_today()

    assert ["Similar name" in line(screen, name)[0] for name in ("王小明", "王晓鸣", "李丽")] == [True, True, False]


def test_each_status_has_an_icon_and_a_word_of_its_own(open_today, make, clock):
    make.control("H1")
    clock.on(2026, 3, 6)
    patient_id = make.treated("H2")
    make.weight(patient_id)
    make.prepared(patient_id, make.lot()[:1])
    make.treated("H3")
    screen = open_today()
    model = screen.tasks.rows_model

    shown = {
        model.index(row, STATUS_COLUMN).data(): model.index(row, STATUS_COLUMN).data(STATUS_ROLE).icon_name
        for row in range(model.rowCount())
        if model.index(row, STATUS_COLUMN).data()
    }

    assert shown == {
        "1 day late": "circle-x", "Awaiting check": "clock", "Not started": "circle-dashed",
        "None since 02-Mar-2026": "circle-x", "Open": "circle-dashed",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("login", "step"),
    [("chenjing", "Prepare dose"), ("lina", "Prepare dose"), ("zhaomin", "View record"), ("monitor", "View record")],
)
def test_a_step_that_the_role_never_does_is_not_offered(open_today, study, make, login, step):
    make.treated()
    study.sign_in(login, PASSWORD)

    assert line(open_today(), "王小明")[3] == step


@pytest.mark.parametrize(("login", "backs_up"), [("lina", True), ("admin", True), ("monitor", False)])
def test_the_backup_row_is_for_those_who_back_up(open_today, study, login, backs_up):
    study.sign_in(login, PASSWORD)

    assert ("End of the day" in headings(open_today())) is backs_up


def test_enter_on_a_row_goes_where_its_step_is_done(open_today, make, study, went, qtbot):
    patient_id = make.treated()
    make.weight(patient_id)
    screen = open_today()

    def enter():
        choose(screen, "王小明")
        qtbot.keyClick(screen.tasks, Qt.Key.Key_Return)

    enter()
    preparation_id = make.checked(make.prepared(patient_id, make.lot()[:1]))
    study.issue_sheet(preparation_id)
    screen.refresh()
    enter()
    make.given(preparation_id)
    screen.refresh()
    enter()

    assert went == [
        Place(destination="dose", patient_id=patient_id),
        Place(destination="infusions", patient_id=patient_id, preparation_id=preparation_id),
        Place(destination="patients", patient_id=patient_id),
    ]


def test_a_click_on_the_button_does_the_step_and_a_click_beside_it_does_not(open_today, make, went, qtbot):
    patient_id = make.treated()
    screen = open_today()
    model = screen.tasks.rows_model

    def click(column):
        at = screen.tasks.visualRect(model.index(1, column)).center()
        qtbot.mouseClick(screen.tasks.viewport(), Qt.MouseButton.LeftButton, pos=at)

    click(0)
    assert went == []
    click(STEP_COLUMN)

    assert went == [Place(destination="dose", patient_id=patient_id)]


def test_arrows_pass_over_headings(open_today, make, qtbot):
    make.treated()
    screen = open_today()
    seen = []

    for key in (Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up):
        qtbot.keyClick(screen.tasks, key)
        seen.append(screen.tasks.current_row().step)

    assert seen == ["Prepare dose", "Back up", "Close the day", "Back up", "Prepare dose"]


def test_an_overdue_infusion_is_rebooked_here_or_decided_on_by_an_investigator(open_today, make, study, qtbot, clock):
    make.treated()
    clock.on(2026, 3, 9)
    screen = open_today()
    choose(screen, "王小明")

    qtbot.keyClick(screen.tasks, Qt.Key.Key_Return)
    dialog = screen.findChild(MoveVisitDialog)
    with qtbot.waitSignal(screen.said) as said:
        dialog.moved_to.line.setText("10-Mar-2026")
        dialog.reason.setText("Ward closed")
        dialog.accept()

    assert said.args == ["The visit of LN-0001-C is moved."]
    qtbot.keyClick(screen.tasks, Qt.Key.Key_Return)
    assert not [button for button in screen.findChildren(MoveVisitDialog)[-1].findChildren(Button)
                if button.text().startswith("It will not be given")]  # fmt: skip
    study.sign_in("zhaomin", PASSWORD)
    screen = open_today()
    choose(screen, "王小明")
    qtbot.keyClick(screen.tasks, Qt.Key.Key_Return)
    screen.findChild(MoveVisitDialog).leave_to_record()
    assert screen.findChild(DecideVisitDialog).windowTitle() == "Record infusion as missed"


def test_a_visit_is_recorded_here(open_today, make, qtbot, study):
    patient_id = make.control()
    screen = open_today()
    choose(screen, "王小明")

    qtbot.keyClick(screen.tasks, Qt.Key.Key_Return)
    dialog = screen.findChild(RecordVisitDialog)
    dialog.visited_on.line.setText("t")
    dialog.accept()
    screen.refresh()

    assert study.patient(patient_id).course[0].outcome == "done"
    assert line(screen, "王小明")[2:] == ["Done", "View record"]


def test_drafts_stand_at_the_top_to_be_continued(open_today, make, study, went, qtbot):
    patient_id = make.treated()
    study.save_draft("dose", "LN-0001-C", {})
    study.save_draft("register", "", {})
    study.save_draft("dose", "LN-9999-X", {})
    screen = open_today()

    assert headings(screen)[0] == "Continue (3)"
    assert line(screen, "could not be read")[0] == "This row could not be read: LN-9999-X"
    for words in ("New patient", "王小明"):
        choose(screen, words)
        qtbot.keyClick(screen.tasks, Qt.Key.Key_Return)

    assert went == [
        Place(destination="patients", action="register"),
        Place(destination="dose", patient_id=patient_id),
    ]


def test_the_cards_tell_backup_stock_and_enrolment_and_name_nobody(open_today, make, study, tmp_path, clock):
    make.treated("H1")
    make.control("H2")
    make.lot(expires_on=clock.at.date() + dt.timedelta(days=9))
    folder = tmp_path / "copies"
    folder.mkdir()
    study.note_backup(study.back_up(folder))

    screen = open_today()

    assert screen.backup.text() == "02-Mar-2026 09:00, verified"
    assert screen.product.text() == "3 containers released, 1 lot expires within 30 days"
    assert screen.progress.text() == "Cell treatment 1 of 11, Blank control 1 of 5"
    assert line(screen, "This site")[2] == "Done 09:00"


def test_the_primary_act_registers_and_is_another_one_for_those_who_do_not(open_today, study, went):
    open_today().primary.click()
    study.sign_in("monitor", PASSWORD)
    screen = open_today()
    screen.primary.click()

    assert went == [Place(destination="patients", action="register"), Place(destination="calendar")]
    assert screen.primary.accessibleName() == "Open calendar"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("percent", [100, 150])
def test_no_text_of_a_row_is_cut_at_the_smallest_window_or_in_large_letters(
    open_today, make, clock, looks, qapp, qtbot, language, percent
):
    i18n.set_language(language)
    looks.apply(qapp, "light", percent)
    make.treated("H00482217", family_name="欧阳", given_name="娜娜", latin_family="Ouyang", latin_given="Nana")
    make.treated("H00482218", family_name="欧阳", given_name="娜娜", latin_family="Ouyang", latin_given="Nana")
    clock.on(2026, 3, 12)
    screen = open_today()
    screen.resize(1194 if percent == 100 else 1660, 690)

    qtbot.waitUntil(lambda: not screen.tasks.horizontalScrollBar().isVisible(), timeout=1000)
    looks.apply(qapp, "light", 100)


def test_who_has_arrived_is_shown_as_arrived(open_today, make, study):
    patient_id = make.treated()
    visit = study.patient(patient_id).course[0]
    study.run(RecordArrival(visit_id=visit.id, arrived_at=study.now()))

    assert line(open_today(), "王小明")[2] == "Arrived 09:00"


def test_deviations_wait_for_the_investigator_and_for_nobody_else(open_today, make, study, qtbot):
    visit = study.patient(make.treated()).course[1]
    study.run(BookVisit(visit_id=visit.id, booked_on=dt.date(2026, 4, 8), reason="The patient travels"))
    assert "For the investigator (1)" not in headings(open_today())
    study.sign_in("zhaomin", PASSWORD)
    screen = open_today()

    assert "For the investigator (1)" in headings(screen)
    choose(screen, "Deviations")
    qtbot.keyClick(screen.tasks, Qt.Key.Key_Return)

    assert screen.findChild(DeviationsDialog).isVisible()


def test_a_closed_day_says_so_on_the_day_itself(open_today, study, clock, faults):
    assert not open_today().closed.isVisible()
    study.run(AddClosedDays(first_on=dt.date(2026, 3, 3), last_on=dt.date(2026, 3, 3), reason="Audit"))
    clock.on(2026, 3, 3)
    screen = open_today()

    assert screen.closed.text() == "The site is closed: Audit"
    assert faults(screen) == []


def test_whether_a_patient_can_be_infused_is_asked_from_the_row(open_today, make):
    make.treated()
    screen = open_today()
    choose(screen, "This site")
    assert not screen.ready.isEnabled()
    choose(screen, "王小明")

    screen.ready.click()

    dialog = screen.findChild(ReadinessDialog)
    assert dialog.summary.text().startswith("No: infusion 1")
