"""The stock in the window: what can be done with a container, counted, decided, and what its ledger says."""

import datetime as dt

import pytest

from lndesk.services.stock import StockCount
from tests.conftest import PASSWORD, stock
from ui.screens.product import ProductScreen

pytestmark = pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)


@pytest.fixture
def screen_of(study, show):
    def opened(login):
        study.sign_in(login, PASSWORD)
        screen = ProductScreen(study, lambda _place: None)
        screen.resize(1194, 690)
        show(screen)
        screen.refresh()
        if screen.table.rows_model.rowCount():
            screen.table.selectRow(0)
        return screen

    return opened


def begin(screen, act):
    screen.acts[act].click()
    return screen.dialog


def finish(screen):
    screen.dialog.accept()
    screen.refresh()


def ledger(screen):
    return [(row.entry.kind, row.entry.to_state) for row in screen.detail.ledger.rows_model.shown]


def states(study):
    return [row.status for row in stock(study)]


def offered(screen):
    return {name for name, button in screen.acts.items() if button.isVisible()}


def test_each_role_is_offered_what_it_does_with_the_stock(screen_of, make):
    make.lot()

    assert {"count", "quarantine", "excursion", "destroy", "return", "adjust"} <= offered(screen_of("lina"))
    assert {"quarantine", "adjust"} <= offered(screen_of("zhaomin"))
    assert offered(screen_of("zhaomin")).isdisjoint({"destroy", "return", "count"})
    assert offered(screen_of("monitor")) == set()


def test_the_ledger_of_the_selected_container_tells_its_moves_newest_first(screen_of, make, faults):
    make.lot()

    screen = screen_of("lina")

    assert ledger(screen) == [("release", "released"), ("receive", "quarantine")]
    assert faults(screen) == []


def test_a_container_set_aside_waits_in_quarantine_with_its_reason(screen_of, study, make, faults):
    make.lot(count=1)
    screen = screen_of("lina")
    dialog = begin(screen, "quarantine")
    assert faults(dialog) == []

    dialog.accept()
    assert dialog.form.problem("reason")
    dialog.reason.setText("The label came off")
    finish(screen)

    assert states(study) == ["quarantine"]
    assert ledger(screen)[0] == ("quarantine", "quarantine")


def test_a_destruction_is_seen_by_another_person_who_signs_in(screen_of, study, make, faults):
    make.lot(count=1)
    screen = screen_of("lina")
    dialog = begin(screen, "destroy")
    dialog.reason.setText("The bag is torn open")
    dialog.method.setText("Autoclave")
    dialog.seen_by.set_value("signs")
    dialog.login.setText("chenjing")
    dialog.password.line.setText("not the password")
    assert faults(dialog) == []

    dialog.accept()
    assert "do not match" in dialog.form.problem("password")
    assert states(study) == ["released"]

    dialog.password.line.setText(PASSWORD)
    finish(screen)
    assert states(study) == ["destroyed"]
    assert "CHEN Jing" in screen.detail.ledger.rows_model.shown[0].entry.witness


def test_nobody_is_the_own_witness(screen_of, study, make):
    make.lot(count=1)
    screen = screen_of("lina")
    dialog = begin(screen, "destroy")
    dialog.reason.setText("The bag is torn open")
    dialog.method.setText("Autoclave")
    dialog.seen_by.set_value("named")
    dialog.witness.setText("Li  na")

    dialog.accept()

    assert "another person" in dialog.form.problem("witness")
    assert states(study) == ["released"]


def test_a_count_that_misses_a_container_stops_doses_until_it_is_explained(screen_of, study, make, faults):
    make.lot(count=2)
    screen = screen_of("lina")
    dialog = begin(screen, "count")
    dialog.scan.take("AM-2411-07/01")
    dialog.scan.take("AM-2411-07/01")
    assert "counts once" in dialog.form.problem("container")
    assert dialog.count.text() == "1 of 2 expected"
    assert faults(dialog) == []

    finish(screen)
    assert screen.unbalanced.kind == "stop"
    assert "AM-2411-07/02" in screen.unbalanced.text()
    (difference,) = study.stock_counts()[0].differences

    screen._explain(difference)
    screen.dialog.reason.setText("It lies in the other freezer")
    finish(screen)
    assert not screen.unbalanced.isVisible()
    assert not screen.open_matters.isVisible()


def test_a_label_left_in_the_field_is_counted_when_the_count_is_finished(screen_of, study, make):
    make.lot(count=1)
    screen = screen_of("lina")
    dialog = begin(screen, "count")
    dialog.scan.setText("AM-2411-07/01")

    finish(screen)

    assert study.stock_counts()[0].differences == ()


def test_what_is_missing_leaves_the_stock_in_the_book(screen_of, study, make):
    make.lot(count=1)
    study.run(StockCount(read=()), by=make.technician)
    screen = screen_of("lina")
    dialog = begin(screen, "adjust")
    dialog.found.set_value("missing")
    dialog.reason.setText("Searched all freezers twice")

    finish(screen)

    assert states(study) == ["missing"]
    assert "missing 1" in screen.equation.text()
    assert study.balance().balances


def test_an_excursion_sets_aside_what_it_touched_until_the_investigator_signs(screen_of, study, make, clock, faults):
    make.lot(count=2)
    clock.forward(hours=4)
    screen = screen_of("lina")
    dialog = begin(screen, "excursion")
    dialog.scope.set_value("lot")
    dialog.began_at.set_value(clock.at - dt.timedelta(hours=2))
    dialog.ended_at.set_value(clock.at - dt.timedelta(hours=1))
    dialog.reading.setText("−120 °C for 40 min")
    dialog.reason.setText("Liquid nitrogen ran low")
    assert faults(dialog) == []
    finish(screen)
    assert states(study) == ["quarantine", "quarantine"]

    screen = screen_of("zhaomin")
    screen._decide(study.excursions()[0])
    assert faults(screen.dialog) == []
    screen.dialog.usable.set_value("yes")
    screen.dialog.reason.setText("Within the maker's limits")
    screen.dialog.signature.password.line.setText(PASSWORD)
    finish(screen)
    assert states(study) == ["released", "released"]
    assert not screen.open_matters.isVisible()


def test_a_certificate_is_kept_with_its_lot_and_what_is_none_is_refused(screen_of, study, make, tmp_path):
    make.lot(count=1)
    screen = screen_of("lina")
    lot = study.containers()[0].item.lot
    good, bad = tmp_path / "CoA.pdf", tmp_path / "CoA.docx"
    good.write_bytes(b"%PDF-1.7 certificate")
    bad.write_bytes(b"PK something else")

    screen.attach_file(lot, bad)
    assert "Only a PDF, PNG or JPEG" in screen.message.text()
    screen.attach_file(lot, good)
    screen.refresh()

    (kept,) = screen.detail.files.rows_model.shown
    assert (kept.name, study.attachment(kept.id)) == ("CoA.pdf", b"%PDF-1.7 certificate")


def test_the_way_of_a_lot_leads_to_the_patient_who_was_given_it(screen_of, make):
    containers = make.lot(count=2)
    make.infused(make.treated(), containers[0])
    screen = screen_of("monitor")
    went = []
    screen.go = went.append

    rows = screen.detail.trace.rows_model.shown
    given = next(row for row in rows if row.given_on is not None)
    screen.detail.trace.row_chosen.emit(given)

    assert given.subject_id == "LN-0001-C"
    assert went[0].destination == "patients"
