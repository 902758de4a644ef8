import datetime as dt

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from lndesk import i18n
from lndesk.domain.errors import RuleViolation
from ui.widgets.banner import BannerFacts, PatientBanner
from ui.widgets.buttons import DANGER_GAP, Button, DangerButton, PrimaryButton, button_row
from ui.widgets.card import Card
from ui.widgets.form import Form
from ui.widgets.icon_label import IconLabel
from ui.widgets.labels import Figure
from ui.widgets.message import InlineMessage, Reason, WarningWithReason
from ui.widgets.message_strip import QUIET_MS, MessageStrip

WANG = BannerFacts(
    name="王小明",
    latin="WANG, Xiaoming",
    born_on=dt.date(1989, 7, 14),
    age=35,
    sex="Female",
    subject_id="LN-0012",
    hospital_no="H 0048 2217",
    allergies="none_known",
    allergy_detail="02-Feb-2025",
)


@pytest.fixture
def banner(show):
    made = PatientBanner()
    made.show_patient(WANG)
    made.resize(1366, made.heightForWidth(1366))
    return show(made)


def texts(widget):
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def test_the_banner_names_the_patient_in_the_fixed_order_without_colons(banner, faults):
    assert texts(banner) == [
        "王小明  WANG, Xiaoming",
        "Born", "14-Jul-1989 (35 y)",
        "Sex", "Female",
        "Subject ID", "LN-0012",
        "Hospital No.", "H 0048 2217",
        "Allergies", "No known allergies (02-Feb-2025)",
    ]  # fmt: skip
    assert faults(banner) == []


def test_each_value_of_the_banner_is_a_tab_stop_that_can_be_copied(banner):
    stops = [label for label in banner.findChildren(QLabel) if label.focusPolicy() & Qt.FocusPolicy.TabFocus]

    assert [stop.accessibleName() for stop in stops][:3] == [
        "王小明  WANG, Xiaoming",
        "Born 14-Jul-1989 (35 y)",
        "Sex Female",
    ]
    assert all(stop.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard for stop in stops)


def test_a_long_name_is_shown_whole_on_as_many_lines_as_it_needs(show, faults):
    banner = PatientBanner()
    banner.show_patient(
        BannerFacts(
            name="阿卜杜热合曼江买买提依明",
            latin="ABDURAHMANJAN, Muhammadyasin Tursun",
            born_on=None,
            age=None,
            sex="",
            subject_id="LN-0012",
            hospital_no="H 0048 2217",
        )
    )
    one_line = banner.heightForWidth(5000)
    banner.resize(800, banner.heightForWidth(800))
    show(banner)

    assert banner.height() > one_line
    assert faults(banner) == []
    assert texts(banner).count("Not known") == 2
    assert "Allergies not recorded" in texts(banner)


def test_each_state_of_allergies_has_an_icon_of_its_own(qtbot):
    shown = {}
    for state in ("known", "none_known", "not_recorded", "unavailable"):
        banner = PatientBanner()
        qtbot.addWidget(banner)
        banner.show_patient(
            BannerFacts(
                name="王", latin="", born_on=None, age=None, sex="", subject_id="", hospital_no="", allergies=state
            )
        )
        shown[banner.findChild(IconLabel).name] = banner.facts.items()[-1].value

    assert sorted(shown.values()) == [
        "Allergies not recorded",
        "Allergies unavailable",
        "Known allergies",
        "No known allergies",
    ]


def test_the_arm_is_hidden_until_it_is_asked_for(show, qtbot):
    banner = PatientBanner()
    banner.show_patient(
        BannerFacts(name="王", latin="", born_on=None, age=None, sex="", subject_id="", hospital_no="", arm="Cells")
    )
    banner.resize(1366, 60)
    show(banner)
    assert "Cells" not in texts(banner)

    qtbot.mouseClick(banner.findChild(QPushButton), Qt.MouseButton.LeftButton)

    assert "Cells" in texts(banner)


def test_the_death_of_a_patient_stands_beside_the_birth(show):
    banner = PatientBanner()
    banner.show_patient(
        BannerFacts(
            name="王",
            latin="",
            born_on=None,
            age=None,
            sex="",
            subject_id="",
            hospital_no="",
            died_on=dt.date(2025, 3, 7),
        )
    )
    show(banner)

    assert texts(banner)[3:5] == ["Died", "07-Mar-2025"]


def test_without_a_patient_there_is_no_banner(banner):
    banner.show_patient(None)

    assert not banner.isVisible()
    assert texts(banner) == []


@pytest.mark.parametrize(("kind", "word"), [("stop", "Stop"), ("warn", "Warning"), ("info", "Note"), ("done", "Done")])
def test_a_message_says_its_kind_what_why_and_what_to_do(show, kind, word):
    message = show(InlineMessage(kind, "This bag has expired.", "It expired on 01-Mar-2025.", "Choose another bag."))

    assert message.accessibleName() == f"{word}: This bag has expired. It expired on 01-Mar-2025. Choose another bag."
    assert message.findChild(IconLabel).isVisible()


def test_chinese_sentences_follow_each_other_without_a_space(show):
    i18n.set_language("zh_CN")

    assert show(InlineMessage("stop", "此袋已过期。", "请选择另一袋。")).text() == "此袋已过期。请选择另一袋。"


@pytest.fixture
def warning(show):
    return show(
        WarningWithReason(
            "Creatinine is 9 days old.",
            [("stable", "Stable patient"), ("closed", "Laboratory closed")],
            name="old_result",
        )
    )


def test_a_warning_has_no_reason_beforehand_and_asks_for_one(warning, faults):
    assert warning.findChild(QComboBox).currentIndex() == -1
    assert faults(warning) == []
    with pytest.raises(RuleViolation, match="Choose a reason") as refused:
        warning.value()
    assert refused.value.field == "old_result"


def test_a_chosen_reason_needs_no_words(warning, qtbot):
    with qtbot.waitSignal(warning.changed):
        warning.findChild(QComboBox).setCurrentIndex(1)

    assert warning.value() == Reason("closed", "")


def test_a_warning_in_a_form_takes_the_refusal_and_the_focus(show):
    form = Form()
    warning = form.add_wide(WarningWithReason("Weight is old.", [("x", "Scale broken")]), name="old_weight")
    show(form)
    with pytest.raises(RuleViolation) as refused:
        warning.value()

    assert form.show_violation(refused.value)
    assert form.problem("old_weight") == "Choose a reason to continue."
    assert warning.findChild(QComboBox).hasFocus()


def test_no_part_flashes_up_as_a_window_of_its_own(qtbot):
    strip, banner = MessageStrip(), PatientBanner()
    strip.say("Done.")
    banner.show_patient(WANG)
    parts = [strip, banner, InlineMessage("stop", "No."), Card("Weight"), WarningWithReason("Old.", [])]
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)

    assert not any(widget.isVisible() for widget in QApplication.topLevelWidgets())

    for part in parts:
        layout.addWidget(part)
    window.show()

    assert all(part.isVisible() for part in parts)


def test_words_alone_must_be_a_reason(warning):
    warning.findChild(QLineEdit).setText("too old")
    with pytest.raises(RuleViolation, match="at least 10 characters"):
        warning.value()

    warning.findChild(QLineEdit).setText("Sample was lost in transit")

    assert warning.value() == Reason("", "Sample was lost in transit")


def test_a_quiet_line_goes_by_itself_and_a_kept_one_stays(show):
    foot = show(QWidget())
    strip = MessageStrip(foot)
    strip.keep("backup", "warn", "No backup since 05-Mar-2025.", act="Back up now", on_act=lambda: None)
    strip.say("Weight recorded.")
    assert strip.texts() == ("No backup since 05-Mar-2025.", "Weight recorded.")
    assert strip._timer.interval() == QUIET_MS == 6000

    strip._timer.timeout.emit()
    assert strip.texts() == ("No backup since 05-Mar-2025.",)

    strip.drop("backup")
    assert strip.texts() == ()
    assert not strip.isVisible()


def test_what_is_kept_again_replaces_itself_and_its_button_acts(show, qtbot):
    done = []
    foot = show(QWidget())
    strip = MessageStrip(foot)
    for _ in range(2):
        strip.keep("backup", "warn", "No backup yet.", act="Back up now", on_act=lambda: done.append(1))

    assert strip.texts() == ("No backup yet.",)
    qtbot.mouseClick(
        next(button for button in strip.findChildren(Button) if button.isVisible()), Qt.MouseButton.LeftButton
    )
    assert done == [1]


def test_what_takes_away_stands_apart_from_the_act(show):
    card = Card("Infusion 2")
    danger, act = DangerButton("Void infusion 2"), PrimaryButton("Record as done")
    card.content.addLayout(button_row(Button("Leave as draft"), act, danger=danger))
    card.resize(10, 10)
    show(card)

    assert act.geometry().left() - danger.geometry().right() >= DANGER_GAP
    assert all(not button.autoDefault() for button in card.findChildren(QPushButton))


def test_the_figure_is_the_largest_text_and_can_be_copied(show):
    figure = show(Figure("13 mL"))

    assert figure.font().pointSizeF() == 26
    assert figure.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    assert QApplication.font().pointSizeF() == 10.5
