import pytest
from PySide6.QtCore import Qt

from tests.conftest import PASSWORD
from ui.dialogs.sign import SignDialog


@pytest.fixture
def dialog(study, make, show):
    patient_id = make.treated()
    make.weight(patient_id)
    preparation_id = make.prepared(patient_id, make.lot()[:1])
    command = make.check(preparation_id)
    return show(SignDialog(study, command, title="Confirm", what="I have read every source.", person=make.technician))


def test_it_says_what_is_signed_what_it_means_and_who_signs(dialog, faults):
    assert dialog.signature.statement.text() == "I have read every source."
    assert dialog.signature.meaning.text() == "Checked"
    assert dialog.signature.signer.text() == "LI Na, Technician, login lina"
    assert faults(dialog) == []


def test_the_right_password_signs_and_closes(dialog, study, qtbot):
    dialog.signature.password.line.setText(PASSWORD)

    with qtbot.waitSignal(dialog.signed):
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert not dialog.isVisible()
    assert study.signatures("dose_check", 1)[0].signature.name == "LI Na"


@pytest.mark.parametrize(("typed", "said"), [("", "Enter your password"), ("a wrong one", "do not match")])
def test_without_the_right_password_it_stays_and_nothing_is_signed(dialog, study, typed, said):
    dialog.signature.password.line.setText(typed)

    dialog.accept()

    assert dialog.isVisible()
    assert said in dialog.form.problem("password")
    assert dialog.signature.password.text() == ""
    assert study.signatures("dose_check", 1) == ()


def test_leaving_signs_nothing(dialog, study):
    dialog.reject()

    assert study.signatures("dose_check", 1) == ()
