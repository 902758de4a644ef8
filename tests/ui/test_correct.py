from decimal import Decimal

import pytest

from lndesk.services.corrections import CorrectWeight
from ui.dialogs.correct import CorrectDialog
from ui.widgets.labels import Text

WHY = "typed from the wrong line of the chart"


@pytest.fixture
def patient_id(make):
    patient_id = make.treated()
    make.weight(patient_id)
    return patient_id


@pytest.fixture
def dialog(study, patient_id, show):
    weight = study.patient(patient_id).weights[0]
    return show(CorrectDialog(study, "weight", weight, whose="王小明"))


def test_it_shows_what_stands_there_beside_the_new_value(dialog, faults):
    assert "62.4" in dialog.fields["kg"].now.text()
    assert faults(dialog) == []


def test_only_what_differs_is_sent_with_the_reason(dialog, study, patient_id):
    dialog._entries["kg"].widget.setText("64.2")
    dialog.reason.setText(WHY)

    dialog.accept()

    assert not dialog.isVisible()
    assert study.patient(patient_id).weights[0].kg == Decimal("64.2")
    assert [item.column for item in study.value_history("weight", 1)] == ["kg"]


@pytest.mark.parametrize(
    ("kg", "reason", "field", "said"),
    [
        ("64.2", "typo", "reason", "at least 10 characters"),
        ("64,2", WHY, "kg", "a comma"),
        ("642", WHY, "kg", "outside 20"),
    ],
)
def test_what_is_refused_is_said_at_its_field_and_stays(dialog, study, patient_id, kg, reason, field, said):
    dialog._entries["kg"].widget.setText(kg)
    dialog.reason.setText(reason)

    dialog.accept()

    assert dialog.isVisible()
    assert said in dialog.form.problem(field).replace("\N{NO-BREAK SPACE}", " ")
    assert study.patient(patient_id).weights[0].kg == Decimal("62.4")


def test_what_follows_is_said_before(study, make, patient_id, show):
    make.prepared(patient_id, make.lot()[:1])

    dialog = show(CorrectDialog(study, "weight", study.patient(patient_id).weights[0], whose="王小明"))

    assert "is voided" in dialog.consequences.text()
    assert "AM-2411-07/01" in dialog.consequences.text()


def test_earlier_values_stand_struck_through_with_who_and_why(study, make, patient_id, show):
    study.run(CorrectWeight(row_id=1, changes={"kg": Decimal("64.2")}, reason=WHY), by=make.nurse)

    dialog = show(CorrectDialog(study, "weight", study.patient(patient_id).weights[0], whose="王小明"))

    lines = [label for label in dialog.history.findChildren(Text) if label.font().strikeOut()]
    assert any("62.4" in line.text() for line in lines)
    assert any(WHY in label.text() for label in dialog.history.findChildren(Text))


def test_the_arm_is_corrected_with_a_signature(study, patient_id, show):
    study.sign_in("zhaomin", "a sentence to test with")

    dialog = show(CorrectDialog(study, "assignment", study.patient(patient_id).assignment, whose="王小明"))

    assert dialog.signature is not None
    assert dialog.signature.meaning.text() == "Authorised"
