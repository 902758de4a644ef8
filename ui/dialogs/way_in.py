"""The way into a backup that the present key does not open."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from lndesk.domain.errors import LnDeskError
from lndesk.i18n import _
from lndesk.inside import Desk, Inside, Unpacked, Way, unpack_to_look
from lndesk.study import Study
from ui.widgets.way_rows import WayRows
from ui.widgets.work_dialog import WorkDialog


class WayInDialog(WorkDialog):
    """Asks for a login and its password of then, or for the recovery code; `inside` is then open to be read."""

    def __init__(self, study: Study, file: Path, why: str, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Open {file}", file=file.name),
            _("Look inside"),
            leave=_("Close without looking"),
            explanation=why,
            parent=parent,
        )
        self._study, self._file = study, file
        self.inside: Inside | None = None
        self.way: Way | None = None
        self.rows = WayRows(self.form, login=study.who.login, renews=False, password=_("Password of then"))

    def submit(self) -> None:
        """Unpack it by that way."""
        way = self.way = self.rows.value()
        file, study = self._file, self._study
        self.work(
            lambda watch: unpack_to_look(file, way, desk=Desk(live=study, clock=study.clock, watch=watch)),
            on_done=self._open,
            on_left=drop,
        )

    def show_refused(self, problem: LnDeskError) -> None:
        """Say at its row what is wrong."""
        super().show_refused(self.rows.placed(problem))

    def unharmed(self) -> str:
        """Say that looking changes nothing."""
        return _("Nothing was changed.")

    def _open(self, unpacked: Unpacked) -> None:
        try:
            self.inside = unpacked.open()
        except LnDeskError as problem:
            self.show_refused(problem)
        else:
            self.finish()


def drop(unpacked: Unpacked | None) -> None:
    """Remove what was unpacked for somebody who has left."""
    if unpacked is not None:
        unpacked.drop()
