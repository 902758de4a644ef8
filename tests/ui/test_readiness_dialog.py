"""Can this patient be infused today? The answer, each question with why, and the way to what mends it."""

import pytest

from tests.conftest import PASSWORD
from ui.dialogs.readiness import ReadinessDialog
from ui.dialogs.record_weight import RecordWeightDialog
from ui.widgets.labels import Text

pytestmark = pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)


@pytest.fixture
def went():
    return []


@pytest.fixture
def ask(study, show, went):
    return lambda patient_id: show(ReadinessDialog(study, patient_id, went.append))


def texts(widget):
    return "\n".join(label.text() for label in widget.findChildren(Text) if label.isVisible())


def test_what_stands_in_the_way_is_said_first_with_why_and_how_to_mend_it(ask, make, faults, qtbot):
    dialog = ask(make.treated())

    assert dialog.summary.text().startswith("No: infusion 1 cannot be given today as things stand.")
    assert dialog.lines["weight"].text() == "Not yet"
    assert dialog.lines["consent"].text() == "In order"
    assert "Weigh the patient today." in texts(dialog)
    assert "王小明" in dialog.who.text()
    qtbot.waitUntil(lambda: faults(dialog) == [])


def test_a_weight_recorded_from_there_is_answered_at_once(ask, make):
    dialog = ask(make.treated())

    dialog.ways["weight"].click()
    weighing = dialog.findChild(RecordWeightDialog)
    weighing.kg.line.setText("62.4") if hasattr(weighing.kg, "line") else weighing.kg.setText("62.4")
    weighing.measured_at.set_value(dialog._study.now())
    weighing.scale.setText("B2")
    weighing.accept()

    assert dialog.lines["weight"].text() == "In order"
    assert "weight" not in dialog.ways


def test_a_line_leads_to_the_page_that_mends_it(ask, make, study, went):
    patient_id = make.treated()
    study.sign_in("zhaomin", PASSWORD)
    dialog = ask(patient_id)

    dialog.ways["product"].click()

    assert not dialog.isVisible()
    assert [(place.destination, place.patient_id) for place in went] == [("product", patient_id)]


def test_a_role_is_not_sent_where_it_has_no_part(ask, make):
    dialog = ask(make.treated())

    assert "product" not in dialog.ways
    assert dialog.lines["product"].text() == "Not yet"


def test_with_all_in_order_the_answer_is_yes_or_names_what_to_look_at(ask, make):
    patient_id = make.treated(sex="male")
    make.lot()
    make.weight(patient_id)

    dialog = ask(patient_id)

    assert dialog.summary.text().startswith("Yes: infusion 1 can be given today.")
    assert dialog.ways == {}
