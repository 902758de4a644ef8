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
    assert (newest["What"], newest["Subject ID"]) == ("Record weight", "LN-0001-C")
    assert lines(screen)[1]["Why"] == "Next in line"
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
