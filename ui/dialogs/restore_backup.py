"""Restore a backup: what would be missing, a typed confirmation, a reason, and login and password."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.errors import LnDeskError, RuleViolation
from lndesk.domain.watch import Watch
from lndesk.i18n import Sentence, _, day, moment, ngettext, number
from lndesk.inside import Desk
from lndesk.queries.lost_acts import Comparison
from lndesk.restore import Restoration, Restored
from lndesk.study import Study
from ui.widgets.labels import Text
from ui.widgets.message import InlineMessage, joined
from ui.widgets.missing_acts import MissingActs, weight_of
from ui.widgets.way_rows import WayRows
from ui.widgets.work_dialog import WorkDialog


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """The site that was open is closed: the window has to go back to the sign-in of a file, and say why."""

    path: Path
    what: str
    why: str
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A backup that somebody has looked into and wants back."""

    file: Path
    made_at: dt.datetime
    patients: int
    acts: int
    comparison: Comparison
    by_code: bool = False


class RestoreDialog(WorkDialog):
    """An interruption page: it restates the backup and the effect, and takes a typed date and a signature."""

    def __init__(self, study: Study, chosen: Chosen, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Restore a backup"), _("Restore this backup"), leave=_("Keep the present record"), parent=parent
        )
        self.setMinimumWidth(780)
        self._study, self._chosen = study, chosen
        self.left: Left | None = None
        said = _("{n} acts, {patients} patients", n=number(chosen.acts), patients=number(chosen.patients))
        self._fact(_("Backup"), f"{moment(chosen.made_at)}: {said}\n{chosen.file.name}")
        self.effect = self.form.add_wide(InlineMessage(weight_of(chosen.comparison), str(chosen.comparison.sentence)))
        self.missing = MissingActs(study, chosen.comparison)
        if chosen.comparison.missing:
            self.missing.fit_height(least=1, most=2)
            self.form.add_wide(self.missing)
        self._fact(
            _("Before that"),
            _("A copy of the present record is kept in {folder}, so that this can be undone.",
              folder=study.path.parent),
        )  # fmt: skip
        self.typed = self.form.add(
            "typed", _("Date of the backup"), QLineEdit(), hint=_("Type it as shown: {day}", day=day(chosen.made_at))
        )
        self.reason = self.form.add("reason", _("Reason"), QLineEdit())
        self.rows = WayRows(
            self.form,
            login=study.who.login,
            renews=True,
            password=_("Your password"),
            hint=_("Login and password are your signature. Your name and the time stand beside it."),
        )
        if chosen.by_code:
            self.rows.kind.set_value("code")

    def submit(self) -> None:
        """Check what was typed, and prepare the restore on a thread."""
        check_typed_day(self.typed.text(), self._chosen.made_at.date())
        study = self._study
        desk = Desk(live=study, clock=study.clock)
        if not self.reason.text().strip():
            raise RuleViolation(Sentence("Give the reason."), field="reason")
        work = Restoration(self._chosen.file, study.path, self.rows.value(), reason=self.reason.text(), desk=desk)
        self.work(
            lambda watch: prepared(work, watch),
            on_done=self._put_in_place,
            on_left=lambda _work: work.give_up(),
        )

    def show_refused(self, problem: LnDeskError) -> None:
        """Say at its row what is wrong."""
        super().show_refused(self.rows.placed(problem))

    def unharmed(self) -> str:
        """Say that the site is as it was."""
        return _("Nothing was changed: the record is as it was.")

    def _put_in_place(self, work: Restoration) -> None:
        try:
            restored = work.put_in_place()
        except LnDeskError as problem:
            if not work.has_closed_site:
                self.show_refused(problem)
                return
            self.left = Left(path=work.path, what=str(problem), why="", done=False)
        else:
            self.left = restored_words(restored)
        finally:
            work.give_up()
        self.finish()

    def _fact(self, label: str, value: str) -> None:
        self.form.add_row(label, Text(value, wrap=True)).setAlignment(Qt.AlignmentFlag.AlignTop)


def prepared(work: Restoration, watch: Watch) -> Restoration:
    """Prepare a restore where a watch can be told."""
    work.desk = replace(work.desk, watch=watch)
    work.prepare()
    return work


def check_typed_day(typed: str, wanted: dt.date) -> None:
    """Refuse what is not the day that is shown.

    Raises:
        RuleViolation: it is another one, or none.
    """
    if typed.strip().casefold() not in {day(wanted).casefold(), wanted.isoformat()}:
        raise RuleViolation(Sentence("Type the date of the backup as shown: {day}", day=wanted), field="typed")


def restored_words(restored: Restored) -> Left:
    """Say what was restored, what is missing, and where the copy of before lies."""
    lost = len(restored.comparison.missing) if restored.comparison else 0
    missing = ""
    if restored.comparison is not None:
        missing = (
            ngettext("{n} act made since is missing.", "{n} acts made since are missing.", lost)
            if lost
            else _("No act is missing.")
        )
    copy = (
        _("The copy of before lies at {path}.", path=restored.safety_copy) if restored.safety_copy is not None else ""
    )
    of_then = _("The passwords are those of the backup.") if restored.keys == "from_backup" else ""
    return Left(
        path=restored.path,
        what=_("Restored from {file}.", file=restored.backup.name),
        why=joined(missing, copy, of_then),
        done=True,
    )
