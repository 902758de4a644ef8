"""The language or languages of one sheet."""

from __future__ import annotations

from collections.abc import Callable

from lndesk.domain.sheet import SheetLanguage
from lndesk.i18n import speaking


class Voice:
    """Says things in the language of a sheet: for both, Chinese first and the English after it where there is room."""

    def __init__(self, language: SheetLanguage) -> None:
        self.codes = ("zh_CN", "en") if language == "both" else (language,)
        self.main = self.codes[0]

    def say(self, thing: object, *, gap: str = " ") -> tuple[str, ...]:
        """Word a sentence or text, from its fullest form to the first language alone."""
        said = self.each(thing)
        return (gap.join(said), said[0]) if len(said) > 1 else said

    def each(self, thing: object) -> tuple[str, ...]:
        """Word a sentence or text once a language, dropping what reads alike."""
        return tuple(dict.fromkeys(self._in(code, lambda: thing) for code in self.codes))

    def full(self, thing: object, *, gap: str = "  ") -> str:
        """Word a sentence or text in every language of the sheet."""
        return gap.join(text for text in self.each(thing) if text)

    def hear(self, speak: Callable[[], object]) -> str:
        """Word a day, an instant or an amount, which are printed once."""
        return self._in(self.main, speak)

    @property
    def pdf_language(self) -> str:
        """Return the language for the file's own metadata."""
        return "zh-CN" if self.main == "zh_CN" else "en"

    @staticmethod
    def _in(code: str, speak: Callable[[], object]) -> str:
        with speaking(code):
            return str(speak())
