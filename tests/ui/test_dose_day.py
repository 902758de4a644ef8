"""What the dose page adds on the day: the thaw plan, the count after it, an authorisation, the hand-over, the clock."""

import datetime as dt

import pytest

from tests.conftest import PASSWORD, stock
from tests.ui.test_dose import arrive, choose, texts
from ui.dialogs.authorise_dose import AuthoriseDoseDialog
from ui.dialogs.hand_over import HandOverDialog
from ui.screens.dose import DoseScreen
from ui.widgets.time_left import TimeLeft

pytestmark = pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)


@pytest.fixture
def screen(study, show):
    made = DoseScreen(study, lambda _place: None)
    made.resize(1194, 650)
    return show(made)


@pytest.fixture
def ready(make):
    patient_id = make.treated()
    make.weight(patient_id)
    make.lot()
    return patient_id


def dialog_of(screen, kind):
    return screen.findChildren(kind)[-1]


def test_how_many_containers_to_thaw_is_said_with_its_derivation(screen, ready):
    arrive(screen, ready)

    assert screen.entry.plan.isVisible()
    assert "Containers to thaw" in screen.entry.plan.text()


def test_the_count_after_the_thaw_decides_the_volume(qtbot, screen, ready):
    arrive(screen, ready)
    choose(screen)
    qtbot.waitUntil(lambda: "13 mL" in texts(screen.entry.derivation))

    for field, text in zip(
        (
            screen.entry.options.count.cells_per_ml,
            screen.entry.options.count.viable,
            screen.entry.options.count.counted,
        ),
        ("5000000", "180", "200"),
        strict=True,
    ):
        field.setText(text)
    screen.entry.options.thawed_at.set_value(screen.study.now())
    screen.entry.preview()

    # 62.4 million over 5 million times 0.9 is 13.8667
    qtbot.waitUntil(lambda: "13.9 mL" in texts(screen.entry.derivation))


def test_a_count_that_is_typed_in_part_is_said_and_nothing_is_sent(screen, ready):
    arrive(screen, ready)
    choose(screen)

    screen.entry.options.count.viable.setText("180")
    screen.entry.preview()

    assert "all three figures" in screen.entry.options.problem.text()
    assert not screen.entry.send.isEnabled()


def test_a_fine_filter_is_warned_of(screen, ready):
    arrive(screen, ready)
    choose(screen)

    screen.entry.options.filter_um.setText("40")
    screen.entry.preview()

    assert "holds cells back" in texts(screen.entry.options)


def test_several_lots_stop_until_the_investigator_signs_for_this_once(screen, study, make, faults):
    ready = make.treated()
    make.weight(ready)
    make.lot(count=1, ml="8")
    make.lot(lot_no="AM-2412-01", count=1)
    study.sign_in("zhaomin", PASSWORD)
    arrive(screen, ready)
    choose(screen, "AM-2411-07/01")
    choose(screen, "AM-2412-01/01")
    assert "different lots" in screen.entry.verdict.text()

    screen.entry.authorise.click()
    dialog = dialog_of(screen, AuthoriseDoseDialog)
    assert faults(dialog) == []
    dialog.reason.setText("One lot alone does not suffice")
    dialog.signature.password.line.setText(PASSWORD)
    dialog.accept()
    screen.entry.preview()

    assert not screen.entry.verdict.isVisible()
    assert not screen.entry.authorise.isVisible()


def test_a_nurse_is_not_offered_to_authorise(screen, make, ready):
    make.lot(lot_no="AM-2412-01", cells="3000000", count=1)
    arrive(screen, ready)
    choose(screen, "AM-2411-07/01")
    choose(screen, "AM-2412-01/01")

    assert not screen.entry.authorise.isVisible()


def test_the_containers_are_handed_over_with_their_sheet_to_somebody_named(screen, study, make, ready, faults):
    study.issue_sheet(make.checked(make.prepared(ready, [stock(study)[0].item.container.id])))
    arrive(screen, ready)
    screen.sent.hand_over.click()
    dialog = dialog_of(screen, HandOverDialog)
    assert faults(dialog) == []

    dialog.accept()
    assert "who received" in dialog.form.problem("received_by")
    dialog.received_by.setText("WU Lan, ward 7")
    dialog.accept()

    assert stock(study)[0].status == "issued"
    assert not screen.sent.hand_over.isVisible()


def test_the_time_left_counts_down_warns_and_stops(show, clock):
    left = show(TimeLeft(clock))
    left.show_limit(clock.at + dt.timedelta(hours=4))
    assert (left.kind, left.text()) == ("info", "Use before 13:00: 4 h 0 min left.")

    clock.forward(hours=3, minutes=30, seconds=1)
    left.refresh()
    assert (left.kind, left.text()) == ("warn", "Use before 13:00: 0 h 30 min left.")

    clock.forward(minutes=30)
    left.refresh()
    assert left.kind == "stop"
    assert "had to end before 13:00" in left.text()


def test_without_a_limit_nothing_is_counted_down(show, clock):
    left = show(TimeLeft(clock))

    left.show_limit(None)

    assert not left.isVisible()
