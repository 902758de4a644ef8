"""Folders and choices of this machine, apart from any site's file."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal, get_args

import platformdirs

Theme = Literal["system", "light", "dark"]
Language = Literal["en", "zh_CN"]
_CHOICES: dict[str, tuple[object, ...]] = {"theme": get_args(Theme), "language": get_args(Language)}


def resources() -> Path:
    """Return the folder of the data that ships with the program."""
    return Path(__file__).resolve().parent.parent / "resources"


def data_folder() -> Path:
    """Return where a new site's file is proposed; `LNDESK_HOME` moves it."""
    moved = os.environ.get("LNDESK_HOME")
    return Path(moved) if moved else Path(platformdirs.user_data_dir("lndesk", appauthor=False))


def private_folder() -> Path:
    """Return where secrets of this machine lie, apart from any site's file."""
    return _config_folder() / "unattended"


def _config_folder() -> Path:
    moved = os.environ.get("LNDESK_HOME")
    return Path(moved) if moved else Path(platformdirs.user_config_dir("lndesk", appauthor=False))


def _settings_file() -> Path:
    return _config_folder() / "settings.json"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Choices that hold for everyone at this workstation. No patient data, no secret."""

    language: Language = "en"
    theme: Theme = "system"
    text_percent: int = 100
    last_store: str = ""
    backup_folder: str = ""
    window: str = ""

    def but(self, **changes: object) -> Settings:
        """Return these settings with some of them changed."""
        return replace(self, **changes)  # type: ignore[arg-type]  # replace checks the names itself


def load() -> Settings:
    """Read the settings; a missing or damaged file gives the defaults, which lose no record."""
    try:
        stored = dict(json.loads(_settings_file().read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Settings()
    return Settings(**{name: value for name, value in stored.items() if _fits(name, value)})


def _fits(name: str, value: object) -> bool:
    if name in _CHOICES:
        return value in _CHOICES[name]
    return type(value) is type(getattr(Settings(), name, None))


def save(settings: Settings) -> None:
    """Write the settings whole, through a new file that takes the old one's place."""
    file = _settings_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(settings), indent=1), encoding="utf-8")
    fresh.replace(file)
