"""The screening page by page, as the desk enters it and the investigator decides it."""

import datetime as dt

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from lndesk import i18n
from lndesk.domain.sledai import DESCRIPTORS
from lndesk.services.protocols import AddProtocol
from lndesk.services.screenings import AnswerQuestion
from tests.conftest import PASSWORD
from tests.ui.screening_answers import EXCLUSION, FINDINGS, INCLUSION, fill
from ui.dialogs.approve_protocol import ApproveProtocolDialog
from ui.navigation import Place
from ui.screens.patients import PatientsScreen
from ui.screens.today import TodayScreen
from ui.widgets.buttons import Button
from ui.widgets.screening_wizard import ScreeningWizard

ENTER, CTRL = Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def patient(make):
    return make.patient()


@pytest.fixture
def wizard(study, make, patient, show):
    """The wizard of somebody whose consent is on record."""
    make.consented(patient)
    return opened(study, patient, show)


def opened(study, patient, show):
    made = ScreeningWizard(study, patient)
    made.resize(1170, 640)
    show(made)
    made.begin()
    return made


def buttons(widget):
    QCoreApplication.sendPostedEvents()
    return {button.text(): button for button in widget.findChildren(Button) if button.isVisible()}


def verdict(wizard, criterion_id):
    wizard.look()
    kind = "inclusion" if criterion_id.startswith("I") else "exclusion"
    return wizard.pages[kind].rows[criterion_id].verdict


def enter(wizard, page, code, **parts):
    wizard.pages[page].fields[code].show_typed(parts)
    wizard.look()


def steps(wizard):
    wizard.look()
    return wizard.steps.texts()


def press_enter(times=1):
    for _time in range(times):
        QTest.keyClick(QApplication.focusWidget(), ENTER)


def go_on():
    QTest.keyClick(QApplication.focusWidget(), ENTER, CTRL)


def reach(widget):
    """Press Enter until a field has the cursor: the next field, and never anything but that."""
    for _time in range(200):
        if QApplication.focusWidget() is widget:
            return
        press_enter()
    raise AssertionError(f"{widget.accessibleName()} is not reached by Enter")


def choose(button, first=None):
    """Reach a group by Enter, walk in it by the arrow, and choose by Space."""
    reach(first or button)
    for _time in range(8):
        if QApplication.focusWidget() is button:
            break
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert QApplication.focusWidget() is button
    if not button.isChecked():
        QTest.keyClick(button, Qt.Key.Key_Space)


def type_in(line, text):
    reach(line)
    QTest.keyClicks(line, text)


def type_answer(field, parts):
    if parts.get("value"):
        if hasattr(field.value, "choice"):
            choose(field.value.choice.button(parts["value"]), field.value.first())
        elif hasattr(field.value, "boxes"):
            choose(field.value.boxes[parts["value"]])
        else:
            type_in(field.value.first(), parts["value"])
    if parts.get("upper_limit"):
        type_in(field.upper_limit, parts["upper_limit"])
    if parts.get("on"):
        type_in(field.on.line, parts["on"])
    if parts.get("detail"):
        type_in(field.detail, parts["detail"])


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)
def test_a_whole_screening_by_keyboard_alone(study, patient, show, language):
    i18n.set_language(language)
    screen = PatientsScreen(study, print)
    screen.resize(1170, 700)
    show(screen)
    screen.show_place(Place(destination="patients", patient_id=patient, action="screening"))
    wizard = screen.wizard
    assert wizard.here == "consent"
    consent = wizard.pages["consent"]
    type_in(consent.form_version, "2.1")
    type_in(consent.consented_at.day.line, "2 mar 2026")
    type_in(consent.consented_at.time, "0830")
    type_in(consent.taken_by, "ZHAO Min")
    go_on()

    for kind, answers in (("inclusion", INCLUSION), ("exclusion", EXCLUSION)):
        assert wizard.here == kind
        page = wizard.pages[kind]
        for code, field in page.fields.items():
            wizard.look()
            if code == "proteinuria_g_per_day":
                for each in DESCRIPTORS:
                    group = page.sledai.choices[each.code]
                    choose(group.button(FINDINGS[each.code]), group.button("absent"))
            if code in answers and not field.isHidden():
                type_answer(field, answers[code])
        go_on()

    assert wizard.here == "review"
    assert study.screening(patient).verdict == "eligible"
    go_on()

    assert study.screening(patient).screening.status == "sent"


def test_every_page_is_without_fault(wizard, faults):
    for code in ("identity", "consent", "inclusion", "exclusion", "review"):
        wizard.go_to(code)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QCoreApplication.sendPostedEvents()
        assert faults(wizard) == []


def test_a_screening_begins_blank_where_the_first_answer_is_open(wizard, study, patient):
    assert wizard.here == "inclusion"
    assert steps(wizard) == ["1 Identity", "2 Consent", "3 Inclusion 2 of 13", "4 Exclusion 0 of 22", "5 Review"]
    assert study.screening(patient).answers == {}
    lines = [line.text() for line in wizard.findChildren(QLineEdit)]
    assert set(lines) == {""}
    assert not [
        each.accessibleName()
        for each in wizard.findChildren(QAbstractButton)
        if each.isCheckable() and each.isChecked() and "unit" not in each.accessibleName()
    ]


VERDICTS = (
    ("inclusion", "I1b", {}, "I1b", "Not answered"),
    ("inclusion", "I1b", {"value": "yes"}, "I1b", "Met"),
    ("inclusion", "I1b", {"value": "no"}, "I1b", "Not met"),
    ("inclusion", "biopsy_class", {"value": "III"}, "I2", "Met"),
    ("inclusion", "biopsy_class", {"value": "V"}, "I2", "Investigator decides"),
    ("inclusion", "biopsy_class", {"value": "I"}, "I2", "Not met"),
    ("inclusion", "proteinuria_g_per_day", {"value": "1"}, "I4a", "Not met"),
    ("inclusion", "proteinuria_g_per_day", {"value": "1.01"}, "I4a", "Met"),
    ("inclusion", "proteinuria_g_per_day", {"value": "0"}, "I4a", "Not met"),
    ("inclusion", "proteinuria_g_per_day", {"value": "２。４"}, "I4a", "Met"),
    ("inclusion", "proteinuria_g_per_day", {"value": "2,4"}, "I4a", "Not answered"),
    ("exclusion", "creatinine", {"value": "71"}, "E2", "Not answered"),
    ("exclusion", "creatinine", {"value": "71", "upper_limit": "0"}, "E2", "Not answered"),
    ("exclusion", "creatinine", {"value": "104", "upper_limit": "104"}, "E2", "Excludes"),
    ("exclusion", "creatinine", {"value": "103", "upper_limit": "104"}, "E2", "Does not exclude"),
    ("exclusion", "E6", {"value": "yes"}, "E6", "Excludes"),
)


def test_the_verdict_follows_what_is_typed(wizard):
    for page, code, parts, criterion_id, word in VERDICTS:
        enter(wizard, page, code, **parts)

        assert (code, parts, verdict(wizard, criterion_id).pill.text()) == (code, parts, word)


def test_a_verdict_says_the_rule_in_words(wizard):
    enter(wizard, "inclusion", "biopsy_class", value="V")

    assert "II, III, IV (line 69)" in verdict(wizard, "I2").text()
    assert "III, IV, V (line 46)" in verdict(wizard, "I2").text()


def test_the_score_is_always_the_sum(wizard):
    panel = wizard.pages["inclusion"].sledai
    assert panel.total.text() == "No score yet"

    panel.show_findings(FINDINGS)

    assert panel.total.text() == "Score 10"
    assert panel.working.text() == "4 + 4 + 2 = 10"
    panel.choices["rash"].button("not_lupus").click()
    assert panel.total.text() == "Score 8"
    assert verdict(wizard, "I3").pill.text() == "Not met"


def test_what_does_not_apply_is_not_asked(study, make, show):
    man = make.patient("H2", sex="male", family_name="李", given_name="强", latin_family="Li", latin_given="Qiang")
    make.consented(man)
    fields = opened(study, man, show).pages["inclusion"].fields

    assert fields["could_be_pregnant"].isHidden()
    assert fields["pregnancy_test"].isHidden()
    assert not fields["I6d"].isHidden()


def test_a_pregnancy_test_is_asked_where_pregnancy_is_possible(wizard):
    enter(wizard, "inclusion", "could_be_pregnant", value="no")
    assert wizard.pages["inclusion"].fields["pregnancy_test"].isHidden()

    enter(wizard, "inclusion", "could_be_pregnant", value="yes")

    assert not wizard.pages["inclusion"].fields["pregnancy_test"].isHidden()


def test_an_old_result_shows_its_age_and_warns(wizard):
    enter(wizard, "exclusion", "creatinine", value="71", upper_limit="104", on="1 jan 2026")

    row = wizard.pages["exclusion"].rows["E2"]
    assert wizard.pages["exclusion"].fields["creatinine"].age.text() == "60 days old"
    assert "more than 28" in row.warning.text()
    assert "(site value)" in row.warning.text()
    assert row.verdict.pill.text() == "Does not exclude"


def test_the_filtration_rate_is_no_endpoint(wizard):
    enter(wizard, "exclusion", "creatinine", value="71", upper_limit="104", on="1 mar 2026")

    said = wizard.pages["exclusion"].rows["E2"].computed.text()
    assert said.startswith("eGFR, CKD-EPI 2021: ")
    assert said.endswith("(not a protocol endpoint)")


def test_what_cannot_be_read_is_said_on_next_and_nothing_is_cleared(wizard):
    enter(wizard, "inclusion", "proteinuria_g_per_day", value="2,4", on="07/03/25")
    assert not wizard.summary.isVisible()

    wizard.go_on()

    assert wizard.here == "inclusion"
    assert len(wizard.summary.links) == 2
    field = wizard.pages["inclusion"].fields["proteinuria_g_per_day"]
    assert "has a comma" in field.problem.text()
    assert "needs a year of four digits" in field.problem.text()
    assert (field.value.typed(), field.on.text()) == ("2,4", "07/03/25")
    wizard.summary.links[0].click()
    assert QApplication.focusWidget() is field.value.first()
    field.show_typed({"value": "2.4", "on": "1 mar 2026"})
    wizard.go_on()
    assert wizard.here == "exclusion"


def test_a_page_is_saved_as_it_is_left(wizard, study, patient):
    enter(wizard, "exclusion", "creatinine", value="７１", upper_limit="104", on="1 mar 2026")
    enter(wizard, "inclusion", "I1b", value="yes", detail="ANA 1:640")

    wizard.go_on()

    saved = study.screening(patient).answers
    assert (saved["I1b"].value, saved["I1b"].detail) == ("yes", "ANA 1:640")
    assert (saved["creatinine"].value, saved["creatinine"].unit, saved["creatinine"].on) == (
        "71", "umol/L", dt.date(2026, 3, 1),
    )  # fmt: skip


def test_an_answer_can_be_left_blank_again(wizard, study, patient):
    enter(wizard, "exclusion", "hb_g_per_l", value="121")
    wizard.save()
    assert "hb_g_per_l" in study.screening(patient).answers

    enter(wizard, "exclusion", "hb_g_per_l")
    wizard.save()

    assert "hb_g_per_l" not in study.screening(patient).answers


def test_change_leads_to_the_field_and_comes_back(wizard):
    fill(wizard)
    wizard.go_to("review")

    wizard.page.list.deeds["hb_g_per_l"].click()

    field = wizard.pages["exclusion"].fields["hb_g_per_l"]
    assert QApplication.focusWidget() is field.value.first()
    assert wizard.act.accessibleName() == "Back to the review"
    field.show_typed({"value": "130", "on": "1 mar 2026"})
    wizard.go_on()
    assert wizard.here == "review"
    assert wizard.case.view.answers["hb_g_per_l"].value == "130"


def test_a_slip_is_asked_about_and_answered_or_changed(wizard, study, patient):
    fill(wizard, hb_g_per_l={"value": "9.0", "on": "1 mar 2026"})
    wizard.go_to("review")
    card = next(each for each in wizard.page.questions if "Haemoglobin" in each.text())

    wizard.go_on()
    assert study.screening(patient).screening.status == "open"
    assert "A question is not answered" in wizard.message.text()

    card.right.click()
    assert card.problem.text() == "Say why."
    card.reason.setText("Read twice from the report")
    card.right.click()

    assert any(each.answered == "Read twice from the report" for each in study.screening(patient).questions)


def test_not_eligible_is_a_plain_page_with_what_to_do_next(wizard):
    fill(wizard, E6={"value": "yes"})
    wizard.go_to("review")

    assert wizard.page.verdict.kind == "info"
    assert wizard.page.verdict.text().startswith("By these answers the patient is not eligible: E6.")
    assert "under a new number" in wizard.page.verdict.text()
    assert wizard.act.accessibleName() == "Send to investigator"


def test_what_is_open_is_listed_with_links(wizard):
    fill(wizard, E6={})
    wizard.go_to("review")
    assert wizard.page.verdict.text().startswith("Not answered yet: E6.")

    buttons(wizard)["Answer E6"].click()

    assert wizard.here == "exclusion"
    assert QApplication.focusWidget() is wizard.pages["exclusion"].fields["E6"].value.first()


def test_an_incomplete_screening_is_not_sent(wizard, study, patient):
    wizard.go_to("review")

    wizard.go_on()

    assert study.screening(patient).screening.status == "open"
    assert "Not answered yet" in wizard.message.text()


def test_a_minor_needs_guardian_and_assent_and_is_told_why(study, make, show, clock, faults):
    child = make.patient("H4", born_on=clock.at.date().replace(year=2010), given_name="洋", latin_given="Yang")
    wizard = opened(study, child, show)
    page = wizard.pages["consent"]
    assert page.guardian.isVisible()
    assert page.minor.text().startswith("16 years old on the day of the consent. Under 18 the guardian signs too")
    assert faults(wizard) == []

    page.form_version.setText("2.1")
    page.consented_at.set_value(clock.at)
    page.taken_by.setText("ZHAO Min")
    wizard.go_on()
    assert wizard.here == "consent"
    assert "Under 18 the guardian consents" in page.form.problem("guardian")
    page.guardian.setText("WANG Li")
    page.assented.setChecked(True)
    page.copy_given.setChecked(True)
    wizard.go_on()

    assert wizard.here == "inclusion"
    consent = study.screening(child).consent
    assert (consent.guardian, consent.copy_given) == ("WANG Li", True)


class TestInvestigator:
    @pytest.fixture
    def decide(self, study, make, patient, show):
        """Open the investigator's page on somebody sent with class V."""

        def begin(**changes):
            make.sent(patient, **changes)
            study.sign_in("zhaomin", PASSWORD)
            screen = PatientsScreen(study, print)
            screen.resize(1170, 700)
            screen.show_place(Place(destination="patients", patient_id=patient, action="screening"))
            return show(screen)

        return begin

    def test_nothing_is_entered_there_and_all_is_shown(self, decide, faults):
        screen = decide()

        assert screen.wizard.here == "review"
        assert set(buttons(screen.wizard)) >= {
            "Return with a question", "Sign as not eligible", "Sign as eligible    Ctrl+Enter",
        }  # fmt: skip
        assert screen.wizard.page.list.lines["I2"].pill.text() == "Met"
        assert faults(screen) == []

    def test_a_contradiction_is_decided_with_its_reason_and_signed(self, decide, study, patient, faults):
        screen = decide(biopsy_class="V")
        acts = buttons(screen.wizard)
        assert not acts["Sign as eligible"].isEnabled()
        assert acts["Decide I2    Ctrl+Enter"].isVisible()

        acts["Decide I2    Ctrl+Enter"].click()
        dialog = screen.dialog
        assert faults(dialog) == []
        dialog.signature.password.line.setText(PASSWORD)
        dialog.accept()
        assert dialog.form.problem("passes") == "Choose how the criterion counts."
        dialog.passes.set_value("yes")
        dialog.reason.setText("Treated as described on line 46")
        dialog.signature.password.line.setText(PASSWORD)
        dialog.accept()

        assert screen.wizard.page.list.lines["I2"].pill.text() == "Met"
        assert "Decided by ZHAO Min" in screen.wizard.page.list.lines["I2"].text()
        assert study.screening(patient).verdict == "eligible"
        assert buttons(screen.wizard)["Sign as eligible    Ctrl+Enter"].isEnabled()

    def test_not_eligible_is_signed_with_its_reason(self, decide, study, patient, faults):
        screen = decide(E6="yes")
        buttons(screen.wizard)["Sign as not eligible    Ctrl+Enter"].click()
        dialog = screen.dialog
        assert dialog.windowTitle() == "Sign as not eligible"
        assert faults(dialog) == []
        dialog.remark.setText("Uncontrolled infection")
        dialog.signature.password.line.setText(PASSWORD)
        dialog.accept()

        assert study.screening(patient).screening.status == "not_eligible"
        assert screen.wizard is None

    def test_a_screening_goes_back_with_a_question(self, decide, study, patient, faults):
        screen = decide()
        buttons(screen.wizard)["Return with a question"].click()
        dialog = screen.dialog
        assert faults(dialog) == []
        dialog.question.setText("Which report gives class III?")
        dialog.password.line.setText(PASSWORD)
        dialog.accept()

        view = study.screening(patient)
        assert (view.screening.status, view.screening.reason) == ("returned", "Which report gives class III?")
        study.sign_in("chenjing", PASSWORD)
        screen.open_screening()
        assert "Which report gives class III?" in screen.wizard.returned.text()

    def test_the_desk_reads_what_was_sent_and_enters_nothing(self, study, make, patient, show):
        make.sent(patient)
        wizard = opened(study, patient, show)

        assert wizard.act.accessibleName() == "Back to the record"
        assert not any(deed.text() == "Change answer" for deed in wizard.page.list.deeds.values())
        wizard.go_to("inclusion")
        assert not wizard.pages["inclusion"].fields["I1b"].isEnabled()


class TestRecord:
    @pytest.fixture
    def screen(self, study, show):
        def shown(patient):
            made = PatientsScreen(study, print)
            made.resize(1170, 700)
            made.show_place(Place(destination="patients", patient_id=patient))
            made.record.tabs.setCurrentWidget(made.record.consent)
            return show(made)

        return shown

    def test_it_shows_what_was_signed(self, screen, make, patient, faults):
        make.eligible(patient)

        record = screen(patient).record.consent.screening

        assert record.pill.text() == "Signed as eligible"
        assert "S-0001" in record.facts.text()
        assert record._list.lines["E2"].pill.text() == "Does not exclude"
        assert faults(record) == []

    def test_an_answer_is_corrected_with_its_consequences(self, screen, make, study, patient, faults):
        make.eligible(patient)
        page = screen(patient)
        page.record.consent.screening._list.deeds["hb_g_per_l"].click()
        dialog = page.dialog
        dialog.field.show_typed({"value": "85", "on": "2 mar 2026"})
        dialog.show_effects()
        assert "E4b: Met before, Not met now." in dialog.effects.text()
        assert faults(dialog) == []
        dialog.reason.setText("Misread the report")
        dialog.accept()
        page.refresh()

        assert study.screening(patient).answers["hb_g_per_l"].value == "85"
        assert "E4b was signed as:" in page.record.consent.screening.since.text()

    def test_a_finding_is_corrected_and_the_score_follows(self, screen, make, study, patient, faults):
        make.eligible(patient)
        page = screen(patient)
        page.record.consent.screening._list.deeds["sledai"].click()
        dialog = page.dialog
        dialog.accept()
        assert dialog.form.problem("finding") == "Choose the finding."
        dialog.finding.setCurrentIndex(dialog.finding.findData("proteinuria"))
        dialog.value.button("not_lupus").click()
        assert "I3: Met before, Not met now." in dialog.effects.text()
        assert faults(dialog) == []
        dialog.reason.setText("Due to another kidney disease")
        dialog.accept()

        assert study.screening(patient).answers["sledai.proteinuria"].value == "not_lupus"

    def test_a_failed_screening_is_followed_by_one_with_a_new_number(self, screen, make, study, patient):
        make.consented(patient)
        page = screen(patient)
        buttons(page.record.consent)["Screen failure"].click()
        page.dialog.usual.button("Refused the consent").click()
        page.dialog.accept()
        page.refresh()
        assert page.record.consent.screening.pill.text() == "Screen failed"

        buttons(page.record.consent)["Screen again"].click()
        page.dialog.reason.setText("Changed her mind and asks to take part")
        page.dialog.accept()
        page.refresh()

        assert study.screening(patient).screening.screening_no == "S-0002"
        assert page.record.consent.screening.earlier.isVisible()


def test_today_leads_to_an_open_screening(study, make, patient, show):
    make.consented(patient)
    places = []
    screen = TodayScreen(study, places.append)
    screen.refresh()
    show(screen)
    task = next(task for task in screen._lines(study.today_board()) if task.step == "Continue screening")

    task.act()

    assert places == [Place(destination="patients", patient_id=patient, action="screening")]


def test_a_question_on_samples_before_the_consent_is_the_investigators(study, make, patient, show):
    make.sent(patient, hb_g_per_l={"value": "121", "on": study.today() - dt.timedelta(days=3)})
    study.sign_in("zhaomin", PASSWORD)
    wizard = opened(study, patient, show)
    card = wizard.page.questions[0]

    card.reason.setText("Routine care before the consent")
    card.right.click()

    assert study.screening(patient).questions[0].answered == "Routine care before the consent"
    assert AnswerQuestion.meaning is None


def test_the_approval_of_an_amendment_says_what_it_changes_in_open_screenings(study, make, patient, show, faults):
    make.sent(patient)
    content = study.protocol_versions()[0].content.replace('version = "1"', 'version = "2"')
    stricter = content.replace('field = "hb_g_per_l"\nlimit = "90"', 'field = "hb_g_per_l"\nlimit = "120"')
    study.run(AddProtocol(content=stricter), by=make.investigator)
    study.sign_in("zhaomin", PASSWORD)

    dialog = show(ApproveProtocolDialog(study, study.protocol_versions()[0], site_values=3))

    assert len(dialog.effects.said) == 1
    assert dialog.effects.said[0].startswith("E4b: Met before, Not met now.")
    assert faults(dialog) == []
    dialog.signature.password.line.setText(PASSWORD)
    dialog.accept()
    view = study.screening(patient)
    assert view.screening.status == "returned"
    screen = PatientsScreen(study, print)
    screen.resize(1170, 700)
    screen.show_place(Place(destination="patients", patient_id=patient))
    screen.record.tabs.setCurrentWidget(screen.record.consent)
    show(screen)
    assert screen.record.consent.screening.changes.isVisible()
