"""Backups and their media in words."""

from __future__ import annotations

from typing import Final

from lndesk.i18n import N_, _, amount, ngettext
from lndesk.keeping import TargetState
from lndesk.queries.protection import STALE_DAYS, Protection
from ui.table_model import Status

KIB: Final = 1024
MEDIUM_WORDS: Final = {
    "present": N_("Present"),
    "missing": N_("Not plugged in"),
    "wrong": N_("Wrong medium"),
    "unmarked": N_("Wrong medium"),
}
MEDIUM_STATUS: Final = {
    "present": Status("ok", "hard-drive"),
    "missing": Status("warn", "circle-dashed"),
    "wrong": Status("stop", "ban"),
    "unmarked": Status("stop", "ban"),
}


def size_words(size: int) -> str:
    """Say the size of a file in the unit that suits it."""
    unit = 0
    names = ("B", "KB", "MB", "GB", "TB")
    while size >= KIB * KIB and unit < len(names) - 1:
        size, unit = size // KIB, unit + 1
    if size >= KIB and unit < len(names) - 1:
        size, unit = -(-size // KIB), unit + 1
    return amount(size, names[unit])


def age_words(days: int | None) -> str:
    """Say how old the newest backup of a medium is."""
    if days is None:
        return _("No backup yet")
    return ngettext("{n} day ago", "{n} days ago", days) if days > 0 else _("Today")


def age_status(state: TargetState) -> Status:
    """Return how the age of a medium's newest backup is shown."""
    if state.days is None or state.days >= STALE_DAYS:
        return Status("warn", "clock")
    return Status("ok")


def protection_words(found: Protection) -> list[str]:
    """Say what is missing for the record to be safe; nothing when nothing is."""
    said = []
    for target in found.stale_targets:
        if target.days is None:
            said.append(_("{name} has no backup yet.", name=target.name))
        else:
            said.append(
                ngettext(
                    "The last backup on {name} is {n} day old.",
                    "The last backup on {name} is {n} days old.",
                    target.days,
                    name=target.name,
                )
            )
    if found.targets and found.wants_second_copy:
        said.append(
            _("There is one medium only. Keep a second copy elsewhere: fire and theft take what lies together.")
        )
    if found.rehearsal_overdue:
        said.append(
            _("The last rehearsal was on {day}; one a month is due.", day=found.last_rehearsal.rehearsed_at.date())
            if found.last_rehearsal
            else _("No restore was ever rehearsed; one a month is due.")
        )
    return said
