"""Looking into a backup without touching anything."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from lndesk.access import Access
from lndesk.domain.errors import NewerBackup, StoreProblem, WrongPassword
from lndesk.domain.watch import QUIET, Watch
from lndesk.funnel import person_of
from lndesk.i18n import Sentence
from lndesk.queries.lost_acts import Comparison, compare
from lndesk.reads import Clock
from lndesk.site_file import SiteFile, open_file
from lndesk.store import keys
from lndesk.store.backup import made_at, open_unpacked, unpacked, verify_unpacked
from lndesk.store.bundle import STORE, manifest_of, unpack
from lndesk.store.database import connect
from lndesk.store.migrations import refuse_newer
from lndesk.store.verification import Verification
from lndesk.study import Study, local_now


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How somebody gets into a backup: by a password of then or of now, or by the recovery code."""

    login: str
    password: str = ""
    code: str = ""
    new_password: str = ""
    """What the login's password is from then on; only with the recovery code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where a backup is looked into or restored."""

    live: Study | None = None
    """The site that is open here."""
    clock: Clock = local_now
    cost: keys.Cost | None = None
    watch: Watch = QUIET


class Inside:
    """A backup, unpacked into a private folder and open to be read; nothing in it can be changed."""

    def __init__(self, file: Path, manifest: dict[str, Any], study: Study, folder: Any) -> None:
        self.file = file
        self.manifest = manifest
        self.study = study
        self._folder = folder

    @property
    def made_at(self) -> dt.datetime | None:
        """Return when the backup was made."""
        return made_at(self.manifest)

    def compared_with(self, live: Study) -> Comparison:
        """Say which acts of the live file a restore would lose."""
        return compare(live._db, self.study._db)  # noqa: SLF001  # two of one kind

    def close(self) -> None:
        """Close it, and remove the folder."""
        self.study.close()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        self.close()


class Unpacked:
    """A backup in a private folder, checked and of the newest shape; not open, for a connection stays on its thread."""

    def __init__(self, file: Path, way: Way | None, desk: Desk) -> None:
        self.file = file
        self._way, self._desk = way, desk
        self._folder = tempfile.TemporaryDirectory(prefix="lndesk-")  # 0700; holds encrypted pages only
        self._store = Path(self._folder.name) / STORE
        try:
            self.manifest = unpack(file, self._store.parent, tell=lambda done, of: desk.watch.tell("reading", done, of))
            self._key = key_into(file, self._store, self.manifest, way, desk)
            refuse_newer_backup(file, self._store, self._key)
            self._site(read_only=False).close()  # an older one is brought up to date, in the copy
        except BaseException:
            self._folder.cleanup()
            raise

    def open(self) -> Inside:
        """Open it to be read, on this thread.

        Raises:
            WrongPassword: the login had no account then.
        """
        way, live = self._way, self._desk.live
        try:
            site = self._site(read_only=True)
            try:
                who = live.who if way is None and live is not None else person_of(site, way.login if way else "")
            except BaseException:
                site.close()
                raise
        except BaseException:
            self._folder.cleanup()
            raise
        return Inside(self.file, self.manifest, Study(site, who, self._desk.clock, self._desk.cost), self._folder)

    def drop(self) -> None:
        """Remove the folder; nobody looks into it any more."""
        self._folder.cleanup()

    def _site(self, *, read_only: bool) -> SiteFile:
        return open_file(self._store, self._key, who="", at=self._desk.clock(), read_only=read_only)


def unpack_to_look(file: Path, way: Way | None = None, *, desk: Desk | None = None) -> Unpacked:
    """Unpack a backup to be looked into. May run on a worker; open it where it is to be read.

    Args:
        file: the backup.
        way: a login with its password of then, or an administrator's with the recovery code.
        desk: where this is done; the key of the site that is open there opens its backups without anything else.

    Raises:
        OtherKey: the live site's key does not fit; ask for a password of then.
        WrongPassword: the way does not lead in.
        NewerBackup, StoreProblem: it is of a newer version, no backup, or damaged.
        Cancelled: the person has stopped it.
    """
    if not file.is_file():
        raise StoreProblem(Sentence("There is no file {path}.", path=file))
    return Unpacked(file, way, desk or Desk())


def look_inside(file: Path, way: Way | None = None, *, desk: Desk | None = None) -> Inside:
    """Open a backup to be read, on a private copy that is gone when it is closed; raises as `unpack_to_look`."""
    return unpack_to_look(file, way, desk=desk).open()


def day_of(file: Path) -> dt.date | None:
    """Return on which day a backup was made, as it says of itself before anybody has opened it.

    Raises:
        StoreProblem: it is no backup, or is damaged.
    """
    made = made_at(manifest_of(file))
    return None if made is None else made.date()


def verify_by(file: Path, way: Way, *, desk: Desk | None = None) -> Verification:
    """Verify a backup with nothing but itself and a way in: its password of then, or the recovery code.

    Raises:
        WrongPassword: the way does not lead in.
        StoreProblem: it is no backup, or is damaged.
        Cancelled: the person has stopped it.
    """
    desk = desk or Desk()
    with unpacked(file, watch=desk.watch) as (store, manifest):
        return verify_unpacked(file, store, manifest, unlocked(store, way, desk), watch=desk.watch)


def unlocked(path: Path, way: Way, desk: Desk) -> bytes:
    """Return the key that a way leads to.

    Raises:
        WrongPassword: it leads nowhere.
        StoreProblem: the keys file is missing or damaged.
    """
    access = Access(path, desk.clock, desk.cost)
    return access.recover(way.code) if way.code else access.unlock(way.login, way.password)


def key_into(file: Path, store: Path, manifest: dict[str, Any], way: Way | None, desk: Desk) -> bytes:
    """Return the key of an unpacked backup, that of the open site when no way is given.

    Raises:
        WrongPassword: the way leads nowhere.
        OtherKey: the key does not open the backup.
    """
    if way is not None:
        key = unlocked(store, way, desk)
    elif desk.live is not None:
        key = desk.live._file.key  # noqa: SLF001  # its own backup
    else:
        raise WrongPassword(Sentence("The user and the password do not match."))
    open_unpacked(file, store, manifest, key).close()
    return key


def refuse_newer_backup(file: Path, store: Path, key: bytes) -> None:
    """Refuse a backup with steps that this version does not know.

    Raises:
        NewerBackup: naming the file.
    """
    db = connect(store, key, read_only=True)
    try:
        refuse_newer(db)
    except StoreProblem as error:
        raise NewerBackup(
            Sentence(
                "The backup {file} was written by a newer version of lndesk. Install that version to use it; nothing"
                " was changed.",
                file=file,
            )
        ) from error
    finally:
        db.close()
