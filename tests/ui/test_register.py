import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ui.dialogs.register_patient import RegisterPatientDialog
from ui.navigation import Place
from ui.screens.patients import PatientsScreen
from ui.widgets.buttons import Button
from ui.widgets.labels import Text

FILLED = {
    "family_name": "赵", "given_name": "敏", "latin_family": "Zhao", "latin_given": "Min", "hospital_no": "H 0048 3051",
}  # fmt: skip


@pytest.fixture
def dialog(study, show):
    return show(RegisterPatientDialog(study))


def fill(dialog, sex="female", born="29 feb 1992", **changes):
    for name, text in (FILLED | changes).items():
        dialog.lines[name].setText(text)
    if sex:
        dialog.sex.button(sex).click()
    dialog.born_on.line.setText(born)


def press(dialog, text):
    next(button for button in dialog.findChildren(Button) if button.isVisible() and button.text() == text).click()


def texts(dialog):
    return [label.text() for label in dialog.findChildren(Text) if label.isVisible()]


def test_the_form_begins_blank_at_the_family_name(dialog, faults):
    assert dialog.focusWidget() is dialog.lines["family_name"]
    assert dialog.sex.value() == ""
    assert dialog.born_on.text() == ""
    assert dialog.allergies.state.value() == "not_recorded"
    assert faults(dialog) == []


def test_a_whole_form_registers(dialog, study):
    fill(dialog)
    assert dialog.born_on.echo.text() == "Sat 29-Feb-1992 (34 y)"

    dialog.accept()

    assert not dialog.isVisible()
    record = study.patient(dialog.patient_id)
    assert (record.patient.han_name, record.patient.hospital_no) == ("赵敏", "H00483051")


def test_the_sex_is_never_guessed(dialog, study):
    fill(dialog, sex="")

    dialog.accept()

    assert dialog.form.problem("sex") == "Choose the sex."
    assert study.patients() == []


def test_a_day_with_two_readings_is_asked_about(dialog, study):
    fill(dialog, born="7/3/1992")

    dialog.accept()

    assert [button.text() for button in dialog.born_on.choices()] == ["Sat 07-Mar-1992", "Fri 03-Jul-1992"]
    assert study.patients() == []


def test_known_allergies_are_named(dialog, study):
    fill(dialog)
    assert not dialog.allergies.which.isVisible()
    dialog.allergies.state.button("known").click()
    dialog.accept()
    assert dialog.form.problem("allergies") == "Name the known allergies."

    dialog.allergies.which.setText("penicillin")
    dialog.accept()

    assert study.patient(dialog.patient_id).patient.allergies == "penicillin"


def test_a_hospital_number_on_record_leads_to_its_record(dialog, study, make, qtbot):
    owner = make.patient("H00483051")
    fill(dialog)

    dialog.accept()

    assert "belongs to 王小明 WANG, Xiaoming, LN-0001-C" in dialog.form.problem("hospital_no")
    with qtbot.waitSignal(dialog.open_record) as opened:
        press(dialog, "Open the record of 王小明, LN-0001-C")
    assert opened.args == [owner]
    assert study.draft("register", "new") is None
    assert len(study.patients()) == 1


def test_a_similar_name_shows_both_people_side_by_side(dialog, study, make, faults):
    make.patient("H9", family_name="赵", given_name="民", latin_family="Zhao", latin_given="Min")
    fill(dialog)

    dialog.accept()

    assert dialog.isVisible()
    assert "One person on record has the same or a similar name." in dialog.message.text()
    said = texts(dialog)
    assert {"赵敏", "赵民", "Typed now", "On record", "LN-0001-C", "29-Feb-1992 (34 y)"} <= set(said)
    assert faults(dialog) == []
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(study.patients()) == 1


def test_two_people_are_registered_as_two(dialog, study, make):
    make.patient("H9", family_name="赵", given_name="敏", latin_family="Zhao", latin_given="Min")
    make.patient("H8", family_name="赵", given_name="民", latin_family="Zhao", latin_given="Min")
    fill(dialog)
    dialog.accept()
    assert "2 people on record" in dialog.message.text()

    press(dialog, "These are two people, continue")
    assert "One person on record" in dialog.message.text()
    press(dialog, "These are two people, continue")

    assert not dialog.isVisible()
    assert len(study.patients()) == 3


def test_the_same_person_leads_to_the_record(dialog, study, make, qtbot):
    known = make.patient("H9", family_name="赵", given_name="敏", latin_family="Zhao", latin_given="Min")
    fill(dialog)
    dialog.accept()

    with qtbot.waitSignal(dialog.open_record) as opened:
        press(dialog, "This is the same person, open that record")

    assert opened.args == [known]
    assert not dialog.isVisible()
    assert len(study.patients()) == 1


def test_back_to_the_form_changes_nothing(dialog, make):
    make.patient("H9", family_name="赵", given_name="敏", latin_family="Zhao", latin_given="Min")
    fill(dialog)
    dialog.accept()

    press(dialog, "Back to the form")

    assert dialog.lines["given_name"].text() == "敏"
    assert dialog.form.isVisible()
    assert dialog.message.text() == ""


def test_a_moment_after_typing_the_draft_is_kept_without_closing(dialog, study, qtbot):
    fill(dialog)

    qtbot.waitUntil(lambda: study.draft("register", "new") is not None)

    assert dialog.saved.text() == "Draft saved 09:00"
    assert study.draft("register", "new")["born_on"] == "29 feb 1992"
    assert study.drafts() == [("register", "new")]


def test_esc_keeps_the_draft_and_the_next_form_goes_on_with_it(dialog, study, show):
    fill(dialog, sex="male")
    dialog.allergies.state.button("known").click()
    dialog.allergies.which.setText("penicillin")

    QTest.keyClick(dialog, Qt.Key.Key_Escape)

    again = show(RegisterPatientDialog(study))
    assert not dialog.isVisible()
    assert {name: line.text() for name, line in again.lines.items()} == FILLED
    assert (again.sex.value(), again.born_on.text()) == ("male", "29 feb 1992")
    assert again.allergies.which.text() == "penicillin"
    assert "This draft was kept. It is not registered yet." in again.message.text()


def test_a_draft_can_be_started_over(dialog, study, show):
    fill(dialog)
    dialog.reject()
    again = show(RegisterPatientDialog(study))

    press(again, "Start over with an empty form")

    assert again.lines["family_name"].text() == ""
    assert again.sex.value() == ""
    assert study.draft("register", "new") is None


def test_a_draft_belongs_to_who_typed_it(dialog, study, show):
    fill(dialog)
    dialog.reject()
    study.sign_in("zhaomin", "a sentence to test with")

    other = show(RegisterPatientDialog(study))

    assert other.lines["family_name"].text() == ""


def test_a_registered_patient_leaves_no_draft(dialog, study, qtbot):
    fill(dialog)
    qtbot.waitUntil(lambda: study.draft("register", "new") is not None)

    dialog.accept()

    assert study.draft("register", "new") is None


def test_the_screen_opens_the_form_and_then_the_screening(study, show):
    screen = PatientsScreen(study, print)
    screen.show_place(Place(destination="patients", action="register"))
    show(screen)
    dialog = screen.dialog
    assert isinstance(dialog, RegisterPatientDialog)
    fill(dialog)

    dialog.accept()

    assert screen.patient_id == study.patients()[0].patient.id
    assert screen.subtitle.text() == "LN-0001-C, S-0001"
    assert screen.wizard.here == "consent"


def test_who_does_not_register_gets_no_form(study, show):
    study.sign_in("lina", "a sentence to test with")
    screen = PatientsScreen(study, print)
    screen.show_place(Place(destination="patients", action="register"))
    show(screen)

    assert screen.dialog is None


@pytest.mark.parametrize("percent", [100, 150])
def test_the_comparison_is_never_cut(study, make, show, qapp, looks, faults, percent):
    looks.apply(qapp, "light", percent)
    make.patient("H9", family_name="赵", given_name="敏", latin_family="Zhao", latin_given="Min")
    dialog = show(RegisterPatientDialog(study))
    fill(dialog)
    assert faults(dialog) == []

    dialog.accept()

    assert dialog.comparison.isVisible()
    assert faults(dialog) == []
    looks.apply(qapp, "light")
