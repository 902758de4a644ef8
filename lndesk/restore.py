"""Looking into a backup, and putting it in a site's place."""

from __future__ import annotations

import contextlib
import datetime as dt
import platform
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from lndesk.access import Access
from lndesk.domain.account import Person
from lndesk.domain.errors import (
    Cancelled,
    MediumFull,
    MustWait,
    NewerBackup,
    NotVerified,
    OtherKey,
    RuleViolation,
    StoreProblem,
    WrongMedium,
    WrongPassword,
)
from lndesk.domain.watch import QUIET, Watch
from lndesk.funnel import not_permitted, person_of
from lndesk.i18n import Sentence
from lndesk.queries.lost_acts import Comparison, compare
from lndesk.reads import Clock
from lndesk.services.days import RestoreBackup
from lndesk.site_file import SiteFile, open_file
from lndesk.store import keys, restoring
from lndesk.store.backup import back_up, made_at, open_unpacked, verify_unpacked
from lndesk.store.bundle import STORE, file_hash, unpack
from lndesk.store.database import connect
from lndesk.store.driver import dbapi2
from lndesk.store.files import flush_file, free_bytes
from lndesk.store.heads import head_file
from lndesk.store.lock import WriterLock
from lndesk.store.migrations import refuse_newer
from lndesk.study import Study, local_now

BESIDE = ("", "-wal", "-shm", ".keys", ".head")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A restore that is done."""

    path: Path
    backup: Path
    safety_copy: Path | None
    """What was there before; None when nothing was."""
    comparison: Comparison | None
    """None when what was there could not be read."""
    keys: Literal["kept", "from_backup"]
    """Whether the passwords are those of now or those of the backup."""
    head: str
    acts: int


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


def look_inside(file: Path, way: Way | None = None, *, desk: Desk | None = None) -> Inside:
    """Open a backup to be read, on a private copy that is gone when it is closed.

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
    desk = desk or Desk()
    folder = tempfile.TemporaryDirectory(prefix="lndesk-")  # 0700; holds encrypted pages only
    try:
        store = Path(folder.name) / STORE
        manifest = unpack(file, store.parent, tell=lambda done, of: desk.watch.tell("reading", done, of))
        at = desk.clock()
        key = _key_into(file, store, manifest, way, desk)
        _refuse_newer_backup(file, store, key)
        open_file(store, key, who="", at=at, read_only=False).close()  # an older one is brought up to date, in the copy
        site = open_file(store, key, who="", at=at, read_only=True)
        try:
            who = desk.live.who if way is None and desk.live is not None else person_of(site, way.login if way else "")
            return Inside(file, manifest, Study(site, who, desk.clock, desk.cost), folder)
        except BaseException:
            site.close()
            raise
    except BaseException:
        folder.cleanup()
        raise


def restore(file: Path, path: Path, way: Way, *, reason: str, desk: Desk | None = None) -> Restored:
    """Put a backup in a site's place, after a copy of what is there was kept; whatever fails, the old site stays.

    The restore is an act in the restored file, signed by the administrator who does it.

    Args:
        file: the backup.
        path: the site's file; there may be none yet.
        way: the administrator's way in.
        reason: why.
        desk: where this is done. A site that is open there at `path` is closed once the restore is done.

    Raises:
        WrongPassword: the way does not lead in.
        NotPermitted: not an administrator's.
        WrongMedium: the backup is of another site than the file.
        NewerBackup, NotVerified, StoreProblem: the backup cannot be used, or the disk stands in the way.
        StoreInUse: somebody has the file open.
        Cancelled: the person has stopped it.
    """
    if not file.is_file():
        raise StoreProblem(Sentence("There is no file {path}.", path=file))
    if not reason.strip():
        raise RuleViolation(Sentence("Give the reason."), field="reason")
    desk = desk or Desk()
    live = desk.live
    if live is not None and not live.permits(RestoreBackup):
        raise not_permitted(live.who, RestoreBackup)
    with _claimed(path, way, desk), _said_plainly(path):
        if restoring.is_decided(path):
            restoring.finish(path)
        work = _Work(file, path, way, reason, desk)
        try:
            work.prepare()
            restored = work.sign()
            desk.watch.tell("writing", 1, 1)
            _put_in_place(path, live)
        finally:
            restoring.clear(path)
    return restored


class _Work:
    """One restore under way."""

    def __init__(self, file: Path, path: Path, way: Way, reason: str, desk: Desk) -> None:
        self.file, self.path, self.way, self.reason, self.desk = file, path, way, reason, desk
        self.at = desk.clock()
        self.store = restoring.prepared_folder(path) / STORE
        self.keeps_keys = False
        self.key = b""
        self.manifest: dict[str, Any] = {}
        self.comparison: Comparison | None = None
        self.safety_copy: Path | None = None
        self.sha256 = ""

    def prepare(self) -> None:
        """Unpack and verify the backup, compare it with what is there, and keep a copy of that."""
        folder = restoring.begin(self.path)
        self._refuse_without_room()
        self.manifest = unpack(self.file, folder, tell=lambda done, of: self.desk.watch.tell("reading", done, of))
        self.sha256 = file_hash(self.file)
        live_keys = self._live_keys()
        self._choose_keys(live_keys)
        self._refuse_other_site(live_keys)
        _refuse_newer_backup(self.file, self.store, self.key)
        found = verify_unpacked(self.file, self.store, self.manifest, self.key, watch=self.desk.watch)
        if not found.ok:
            raise NotVerified(Sentence("The copy was checked and differs: {problem}", problem=found.problems[0]))
        self._keep_what_is_there((*live_keys, self.key))

    def sign(self) -> Restored:
        """Put the restore on record in the prepared file, and leave it ready to be moved."""
        with self._opened() as study:
            password = self.way.new_password if self.way.code else self.way.password
            study.sign(self._command(), login=self.way.login, password=password)
            head, acts = study.head(), study.act_count()
        _settle_journal(self.store, self.key)
        return Restored(
            path=self.path,
            backup=self.file,
            safety_copy=self.safety_copy,
            comparison=self.comparison,
            keys="kept" if self.keeps_keys else "from_backup",
            head=head,
            acts=acts,
        )

    def _live_keys(self) -> tuple[bytes, ...]:
        live = self.desk.live
        if live is not None:
            live.authenticate(self.way.login, self.way.password)
            return (live._file.key,)  # noqa: SLF001  # as above
        if not keys.keys_file(self.path).is_file():
            return ()
        try:
            ring = Access(self.path, self.desk.clock, self.desk.cost)
            way = self.way
            return (ring.recover(way.code) if way.code else ring.unlock(way.login, way.password),)
        except MustWait:
            raise
        except StoreProblem:
            return ()  # keys that are damaged, or a password of then: the backup's own keys will say

    def _choose_keys(self, live_keys: tuple[bytes, ...]) -> None:
        for key in live_keys:  # the passwords of now stay where they open the backup as well
            with contextlib.suppress(OtherKey):
                open_unpacked(self.file, self.store, self.manifest, key).close()
                shutil.copyfile(keys.keys_file(self.path), keys.keys_file(self.store))
                self.keeps_keys, self.key = True, key
                return
        self.key = _key_into(self.file, self.store, self.manifest, self.way, self.desk)

    def _refuse_other_site(self, live_keys: tuple[bytes, ...]) -> None:
        if not self.path.exists() and not keys.keys_file(self.path).exists():
            return
        store_id = _store_id(self.path)
        if store_id == self.manifest["store_id"]:
            return
        if store_id is not None:
            raise WrongMedium(
                Sentence(
                    "{file} is a backup of another site than {path}. Restore it under another name.",
                    file=self.file,
                    path=self.path,
                )
            )
        for key in (*live_keys, self.key):
            with contextlib.suppress(StoreProblem):
                connect(self.path, key, read_only=True).close()
                return
        raise StoreProblem(
            Sentence(
                "What lies at {path} cannot be read, so that nobody can tell whether it is the same site's. Move it"
                " away, or restore under another name.",
                path=self.path,
            )
        )

    def _refuse_without_room(self) -> None:
        there = sum(_size(self.path.with_name(self.path.name + name)) for name in BESIDE)
        needed = 2 * self.file.stat().st_size + there
        if free_bytes(self.path.parent) < needed:
            raise MediumFull(
                Sentence(
                    "There is no room at {folder} for the restored file and a copy of the present one.",
                    folder=self.path.parent,
                )
            )

    def _keep_what_is_there(self, found_keys: tuple[bytes, ...]) -> None:
        if not self.path.exists():
            return
        for key in found_keys:
            try:
                self._compare(key)
                made = back_up(
                    self.path, key, self.path.parent, now=self.at, by=self.way.login, watch=self.desk.watch,
                    name=f"{self.path.stem}-before-restore-{self.at:%Y%m%d-%H%M%S}",
                )  # fmt: skip
            except Cancelled:
                raise
            except StoreProblem:
                continue  # it is damaged, or has another key
            self.safety_copy = made.file
            return
        self.safety_copy = _copied_as_it_is(self.path, self.at)

    def _compare(self, key: bytes) -> None:
        live = connect(self.path, key, read_only=True)
        try:
            copy = open_unpacked(self.file, self.store, self.manifest, self.key)
            try:
                self.comparison = compare(live, copy)
            finally:
                copy.close()
        finally:
            live.close()

    @contextlib.contextmanager
    def _opened(self) -> Iterator[Study]:
        way = self.way
        _refuse_stranger(self.file, self.store, self.key, self.manifest, way.login, self.at)
        if way.code:
            study = Study.recover(
                self.store, code=way.code, login=way.login, new_password=way.new_password, clock=self.desk.clock,
                cost=self.desk.cost,
            )  # fmt: skip
        else:
            study = Study.open(
                self.store, login=way.login, password=way.password, clock=self.desk.clock, cost=self.desk.cost
            )
        try:
            yield study
        finally:
            study.close()

    def _command(self) -> RestoreBackup:
        known = self.comparison
        return RestoreBackup(
            file=str(self.file),
            backup_sha256=self.sha256,
            backup_head=str(self.manifest["head"]),
            backup_acts=int(self.manifest["acts"]),
            replaced_head=known.live_head if known else None,
            replaced_acts=known.live_acts if known else None,
            acts_missing=len(known.missing) if known else None,
            safety_copy=str(self.safety_copy) if self.safety_copy else None,
            reason=self.reason,
        )


def _put_in_place(path: Path, live: Study | None) -> None:
    if live is None:
        restoring.put_in_place(path)
        return
    live._db.close()  # noqa: SLF001  # the lock stays until the other file is in place
    try:
        restoring.put_in_place(path)
    finally:
        live.close()


def _store_id(path: Path) -> str | None:
    try:
        return keys.KeyRing.read(path).store_id
    except StoreProblem:
        return None


def _key_into(file: Path, store: Path, manifest: dict[str, Any], way: Way | None, desk: Desk) -> bytes:
    if way is not None:
        access = Access(store, desk.clock, desk.cost)
        key = access.recover(way.code) if way.code else access.unlock(way.login, way.password)
    elif desk.live is not None:
        key = desk.live._file.key  # noqa: SLF001  # its own backup
    else:
        raise WrongPassword(Sentence("The user and the password do not match."))
    open_unpacked(file, store, manifest, key).close()
    return key


def _refuse_newer_backup(file: Path, store: Path, key: bytes) -> None:
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


def _refuse_stranger(
    file: Path, store: Path, key: bytes, manifest: dict[str, Any], login: str, at: dt.datetime
) -> None:
    """Say plainly that somebody was not there yet, where the file alone would call the password wrong."""
    site: SiteFile = open_file(store, key, who=login, at=at, read_only=False)  # brings an older one up to date
    try:
        who: Person = person_of(site, login)
    except WrongPassword as error:
        raise RuleViolation(
            Sentence(
                "{login} had no account on {when}, when {file} was made. Restore with an administrator of then, or with"
                " the recovery code.",
                login=login,
                when=made_at(manifest) or "?",
                file=file.name,
            ),
            field="login",
        ) from error
    finally:
        site.close()
    if who.role not in RestoreBackup.roles:
        raise not_permitted(who, RestoreBackup)


def _settle_journal(store: Path, key: bytes) -> None:
    """Have the file hold all that is in the log beside it, for the file alone is moved."""
    db = connect(store, key)
    try:
        db.conn.execute("pragma wal_checkpoint(truncate)")
        db.conn.execute("pragma journal_mode = delete")
    finally:
        db.close()
    if any(store.with_name(store.name + name).exists() for name in restoring.JOURNALS):
        raise StoreProblem(Sentence("The restored file could not be closed. Nothing was changed; try again."))
    if not head_file(store).is_file() or not keys.keys_file(store).is_file():
        raise StoreProblem(Sentence("The restored file could not be closed. Nothing was changed; try again."))


def _copied_as_it_is(path: Path, at: dt.datetime) -> Path:
    folder = path.with_name(f"{path.stem}-before-restore-{at:%Y%m%d-%H%M%S}")
    folder.mkdir(mode=0o700)
    try:
        for name in BESIDE:
            part = path.with_name(path.name + name)
            if part.is_file():
                shutil.copy2(part, folder / part.name)
                flush_file(folder / part.name)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


@contextlib.contextmanager
def _claimed(path: Path, way: Way, desk: Desk) -> Iterator[None]:
    if desk.live is not None:  # the lock is held already
        yield
        return
    if not path.parent.is_dir():
        raise StoreProblem(Sentence("There is no folder {folder}.", folder=path.parent))
    lock = WriterLock(path)
    lock.take(who=way.login, station=platform.node(), at=desk.clock())
    try:
        yield
    finally:
        lock.free()


@contextlib.contextmanager
def _said_plainly(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise StoreProblem(
            Sentence("The restore to {path} failed: {why}. The site is as it was.", path=path, why=why)
        ) from error
    except dbapi2.Error as error:
        raise StoreProblem(
            Sentence("The restore to {path} failed: {why}. The site is as it was.", path=path, why=error)
        ) from error
