from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton

from lndesk.domain.day_entry import parse_day
from lndesk.domain.errors import RuleViolation, StoreProblem
from lndesk.i18n import Sentence
from ui.widgets.day_field import DayField
from ui.widgets.dialog import FormDialog
from ui.widgets.form import Form
from ui.widgets.labels import Text
from ui.widgets.number_field import NumberField
from ui.widgets.page import Page


def today():
    return parse_day("31-Jan-2025", None)


class RecordWeight(FormDialog):
    def __init__(self, problem=None):
        super().__init__("Record weight", "Record weight", explanation="王小明 WANG, Xiaoming, LN-0012")
        self.weight = self.form.add("weight_kg", "Weight", NumberField(places=1, unit="kg"))
        self.on = self.form.add("on", "Weighed on", DayField(today))
        self.saved = []
        self.problem = problem

    def submit(self):
        if self.problem:
            raise self.problem
        self.saved.append((self.weight.value(), self.on.value()))


@pytest.fixture
def dialog(show):
    return show(RecordWeight())


def press_ctrl_enter(widget):
    QTest.keyClick(widget, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_a_refused_dialog_stays_and_says_why_at_the_field(dialog, qtbot):
    qtbot.keyClicks(dialog.weight, "62,5")

    press_ctrl_enter(dialog.weight)

    assert dialog.isVisible()
    assert "Use a point for decimals" in dialog.form.problem("weight_kg")
    assert dialog.weight.hasFocus()
    assert dialog.weight.text() == "62,5"
    assert dialog.saved == []


def test_a_dialog_that_is_put_right_acts_and_closes(dialog, qtbot):
    press_ctrl_enter(dialog.weight)
    qtbot.keyClicks(dialog.weight, "62.5")
    dialog.on.line.setText("t")

    with qtbot.waitSignal(dialog.accepted):
        press_ctrl_enter(dialog.weight)

    assert dialog.saved == [(Decimal("62.5"), today())]
    assert not dialog.isVisible()
    assert dialog.form.problem("weight_kg") == ""


def test_an_unclear_day_is_asked_at_its_field(dialog):
    dialog.weight.setText("62.5")
    dialog.on.line.setText("7/3/2025")

    press_ctrl_enter(dialog.weight)

    assert [button.text() for button in dialog.on.choices()] == ["Fri 07-Mar-2025", "Thu 03-Jul-2025"]
    assert dialog.isVisible()


@pytest.mark.parametrize(
    "problem",
    [
        StoreProblem(Sentence("The study file could not be written: the disk is full.")),
        RuleViolation(Sentence("This bag has expired."), field="bag"),
    ],
)
def test_a_problem_of_no_field_is_a_stop_message_and_nothing_is_lost(show, problem):
    dialog = show(RecordWeight(problem))
    dialog.weight.setText("62.5")

    dialog.act.click()

    assert dialog.isVisible()
    assert dialog.message.kind == "stop"
    assert dialog.message.text().startswith(str(problem))
    assert dialog.weight.text() == "62.5"


def test_enter_goes_to_the_next_field_and_never_acts(dialog):
    dialog.weight.setFocus()

    QTest.keyClick(dialog.weight, Qt.Key.Key_Return)

    assert dialog.on.line.hasFocus()
    assert dialog.saved == []
    assert dialog.form.problem("weight_kg") == ""


def test_no_button_of_a_dialog_is_a_default(dialog):
    buttons = dialog.findChildren(QPushButton)

    assert buttons
    assert not any(button.isDefault() or button.autoDefault() for button in buttons)


def test_esc_closes_an_untouched_dialog(dialog, qtbot):
    with qtbot.waitSignal(dialog.rejected):
        QTest.keyClick(dialog.weight, Qt.Key.Key_Escape)


def test_esc_does_not_lose_what_is_typed(dialog, qtbot):
    qtbot.keyClicks(dialog.weight, "6")

    QTest.keyClick(dialog.weight, Qt.Key.Key_Escape)

    assert dialog.isVisible()
    assert "not saved yet" in dialog.message.text()

    qtbot.mouseClick(dialog.leave, Qt.MouseButton.LeftButton)

    assert not dialog.isVisible()


def test_a_dialog_has_no_faults_and_its_fields_say_their_unit(dialog, faults):
    assert faults(dialog) == []
    assert dialog.weight.accessibleName() == "Weight, kg"


def test_the_problem_of_a_field_is_told_to_those_who_hear(show):
    form = Form()
    name = form.add("name", "Family name", QLineEdit())
    show(form)

    form.show_problem("name", "Enter the family name.")

    assert name.accessibleDescription() == "Enter the family name."
    assert name.property("state") == "stop"

    form.clear_problems()

    assert form.problem("name") == ""
    assert name.property("state") == ""


def test_a_row_can_be_hidden_with_its_label(show):
    form = Form(labels="above")
    form.add("guardian", "Guardian", QLineEdit())
    show(form)

    form.set_visible("guardian", False)

    assert not form.field("guardian").isVisible()
    assert not any(label.isVisible() for label in form.findChildren(Text))


def test_a_refusal_about_another_field_is_not_this_forms(show):
    form = Form()
    form.add("name", "Family name", QLineEdit())
    show(form)

    assert not form.show_violation(RuleViolation(Sentence("No."), field="other"))
    assert not form.show_violation(RuleViolation(Sentence("No.")))


@pytest.mark.parametrize("scroll", [True, False])
def test_a_page_shows_its_title_message_and_one_act(show, faults, scroll):
    page = Page("Dose preparation", "infusion 2 of 3", scroll=scroll)
    act = page.set_primary("Send to check", lambda: None)
    page.add(NumberField(places=1)).setAccessibleName("Weight")
    show(page)

    page.say("warn", "The weight is 26 hours old.", todo="Weigh again.")

    assert "Ctrl+Enter" in act.text()
    assert act.accessibleName() == "Send to check"
    assert page.message.text() == "The weight is 26 hours old. Weigh again."
    assert faults(page) == []

    page.say_refused(RuleViolation(Sentence("This bag has expired.")))

    assert page.message.accessibleName() == "Stop: This bag has expired."
