import re

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel

from lndesk.settings import resources
from ui import theme
from ui.theme import DARK, LIGHT

PAIRS = [
    ("text", "window", 4.5),
    ("text", "surface", 4.5),
    ("text", "surface_alt", 4.5),
    ("text", "sunken", 4.5),
    ("text_muted", "window", 4.5),
    ("text_muted", "surface", 4.5),
    ("text_muted", "surface_alt", 4.5),
    ("text_muted", "sunken", 4.5),
    ("border", "surface", 3),
    ("border", "window", 3),
    ("accent", "surface", 4.5),
    ("accent", "accent_subtle", 4.5),
    ("on_accent", "accent", 4.5),
    ("on_accent", "accent_hover", 4.5),
    ("focus", "surface", 3),
    ("focus", "window", 3),
    ("on_select", "select", 4.5),
    ("ok", "ok_bg", 4.5),
    ("warn", "warn_bg", 4.5),
    ("stop", "stop_bg", 4.5),
    ("info", "info_bg", 4.5),
    ("neutral", "neutral_bg", 4.5),
    ("stop", "surface", 4.5),
    ("danger", "surface", 4.5),
    ("on_danger", "danger", 4.5),
    ("on_banner", "banner", 4.5),
    ("banner_label", "banner", 4.5),
    ("training", "training_bg", 4.5),
]


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "need"), PAIRS)
def test_each_pair_of_colours_can_be_read(tokens, front, ground, need):
    assert contrast(getattr(tokens, front), getattr(tokens, ground)) >= need


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_the_palette_names_a_colour_for_each_role_in_each_state(tokens):
    made = theme.palette(tokens)

    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled):
        for role in QPalette.ColorRole:
            if role not in (QPalette.ColorRole.NoRole, QPalette.ColorRole.NColorRoles):
                assert made.isBrushSet(group, role), (group, role)
    assert made.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text).name() == tokens.text_disabled.lower()


def test_a_change_of_theme_at_run_time_reaches_what_is_shown(qapp, qtbot, show):
    label = show(QLabel("13 mL"))
    light = label.grab().toImage().pixelColor(0, 0).name()

    with qtbot.waitSignal(theme.current.changed):
        theme.apply(qapp, "dark", 150)

    assert light == LIGHT.window.lower()
    assert label.grab().toImage().pixelColor(0, 0).name() == DARK.window.lower()
    assert label.font().pointSizeF() == pytest.approx(10.5 * 1.5)


def test_the_system_theme_is_one_of_the_two(qapp):
    theme.apply(qapp, "system")

    assert theme.tokens() in (LIGHT, DARK)


def test_chinese_is_drawn_with_the_bundled_simplified_forms(qapp):
    assert theme.BUNDLED_FAMILY in qapp.font().families()
    assert all("SC" in name or "YaHei" in name or "Latin" in name for name in qapp.font().families()[1:])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_ticks_and_arrows_have_the_colours_of_their_theme(scheme):
    tokens = {"light": LIGHT, "dark": DARK}[scheme]
    marks = resources() / "marks"

    assert tokens.on_accent in (marks / f"check-{scheme}.svg").read_text()
    assert tokens.text_muted in (marks / f"arrow-{scheme}.svg").read_text()


def test_the_style_sheet_holds_no_colour_of_its_own():
    text = (resources() / "style.qss").read_text()

    assert not re.search(r": *#[0-9A-Fa-f]{3,8}\b", text)
