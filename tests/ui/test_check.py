import pytest
from PySide6.QtWidgets import QLabel, QLineEdit

from lndesk.domain.evaluation import DoseRequest
from lndesk.services.accounts import EndAccount
from lndesk.services.authorisations import AuthoriseDose
from lndesk.services.preparations import GivenReason
from tests.conftest import rewrite
from ui.dialogs.check_dose import CheckDoseDialog
from ui.dialogs.sheet_preview import SheetPreviewDialog
from ui.dialogs.sign_in_as import SignInAsDialog
from ui.dialogs.void_dose import VoidDoseDialog
from ui.navigation import Place
from ui.screens.dose import DoseScreen

PASSWORD = "a sentence to test with"

pytestmark = pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)


@pytest.fixture
def went():
    return []


@pytest.fixture
def patient_id(make):
    patient_id = make.treated()
    make.weight(patient_id)
    make.prepared(patient_id, make.lot()[:1])
    return patient_id


@pytest.fixture
def screen(study, show, patient_id, went):
    """The dose of the patient, sent to check by the nurse who is signed in."""
    made = DoseScreen(study, went.append)
    made.resize(1194, 650)
    show(made)
    return opened(made, patient_id)


def opened(screen, patient_id):
    screen.show_place(Place(destination="dose", patient_id=patient_id))
    screen.gate.scan.take("H00482217")
    return screen


def texts(widget):
    labels = [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
    return "\n".join(labels).replace("\N{NO-BREAK SPACE}", " ")


def sign_in(screen, login):
    screen.sent.next.click()
    dialog = screen.findChildren(SignInAsDialog)[-1]
    dialog.login.setCurrentIndex(dialog.login.findData(login))
    dialog.password.line.setText(PASSWORD)
    dialog.accept()
    return dialog


def check_dialog(screen):
    return screen.findChildren(CheckDoseDialog)[-1]


def read_again(dialog, **wrong):
    """Type what the sources say, but for what is wrong, and the password."""
    said = {
        "hospital_no": "H 0048 2217", "weight_kg": "62.4", "containers": "AM-2411-07/01", "lots": "AM-2411-07",
        "cells_per_ml": "5200000", "percent": "92", "volume_ml": "13",
    }  # fmt: skip
    for name, text in (said | wrong).items():
        getattr(dialog, name).setText(text)
    dialog.signature.password.line.setText(PASSWORD)


def confirm(screen, login="lina"):
    sign_in(screen, login)
    dialog = check_dialog(screen)
    read_again(dialog)
    dialog.accept()


def test_a_dose_that_waits_is_shown_read_only_with_its_next_step(screen, faults):
    assert screen.sent.state.text() == "Awaiting check"
    assert screen.sent.next.accessibleName() == "Check now"
    assert screen.sent.voids.isVisible()
    for fact in ("62.4 kg", "AM-2411-07/01, use 13 mL", "13 mL", "CHEN Jing", "62,192,000 cells"):
        assert fact in texts(screen.sent)
    assert faults(screen) == []


def test_the_preparer_cannot_check_their_own_dose(screen):
    dialog = sign_in(screen, "chenjing")

    assert dialog.isVisible()
    assert dialog.form.problem("login") == "CHEN Jing prepared this dose. Another person must check it."
    assert screen.findChildren(CheckDoseDialog) == []


def test_the_preparer_cannot_check_it_after_signing_in_again_either(screen, study, patient_id):
    study.sign_in("lina", PASSWORD)
    study.sign_in("chenjing", PASSWORD)
    opened(screen, patient_id)

    screen.sent.next.click()

    assert screen.findChildren(SignInAsDialog)
    assert screen.findChildren(CheckDoseDialog) == []


def test_a_wrong_password_is_said_at_its_field_and_the_first_person_stays_signed_in(screen, study):
    screen.sent.next.click()
    dialog = screen.findChild(SignInAsDialog)
    dialog.login.setCurrentIndex(dialog.login.findData("lina"))
    dialog.password.line.setText("another sentence")

    dialog.accept()

    assert dialog.isVisible()
    assert "do not match" in dialog.form.problem("password")
    assert study.who.login == "chenjing"


def test_only_those_whose_role_checks_are_offered(screen):
    screen.sent.next.click()
    dialog = screen.findChild(SignInAsDialog)

    logins = {dialog.login.itemData(at) for at in range(dialog.login.count())}
    assert logins == {"chenjing", "zhaomin", "lina"}
    assert dialog.login.currentIndex() == -1


def test_the_check_page_holds_nothing_of_the_first_entry(screen, faults):
    sign_in(screen, "lina")
    dialog = check_dialog(screen)

    for secret in ("62.4", "AM-2411-07", "5,200,000", "92 %", "13 mL", "H 0048 2217", "62,400,000"):
        assert secret not in texts(dialog)
    assert [line.text() for line in dialog.findChildren(QLineEdit) if line.text()] == []
    assert faults(dialog) == []


def test_what_agrees_is_checked(screen, study):
    confirm(screen)

    assert screen.sent.state.text() == "Checked"
    check = study.prepared_doses("checked")[0].check
    assert check.checked_by == "LI Na"
    assert study.who.login == "chenjing"


def test_a_difference_names_its_field_and_no_value_and_the_second_returns_the_dose(screen, study):
    sign_in(screen, "lina")
    dialog = check_dialog(screen)

    read_again(dialog, weight_kg="64.2")
    dialog.accept()

    assert dialog.isVisible()
    assert "These differ from the first entry: Weight. Read each source again." in dialog.message.text()
    assert "62.4" not in texts(dialog)
    read_again(dialog, weight_kg="64.2", volume_ml="13.4")
    dialog.accept()
    assert not dialog.isVisible()
    assert study.prepared_doses("returned")
    assert "These differ from the first entry: Weight, Volume." in screen.message.text()


def test_another_person_who_is_signed_in_needs_no_second_sign_in(screen, study, patient_id):
    study.sign_in("lina", PASSWORD)
    opened(screen, patient_id)

    screen.sent.next.click()

    assert screen.findChildren(SignInAsDialog) == []
    assert "LI Na" in texts(check_dialog(screen))


def test_returning_needs_a_remark_and_the_preparer_reads_it(screen, study):
    sign_in(screen, "lina")
    dialog = check_dialog(screen)

    dialog.send_back.click()
    assert "at least 10 characters" in dialog.form.problem("remark")
    dialog.remark.setText("The weight on the chart is 64.2 kg")
    dialog.send_back.click()

    assert study.prepared_doses("returned")
    assert screen.entry.isVisible()
    assert "LI Na returned this dose" in screen.message.text()
    assert "64.2 kg" in screen.message.text()


def test_a_new_weight_after_the_check_bars_the_sheet(screen, make, patient_id):
    confirm(screen)
    assert screen.sent.next.accessibleName() == "Issue sheet"
    assert screen.sent.next.isEnabled()

    make.weight(patient_id, "63.0")
    screen.refresh()

    assert not screen.sent.next.isEnabled()
    assert "The weight was recorded again since." in screen.sent.overtaken.text()
    assert "This dose no longer holds." in screen.sent.why_not.text()


def test_a_checked_dose_gets_its_sheet_which_opens_at_once(screen, study, went):
    confirm(screen)

    screen.sent.next.click()

    assert study.sheets()[0].number == "DP-2026-000001"
    assert screen.findChild(SheetPreviewDialog).number == "DP-2026-000001"
    assert screen.sent.state.text() == "Sheet issued"
    assert screen.sent.next.accessibleName() == "Preview and print sheet"

    screen.sent.record.click()
    assert went[-1].destination == "infusions"
    assert went[-1].preparation_id is not None


def test_a_name_that_the_font_lacks_is_said_plainly(study, show, make):
    patient_id = make.treated("H00491120", given_name="𪚥")
    make.weight(patient_id)
    make.checked(make.prepared(patient_id, make.lot()[:1]))
    screen = DoseScreen(study, lambda _place: None)
    show(screen)
    screen.show_place(Place(destination="dose", patient_id=patient_id))
    screen.gate.scan.take("H00491120")

    screen.sent.next.click()

    assert "The sheet was not issued." in screen.message.text()
    assert "𪚥" in screen.message.text()
    assert study.sheets() == []


def test_voiding_needs_a_reason_and_frees_the_patient_for_another_dose(screen, study):
    screen.sent.voids.click()
    dialog = screen.findChild(VoidDoseDialog)
    assert dialog.act.accessibleName() == "Void dose 1"
    assert dialog.leave.text() == "Keep dose 1"

    dialog.accept()
    assert "at least 10 characters" in dialog.form.problem("reason")
    dialog.reason.setText("The patient has a fever")
    dialog.accept()

    assert study.prepared_doses("voided")
    assert screen.entry.isVisible()


def test_cells_past_their_time_bar_the_sheet(study, show, make, clock):
    patient_id = make.treated("H00491120")
    make.weight(patient_id)
    make.checked(make.prepared(patient_id, make.lot()[:1], DoseRequest(thawed_at=clock())))
    clock.forward(hours=5)
    screen = DoseScreen(study, lambda _place: None)
    show(screen)
    screen.show_place(Place(destination="dose", patient_id=patient_id))
    screen.gate.scan.take("H00491120")

    assert "had to be infused before 02-Mar-2026 13:00" in screen.sent.overtaken.text()
    assert not screen.sent.next.isEnabled()


def test_a_person_whose_account_has_ended_is_not_offered(screen, study):
    administrator = study.authenticate("admin", PASSWORD)
    study.run(EndAccount(login="lina", reason="Has left the site"), by=administrator)

    screen.sent.next.click()

    assert screen.findChild(SignInAsDialog).login.findData("lina") == -1


@pytest.mark.parametrize(("issued", "said"), [(False, "go back into stock"), (True, "count as destroyed")])
def test_voiding_says_what_becomes_of_the_containers(screen, study, issued, said):
    confirm(screen)
    if issued:
        study.issue_sheet(study.prepared_doses("checked")[0].preparation.id)
        screen.refresh()

    screen.sent.voids.click()

    assert said in texts(screen.findChild(VoidDoseDialog))


def test_signatures_that_no_longer_hold_are_shown_and_bar_the_sheet(qtbot, screen, study):
    confirm(screen)
    qtbot.waitUntil(lambda: "Prepared by CHEN Jing, Nurse, 02-Mar-2026" in texts(screen.sent))
    assert "Checked by LI Na, Technician" in texts(screen.sent)

    rewrite(study, "update weight set scale = 'C7' where id = 1")
    screen.refresh()

    lost = "No longer valid: the record was changed since."
    qtbot.waitUntil(lambda: texts(screen.sent).count(lost) == 2)
    assert "What was signed was changed since." in screen.sent.overtaken.text()
    assert not screen.sent.next.isEnabled()


def test_while_somebody_else_looks_the_preparers_figures_are_out_of_sight(study, show, patient_id, went):
    study.sign_in("zhaomin", PASSWORD)
    screen = DoseScreen(study, went.append)
    show(screen)
    opened(screen, patient_id)

    assert screen.sent.concealed.isVisible()
    assert "13 mL" not in texts(screen)
    assert "62.4 kg" not in texts(screen.sent)


def test_while_the_check_is_open_the_figures_behind_it_are_out_of_sight_too(qtbot, screen):
    assert "13 mL" in texts(screen.sent)

    sign_in(screen, "lina")
    assert "13 mL" not in texts(screen.sent)

    check_dialog(screen).reject()
    qtbot.waitUntil(lambda: "13 mL" in texts(screen.sent))


def test_a_dose_of_two_lots_is_checked_certificate_by_certificate(study, make, show, went):
    patient_id = make.treated("H00490002")
    make.weight(patient_id)
    vials = [make.lot(count=1, ml="8")[0], make.lot("AM-2412-01", cells="5000000", percent="90", count=1)[0]]
    make.sign(
        AuthoriseDose(patient_id=patient_id, what="several_lots", reason="One lot alone does not do"),
        by=make.investigator,
    )
    reason = {"several_lots": GivenReason(reason="investigator")}
    preparation_id = make.prepared(patient_id, vials, reasons=reason)
    volume = study.prepared_dose(preparation_id).preparation.volume_ml
    screen = DoseScreen(study, went.append)
    show(screen)
    screen.show_place(Place(destination="dose", patient_id=patient_id))
    screen.gate.scan.take("H00490002")
    sign_in(screen, "lina")
    dialog = check_dialog(screen)
    dialog.another.click()
    second = dialog.certificates[1]
    for field, text in zip(second, ("AM-2412-01", "5000000", "90"), strict=True):
        field.setText(text)

    read_again(
        dialog, hospital_no="H00490002", containers="AM-2411-07/01 AM-2412-01/01", volume_ml=f"{volume.normalize():f}"
    )
    dialog.accept()

    assert dialog.agreed
