import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QPushButton

from lndesk.settings import resources
from ui import theme
from ui.icons import icon
from ui.table_model import Status
from ui.theme import DARK, LIGHT
from ui.widgets.message import ICONS


def colours_in(made, side=32, mode=QIcon.Mode.Normal):
    image = made.pixmap(QSize(side, side), 1.0, mode).toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {pixel.name().upper() for pixel in pixels if pixel.alpha() == 255}


def test_an_icon_has_the_colour_of_its_role_and_follows_the_theme(qapp):
    made = icon("syringe", "stop")
    before = colours_in(made)

    theme.apply(qapp, "dark")

    assert before == {LIGHT.stop}
    assert colours_in(made) == {DARK.stop}


def test_a_disabled_icon_is_muted():
    assert colours_in(icon("syringe"), mode=QIcon.Mode.Disabled) == {LIGHT.text_disabled}


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_an_icon_is_drawn_anew_at_each_scale(ratio):
    made = icon("lock").pixmap(QSize(20, 20), ratio)

    assert made.width() == round(20 * ratio)


def test_an_icon_survives_its_maker_and_its_copies(show):
    button = show(QPushButton("Lock"))
    for _ in range(50):
        button.setIcon(QIcon(icon("lock")))
        button.grab()

    assert not button.icon().isNull()


def test_an_unknown_icon_is_found_out_when_it_is_asked_for():
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")


def test_each_status_and_message_kind_has_an_icon_of_its_own_shape():
    names = [Status(kind).icon_name for kind in ("ok", "warn", "stop", "info", "neutral")]
    shapes = {(resources() / "icons" / f"{name}.svg").read_text() for name in names}

    assert len(shapes) == len(names)
    assert len(set(ICONS.values())) == len(ICONS)
