import datetime as dt
from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from lndesk import i18n
from lndesk.domain.day_entry import AmbiguousDay
from lndesk.domain.errors import RuleViolation
from ui.widgets.calendar_popup import CalendarPopup
from ui.widgets.day_field import DayField
from ui.widgets.moment_field import MomentField
from ui.widgets.number_field import NumberField
from ui.widgets.scan_field import ScanField

CHINA = dt.timezone(dt.timedelta(hours=8))
NOW = dt.datetime(2025, 1, 31, 9, 12, tzinfo=CHINA)


def today():
    return NOW.date()


@pytest.fixture
def weight(show):
    return show(NumberField(places=1, unit="kg", name="weight_kg"))


@pytest.fixture
def day(show):
    return show(DayField(today))


@pytest.fixture(params=["C", "en_GB", "zh_CN", "de_DE"])
def any_locale(request):
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield
    QLocale.setDefault(before)


@pytest.mark.usefixtures("any_locale")
@pytest.mark.parametrize("text", ["62.4", "６２.４", "62。4"])
def test_a_weight_is_what_was_typed_under_every_locale(weight, text):
    weight.setText(text)

    assert weight.value() == Decimal("62.4")


@pytest.mark.usefixtures("any_locale")
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("62,5", "Use a point for decimals, not a comma"),
        ("6.24,0", "Use a point for decimals, not a comma"),
        (".5", "not a plain number"),
        ("1e3", "not a plain number"),
        ("-3", "not a plain number"),
        ("62.45", "too many digits"),
        ("", "Enter a number"),
    ],
)
def test_a_weight_that_can_be_read_in_two_ways_is_refused(weight, text, why):
    weight.setText(text)

    with pytest.raises(RuleViolation, match=why) as refused:
        weight.value()
    assert refused.value.field == "weight_kg"


def test_a_number_field_starts_empty_at_the_right_and_takes_no_input_method(weight):
    assert weight.text() == ""
    assert weight.optional_value() is None
    assert weight.alignment() & Qt.AlignmentFlag.AlignRight
    assert not weight.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


def test_a_known_amount_is_shown_without_trailing_zeros(weight):
    weight.set_value(Decimal("62.40"))

    assert weight.text() == "62.4"


def test_a_day_field_starts_blank_with_a_hint(day):
    assert day.text() == ""
    assert day.line.placeholderText() == "dd-Mmm-yyyy"
    assert day.optional_value() is None
    with pytest.raises(RuleViolation, match="Enter a date"):
        day.value()


def test_a_day_is_echoed_in_full_with_its_weekday_while_it_is_typed(day, qtbot):
    qtbot.keyClicks(day.line, "7 mar 2025")

    assert day.echo.text() == "Fri 07-Mar-2025"
    assert day.value() == dt.date(2025, 3, 7)


def test_a_birth_date_says_the_age(show):
    born = show(DayField(today, age=True))
    born.line.setText("14-Jul-1989")

    assert born.echo.text() == "Fri 14-Jul-1989 (35 y)"


def test_a_year_of_two_digits_is_refused_in_words_under_the_field(day, qtbot):
    qtbot.keyClicks(day.line, "07-03-25")
    QTest.keyClick(day.line, Qt.Key.Key_Return)

    assert "year of four digits" in day.echo.text()
    assert day.echo.isVisible()


@pytest.mark.usefixtures("any_locale")
def test_a_day_that_could_be_two_offers_both_and_takes_the_one_pressed(day, qtbot):
    qtbot.keyClicks(day.line, "7/3/2025")
    QTest.keyClick(day.line, Qt.Key.Key_Return)

    assert [button.text() for button in day.choices()] == ["Fri 07-Mar-2025", "Thu 03-Jul-2025"]
    with pytest.raises(AmbiguousDay):
        day.value()

    qtbot.mouseClick(day.choices()[1], Qt.MouseButton.LeftButton)

    assert day.value() == dt.date(2025, 7, 3)
    assert day.choices() == ()
    assert day.text() == "03-Jul-2025"


def test_a_step_becomes_the_day_it_means_when_the_field_is_left(day, qtbot):
    qtbot.keyClicks(day.line, "+1m")
    QTest.keyClick(day.line, Qt.Key.Key_Return)

    assert day.text() == "28-Feb-2025"


def test_chinese_days_are_written_and_read_as_chinese(day):
    i18n.set_language("zh_CN")
    day.set_value(dt.date(2025, 3, 7))

    assert day.text() == "2025年03月07日"
    assert day.value() == dt.date(2025, 3, 7)


@pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)
def test_the_calendar_opens_on_the_day_picks_one_and_is_gone(day, qtbot):
    day.line.setText("07-Mar-2025")
    qtbot.mouseClick(day.open_calendar, Qt.MouseButton.LeftButton)
    popup = day.findChild(CalendarPopup)
    assert popup.calendar.selectedDate().toPython() == dt.date(2025, 3, 7)

    grid = popup.calendar.focusProxy()
    QTest.keyClick(grid, Qt.Key.Key_Right)
    with qtbot.waitSignal(popup.destroyed):
        QTest.keyClick(grid, Qt.Key.Key_Return)

    assert day.value() == dt.date(2025, 3, 8)
    assert day.findChildren(QAbstractSpinBox) == []


def test_now_fills_day_and_time(show, qtbot):
    thawed = show(MomentField(lambda: NOW))
    qtbot.mouseClick(thawed.now, Qt.MouseButton.LeftButton)

    assert (thawed.day.text(), thawed.time.text()) == ("31-Jan-2025", "09:12")
    assert thawed.value() == NOW


def test_an_instant_keeps_the_offset_of_its_clock(show):
    thawed = show(MomentField(lambda: NOW))
    thawed.day.line.setText("t")
    thawed.time.setText("2240")

    assert thawed.value().isoformat() == "2025-01-31T22:40:00+08:00"


@pytest.mark.parametrize(
    ("day", "time", "why"), [("t", "", "Enter a time"), ("", "09:05", "Enter a date"), ("t", "25:00", "24 hours")]
)
def test_half_an_instant_is_refused(show, day, time, why):
    thawed = show(MomentField(lambda: NOW, name="thawed_at"))
    thawed.day.line.setText(day)
    thawed.time.setText(time)

    with pytest.raises(RuleViolation, match=why) as refused:
        thawed.optional_value()
    assert refused.value.field == "thawed_at"


def test_no_instant_is_none(show):
    assert show(MomentField(lambda: NOW)).optional_value() is None


def test_each_part_of_a_field_has_a_name_for_those_who_hear(show):
    thawed = show(MomentField(lambda: NOW))
    thawed.setAccessibleName("Thaw started")
    names = {widget.accessibleName() for widget in (thawed.day.line, thawed.time, thawed.now)}

    assert names == {"Thaw started, day", "Thaw started, time", "Thaw started, now"}
    assert thawed.day.open_calendar.accessibleName()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab])
def test_a_scan_is_told_once_and_its_closing_key_goes_no_further(show, qtbot, key):
    holder = QWidget()
    scan = ScanField(parent=holder)
    show(holder)
    scan.setFocus()
    with qtbot.waitSignal(scan.scanned) as told:
        qtbot.keyClicks(scan, " AM-2411-07/03")
        QTest.keyClick(scan, key)

    assert told.args == ["AM-2411-07/03"]
    assert scan.value() == "AM-2411-07/03"


def test_tab_leaves_a_scan_field_that_has_told_its_code(show, qtbot):
    scan = show(ScanField())
    qtbot.keyClicks(scan, "A1")
    QTest.keyClick(scan, Qt.Key.Key_Tab)

    with qtbot.assertNotEmitted(scan.scanned):
        QTest.keyClick(scan, Qt.Key.Key_Tab)
