"""The days of a window as a list: the nearest to the target first, each with what is worth knowing of it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lndesk.domain.open_days import DayChoice
from lndesk.i18n import _, ngettext, weekday_and_day
from ui.table_model import Column, Status
from ui.widgets.table import Table


def choice_table(parent: QWidget | None = None) -> Table[DayChoice]:
    """Return the list, in which Enter or a click takes a day."""
    columns = (
        Column[DayChoice](_("Day"), lambda choice: weekday_and_day(choice.on)),
        Column[DayChoice](_("From the target"), lambda choice: _far(choice.offset)),
        Column[DayChoice](_("What to know"), _words, status=_shape, tooltip=_words),
    )
    empty = _("No day of the window is left.")
    return Table(columns, name=_("Days of the window"), empty=empty, key=lambda row: row.on, parent=parent)


def _far(offset: int) -> str:
    if not offset:
        return _("the target")
    if offset < 0:
        return ngettext("{n} day before", "{n} days before", -offset)
    return ngettext("{n} day after", "{n} days after", offset)


def _words(choice: DayChoice) -> str:
    return " ".join(str(note.text) for note in choice.notes) or _("Free to book")


def _shape(choice: DayChoice) -> Status:
    return Status("ok" if choice.good and not choice.notes else "info" if choice.good else "warn")
