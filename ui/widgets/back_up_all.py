"""A backup to each medium, one after the other, and what came of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lndesk.domain.errors import Cancelled, LnDeskError, MediumMissing, WrongMedium
from lndesk.domain.watch import Watch
from lndesk.i18n import _, number
from lndesk.reads import TargetRow
from lndesk.study import Study
from ui.widgets.backup_words import size_words
from ui.widgets.message import MessageKind
from ui.widgets.work_bar import WorkBar


@dataclass(frozen=True, slots=True)
class Came:
    """What came of the backup to one medium."""

    target: TargetRow
    made: Any
    problem: LnDeskError | None

    @property
    def words(self) -> str:
        """Say it."""
        if self.problem is None:
            return _("{name}: verified, {size}.", name=self.target.name, size=size_words(self.made.size_bytes))
        if isinstance(self.problem, (MediumMissing, WrongMedium)):
            return str(self.problem)  # which names the medium
        return _("{name}: {why}", name=self.target.name, why=self.problem)


def back_up_each(study: Study, targets: Sequence[TargetRow], bar: WorkBar) -> Callable[[Watch], list[Came]]:
    """Return the work for a bar: a medium that is not there does not keep the next one from its backup."""

    def work(watch: Watch) -> list[Came]:
        came: list[Came] = []
        for target in targets:
            bar.say_about(target.name)
            try:
                came.append(Came(target, study.back_up(target, watch=watch), None))
            except Cancelled as problem:
                came.append(Came(target, None, problem))
                break
            except LnDeskError as problem:
                came.append(Came(target, None, problem))
        return came

    return work


def note_each(study: Study, came: Sequence[Came]) -> list[Came]:
    """Put on record what was made; say what could not be."""
    return [_noted(study, each) for each in came]


def told(came: Sequence[Came]) -> tuple[MessageKind, str, str]:
    """Say how it went, in all and medium by medium."""
    made = sum(each.problem is None for each in came)
    lines = "\n".join(each.words for each in came)
    if made == len(came):
        return "done", _("Backed up and verified."), lines
    if made:
        what = _("Backed up and verified on {n} of {all} media.", n=number(made), all=number(len(came)))
        return "warn", what, lines
    if all(isinstance(each.problem, Cancelled) for each in came):
        return "info", str(came[0].problem), ""
    return "stop", _("No backup was made."), lines


def _noted(study: Study, came: Came) -> Came:
    if came.problem is not None:
        return came
    try:
        study.note_backup(came.made)
    except LnDeskError as problem:
        return replace(came, problem=problem)
    return came
