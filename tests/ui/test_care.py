"""Other drugs, the questions before an infusion, withdrawal and the arm, as people see them."""

import datetime as dt

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLabel

from lndesk.domain.medication import IV_CORTICOSTEROID
from lndesk.services.medications import RecordMedication
from ui.dialogs.assign_arm import AssignArmDialog
from ui.dialogs.before_infusion import BeforeInfusionDialog
from ui.dialogs.decide_medication import DecideMedicationDialog
from ui.dialogs.end_medication import EndMedicationDialog
from ui.dialogs.lift_stop import LiftStopDialog
from ui.dialogs.record_medication import RecordMedicationDialog
from ui.dialogs.take_back import TakeBackDialog
from ui.dialogs.withdraw_patient import TakeBackWithdrawalDialog, WithdrawPatientDialog
from ui.navigation import Place
from ui.screens.dose import DoseScreen
from ui.screens.patients import PatientsScreen

PASSWORD = "a sentence to test with"
SCREEN_HEIGHT = 768


@pytest.fixture
def patient_id(make):
    return make.treated()


@pytest.fixture
def screen(study, show, patient_id):
    made = PatientsScreen(study, lambda _place: None)
    made.resize(1160, 640)
    made.show_place(Place(destination="patients", patient_id=patient_id))
    return show(made)


@pytest.fixture
def steroid(study, make, patient_id):
    """Put an intravenous corticosteroid on record."""

    def recorded(**changes):
        usual = {
            "patient_id": patient_id, "drug": IV_CORTICOSTEROID, "drug_name": "Methylprednisolone", "route": "iv",
            "dose": "500", "dose_unit": "mg", "started_on": study.today(), "purpose": "treatment",
        }  # fmt: skip
        study.run(RecordMedication(**(usual | changes)), by=make.nurse)

    return recorded


def as_investigator(study, screen):
    study.sign_in("zhaomin", PASSWORD)
    screen.refresh()


def words(widget):
    QCoreApplication.sendPostedEvents()
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def column(table, title):
    found = next(column for column in table.rows_model.columns if column.title == title)
    return [found.text(row) for row in table.rows_model.shown]


def test_a_drug_is_recorded_and_stands_on_its_page(screen, study, faults):
    screen.record.tabs.setCurrentWidget(screen.record.medication)
    page = screen.record.medication
    page.record.click()
    dialog = screen.dialog
    assert isinstance(dialog, RecordMedicationDialog)
    dialog.drug.setCurrentIndex(dialog.drug.findData("tacrolimus"))
    assert dialog.route.currentData() == "oral"
    dialog.dose.setText("2")
    dialog.dose_unit.setCurrentIndex(dialog.dose_unit.findData("mg"))
    dialog.how_often.setText("twice a day")
    dialog.started_on.set_value(study.today())
    dialog.purpose.setCurrentIndex(dialog.purpose.findData("treatment"))
    assert faults(dialog) == []

    dialog.act.click()
    screen.refresh()

    assert not dialog.isVisible()
    assert column(page.drugs, "Drug") == ["Tacrolimus"]
    assert column(page.drugs, "Standing") == ["Allowed"]
    assert column(page.drugs, "Dose") == ["2\N{NO-BREAK SPACE}mg twice a day"]
    assert column(page.drugs, "Ended") == ["Ongoing"]
    assert faults(screen) == []


def test_what_a_drug_will_be_flagged_for_is_said_while_it_is_entered(study, show, patient_id):
    dialog = show(RecordMedicationDialog(study, study.patient(patient_id).patient))

    dialog.drug.setCurrentIndex(dialog.drug.findData("leflunomide"))
    assert dialog.notice.text() == ""
    dialog.route.setCurrentIndex(dialog.route.findData("iv"))
    assert "does not list it" in dialog.notice.text()
    dialog.drug.setCurrentIndex(dialog.drug.findData(IV_CORTICOSTEROID))
    assert dialog.route.currentData() == "iv"
    assert "prohibited in both arms" in dialog.notice.text()
    assert "investigator decides" in dialog.notice.text()
    dialog.purpose.setCurrentIndex(dialog.purpose.findData("premedication"))
    assert "told apart" in dialog.notice.text()
    assert dialog.height() <= SCREEN_HEIGHT


def test_nothing_is_chosen_beforehand_and_a_refusal_stands_at_its_field(study, show, patient_id):
    dialog = show(RecordMedicationDialog(study, study.patient(patient_id).patient))
    dialog.started_on.set_value(study.today())

    dialog.act.click()

    assert dialog.isVisible()
    assert dialog.form.problem("drug") == "Choose the drug."


def test_an_undecided_steroid_stands_over_the_overview_until_the_investigator_decides(screen, study, steroid, faults):
    steroid()
    screen.refresh()
    assert "Investigator decides: Intravenous corticosteroid (Methylprednisolone)" in words(screen.record.overview)
    page = screen.record.medication
    assert not page.decide.isVisibleTo(page)

    as_investigator(study, screen)
    screen.record.tabs.setCurrentWidget(page)
    page.drugs.selectRow(0)
    assert "The investigator decides whether it is." in page.flag.text()
    page.decide.click()
    dialog = screen.dialog
    assert isinstance(dialog, DecideMedicationDialog)
    dialog.pulse.set_value("no")
    dialog.reason.setText("a single dose in anaphylaxis")
    dialog.signature.password.line.setText(PASSWORD)
    assert faults(dialog) == []
    dialog.act.click()
    screen.refresh()

    assert column(page.drugs, "Standing") == ["Flagged: no pulse, decided"]
    assert "a single dose in anaphylaxis ZHAO Min, 02-Mar-2026 09:00." in page.flag.text()
    assert not screen.record.overview.alerts.medication.isVisibleTo(screen.record.overview)


def test_a_pulse_is_a_stop_over_the_overview(screen, study, make, steroid):
    from lndesk.services.medications import DecideMedication

    steroid()
    (row,) = study.medications(screen.patient_id)
    make.sign(
        DecideMedication(medication_id=row.medication.id, pulse=True, reason="three days of 500 mg"),
        by=make.investigator,
    )

    screen.refresh()

    assert screen.record.overview.alerts.medication.kind == "stop"
    assert "Prohibited: pulse therapy: Intravenous corticosteroid" in words(screen.record.overview)


def test_a_drug_ends_is_corrected_and_is_taken_back_from_its_page(screen, study, steroid, clock):
    steroid(purpose="premedication", dose="40")
    clock.forward(days=1)
    screen.refresh()
    screen.record.tabs.setCurrentWidget(screen.record.medication)
    page = screen.record.medication
    assert not page.end.isEnabled()
    page.drugs.selectRow(0)

    page.end.click()
    assert isinstance(screen.dialog, EndMedicationDialog)
    screen.dialog.ended_on.set_value(study.today())
    screen.dialog.act.click()
    screen.refresh()
    assert column(page.drugs, "Ended") == ["03-Mar-2026"]
    assert not page.end.isEnabled()

    page.fix.click()
    dialog = screen.dialog
    assert dialog.windowTitle() == "Correct medication"
    assert dialog.height() <= SCREEN_HEIGHT
    dialog.fields["dose"].new.setText("400")
    dialog.reason.setText("typed one zero too few")
    dialog.act.click()
    screen.refresh()
    assert column(page.drugs, "Standing") == ["Investigator decides"]

    page.back.click()
    assert isinstance(screen.dialog, TakeBackDialog)
    screen.dialog.reason.setText("belongs to another patient")
    screen.dialog.act.click()
    screen.refresh()
    assert column(page.drugs, "Standing") == ["Taken back"]
    assert not page.fix.isEnabled()
    assert page.flag.text() == "Taken back: belongs to another patient"


def test_a_role_that_reads_is_offered_no_act_on_drugs(screen, study, steroid):
    steroid()
    study.sign_in("monitor", PASSWORD)
    screen.refresh()
    page = screen.record.medication

    assert len(page.drugs.rows_model.shown) == 1
    for button in (page.record, page.end, page.fix, page.back, page.decide):
        assert not button.isVisibleTo(page)
    assert not screen.record.doses.before.again.isVisibleTo(screen.record.doses)


def test_contraception_says_until_when_and_why(screen, make, patient_id):
    assert screen.record.medication.contraception.text() == "Does not apply: pregnancy is not possible."
    make.asked(patient_id)
    screen.refresh()
    assert screen.record.medication.contraception.text().startswith("No infusion was given yet")
    make.infused(patient_id, make.lot()[0])

    screen.refresh()

    why = screen.record.medication.contraception_why.text()
    assert "02-Mar-2026 + 24 weeks = 17-Aug-2026" in why
    assert "The registry entry does not define its end" in why
    assert "Until" in screen.record.medication.contraception.text()


def test_a_man_of_the_control_arm_sees_no_day(screen, make):
    control = make.control(sex="male", given_name="敏", latin_given="Min")

    screen.open_record(control)

    assert screen.record.medication.contraception.text() == "Does not apply: no administration."
    assert not screen.record.doses.before.isVisibleTo(screen.record.doses)


def test_a_woman_is_asked_what_applies_and_the_answers_stand_on_the_record(screen, study, patient_id, faults):
    screen.record.tabs.setCurrentWidget(screen.record.doses)
    card = screen.record.doses.before
    assert card.answers.text().startswith("Not asked yet")
    card.again.click()
    dialog = screen.dialog
    assert isinstance(dialog, BeforeInfusionDialog)
    assert not dialog.test.isVisible()
    dialog.act.click()
    assert dialog.form.problem("pregnancy_possible") == "Answer whether pregnancy is possible."

    dialog.possible.set_value("yes")
    assert dialog.test.isVisible()
    dialog.test.set_value("negative")
    dialog.tested_on.set_value(study.today())
    dialog.contraception.set_value("kept")
    dialog.method.setText("IUD")
    for answer in dialog.answers.values():
        answer.set_value("no")
    assert faults(dialog) == []
    assert dialog.height() <= SCREEN_HEIGHT
    dialog.act.click()
    screen.refresh()

    assert not study.before_infusion(patient_id, 1).stopped
    assert "Pregnancy test: Negative, 02-Mar-2026. Contraception: Kept (IUD)." in card.answers.text()
    assert faults(screen) == []


def test_a_man_is_not_asked_about_pregnancy(study, show, make):
    man = make.treated("H9", sex="male", given_name="敏", latin_given="Min")
    dialog = show(BeforeInfusionDialog(study, study.before_infusion(man, 1)))

    assert not dialog.form.has("pregnancy_possible")
    dialog.contraception.set_value("not_needed")
    assert not dialog.method.isVisible()
    for answer in dialog.answers.values():
        answer.set_value("no")
    dialog.act.click()

    assert not study.before_infusion(man, 1).stopped


def test_a_woman_who_cannot_be_pregnant_is_asked_for_no_test(study, show, patient_id):
    dialog = show(BeforeInfusionDialog(study, study.before_infusion(patient_id, 1)))
    dialog.possible.set_value("yes")
    dialog.test.set_value("positive")
    dialog.possible.set_value("no")
    assert not dialog.test.isVisible()
    assert not dialog.contraception.isVisible()
    for answer in dialog.answers.values():
        answer.set_value("no")

    dialog.act.click()

    asked = study.before_infusion(patient_id, 1).asked
    assert (asked.pregnancy_possible, asked.pregnancy_test, asked.contraception) == (False, "", "")


def test_a_stop_is_decided_on_by_the_investigator_beside_it(screen, study, make, patient_id, faults):
    make.asked(patient_id, infection_or_fever=True)
    screen.record.tabs.setCurrentWidget(screen.record.doses)
    screen.refresh()
    card = screen.record.doses.before
    assert "There is an infection or fever. The investigator decides" in words(card)
    assert "Decide that it may go on" not in [button.text() for button in card.findChildren(type(card.again))]

    as_investigator(study, screen)
    decide = next(
        button for button in card.findChildren(type(card.again)) if button.text() == "Decide that it may go on"
    )
    decide.click()
    dialog = screen.dialog
    assert isinstance(dialog, LiftStopDialog)
    dialog.reason.setText("37.6, a cold, examined")
    dialog.signature.password.line.setText(PASSWORD)
    assert faults(dialog) == []
    dialog.act.click()
    screen.refresh()

    assert "Decided by ZHAO Min, 02-Mar-2026 09:00: the infusion may go on." in words(card)
    assert not study.before_infusion(patient_id, 1).stopped


def test_albumin_offers_no_button_that_lifts_it(screen, study, make, patient_id):
    make.asked(patient_id, albumin_allergy=True)
    screen.record.tabs.setCurrentWidget(screen.record.doses)
    as_investigator(study, screen)
    card = screen.record.doses.before

    assert "allergy to human albumin" in words(card)
    assert all(button.text() != "Decide that it may go on" for button in card.findChildren(type(card.again)))


def test_the_dose_page_asks_before_it_prepares(study, show, make, patient_id, faults):
    make.lot()
    dose = show(DoseScreen(study, lambda _place: None))
    dose.resize(1160, 700)
    dose.show_place(Place(destination="dose", patient_id=patient_id))
    dose.gate.scan.take("H00482217")

    assert "The questions before this infusion are not answered" in dose.entry.verdict.text()
    assert "Nurse or investigator" in dose.entry.verdict.text()
    dose.entry.before.again.click()
    dialog = next(item for item in dose.findChildren(BeforeInfusionDialog) if item.isVisible())
    assert dialog.windowTitle() == "Before infusion 1"
    dialog.reject()
    make.weight(patient_id)
    dose.refresh()
    assert "not answered" not in dose.entry.verdict.text()
    assert "Contraception: Kept" in dose.entry.before.answers.text()
    assert faults(dose) == []


def test_a_withdrawal_is_signed_with_the_subject_id_typed_and_says_its_effect(screen, study, make, patient_id, faults):
    make.infused(patient_id, make.lot()[0])
    as_investigator(study, screen)
    screen.take_step("withdraw")
    dialog = screen.dialog
    assert isinstance(dialog, WithdrawPatientDialog)
    dialog.follow_up.set_value("no")
    assert "2 infusions are recorded as not given" in dialog.effect.text()
    assert "3 visits are cancelled." in dialog.effect.text()
    dialog.withdrawn_on.set_value(study.today())
    dialog.requested_by.set_value("patient")
    dialog.reason.setText("moved to another province")
    dialog.subject_id.setText("LN-0002-E")
    dialog.signature.password.line.setText(PASSWORD)
    assert faults(dialog) == []
    assert dialog.height() <= SCREEN_HEIGHT
    dialog.act.click()
    assert dialog.isVisible()
    assert dialog.form.problem("subject_id") == "This is not LN-0001-C."

    dialog.subject_id.setText("ln-0001-c")
    dialog.act.click()
    screen.refresh()

    assert study.patient(patient_id).status == "withdrawn"
    said = words(screen.record.overview)
    assert "Withdrawn on 02-Mar-2026. No dose can be prepared." in said
    assert "Reason: moved to another province" in said
    assert column(screen.record.overview.course, "Status") == [
        "Done", "Not given", "Not given", "Cancelled", "Cancelled", "Cancelled",
    ]  # fmt: skip
    assert column(screen.record.doses.infusions, "Remarks")[1].startswith("Not given: The patient was withdrawn")


def test_a_withdrawal_is_taken_back_from_the_overview(screen, study, make, patient_id):
    from lndesk.services.withdrawals import WithdrawPatient

    make.sign(
        WithdrawPatient(
            patient_id=patient_id, withdrawn_on=study.today(), requested_by="other", reason="meant somebody else",
            follow_up=True,
        ),
        by=make.investigator,
    )  # fmt: skip
    screen.refresh()
    alerts = screen.record.overview.alerts
    assert not alerts._take_back.isVisibleTo(alerts)

    as_investigator(study, screen)
    alerts._take_back.click()
    dialog = screen.dialog
    assert isinstance(dialog, TakeBackWithdrawalDialog)
    dialog.reason.setText("meant another patient")
    dialog.signature.password.line.setText(PASSWORD)
    dialog.act.click()
    screen.refresh()

    assert study.patient(patient_id).status == "enrolled"
    assert not alerts.withdrawn.isVisibleTo(screen.record.overview)


def test_only_an_investigator_is_offered_the_withdrawal_and_only_of_the_enrolled(screen, study, make):
    def offered():
        QCoreApplication.sendPostedEvents()
        overview = screen.record.overview
        return {
            button.text()
            for button in overview.findChildren(type(overview.correct_visit))
            if button.isVisibleTo(overview)
        }

    assert "Withdraw patient" not in offered()
    as_investigator(study, screen)
    assert "Withdraw patient" in offered()
    screen.open_record(make.patient("H9", given_name="敏", latin_given="Min"))
    assert "Withdraw patient" not in offered()


def test_assigning_an_arm_shows_the_progress_and_warns_beyond_the_plan_without_blocking(study, show, make):
    for number in range(5):
        make.control(f"H{number}", given_name="敏", latin_given=f"Min{number}")
    sixth = make.eligible(make.patient("H9", given_name="洋", latin_given="Yang"))
    study.sign_in("zhaomin", PASSWORD)
    dialog = show(AssignArmDialog(study, study.patient(sixth).patient))
    assert "Blank control 5 of 5" in words(dialog)
    assert "Cell treatment 0 of 11" in words(dialog)

    dialog.arm.set_value("treatment")
    assert not dialog.beyond.isVisible()
    dialog.arm.set_value("control")
    assert "Blank control has all 5 patients that are planned for it." in dialog.beyond.text()
    dialog.reason.setText("A sixth control, agreed with the sponsor")
    dialog.signature.password.line.setText(PASSWORD)
    dialog.act.click()

    assert study.patient(sixth).assignment.arm == "control"


def test_a_day_of_a_test_before_the_limit_is_said_in_the_dialog(study, show, patient_id):
    dialog = show(BeforeInfusionDialog(study, study.before_infusion(patient_id, 1)))
    dialog.possible.set_value("yes")

    assert "Older than 7 days it warns (site value)." in words(dialog)
    assert dialog.asked_at.value() == study.now()
    assert dialog.tested_on.optional_value() is None
    assert dt.date(2026, 3, 2) == study.today()
