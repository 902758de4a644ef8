"""How the window looks and speaks at this workstation, chosen once and applied at once."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QLibraryInfo, QObject, QTranslator, Signal
from PySide6.QtWidgets import QApplication

from lndesk import i18n, settings
from lndesk.settings import Language, Settings, Theme
from ui import theme

TEXT_SIZES: Final = (100, 115, 130, 150)


class _Display(QObject):
    """The choices in force, and word of another language."""

    language_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._qt_words = QTranslator(self)

    def start(self, app: QApplication) -> None:
        """Put the choices of this workstation in force."""
        self._apply(app, settings.load())

    def choose(
        self, *, language: Language | None = None, theme: Theme | None = None, text_percent: int | None = None
    ) -> None:
        """Choose anew, keep it for the next start, and show it at once."""
        chosen = {"language": language, "theme": theme, "text_percent": text_percent}
        now = settings.load().but(**{name: value for name, value in chosen.items() if value is not None})
        settings.save(now)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            self._apply(app, now)

    def _apply(self, app: QApplication, chosen: Settings) -> None:
        other = chosen.language != i18n.language()
        i18n.set_language(chosen.language)
        self._let_qt_speak(app, chosen.language)
        if (chosen.theme, chosen.text_percent) != (
            theme.current.choice,
            theme.current.text_percent,
        ) or not app.styleSheet():
            theme.apply(app, chosen.theme, chosen.text_percent)
        if other:
            self.language_changed.emit()

    def _let_qt_speak(self, app: QApplication, language: Language) -> None:
        app.removeTranslator(self._qt_words)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if language != "en" and self._qt_words.load(f"qtbase_{language}", folder):
            app.installTranslator(self._qt_words)


display: Final = _Display()
