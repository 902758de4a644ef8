import datetime as dt
from decimal import Decimal

import pytest

from lndesk.i18n import set_language
from lndesk.reports.raster import page_texts
from lndesk.services.stock import StockCount
from ui.screens.product import ProductScreen
from ui.widgets.buttons import Button
from ui.widgets.labels import Text

PASSWORD = "a sentence to test with"


@pytest.fixture
def screen_of(study, show):
    """Show the screen to somebody."""

    def shown(login):
        study.sign_in(login, PASSWORD)
        screen = ProductScreen(study, print)
        screen.resize(1160, 640)
        screen.refresh()
        return show(screen)

    return shown


def cells(screen):
    model = screen.table.rows_model
    return [[column.text(row) for column in model.columns] for row in model.shown]


def buttons(widget):
    return [button for button in widget.findChildren(Button) if button.isVisible()]


def texts(widget):
    return [label.text() for label in widget.findChildren(Text) if label.isVisible()]


def test_an_empty_stock_says_what_to_do(screen_of, faults):
    screen = screen_of("lina")

    assert screen.equation.text() == (
        "Received 0 = in stock 0 + reserved 0 + infused 0 + destroyed 0 + returned 0 + expired 0"
    )
    assert screen.primary.accessibleName() == "Receive lot"
    assert faults(screen) == []


def test_each_container_says_where_it_stands_and_those_on_hand_come_first(screen_of, make, faults):
    containers = make.lot(count=2, expires_on=dt.date(2026, 3, 20))
    make.infused(make.treated(), containers[0])

    screen = screen_of("monitor")

    assert cells(screen)[1] == [
        "AM-2411-07/01", "20-Mar-2026", "", "5,200,000", "92 %", "20\N{NO-BREAK SPACE}mL", "Used", "LN-0001-C",
    ]  # fmt: skip
    assert cells(screen)[0][2:] == ["18", "5,200,000", "92 %", "20\N{NO-BREAK SPACE}mL", "Released", ""]
    assert screen.equation.text() == (
        "Received 2 = in stock 1 + reserved 0 + infused 1 + destroyed 0 + returned 0 + expired 0"
    )
    assert faults(screen) == []


@pytest.mark.parametrize(("days", "kind"), [(31, None), (30, "info"), (8, "info"), (7, "warn"), (0, "warn")])
def test_what_expires_soon_is_said_at_30_and_7_days(screen_of, make, clock, days, kind):
    make.lot(expires_on=clock.at.date() + dt.timedelta(days=days))

    screen = screen_of("monitor")

    assert screen.expiring.isVisible() is (kind is not None)
    if kind:
        assert screen.expiring.kind == kind
        assert "AM-2411-07 on " in screen.expiring.text()


def test_expired_product_on_hand_is_a_stop(screen_of, make, clock):
    make.lot(expires_on=clock.at.date())
    clock.forward(days=1)

    screen = screen_of("monitor")

    assert screen.expiring.kind == "stop"
    assert "Expired, still on hand: AM-2411-07." in screen.expiring.text()
    assert {row[6] for row in cells(screen)} == {"Expired"}


def test_the_investigator_sees_the_figures_before_the_release(screen_of, make, faults):
    make.lot(released=False, percent="91.5")
    screen = screen_of("zhaomin")
    (button,) = (button for button in buttons(screen) if button.accessibleName() == "Release lot AM-2411-07")

    button.click()
    dialog = screen.dialog
    assert {"5,200,000 (5.2\N{NO-BREAK SPACE}million)", "91.5 %, at least 70 % (site value)", "18-Sep-2026"} <= set(
        texts(dialog)
    )
    assert faults(dialog) == []
    dialog.signature.password.line.setText("a sentence to test with")
    dialog.accept()
    screen.refresh()

    assert {row[6] for row in cells(screen)} == {"Released"}
    assert not screen.waiting.isVisible()


def test_a_lot_below_the_limit_stays_in_quarantine(screen_of, study, make):
    make.lot(released=False, percent="69.99")
    screen = screen_of("zhaomin")
    screen.release(study.lots_in_quarantine()[0])

    screen.dialog.signature.password.line.setText("a sentence to test with")
    screen.dialog.accept()

    assert screen.dialog.isVisible()
    assert "less than 70 % (site value). It cannot be released." in screen.dialog.message.text()


def test_others_are_told_who_releases(screen_of, make):
    make.lot(released=False)

    screen = screen_of("monitor")

    assert screen.primary is None
    assert "An investigator releases a lot." in texts(screen)
    assert [button for button in buttons(screen) if button.text() == "Release lot"] == []


def fill(dialog):
    dialog.lot_no.setText("AM-2501-01")
    dialog.product_form.button("cryopreserved").click()
    for field in (dialog.cells_per_ml.first, dialog.cells_per_ml.again):
        field.setText("5200000")
    for field in (dialog.percent.first, dialog.percent.again):
        field.setText("92")
    for field in (dialog.expires_on.first, dialog.expires_on.again):
        field.line.setText("30 jun 2026")
    dialog.certificate_no.setText("C-9")
    dialog.count.setText("3")
    dialog._volume.setText("20")


@pytest.fixture
def dialog(screen_of):
    screen = screen_of("lina")
    screen.receive()
    dialog = screen.dialog
    yield dialog
    dialog.close()


def test_a_lot_is_received_with_its_proposed_numbers(dialog, study, faults):
    assert faults(dialog) == []
    fill(dialog)
    assert dialog.numbers.text() == "01, 02, 03"

    dialog.accept()

    assert not dialog.isVisible()
    assert [row.item.code for row in study.containers()] == ["AM-2501-01/01", "AM-2501-01/02", "AM-2501-01/03"]
    assert study.containers()[0].item.container.volume_ml == Decimal(20)


def test_the_labels_own_numbers_are_kept(dialog, study):
    fill(dialog)
    dialog.numbers.setText("A7，A8、 B1")
    dialog.count.setText("4")
    assert dialog.numbers.text() == "A7，A8、 B1"
    dialog.accept()
    assert dialog.form.problem("containers") == "There are 3 container numbers for 4 containers."

    dialog.count.setText("3")
    dialog.accept()

    assert [row.item.container.container_no for row in study.containers()] == ["A7", "A8", "B1"]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("cells_per_ml", lambda dialog: dialog.cells_per_ml.again.setText("52000000")),
        ("viability", lambda dialog: dialog.percent.again.setText("29")),
        ("expires_on", lambda dialog: dialog.expires_on.again.line.setText("30 jul 2026")),
    ],
)
def test_a_critical_figure_read_two_ways_is_refused(dialog, study, field, change):
    fill(dialog)
    change(dialog)

    dialog.accept()

    assert dialog.form.problem(field) == "The two entries differ. Read the source again and type both anew."
    assert study.containers() == []


def test_viability_can_come_as_counts(dialog, study):
    fill(dialog)
    dialog.measured.button("counts").click()
    assert not dialog.percent.isVisible()
    for field in (dialog.viable.first, dialog.viable.again):
        field.setText("140")
    for field in (dialog.counted.first, dialog.counted.again):
        field.setText("200")

    dialog.accept()

    assert (study.containers()[0].item.lot.viable, study.containers()[0].item.lot.counted) == (140, 200)


def test_a_fraction_is_not_taken_for_a_percentage(dialog, study):
    fill(dialog)
    for field in (dialog.percent.first, dialog.percent.again):
        field.setText("0.92")

    dialog.accept()

    assert "looks like a fraction" in dialog.form.problem("viability")
    assert study.containers() == []


@pytest.mark.parametrize("typed", ["5,200,000", "5.2e6", "-1", ""])
def test_cells_are_a_plain_number(dialog, study, typed):
    fill(dialog)
    dialog.cells_per_ml.first.setText(typed)

    dialog.accept()

    assert dialog.form.problem("cells_per_ml")
    assert study.containers() == []


def test_the_screen_speaks_chinese(screen_of, make, faults):
    make.lot(released=False)
    set_language("zh_CN")

    assert faults(screen_of("zhaomin")) == []


def test_a_stock_that_does_not_add_up_says_so_over_the_list(screen_of, study, make):
    make.lot(count=2)
    study.run(StockCount(read=("AM-2411-07/01",)), by=make.technician)

    screen = screen_of("monitor")

    assert "The product does not add up. No dose is prepared until it does." in screen.unbalanced.text()
    assert "AM-2411-07/02 was not found" in screen.unbalanced.text()


def test_labels_are_shown_of_those_containers_of_a_lot_that_are_on_hand(screen_of, study, make, faults):
    containers = make.lot(count=2)
    make.infused(make.treated(), containers[0])
    screen = screen_of("lina")
    assert not screen.labels.isEnabled()

    screen.table.selectRow(0)
    screen.labels.click()

    assert faults(screen.dialog) == []
    (text,) = page_texts(study.container_labels_pdf(1))
    assert "AM-2411-07/02" in text
    assert "AM-2411-07/01" not in text
