import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ui.widgets.number_field import NumberField
from ui.widgets.page import Page
from ui.widgets.scan_field import ScanField
from ui.widgets.scan_router import ScanRouter
from ui.widgets.wheel_guard import WheelGuard

SHEET = "LND1*DP*2025000123*1*LN0012*2*7K"


@pytest.fixture
def guard(qapp):
    made = WheelGuard(qapp)
    qapp.installEventFilter(made)
    yield made
    qapp.removeEventFilter(made)


@pytest.fixture
def router(qapp):
    made = ScanRouter(qapp)
    qapp.installEventFilter(made)
    yield made
    qapp.removeEventFilter(made)


def turn_wheel(widget):
    at = widget.mapTo(widget.window(), widget.rect().center())
    QTest.wheelEvent(widget.window().windowHandle(), QPointF(at), QPoint(0, -120))
    QTest.qWait(0)


def combo():
    box = QComboBox()
    box.addItems(["a", "b"])
    return box


def slider():
    return QSlider(Qt.Orientation.Horizontal, value=10)


@pytest.mark.usefixtures("guard")
@pytest.mark.parametrize("make", [combo, QSpinBox, QDoubleSpinBox, slider])
def test_the_wheel_changes_no_field_that_has_no_focus(show, make):
    holder = QWidget()
    layout = QVBoxLayout(holder)
    other, field = QLineEdit(), make()
    layout.addWidget(other)
    layout.addWidget(field)
    show(holder)
    other.setFocus()
    read = field.currentIndex if isinstance(field, QComboBox) else field.value
    before = read()

    turn_wheel(field)

    assert read() == before
    assert field.focusPolicy() != Qt.FocusPolicy.WheelFocus


@pytest.mark.usefixtures("guard")
def test_the_wheel_over_an_unfocused_field_scrolls_the_page_behind_it(show):
    area = QScrollArea()
    inner = QWidget()
    layout = QVBoxLayout(inner)
    box = combo()
    layout.addWidget(box)
    for number in range(50):
        layout.addWidget(QLabel(str(number)))
    area.setWidget(inner)
    area.resize(200, 150)
    show(area)
    area.setFocus()

    turn_wheel(box)

    assert area.verticalScrollBar().value() > 0
    assert box.currentText() == "a"


@pytest.mark.usefixtures("guard")
def test_the_wheel_still_serves_the_field_in_use(show):
    box = show(combo())
    box.setFocus()

    turn_wheel(box)

    assert box.currentText() == "b"


@pytest.mark.parametrize("code", [SHEET, SHEET.replace("LND1", "TRN1")])
def test_a_sheet_scanned_over_a_number_field_never_enters_it(show, qtbot, router, code):
    page = Page("Dose preparation")
    pressed = []
    page.set_primary("Send to check", lambda: pressed.append(1))
    weight = page.add(NumberField(places=1, unit="kg"))
    show(page)
    weight.setFocus()
    with qtbot.waitSignal(router.scanned) as told:
        QTest.keyClicks(weight, code)
        QTest.keyClick(weight, Qt.Key.Key_Return)

    assert told.args == [code]
    assert weight.text() == ""
    assert pressed == []


def test_a_scanner_without_a_closing_key_is_understood_after_its_pause(show, qtbot, router):
    weight = show(NumberField(places=1))
    with qtbot.waitSignal(router.scanned) as told:
        QTest.keyClicks(weight, SHEET.lower())

    assert told.args == [SHEET]
    assert weight.text() == ""


@pytest.mark.usefixtures("router")
@pytest.mark.parametrize("text", ["LI, Jianguo", "TRAN", "LL", "LND2*", "62.4", "l"])
def test_what_only_begins_like_a_code_reaches_the_field_in_order(show, qtbot, text):
    line = show(QLineEdit())
    QTest.keyClicks(line, text)

    qtbot.waitUntil(lambda: line.text() == text)


def test_a_scan_field_takes_its_own_scans(show, qtbot, router):
    scan = show(ScanField())
    with qtbot.assertNotEmitted(router.scanned), qtbot.waitSignal(scan.scanned) as told:
        QTest.keyClicks(scan, SHEET)
        QTest.keyClick(scan, Qt.Key.Key_Return)

    assert told.args == [SHEET]


@pytest.mark.usefixtures("router")
def test_a_scan_burst_that_ends_with_enter_presses_no_button(show):
    page = Page("Infusion")
    pressed = []
    button = page.set_primary("Record as done", lambda: pressed.append(1))
    line = page.add(QLineEdit())
    show(page)
    for focused in (line, button):
        focused.setFocus()
        QTest.keyClicks(focused, "AM-2411-07/03")
        QTest.keyClick(focused, Qt.Key.Key_Return)

    assert pressed == []


def test_ctrl_enter_is_the_act_of_the_page(show):
    page = Page("Infusion")
    pressed = []
    page.set_primary("Record as done", lambda: pressed.append(1))
    line = page.add(QLineEdit())
    show(page)
    line.setFocus()

    QTest.keyClick(line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(line, Qt.Key.Key_Enter, Qt.KeyboardModifier.ControlModifier)

    assert pressed == [1, 1]


def test_a_disabled_act_answers_to_nothing(show):
    page = Page("Infusion")
    pressed = []
    page.set_primary("Record as done", lambda: pressed.append(1)).setEnabled(False)
    line = page.add(QLineEdit())
    show(page)

    QTest.keyClick(line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert pressed == []
