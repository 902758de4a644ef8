"""The trial is single blind: the arm stands behind “Show arm”, and on no print but the audit trail of the staff."""

import io

import pypdf
import pytest
from PySide6.QtCore import QCoreApplication

from lndesk.i18n import set_language
from ui.main_window import MainWindow
from ui.navigation import Place
from ui.widgets.banner import PatientBanner
from ui.widgets.banner_facts import facts_of
from ui.widgets.patient_list import PatientList

ARMS = ("Cell treatment", "Blank control", "细胞治疗组", "空白对照组", "ontrol", "对照")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LNDESK_HOME", str(tmp_path / "home"))


@pytest.fixture
def people(make):
    """One patient of each arm, the treated one with a sheet."""
    treated = make.treated()
    make.weight(treated)
    make.study.issue_sheet(make.checked(make.prepared(treated, make.lot()[:1])))
    return treated, make.control(given_name="敏", latin_given="Min")


def words_of(pdf):
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def said(text):
    return [arm for arm in ARMS if arm in text]


@pytest.mark.parametrize("language", ["en", "zh_CN", "both"])
def test_no_print_of_a_patient_names_the_arm(study, people, language):
    assert people
    prints = [study.month_pdf(study.today(), language), *(study.sheet_pdf(sheet.number) for sheet in study.sheets())]

    assert len(prints) == 2
    for pdf in prints:
        assert said(words_of(pdf)) == []


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_list_of_patients_has_no_word_of_the_arm(study, qtbot, people, language):
    assert people
    set_language(language)
    listed = PatientList()
    qtbot.addWidget(listed)
    listed.show_rows(study.patients())

    model = listed.table.rows_model
    lines = [" ".join([column.title, column.text(row)]) for column in model.columns for row in model.shown]
    assert said(" ".join(lines)) == []


@pytest.mark.parametrize("at", [0, 1])
def test_the_banner_hides_the_arm_until_somebody_asks(study, qtbot, people, at):
    record = study.patient(people[at])
    arm = str(study.protocol().arms[record.assignment.arm].label)
    banner = PatientBanner()
    qtbot.addWidget(banner)
    banner.resize(1300, 60)
    banner.show()
    banner.show_patient(facts_of(record.patient, study.today(), arm))
    QCoreApplication.sendPostedEvents()  # what is put into a layout is shown by an event
    hidden = banner._flow.itemAt(banner._flow.count() - 1).widget()

    assert not hidden._item.isVisible()
    hidden._show.click()
    assert hidden._item.isVisible()


@pytest.mark.parametrize("at", [0, 1])
def test_the_title_of_the_window_and_its_messages_say_nothing_of_the_arm(study, qtbot, people, at):
    study.sign_in("zhaomin", "a sentence to test with")
    window = MainWindow(study)
    qtbot.addWidget(window)
    window.show()
    window.start()
    window.go(Place(destination="patients", patient_id=people[at]))

    assert study.patient(people[at]).patient.subject_id in window.windowTitle()
    assert said(window.windowTitle()) == []
    assert said(" ".join(window.strip.texts())) == []
    window.close()
