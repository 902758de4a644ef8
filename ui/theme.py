"""The look of the window: colours as named tokens, type sizes, and their use on the whole application."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from string import Template
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from lndesk.settings import Theme, resources

BUNDLED_FAMILY: Final = "Noto Sans SC"
_BUNDLED_FILES: Final = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")
_SYSTEM_FAMILIES: Final = {
    "win32": ("Segoe UI", "Microsoft YaHei UI"),
    "linux": ("Noto Sans", "Noto Sans CJK SC"),
}
# Point sizes at 100 %.
TYPE_SIZES: Final = {"caption": 9.0, "body": 10.5, "section": 12.0, "name": 15.0, "title": 16.0, "figure": 26.0}


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """Every colour of one theme, by what it is for."""

    window: str
    surface: str
    surface_alt: str
    sunken: str
    text: str
    text_muted: str
    text_disabled: str
    border: str
    divider: str
    accent: str
    on_accent: str
    accent_hover: str
    accent_subtle: str
    focus: str
    select: str
    on_select: str
    ok: str
    ok_bg: str
    warn: str
    warn_bg: str
    stop: str
    stop_bg: str
    info: str
    info_bg: str
    neutral: str
    neutral_bg: str
    danger: str
    on_danger: str
    banner: str
    on_banner: str
    banner_label: str
    training: str
    training_bg: str

    def color(self, name: str) -> QColor:
        """Return the colour with this name."""
        return QColor(getattr(self, name))


LIGHT: Final = Tokens(
    window="#F4F6F8",
    surface="#FFFFFF",
    surface_alt="#F8FAFB",
    sunken="#E9EDF1",
    text="#16202B",
    text_muted="#4A5866",
    text_disabled="#8793A0",
    border="#7C8894",
    divider="#D5DBE1",
    accent="#0B5C8A",
    on_accent="#FFFFFF",
    accent_hover="#094A70",
    accent_subtle="#DCEBF5",
    focus="#0B5C8A",
    select="#0B5C8A",
    on_select="#FFFFFF",
    ok="#1B5E3A",
    ok_bg="#E2F2E8",
    warn="#6B4300",
    warn_bg="#FFF1D0",
    stop="#9B1C1C",
    stop_bg="#FCE6E6",
    info="#1D4E79",
    info_bg="#E3EEF8",
    neutral="#4A5866",
    neutral_bg="#E9EDF1",
    danger="#B3261E",
    on_danger="#FFFFFF",
    banner="#17364D",
    on_banner="#FFFFFF",
    banner_label="#BBD3E4",
    training="#5B3A8C",
    training_bg="#EFE8F8",
)
DARK: Final = Tokens(
    window="#15191E",
    surface="#1D2329",
    surface_alt="#222930",
    sunken="#101418",
    text="#E8EDF2",
    text_muted="#A9B5C1",
    text_disabled="#6B7681",
    border="#7A8794",
    divider="#343D46",
    accent="#5FB2E5",
    on_accent="#08202F",
    accent_hover="#86C6EE",
    accent_subtle="#17364A",
    focus="#86C6EE",
    select="#1F5F8B",
    on_select="#FFFFFF",
    ok="#8FD6AC",
    ok_bg="#15301F",
    warn="#F5C667",
    warn_bg="#3A2B0C",
    stop="#FF9C94",
    stop_bg="#44191A",
    info="#93C6F0",
    info_bg="#142D42",
    neutral="#A9B5C1",
    neutral_bg="#2A323A",
    danger="#FF8A80",
    on_danger="#3A0605",
    banner="#0E2A3E",
    on_banner="#FFFFFF",
    banner_label="#A9C8DC",
    training="#C9B1F0",
    training_bg="#2D2140",
)


class _Current(QObject):
    """The theme in use, and word of its change."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens = LIGHT
        self.choice: Theme = "light"
        self.text_percent = 100
        self.follows_system = False


current: Final = _Current()


def tokens() -> Tokens:
    """Return the colours now in use."""
    return current.tokens


def apply(app: QApplication, theme: Theme, text_percent: int = 100) -> None:
    """Give the whole application a theme and a text size; may be called again at any time."""
    current.choice, current.text_percent = theme, text_percent
    hints = app.styleHints()
    if theme == "system":
        hints.unsetColorScheme()
    else:
        hints.setColorScheme(Qt.ColorScheme.Dark if theme == "dark" else Qt.ColorScheme.Light)
    _follow_system(app)
    dark = theme == "dark" or (theme == "system" and hints.colorScheme() == Qt.ColorScheme.Dark)
    current.tokens = DARK if dark else LIGHT
    app.setStyle("Fusion")
    app.setPalette(palette(current.tokens))
    app.setFont(_body_font())
    app.setStyleSheet(style_sheet(current.tokens, text_percent))
    current.changed.emit()


def points(role: str) -> float:
    """Return the size of a kind of text, in points, at the chosen text size."""
    return TYPE_SIZES[role] * current.text_percent / 100


def font(role: str, *, bold: bool = False) -> QFont:
    """Return the font of a kind of text, for what is painted and not styled."""
    chosen = _body_font()
    chosen.setPointSizeF(points(role))
    chosen.setBold(bold)
    return chosen


def tabular(chosen: QFont) -> QFont:
    """Return the font with digits of one width, for columns of figures."""
    figures = QFont(chosen)
    figures.setFeature(QFont.Tag("tnum"), 1)
    return figures


def palette(colours: Tokens) -> QPalette:
    """Build the palette, complete for each state of a widget."""
    role = QPalette.ColorRole
    made = QPalette()
    by_role = {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.surface,
        role.AlternateBase: colours.surface_alt,
        role.Text: colours.text,
        role.Button: colours.surface,
        role.ButtonText: colours.text,
        role.BrightText: colours.on_danger,
        role.Highlight: colours.select,
        role.HighlightedText: colours.on_select,
        role.Accent: colours.accent,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
        role.ToolTipBase: colours.surface,
        role.ToolTipText: colours.text,
        role.PlaceholderText: colours.text_muted,
        role.Light: colours.surface,
        role.Midlight: colours.surface_alt,
        role.Mid: colours.divider,
        role.Dark: colours.border,
        role.Shadow: colours.border,
    }
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled):
        for each, colour in by_role.items():
            made.setColor(group, each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText, role.Link, role.LinkVisited):
        made.setColor(QPalette.ColorGroup.Disabled, each, QColor(colours.text_disabled))
    made.setColor(QPalette.ColorGroup.Disabled, role.Base, QColor(colours.sunken))
    made.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(colours.divider))
    made.setColor(QPalette.ColorGroup.Disabled, role.HighlightedText, QColor(colours.text_disabled))
    return made


def style_sheet(colours: Tokens, text_percent: int) -> str:
    """Return the style sheet with colours and sizes filled in."""
    sizes = {f"{name}_pt": f"{size * text_percent / 100:g}" for name, size in TYPE_SIZES.items()}
    text = (resources() / "style.qss").read_text(encoding="utf-8")
    sizes["mark_px"] = str(round(16 * text_percent / 100))
    marks = (resources() / "marks").as_posix()
    scheme = "dark" if colours == DARK else "light"
    return Template(text).substitute(asdict(colours), **sizes, marks=marks, scheme=scheme)


def _body_font() -> QFont:
    _load_bundled_fonts()
    chosen = QFont([*_SYSTEM_FAMILIES.get(sys.platform, ()), BUNDLED_FAMILY])
    chosen.setPointSizeF(points("body"))
    return chosen


def _load_bundled_fonts() -> None:
    if BUNDLED_FAMILY in _loaded_families:
        return
    for name in _BUNDLED_FILES:
        number = QFontDatabase.addApplicationFont(str(resources() / "fonts" / name))
        _loaded_families.update(QFontDatabase.applicationFontFamilies(number))


_loaded_families: Final[set[str]] = set()


def _follow_system(app: QApplication) -> None:
    if current.follows_system:
        return
    current.follows_system = True

    def on_system_change() -> None:
        if current.choice == "system":
            apply(app, "system", current.text_percent)

    app.styleHints().colorSchemeChanged.connect(on_system_change)
