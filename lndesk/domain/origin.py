"""Where a value of the protocol comes from, and texts in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lndesk.i18n import Sentence, language

REGISTRY_LINES = 130


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from: a line of the registry entry, or the site (to be confirmed)."""

    source: Literal["registry", "site"]
    line: int | None = None

    @property
    def is_site(self) -> bool:
        """Tell whether the value is not in the registry entry."""
        return self.source == "site"

    def __str__(self) -> str:
        if self.is_site:
            return str(Sentence("site value, not in the registry entry"))
        return str(Sentence("registry entry, line {line}", line=self.line))


@dataclass(frozen=True, slots=True)
class Wording:
    """One text in both languages."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.zh if language() == "zh_CN" else self.en
