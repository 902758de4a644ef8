"""The media that backups go to: which of them is there, and how old its newest backup is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from shiboken6 import isValid

from lndesk.domain.errors import LnDeskError
from lndesk.i18n import _, moment, number
from lndesk.keeping import TargetState
from lndesk.reads import TargetRow
from lndesk.study import Study
from ui.table_model import Column, Status
from ui.tasks import run_in_background
from ui.widgets.backup_words import MEDIUM_STATUS, MEDIUM_WORDS, age_status, age_words, protection_words, size_words
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.message import InlineMessage, joined
from ui.widgets.table import Table

LOOK_EACH_MS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """A medium, what was last seen of it, and how many of its backups may go."""

    target: TargetRow
    state: TargetState | None
    superfluous: int

    @property
    def where(self) -> str:
        """Say where it lies, or why it is not there."""
        if self.state is not None and self.state.said is not None:
            return str(self.state.said)
        return str(self.state.folder if self.state is not None else self.target.folder)


class TargetCard(Card):
    """Looks for the media on a thread, when it is asked and every ten seconds while it is in sight."""

    adding = Signal()
    ending = Signal(object)
    thinning = Signal(object)
    looked = Signal()

    def __init__(self, study: Study) -> None:
        super().__init__(_("Backup media"))
        self._study = study
        self._states: dict[int | None, TargetState] = {}
        self._targets: list[tuple[TargetRow, int]] = []
        self._looking = self._again = False
        self.add_button = self.add_to_header(Button(_("Add medium"), self.adding.emit, icon_name="plus"))
        self.thin_button = self.add_to_header(Button(_("Remove old backups"), self._thin, icon_name="minus"))
        self.end_button = self.add_to_header(Button(_("Use no more"), self._end, icon_name="ban"))
        self.table: Table[Line] = self.add(
            Table(
                _columns(),
                name=_("Backup media"),
                empty=_("No medium yet. Add a USB stick, another disk or a network folder."),
                key=lambda line: line.target.id,
            )
        )
        self.table.row_selected.connect(lambda _line: self._enable())
        self.hint = self.add(InlineMessage())
        self._timer = QTimer(self, interval=LOOK_EACH_MS)
        self._timer.timeout.connect(self.look)

    def refresh(self) -> None:
        """Read the media anew, and look for them."""
        self._targets = [(target, len(self._study.to_thin(target))) for target in self._study.targets()]
        self._fill()
        words = protection_words(self._study.protection())
        if words:
            self.hint.show_message("warn", words[0], joined(*words[1:]))
        else:
            self.hint.clear()
        self.look()

    def look(self) -> None:
        """Look for the media; a network folder can take its time."""
        if self._looking:
            self._again = True
            return
        self._looking, self._again = True, False
        run_in_background(self._study.target_states, on_done=self._take, on_error=self._fail)

    def folder_of(self, target_id: int | None) -> Path | None:
        """Return where a medium now lies, when it is there."""
        state = self._states.get(target_id)
        return state.folder if state is not None else None

    def showEvent(self, event: QShowEvent) -> None:
        """Look every now and then from here on."""
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Look no more."""
        super().hideEvent(event)
        self._timer.stop()

    def _take(self, states: list[TargetState]) -> None:
        self._looking = False
        if not isValid(self):
            return
        self._states = {state.target.id: state for state in states}
        self._fill()
        self.looked.emit()
        if self._again:
            self.look()

    def _fail(self, problem: Exception) -> None:
        self._looking = False
        if not isinstance(problem, LnDeskError):
            raise problem

    def _fill(self) -> None:
        self.table.set_rows([Line(target, self._states.get(target.id), old) for target, old in self._targets])
        self.table.fit_height(least=2, most=4)
        self._enable()

    def _enable(self) -> None:
        line = self.table.current_row()
        self.end_button.setEnabled(line is not None)
        self.thin_button.setEnabled(line is not None and line.superfluous > 0)

    def _end(self) -> None:
        line = self.table.current_row()
        if line is not None:
            self.ending.emit(line.target)

    def _thin(self) -> None:
        line = self.table.current_row()
        if line is not None:
            self.thinning.emit(line.target)


def _columns() -> tuple[Column[Line], ...]:
    return (
        Column[Line](_("Medium"), lambda line: line.target.name),
        Column[Line](
            _("State"),
            lambda line: _(MEDIUM_WORDS[line.state.state]) if line.state else _("Looking for it"),
            status=lambda line: MEDIUM_STATUS[line.state.state] if line.state else Status("neutral", "hourglass"),
        ),
        Column[Line](
            _("Free"),
            lambda line: size_words(line.state.free_bytes) if line.state and line.state.free_bytes is not None else "",
            align="right",
        ),
        Column[Line](
            _("Last backup"),
            lambda line: moment(line.state.last.verified_at) if line.state and line.state.last else "",
        ),
        Column[Line](
            _("Age"),
            lambda line: age_words(line.state.days) if line.state else "",
            status=lambda line: age_status(line.state) if line.state else None,
        ),
        Column[Line](_("Old ones"), lambda line: number(line.superfluous) if line.superfluous else "", align="right"),
        Column[Line](_("Where"), lambda line: line.where, tooltip=lambda line: line.where),
    )
