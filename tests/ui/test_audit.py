import datetime as dt
from decimal import Decimal

import pytest

from lndesk.i18n import set_language
from lndesk.services.patients import RecordWeight
from tests.conftest import PASSWORD
from ui.screens import audit
from ui.screens.audit import AuditScreen


@pytest.fixture
def screen_of(study, show):
    def shown():
        study.sign_in("monitor", PASSWORD)
        screen = AuditScreen(study, print)
        screen.resize(1160, 640)
        screen.refresh()
        return show(screen)

    return shown


def lines(screen):
    model = screen.tables.acts.rows_model
    return [{column.title: column.text(act) for column in model.columns} for act in model.shown]


def test_acts_stand_newest_first_in_words(screen_of, make, faults):
    make.weight(make.treated())

    screen = screen_of()

    newest = lines(screen)[0]
    assert (newest["When"], newest["Who"], newest["Role"]) == ("02-Mar-2026 09:00", "CHEN Jing", "Nurse")
    assert (newest["What"], newest["Subject ID"]) == ("Record answers before an infusion", "LN-0001-C")
    assert [line["What"] for line in lines(screen)[1:3]] == ["Record weight", "Assign arm"]
    assert lines(screen)[2]["Why"] == "Next in line"
    assert lines(screen)[-1]["What"] == "Create the site"
    assert faults(screen) == []


def test_an_act_shows_what_it_changed_before_and_after(screen_of, make, study):
    from lndesk.services.patients import RecordAllergies

    patient_id = make.patient()
    study.run(RecordAllergies(patient_id=patient_id, allergy_state="known", allergies="penicillin", reason="Told now"))
    screen = screen_of()

    screen.tables.acts.selectRow(0)

    model = screen.tables.changes.rows_model
    said = [[column.text(change) for column in model.columns] for change in model.shown]
    assert said == [
        ["Patient 1", "Allergies", "none_known", "known"],
        ["Patient 1", "Known allergies", "", "penicillin"],
    ]


def test_a_clock_that_stepped_back_is_noted(screen_of, make, clock):
    patient_id = make.patient()
    clock.forward(seconds=-90)
    make.consented(patient_id)

    assert lines(screen_of())[0]["Clock"] == "90 s behind the act before"


def test_older_acts_come_page_by_page_and_new_ones_shift_nothing(screen_of, make, study, clock, monkeypatch):
    monkeypatch.setattr(audit, "PAGE", 5)
    patient_id = make.patient()
    for n in range(8):
        clock.forward(minutes=1)
        study.run(RecordWeight(patient_id=patient_id, kg=Decimal(60 + n), measured_at=clock.at, scale="B2"))
    total = study.acts()[0].id
    screen = screen_of()
    assert screen.count.text() == f"Showing 5 of {total} acts"

    make.patient("H2", given_name="敏", latin_given="Min")
    while screen.older.isEnabled():
        screen.older.click()

    numbers = [int(line["No."]) for line in lines(screen)]
    assert numbers == list(range(total, 0, -1))


def test_verify_says_the_head_of_the_chain(screen_of, study, qtbot):
    screen = screen_of()
    head = study.head().upper()
    assert screen.verification.head.text().endswith(f"{head[:4]} {head[4:8]} {head[8:12]}")

    with qtbot.waitSignal(screen.verification.finished, timeout=20_000):
        screen.primary.click()

    assert screen.verification.result.kind == "done"


def test_nothing_can_be_edited(screen_of):
    screen = screen_of()

    assert screen.tables.acts.editTriggers() == screen.tables.acts.EditTrigger.NoEditTriggers


def test_the_screen_speaks_chinese(screen_of, make, faults):
    make.patient()
    set_language("zh_CN")

    screen = screen_of()

    assert faults(screen) == []
    assert dt.date(2026, 3, 2).isoformat() not in str(lines(screen))


def test_a_filter_is_a_chip_that_takes_it_off_again(screen_of, make, faults, qtbot):
    make.weight(make.treated())
    make.patient("H2", given_name="敏", latin_given="Min")
    screen = screen_of()
    filters = screen.filters

    filters.patient.chosen.emit(1)
    filters.command.setCurrentIndex(filters.command.findData("RecordWeight"))

    assert filters.chips() == ["Patient LN-0001-C", "Record weight", "Clear all filters"]
    assert [line["What"] for line in lines(screen)] == ["Record weight"]
    assert screen.count.text() == "Showing 1 of 1 acts that match"
    qtbot.waitUntil(lambda: faults(screen) == [])

    filters._chips[1].click()

    assert filters.chips() == ["Patient LN-0001-C", "Clear all filters"]
    assert {line["Subject ID"] for line in lines(screen)} == {"LN-0001-C"}

    filters._chips[-1].click()

    assert filters.chips() == []
    assert lines(screen)[-1]["What"] == "Create the site"


def test_days_are_read_when_the_field_is_left_and_a_wrong_order_is_said(screen_of, make, clock):
    make.patient()
    clock.forward(days=2)
    make.patient("H2", given_name="敏", latin_given="Min")
    screen = screen_of()

    screen.filters.first.set_value(dt.date(2026, 3, 3))
    screen.filters.first.line.editingFinished.emit()
    assert [line["What"] for line in lines(screen)] == ["Register patient"]

    screen.filters.last.set_value(dt.date(2026, 3, 1))
    screen.filters.last.line.editingFinished.emit()
    assert "The last day lies before the first." in screen.message.text()


def test_scrolling_to_the_end_reads_the_next_page(screen_of, make, study, clock, monkeypatch, qtbot):
    monkeypatch.setattr(audit, "PAGE", 30)
    patient_id = make.patient()
    for n in range(60):
        clock.forward(minutes=1)
        study.run(RecordWeight(patient_id=patient_id, kg=Decimal(60 + n), measured_at=clock.at, scale="B2"))
    screen = screen_of()
    bar = screen.tables.acts.verticalScrollBar()
    assert len(lines(screen)) == 30

    bar.setValue(bar.maximum())

    assert len(lines(screen)) >= 60
    qtbot.waitUntil(lambda: bar.value() < bar.maximum())  # what was in sight stays there


def test_an_act_tells_its_reason_and_its_signature(screen_of, make):
    make.treated()
    screen = screen_of()
    screen.filters.command.setCurrentIndex(screen.filters.command.findData("AssignArm"))

    screen.tables.acts.selectRow(0)

    assert screen.tables.told.text().startswith("Reason: Next in line\nSignature: ")
    assert "ZHAO Min, Investigator" in screen.tables.told.text()


def test_an_export_is_written_and_on_record(screen_of, make, qtbot, tmp_path, faults):
    make.patient()
    screen = screen_of()
    screen.ask_for_export()
    dialog = screen.dialog
    assert faults(dialog) == []
    dialog.accept()
    assert dialog.form.problem("form") == "Choose the form of the file."
    dialog.close()

    with qtbot.waitSignal(screen.said, timeout=20_000):
        screen.export_to(tmp_path / "out.csv", "csv", names=False)

    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    screen.refresh()
    assert lines(screen)[0]["What"] == "Export the audit trail"


def test_a_technician_is_offered_neither_users_nor_an_export(study, show):
    study.sign_in("lina", PASSWORD)
    screen = show(AuditScreen(study, print))
    screen.refresh()

    assert not screen.export.isVisible()
    assert not screen.filters.user.isVisible()
