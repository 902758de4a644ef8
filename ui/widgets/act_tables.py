"""The audit trail on screen: acts, and what one of them changed, before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from lndesk.domain.account import Role
from lndesk.i18n import _, moment, ngettext
from lndesk.queries.act_words import column_words, command_words, read_changes, table_words
from lndesk.queries.acts import ActRow, ChangeRow
from lndesk.study import Study
from ui.table_model import Column
from ui.widgets.labels import Section, Text
from ui.widgets.state import set_shown
from ui.widgets.table import Table


class ActTables(QWidget):
    """A table of acts; the changes of the chosen one stand below."""

    def __init__(self, study: Study, *, subjects: bool) -> None:
        super().__init__()
        self._study = study
        self._subjects: Mapping[int, str] = {}
        self.acts: Table[ActRow] = Table(
            self._columns(with_subjects=subjects),
            name=_("Acts"),
            empty=_("Nothing on record yet."),
            key=lambda act: act.id,
        )
        self.title = Section(_("What it changed"))
        self.told = Text(wrap=True)
        self.changes: Table[ChangeRow] = Table(
            _change_columns(), name=_("What it changed"), empty=_("Choose an act above to see what it changed.")
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.acts, 3)
        column.addWidget(self.title)
        column.addWidget(self.told)
        column.addWidget(self.changes, 2)
        self.acts.row_selected.connect(self._show_changes)

    def show_acts(self, acts: Sequence[ActRow], subjects: Mapping[int, str] | None = None) -> None:
        """Show acts, newest first."""
        self._subjects = subjects or {}
        self.acts.set_rows(acts)
        self._show_changes(self.acts.current_row())

    def add_acts(self, acts: Sequence[ActRow], subjects: Mapping[int, str]) -> None:
        """Show older acts below, without moving what is in sight."""
        self._subjects = {**self._subjects, **subjects}
        self.acts.add_rows(acts)

    def _show_changes(self, act: ActRow | None) -> None:
        told = [] if act is None else self._told(act)
        self.told.setText("\n".join(told))
        set_shown(self.told, bool(told))
        self.changes.set_rows([] if act is None else read_changes(self._study.act_changes(act.id)))
        self.changes.set_empty_text(
            _("Choose an act above to see what it changed.") if act is None else _("This act changed no record.")
        )

    def _told(self, act: ActRow) -> list[str]:
        reason = [_("Reason: {reason}", reason=act.reason)] if act.reason else []
        clock = [_("Clock: {note}", note=clock_note(act))] if act.clock_behind_s else []
        signed = [_("Signature: {signature}", signature=row.worded) for row in self._study.act_signatures(act.id)]
        return [*reason, *clock, *signed]

    def _columns(self, *, with_subjects: bool) -> tuple[Column[ActRow], ...]:
        about = Column[ActRow](_("Subject ID"), lambda act: self._subjects.get(act.id, ""))
        return (
            Column[ActRow](_("No."), lambda act: str(act.id), align="right"),
            Column[ActRow](_("When"), lambda act: moment(act.at)),
            Column[ActRow](_("Who"), lambda act: act.name),
            Column[ActRow](_("Role"), lambda act: Role(act.role).label),
            Column[ActRow](_("What"), lambda act: command_words(act.command)),
            *((about,) if with_subjects else ()),
            Column[ActRow](_("Why"), lambda act: act.reason),
            Column[ActRow](_("Clock"), clock_note),
            Column[ActRow](_("Workstation"), lambda act: act.station),
        )


def clock_note(act: ActRow) -> str:
    """Say by how much the clock had stepped back when an act was recorded."""
    if not act.clock_behind_s:
        return ""
    return ngettext("{n} s behind the act before", "{n} s behind the act before", act.clock_behind_s)


def _change_columns() -> tuple[Column[ChangeRow], ...]:
    return (
        Column[ChangeRow](_("Record"), lambda change: f"{table_words(change.table)} {change.row_id}"),
        Column[ChangeRow](_("Field"), lambda change: column_words(change.column)),
        Column[ChangeRow](_("Before"), lambda change: change.before),
        Column[ChangeRow](_("After"), lambda change: change.after),
    )
