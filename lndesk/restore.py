"""Putting a backup in a site's place."""

from __future__ import annotations

import contextlib
import datetime as dt
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from lndesk.domain.account import Person
from lndesk.domain.errors import (
    Cancelled,
    MediumFull,
    MustWait,
    NotVerified,
    OtherKey,
    RuleViolation,
    StoreProblem,
    WrongMedium,
    WrongPassword,
)
from lndesk.funnel import not_permitted, person_of
from lndesk.i18n import Sentence
from lndesk.inside import Desk, Way, key_into, refuse_newer_backup, unlocked
from lndesk.queries.lost_acts import Comparison, compare
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
from lndesk.study import Study

BESIDE = ("", "-wal", "-shm", ".keys", ".head")


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
    work = Restoration(file, path, way, reason=reason, desk=desk)
    try:
        work.prepare()
        return work.put_in_place()
    finally:
        work.give_up()


class Restoration:
    """One restore under way: begun and put in place on the thread of the window, prepared on a worker."""

    def __init__(self, file: Path, path: Path, way: Way, *, reason: str, desk: Desk | None = None) -> None:
        self.file, self.path, self.way, self.reason = file, path, way, reason
        self.desk = desk or Desk()
        live = self.desk.live
        if not file.is_file():
            raise StoreProblem(Sentence("There is no file {path}.", path=file))
        if not reason.strip():
            raise RuleViolation(Sentence("Give the reason."), field="reason")
        if live is not None and not live.permits(RestoreBackup):
            raise not_permitted(live.who, RestoreBackup)
        self._lock = None if live is not None else _lock(path, way, self.desk)
        self._live_key = None if live is None else live._file.key  # noqa: SLF001  # of the same site
        self._at = self.desk.clock()
        self._store = restoring.prepared_folder(path) / STORE
        self._keeps_keys = False
        self._key = b""
        self._manifest: dict[str, Any] = {}
        self._comparison: Comparison | None = None
        self._safety_copy: Path | None = None
        self._sha256 = ""
        self._hashes: dict[str, str] = {}
        self._restored: Restored | None = None
        self.has_closed_site = False
        """Whether the site that was open is closed, so that whoever showed it has to leave it, done or not."""

    def prepare(self) -> None:
        """Unpack and verify the backup, keep a copy of what is there, and sign for the restore in the new file.

        Raises: as `restore`. The site is as it was.
        """
        with _said_plainly(self.path):
            if restoring.is_decided(self.path):
                restoring.finish(self.path)
            folder = restoring.begin(self.path)
            self._refuse_without_room()
            self._manifest = unpack(self.file, folder, tell=lambda done, of: self.desk.watch.tell("reading", done, of))
            self._sha256 = file_hash(self.file)
            live_keys = self._live_keys()
            self._choose_keys(live_keys)
            self._refuse_other_site(live_keys)
            refuse_newer_backup(self.file, self._store, self._key)
            found = verify_unpacked(self.file, self._store, self._manifest, self._key, watch=self.desk.watch)
            if not found.ok:
                raise NotVerified(Sentence("The copy was checked and differs: {problem}", problem=found.problems[0]))
            _refuse_stranger(self.file, self._store, self._key, self._manifest, self.way.login, self._at)
            self._keep_what_is_there((*live_keys, self._key))
            self._restored = self._signed()
            self._hashes = restoring.ready(self.path)
            self.desk.watch.tell("writing", 1, 1)

    def put_in_place(self) -> Restored:
        """Let the prepared file take the site's place, and close the site that is open here.

        Raises:
            StoreProblem: something was put on record meanwhile, or the disk stands in the way.
        """
        restored, live = self._restored, self.desk.live
        if restored is None:
            raise RuntimeError(self.path)
        if live is not None and self._comparison is not None and live.head() != self._comparison.live_head:
            raise StoreProblem(
                Sentence(
                    "Something was put on record while the restore was prepared. Nothing was changed; restore again."
                )
            )
        with _said_plainly(self.path):
            if live is None:
                restoring.put_in_place(self.path, self._hashes)
                return restored
            self.has_closed_site = True
            live._db.close()  # noqa: SLF001  # the lock stays until the other file is in place
            try:
                restoring.put_in_place(self.path, self._hashes)
            finally:
                live.close()
        return restored

    def give_up(self) -> None:
        """Clear away what is not in place, and let others write; after `put_in_place` nothing is left to clear."""
        restoring.clear(self.path)
        if self._lock is not None:
            self._lock.free()

    def _signed(self) -> Restored:
        with self._opened() as study:
            password = self.way.new_password if self.way.code else self.way.password
            study.sign(self._command(), login=self.way.login, password=password)
            head, acts = study.head(), study.act_count()
        _settle_journal(self._store, self._key)
        return Restored(
            path=self.path,
            backup=self.file,
            safety_copy=self._safety_copy,
            comparison=self._comparison,
            keys="kept" if self._keeps_keys else "from_backup",
            head=head,
            acts=acts,
        )

    def _live_keys(self) -> tuple[bytes, ...]:
        if self._live_key is not None:
            return (self._live_key,)
        if not keys.keys_file(self.path).is_file():
            return ()
        try:
            return (unlocked(self.path, self.way, self.desk),)
        except MustWait:
            raise
        except StoreProblem:
            return ()  # keys that are damaged, or a password of then: the backup's own keys will say

    def _choose_keys(self, live_keys: tuple[bytes, ...]) -> None:
        for key in live_keys:  # the passwords of now stay where they open the backup as well
            with contextlib.suppress(OtherKey):
                open_unpacked(self.file, self._store, self._manifest, key).close()
                unlocked(self.path, self.way, self.desk)
                shutil.copyfile(keys.keys_file(self.path), keys.keys_file(self._store))
                self._keeps_keys, self._key = True, key
                return
        self._key = key_into(self.file, self._store, self._manifest, self.way, self.desk)

    def _refuse_other_site(self, live_keys: tuple[bytes, ...]) -> None:
        if not self.path.exists() and not keys.keys_file(self.path).exists():
            return
        store_id = _store_id(self.path)
        if store_id == self._manifest["store_id"]:
            return
        if store_id is not None:
            raise WrongMedium(
                Sentence(
                    "{file} is a backup of another site than {path}. Restore it under another name.",
                    file=self.file,
                    path=self.path,
                )
            )
        for key in (*live_keys, self._key):
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
                    self.path, key, self.path.parent, now=self._at, by=self.way.login, watch=self.desk.watch,
                    name=f"{self.path.stem}-before-restore-{self._at:%Y%m%d-%H%M%S}",
                )  # fmt: skip
            except Cancelled:
                raise
            except StoreProblem:
                continue  # it is damaged, or has another key
            self._safety_copy = made.file
            return
        self._safety_copy = _copied_as_it_is(self.path, self._at)

    def _compare(self, key: bytes) -> None:
        live = connect(self.path, key, read_only=True)
        try:
            copy = open_unpacked(self.file, self._store, self._manifest, self._key)
            try:
                self._comparison = compare(live, copy)
            finally:
                copy.close()
        finally:
            live.close()

    @contextlib.contextmanager
    def _opened(self) -> Iterator[Study]:
        way = self.way
        if way.code:
            study = Study.recover(
                self._store, code=way.code, login=way.login, new_password=way.new_password, clock=self.desk.clock,
                cost=self.desk.cost,
            )  # fmt: skip
        else:
            study = Study.open(
                self._store, login=way.login, password=way.password, clock=self.desk.clock, cost=self.desk.cost
            )
        try:
            yield study
        finally:
            study.close()

    def _command(self) -> RestoreBackup:
        known = self._comparison
        return RestoreBackup(
            file=str(self.file),
            backup_sha256=self._sha256,
            backup_head=str(self._manifest["head"]),
            backup_acts=int(self._manifest["acts"]),
            replaced_head=known.live_head if known else None,
            replaced_acts=known.live_acts if known else None,
            acts_missing=len(known.missing) if known else None,
            safety_copy=str(self._safety_copy) if self._safety_copy else None,
            reason=self.reason,
        )


def _store_id(path: Path) -> str | None:
    try:
        return keys.KeyRing.read(path).store_id
    except StoreProblem:
        return None


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


def _lock(path: Path, way: Way, desk: Desk) -> WriterLock:
    if not path.parent.is_dir():
        raise StoreProblem(Sentence("There is no folder {folder}.", folder=path.parent))
    lock = WriterLock(path)
    lock.take(who=way.login, station=platform.node(), at=desk.clock())
    return lock


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
