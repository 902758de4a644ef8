from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from ui import theme
from ui.table_model import Column, Status
from ui.widgets.status_delegate import pill_size
from ui.widgets.status_pill import StatusPill
from ui.widgets.table import ROW_HEIGHT, Table


@dataclass(frozen=True)
class Bag:
    number: str
    volume: int
    status: str
    kind: str


COLUMNS = (
    Column[Bag]("Lot / bag", lambda row: row.number),
    Column[Bag]("In bag", lambda row: f"{row.volume} mL", align="right", sort_key=lambda row: row.volume),
    Column[Bag]("Status", lambda row: row.status, status=lambda row: Status(row.kind)),
)
BAGS = (
    Bag("AM-2411-07/03", 20, "Released", "ok"),
    Bag("AM-2411-09/01", 9, "Quarantine", "warn"),
    Bag("AM-2408-02/05", 110, "Expired", "stop"),
)


@pytest.fixture
def table(show):
    made = Table(COLUMNS, name="Bags", empty="No product. Receive a shipment.", key=lambda row: row.number)
    made.set_rows(BAGS)
    made.resize(700, 300)
    return show(made)


def test_enter_and_double_click_choose_the_row(table, qtbot):
    table.selectRow(1)
    with qtbot.waitSignal(table.row_chosen) as by_key:
        QTest.keyClick(table, Qt.Key.Key_Return)
    with qtbot.waitSignal(table.row_chosen) as by_mouse:
        at = table.visualRect(table.model().index(2, 0)).center()
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
        qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)

    assert by_key.args == [BAGS[1]]
    assert by_mouse.args == [BAGS[2]]


def test_the_arrows_move_and_tell_the_row(table, qtbot):
    table.selectRow(0)
    with qtbot.waitSignal(table.row_selected) as told:
        QTest.keyClick(table, Qt.Key.Key_Down)

    assert told.args == [BAGS[1]]
    assert table.current_row() == BAGS[1]


def test_the_current_row_stays_current_when_rows_are_read_anew(table):
    table.select("AM-2411-09/01")

    table.set_rows((Bag("AM-2412-01/01", 20, "Released", "ok"), *BAGS))

    assert table.current_row() == BAGS[1]


def test_ctrl_c_copies_the_row(table):
    table.selectRow(0)

    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    assert QGuiApplication.clipboard().text() == "AM-2411-07/03\t20 mL\tReleased"


def test_no_cell_is_cut_in_any_size_of_text(table, qapp, faults):
    for percent in (100, 150):
        theme.apply(qapp, "light", percent)
        for at in range(3):
            wide = max(
                table.itemDelegateForIndex(table.model().index(row, at))
                .sizeHint(_option(table), table.model().index(row, at))
                .width()
                for row in range(3)
            )
            assert table.columnWidth(at) >= wide
        assert table.rowHeight(0) >= max(ROW_HEIGHT, table.fontMetrics().height())
    assert faults(table) == []


def _option(table):
    from PySide6.QtWidgets import QStyleOptionViewItem

    option = QStyleOptionViewItem()
    table.initViewItemOption(option)
    return option


def test_a_search_and_an_empty_table_say_why_nothing_is_there(table):
    table.search("nothing like this")
    with_reason = table.grab().toImage()
    table.set_empty_text("")
    assert table.rows_model.shown == ()

    assert table.grab().toImage() != with_reason


def test_a_status_has_an_icon_a_word_and_a_colour(show):
    pill = show(StatusPill("Expired", Status("stop")))
    image = pill.grab().toImage()
    seen = {image.pixelColor(x, y).name().upper() for x in range(image.width()) for y in range(image.height())}

    assert pill.text() == pill.accessibleName() == "Expired"
    assert {theme.LIGHT.stop, theme.LIGHT.stop_bg} <= seen
    assert pill_size("Expired", pill.font()).height() <= ROW_HEIGHT


def test_statuses_differ_in_shape_when_colour_is_taken_away(show):
    from PySide6.QtGui import QImage

    pictures = []
    for kind in ("ok", "warn", "stop", "info", "neutral"):
        pill = show(StatusPill("Status", Status(kind)))
        grey = pill.grab().toImage().convertToFormat(QImage.Format.Format_Mono)
        pictures.append(bytes(grey.constBits()))

    assert len(set(pictures)) == 5


def test_sorting_is_off_unless_it_is_asked_for(table, show):
    sortable = show(Table(COLUMNS, name="Bags", sortable=True))
    sortable.set_rows(BAGS)
    sortable.sortByColumn(1, Qt.SortOrder.AscendingOrder)

    assert not table.isSortingEnabled()
    assert [row.volume for row in sortable.rows_model.shown] == [9, 20, 110]
