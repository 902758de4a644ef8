import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest

from lndesk.domain.patient import Patient
from lndesk.i18n import set_language
from lndesk.queries.patients import PatientRow
from lndesk.services.patients import RecordConsent, RecordWeight
from ui.dialogs.add_visit import AddVisitDialog
from ui.dialogs.book_visit import BookVisitDialog
from ui.navigation import Place
from ui.screens.patients import PatientsScreen
from ui.widgets.buttons import Button
from ui.widgets.patient_list import PatientList

LIST = Place(destination="patients")


@pytest.fixture
def people(make):
    """Three patients: one on treatment, two whose names can be mistaken."""
    treated = make.treated()
    make.infused(treated, make.lot()[0])
    make.patient("H2", family_name="汪", given_name="晓明", latin_family="Wang", latin_given="Xiaoming", sex="male")
    make.patient("H3", family_name="赵", given_name="敏", latin_family="Zhao", latin_given="Min")
    return treated


class Window:
    """Takes what a screen tells the main window."""

    def __init__(self):
        self.places, self.banners, self.lines = [], [], []


@pytest.fixture
def window():
    return Window()


@pytest.fixture
def screen(study, window, show, people):
    assert people
    made = PatientsScreen(study, window.places.append)
    made.patient_shown.connect(window.banners.append)
    made.said.connect(window.lines.append)
    made.resize(1160, 640)
    made.show_place(LIST)
    return show(made)


def names(screen):
    return [row.patient.han_name for row in screen.list.table.rows_model.shown]


def type_search(screen, qtbot, text):
    screen.list.search.setText(text)
    qtbot.waitUntil(lambda: not screen.list._pause.isActive())


def buttons(widget):
    QCoreApplication.sendPostedEvents()  # what is put into a layout is shown by an event
    return {button.text(): button for button in widget.findChildren(Button) if button.isVisible()}


def test_the_list_shows_everybody_without_a_banner(screen, window, faults):
    assert names(screen) == ["王小明", "汪晓明", "赵敏"]
    assert screen.list.count.text() == "Showing 3 of 3"
    assert window.banners[-1] is None
    assert faults(screen) == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("王", ["王小明"]),
        ("wang xiao", ["王小明", "汪晓明"]),
        ("xiaomingwang", ["王小明", "汪晓明"]),
        ("ＺＨＡＯ", ["赵敏"]),
        ("LN-0001", ["王小明"]),
        ("ln0003", ["赵敏"]),
        ("H 0048 2217", ["王小明"]),
        ("00482217", ["王小明"]),
        ("nobody", []),
    ],
)
def test_search_finds_names_pinyin_and_both_numbers(screen, qtbot, typed, found):
    type_search(screen, qtbot, typed)

    assert names(screen) == found
    assert screen.list.count.text() == f"Showing {len(found)} of 3"


def test_clear_restores_everybody(screen, qtbot):
    assert not screen.list.clear_button.isEnabled()
    type_search(screen, qtbot, "zhao")
    screen.list.status.setCurrentIndex(1)

    screen.list.clear_button.click()

    assert names(screen) == ["王小明", "汪晓明", "赵敏"]
    assert screen.list.status.currentText() == "Every status"
    assert not screen.list.clear_button.isEnabled()


def test_a_filter_by_standing_says_how_many_it_leaves(screen):
    words = [screen.list.status.itemText(at) for at in range(screen.list.status.count())]
    assert words == ["Every status", "Screening (2)", "On treatment (1)"]

    screen.list.status.setCurrentIndex(2)

    assert names(screen) == ["王小明"]
    assert screen.list.count.text() == "Showing 1 of 3"


def test_names_that_can_be_mistaken_carry_a_tag(screen):
    columns = screen.list.table.rows_model.columns
    tag = next(column for column in columns if column.title == "Tag")

    assert [tag.text(row) for row in screen.list.table.rows_model.shown] == ["Similar name", "Similar name", ""]


def test_the_preview_follows_the_cursor(screen):
    screen.list.table.selectRow(0)

    assert screen.list.preview.name.text() == "王小明"
    assert screen.list.preview.pill.text() == "On treatment"
    assert "Next: Infusion 2, 02-Apr-2026" in screen.list.preview.lines.text()
    assert "Last weight 62.4\N{NO-BREAK SPACE}kg" in screen.list.preview.lines.text()


def test_enter_opens_the_record_with_its_banner(screen, window, people, faults):
    screen.list.table.selectRow(0)
    QTest.keyClick(screen.list.table, Qt.Key.Key_Return)

    facts = window.banners[-1]
    assert (facts.name, facts.subject_id, facts.age, facts.arm) == ("王小明", "LN-0001-C", 36, "Cell treatment")
    assert screen.patient_id == people
    assert screen.title.text() == "Patient record"
    for page in range(screen.record.tabs.count()):
        screen.record.tabs.setCurrentIndex(page)
        assert faults(screen) == []


def test_all_patients_leads_back(screen, window, people):
    screen.open_record(people)

    screen.back.click()

    assert screen.stack.currentWidget() is screen.list
    assert window.banners[-1] is None


def test_the_course_explains_each_day(screen, people):
    screen.open_record(people)

    visits = screen.record.overview.course.rows_model
    lines = [" | ".join(column.text(visit) for column in visits.columns) for visit in visits.shown]
    assert lines[0].startswith("Infusion 1 | 02-Mar-2026 | Done")
    assert "02-Mar-2026 + 1 month = 02-Apr-2026, Thu; window" in lines[1]


def test_the_arm_is_hidden_until_somebody_asks(screen, people):
    screen.open_record(people)
    screen.record.tabs.setCurrentWidget(screen.record.consent)
    page = screen.record.consent
    assert not page.arm.isVisible()

    page.show_arm.click()

    assert page.arm.text().startswith("Cell treatment\nAssigned by ZHAO Min, 02-Mar-2026 09:00. Reason: Next in line")
    screen.refresh()
    assert not page.arm.isVisible()


def test_the_history_shows_acts_and_what_they_changed(screen, people):
    screen.open_record(people)
    screen.record.tabs.setCurrentWidget(screen.record.history)
    history = screen.record.history

    history.acts.select(next(act.id for act in history.acts.rows_model.shown if act.command == "RecordWeight"))

    changed = {change.column: change.after for change in history.changes.rows_model.shown}
    assert changed["kg"] == "62.4"
    assert changed["measured_at"] == "02-Mar-2026 09:00"


def test_the_nurse_is_told_whom_the_course_waits_for(screen, make):
    waiting = make.patient("H4", given_name="洋", latin_given="Yang")
    make.sent(waiting)

    screen.open_record(waiting)

    assert "Next: Sign eligibility. This is done by: Investigator." in screen.record.overview.why_not.text()
    assert "Sign eligibility" not in buttons(screen.record.overview)
    assert not screen._button.isVisible()


def test_the_investigator_signs_and_assigns(screen, study, make, clock):
    waiting = make.patient("H4", given_name="洋", latin_given="Yang")
    make.sent(waiting)
    study.sign_in("zhaomin", "a sentence to test with")
    screen.open_record(waiting)
    assert screen._button.accessibleName() == "Sign eligibility"
    assert not buttons(screen.record.overview)["Assign arm"].isEnabled()
    assert "has not signed that the patient is eligible" in screen.record.overview.why_not.text()

    screen._button.click()
    buttons(screen.wizard)["Sign as eligible    Ctrl+Enter"].click()
    dialog = screen.dialog
    assert "I, ZHAO Min, have compared 王洋's records" in dialog.signature.statement.text()
    dialog.signature.password.line.setText("another sentence")
    dialog.accept()
    assert dialog.form.problem("password") == "The user and the password do not match."
    dialog.signature.password.line.setText("a sentence to test with")
    dialog.accept()
    assert screen.wizard is None

    buttons(screen.record.overview)["Assign arm"].click()
    dialog = screen.dialog
    dialog.arm.set_value("treatment")
    dialog.reason.setText("Next in line")
    dialog.signature.password.line.setText("a sentence to test with")
    dialog.accept()
    assert dialog.form.problem("first_infusion_on") == "Enter the day planned for infusion 1."
    dialog.first_infusion_on.set_value(clock.at.date())
    dialog.accept()

    assert study.patient(waiting).assignment.arm == "treatment"
    screen.refresh()
    assert not buttons(screen.record.overview)["Sign eligibility"].isEnabled()


def test_a_control_patient_has_no_day_of_infusion(screen, study, make):
    eligible = make.eligible(make.patient("H4", given_name="洋", latin_given="Yang"))
    study.sign_in("zhaomin", "a sentence to test with")
    screen.open_record(eligible)
    screen.take_step("assign_arm")
    dialog = screen.dialog
    dialog.arm.set_value("control")
    dialog.reason.setText("Declined the cells")
    dialog.signature.password.line.setText("a sentence to test with")

    assert not dialog.first_infusion_on.isVisible()
    dialog.accept()

    assert study.patient(eligible).assignment.arm == "control"
    screen.refresh()
    assert "Prepare dose" not in buttons(screen.record.overview)


def test_a_consent_anew_asks_for_the_guardian_only_under_18(screen, study, make, clock, faults):
    child = make.patient("H4", born_on=clock.at.date().replace(year=2010), given_name="洋", latin_given="Yang")
    study.run(
        RecordConsent(
            patient_id=child, form_version="2.1", consented_at=clock.at, taken_by="ZHAO Min", guardian="WANG Li",
            child_assented=True,
        )
    )  # fmt: skip
    screen.open_record(child)
    screen.take_step("record_consent")
    dialog = screen.dialog
    assert dialog.guardian.isVisible()
    assert faults(dialog) == []

    dialog.form_version.setText("2.2")
    dialog.consented_at.set_value(clock.at)
    dialog.taken_by.setText("ZHAO Min")
    dialog.accept()
    assert "Under 18 the guardian consents" in dialog.form.problem("guardian")
    dialog.guardian.setText("WANG Li")
    dialog.assented.setChecked(True)
    dialog.accept()

    assert {consent.form_version for consent in study.patient(child).consents} == {"2.1", "2.2"}


def test_consent_of_an_adult_shows_no_guardian(screen, people):
    screen.open_record(people)

    screen.take_step("record_consent")

    assert not screen.dialog.guardian.isVisible()


def test_allergies_are_recorded_beside_what_stood_there(screen, study, people, window):
    screen.open_record(people)
    screen.take_step("record_allergies")
    dialog = screen.dialog
    assert not dialog.rows.which.isVisible()
    dialog.rows.state.button("known").click()
    dialog.reason.setText("The patient told it today")
    dialog.accept()
    assert dialog.form.problem("allergies") == "Name the known allergies."

    dialog.rows.which.setText("penicillin")
    dialog.reason.clear()
    dialog.accept()
    assert "Give the reason to change it" in dialog.form.problem("reason")
    dialog.reason.setText("The patient told it today")
    dialog.accept()

    assert study.patient(people).patient.allergies == "penicillin"
    assert window.lines == ["Saved: Record allergies."]


def test_the_next_step_leads_to_the_dose(screen, window, people):
    screen.open_record(people)
    assert screen._button.accessibleName() == "Prepare dose"

    screen._button.click()

    assert window.places == [Place(destination="dose", patient_id=people)]


def test_a_monitor_reads_and_does_nothing(screen, study, people):
    study.sign_in("monitor", "a sentence to test with")
    screen.show_place(LIST)
    assert not screen._button.isVisible()

    screen.open_record(people)

    assert "Your role reads this record." in screen.record.overview.why_not.text()
    shown = {words for words, button in buttons(screen.record.overview).items() if button.isVisible()}
    assert shown <= {"Deviations", "Can be infused today?"}


def test_a_change_elsewhere_is_shown_on_refresh(screen, study, people, clock):
    from decimal import Decimal

    screen.open_record(people)
    screen.record.tabs.setCurrentWidget(screen.record.weights)
    study.run(RecordWeight(patient_id=people, kg=Decimal(63), measured_at=clock.at, scale="B2"))

    screen.refresh()

    table = screen.record.weights.weights.rows_model
    assert [column.text(table.shown[0]) for column in table.columns][1:3] == [
        "63\N{NO-BREAK SPACE}kg", "+1\N{NO-BREAK SPACE}%",
    ]  # fmt: skip


@pytest.mark.usefixtures("people")
def test_the_screen_speaks_chinese(study, show, faults):
    set_language("zh_CN")
    made = PatientsScreen(study, print)
    made.resize(1160, 640)
    made.show_place(LIST)
    show(made)

    assert faults(made) == []


def test_a_patient_is_found_among_five_thousand(show, study):
    rows = [
        PatientRow(
            patient=Patient(
                id=n,
                subject_id=f"LN-{n:04}-C",
                family_name="王",
                given_name=f"小{n}",
                latin_family="Wang",
                latin_given=f"Xiao{n}",
                sex="female",
                born_on=study.today().replace(year=1980),
                hospital_no=f"H{n:08}",
            ),
            status="screening",
            next_visit=None,
            weight_kg=None,
            alike=False,
        )
        for n in range(1, 5001)
    ]
    shown = PatientList()
    show(shown)

    shown.show_rows(rows)
    shown.search.setText("xiao499")
    shown._search()

    assert shown.count.text() == "Showing 11 of 5,000"


def test_the_record_offers_the_acts_on_the_visit_that_is_selected(screen, window, people, study, faults):
    screen.open_record(people)
    acts = screen.record.overview.course_acts
    course = screen.record.overview.course
    assert course.current_row().code == "infusion-2"  # the next one is selected on arrival
    assert faults(screen) == []

    acts.visit.buttons["book"].click()
    dialog = screen.findChild(BookVisitDialog)
    dialog.take_proposed()
    dialog.accept()

    assert study.patient(people).next_visit.booked_on == dialog.proposal.on
    assert window.lines[-1] == "A day is booked for LN-0001-C."


def test_an_unscheduled_visit_is_added_from_the_record(screen, people, study):
    screen.open_record(people)

    screen.record.overview.course_acts.add.click()
    dialog = screen.findChild(AddVisitDialog)
    dialog.visit_on.line.setText("t")
    dialog.how.set_value("done")
    dialog.reason.setText("Rash on the arm")
    dialog.accept()

    added = next(visit for visit in study.patient(people).course if visit.kind == "unscheduled")
    assert added.outcome == "done"
