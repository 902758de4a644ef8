"""A backup that nobody sits beside, and the secret that it opens the site's file with.

A verified backup has to read the file, so that some key is needed. It is nobody's password: an administrator makes a
slot of its own for it, whose secret is 256 random bits in a file of this machine that only its owner reads. The slot
signs nobody in and puts nothing on record but backups; no backup carries it; an administrator ends it at any time.
Its limit: whoever can read both that file and the site's files can decrypt the site, as the program itself does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lndesk import settings
from lndesk.domain.account import UNATTENDED, unattended
from lndesk.domain.errors import (
    RuleViolation,
    StoreInUse,
    StoreProblem,
    WrongPassword,
)
from lndesk.domain.watch import QUIET, Watch
from lndesk.i18n import Sentence
from lndesk.reads import Clock, TargetRow
from lndesk.services.backups import AllowUnattendedBackup, EndUnattendedBackup
from lndesk.services.command import Changes
from lndesk.site_file import SiteFile, finish_restore, open_file
from lndesk.store import keys
from lndesk.store.backup import Backup
from lndesk.store.rotation import fitting_key
from lndesk.store.secrets import new_secret, read_private, remove_private, write_private
from lndesk.study import Study, local_now


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one backup of several."""

    place: str
    made: Backup | None
    recorded: bool
    removed: tuple[str, ...]
    """Backups that newer ones made superfluous."""
    problem: StoreProblem | RuleViolation | None
    note: Sentence | None
    """What is to be known although it went well."""


def secret_file(path: Path) -> Path:
    """Return where the secret of a site's unattended backup lies unless told otherwise.

    Raises:
        StoreProblem: the keys file is missing or damaged.
    """
    return settings.private_folder() / f"{keys.KeyRing.read(path).store_id}.key"


def allow(study: Study, *, reason: str, file: Path | None = None) -> Path:
    """Let backups be made without anybody's password; return the file that the secret lies in.

    Raises:
        NotPermitted: not an administrator's.
        RuleViolation: no reason is given, or the secret would lie with what it opens.
        StoreProblem: the disk stands in the way.
    """
    place = file or secret_file(study.path)
    with_it = {study.path.parent.resolve(), *(Path(target.folder).resolve() for target in study.targets())}
    if place.parent.resolve() in with_it:
        raise RuleViolation(
            Sentence("The secret may not lie beside the site's file or its backups. Choose another folder."),
            field="file",
        )
    study.run(AllowUnattendedBackup(file=str(place), reason=reason))
    secret = new_secret()
    write_private(place, secret)
    study._access.give(UNATTENDED, secret, study._file.key)  # noqa: SLF001  # as for a person's slot
    return place


def end(study: Study, *, reason: str, file: Path | None = None) -> Changes:
    """Take the way in from the unattended backup, and remove its secret.

    Raises:
        NotPermitted: not an administrator's.
        RuleViolation: no reason is given.
    """
    changes = study.run(EndUnattendedBackup(reason=reason))
    study._access.take_away(UNATTENDED)  # noqa: SLF001  # as above
    remove_private(file or secret_file(study.path))
    return changes


def is_allowed(path: Path) -> bool:
    """Tell whether a site's file has a slot for the unattended backup.

    Raises:
        StoreProblem: the keys file is missing or damaged.
    """
    return keys.KeyRing.read(path).has(UNATTENDED)


def open_unattended(path: Path, file: Path | None = None, *, clock: Clock = local_now) -> Study:
    """Open a site for an unattended backup: for writing when nobody else does.

    Raises:
        WrongPassword: the secret opens nothing: it was ended, or the site was restored.
        StoreProblem: the secret cannot be read, or the site's file is missing or damaged.
    """
    finish_restore(path, who=UNATTENDED, at=clock())
    if not path.is_file():
        raise StoreProblem(Sentence("There is no file {path}.", path=path))
    ring, secret = keys.KeyRing.read(path), read_private(file or secret_file(path))
    try:
        key = fitting_key(path, ring.unlock(UNATTENDED, secret))
    except WrongPassword as error:
        raise WrongPassword(
            Sentence(
                "The secret of the unattended backup opens {path} no more. Let an administrator make a new one.",
                path=path,
            )
        ) from error
    return Study(_opened(path, key, clock), unattended(), clock, None)


def back_up_all(study: Study, places: Sequence[Path | TargetRow], *, watch: Watch = QUIET) -> list[Outcome]:
    """Back up to each place, put it on record or leave word of it, and thin out what is superfluous there."""
    return [back_up_one(study, place, watch=watch) for place in places]


def back_up_one(study: Study, place: Path | TargetRow, *, watch: Watch = QUIET) -> Outcome:
    """Back up to one place; what went wrong is in the outcome."""
    name = place.name if isinstance(place, TargetRow) else str(place)
    try:
        made = study.back_up(place, watch=watch)
    except (StoreProblem, RuleViolation) as problem:
        return Outcome(place=name, made=None, recorded=False, removed=(), problem=problem, note=None)
    if study.read_only:
        return _left_word(study, name, made)
    study.note_backup(made)
    removed, note = _thinned(study, place)
    return Outcome(place=name, made=made, recorded=True, removed=removed, problem=None, note=note)


def _opened(path: Path, key: bytes, clock: Clock) -> SiteFile:
    try:
        return open_file(path, key, who=UNATTENDED, at=clock(), read_only=False)
    except StoreInUse:
        return open_file(path, key, who=UNATTENDED, at=clock(), read_only=True)


def _left_word(study: Study, name: str, made: Backup) -> Outcome:
    note = Sentence(
        "The backup is whole. It goes on record in the window that has the file open, or when it is opened."
    )
    try:
        study.leave_note(made)
    except StoreProblem as problem:
        note = Sentence("The backup is whole but not on record: {why}", why=problem.sentence)
    return Outcome(place=name, made=made, recorded=False, removed=(), problem=None, note=note)


def _thinned(study: Study, place: Path | TargetRow) -> tuple[tuple[str, ...], Sentence | None]:
    if not isinstance(place, TargetRow):
        return (), None
    before = {row.file for row in study.to_thin(place)}
    try:
        study.thin(place)
    except StoreProblem as problem:
        return (), Sentence("Older backups could not be thinned out: {why}", why=problem.sentence)
    left = {row.file for row in study.to_thin(place)}
    return tuple(sorted(before - left)), None
