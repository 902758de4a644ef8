"""Opening a site's file: the lock of the one writer, the key, the shape."""

from __future__ import annotations

import contextlib
import datetime as dt
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lndesk.domain.errors import StoreProblem
from lndesk.i18n import Sentence
from lndesk.store import acts, ledger
from lndesk.store.database import connect, translated
from lndesk.store.driver import Database, dbapi2
from lndesk.store.files import flush_file, flush_folder
from lndesk.store.heads import Head, drop_half_written, read_head, write_head
from lndesk.store.keys import keys_file
from lndesk.store.lock import WriterLock
from lndesk.store.migrations import is_current, migrate, refuse_newer
from lndesk.store.restoring import clear, finish, is_decided


@dataclass(frozen=True, slots=True)
class SiteFile:
    """An open file with its key, and the lock while it may be written."""

    path: Path
    db: Database
    key: bytes
    lock: WriterLock | None

    def close(self) -> None:
        """Close the file and let others write."""
        try:
            self.db.close()
        finally:
            if self.lock is not None:
                self.lock.free()


def open_file(path: Path, key: bytes, *, who: str, at: dt.datetime, read_only: bool) -> SiteFile:
    """Open a site's file, bringing it to the newest shape when it may be written.

    Raises:
        StoreInUse: another window writes to it.
        StoreProblem: it is missing, damaged, of a newer version, or the key does not fit.
    """
    if read_only:
        db = connect(path, key, read_only=True)
        return SiteFile(path, _shaped(db, path, key, at, read_only=True), key, None)
    lock = _locked(path, who, at)
    try:
        db = connect(path, key)
        with contextlib.suppress(OSError):
            drop_half_written(path)
            clear(path)
        return SiteFile(path, _with_ledger(_shaped(db, path, key, at, read_only=False), path, who, at), key, lock)
    except BaseException:
        lock.free()
        raise


def finish_restore(path: Path, *, who: str, at: dt.datetime) -> None:
    """Finish a restore that was cut short after it was decided, before anything of the site is read.

    Raises:
        StoreInUse: it is going on just now.
        StoreProblem: what it prepared is damaged, or the disk or the rights stand in the way.
    """
    try:
        if not is_decided(path):
            return
    except OSError as error:  # the first look into the folder
        raise StoreProblem(
            Sentence("{path} cannot be opened here. Check the folder and its rights.", path=path)
        ) from error
    lock = _locked(path, who, at)
    try:
        if is_decided(path):
            finish(path)
    finally:
        lock.free()


def create_file(path: Path, key: bytes, *, who: str, at: dt.datetime) -> SiteFile:
    """Make a new, empty site's file.

    Raises:
        StoreProblem: the folder cannot be written to.
    """
    lock = _locked(path, who, at)
    try:
        db = connect(path, key, create=True)
    except BaseException:
        lock.free()
        raise
    file = SiteFile(path, db, key, lock)
    try:
        migrate(db)
    except BaseException:
        file.close()
        raise
    return file


@contextlib.contextmanager
def claimed(path: Path) -> Iterator[None]:
    """Claim a name for a new site's file; nothing of it is left when the block does not succeed.

    Raises:
        StoreProblem: there is such a file already, or the folder cannot be written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if keys_file(path).exists() or path.exists():
            raise StoreProblem(Sentence("There already is a file {path}. Choose another name.", path=path))
        path.touch(exist_ok=False)  # of two that found at once one loses here, before it wrote anything
        try:
            yield
        except BaseException:
            _remove(path)
            raise
    except OSError as error:
        why = error.strerror or error
        raise StoreProblem(Sentence("{path} cannot be written: {why}.", path=path, why=why)) from error


def _remove(path: Path) -> None:
    for beside in (
        "",
        "-wal",
        "-shm",
        ".keys",
        ".keys.new",
        ".head",
        ".head.new",
        ".tries",
        ".holder",
        ".lock",
        ".backing",
    ):
        with contextlib.suppress(OSError):
            path.with_name(path.name + beside).unlink(missing_ok=True)


def _locked(path: Path, who: str, at: dt.datetime) -> WriterLock:
    lock = WriterLock(path)
    lock.take(who=who, station=platform.node(), at=at)
    return lock


def _shaped(db: Database, path: Path, key: bytes, at: dt.datetime, *, read_only: bool) -> Database:
    try:
        refuse_newer(db)
        if not read_only and not is_current(db):
            _keep_copy(db, path, key, at)
            migrate(db)
    except BaseException:
        db.close()
        raise
    return db


def _with_ledger(db: Database, path: Path, who: str, at: dt.datetime) -> Database:
    """Open the ledger of containers from before there was one, as an act of its own that the head vouches for."""
    try:
        if ledger.needs_opening(db):
            kept = read_head(path)
            whole = kept is None or (kept.act_id, kept.hash) == acts.last(db)
            head = Head(*ledger.open_ledger(db, login=who, at=at))
            if whole:  # a head that something else has overtaken stays, so that a verification tells
                write_head(path, head)
    except BaseException:
        db.close()
        raise
    return db


def _keep_copy(db: Database, path: Path, key: bytes, at: dt.datetime) -> None:
    with translated(path):
        (busy, *_pages) = db.conn.execute("pragma wal_checkpoint(truncate)").fetchone()
    if busy:  # the copy would lack what only the log beside the file holds
        raise StoreProblem(
            Sentence("No copy could be kept before the update: somebody is reading the file. Nothing was changed.")
        )
    copy = path.with_name(f"{path.stem}-before-update-{at:%Y%m%d-%H%M%S}{path.suffix}")
    fresh = copy.with_name(copy.name + ".new")  # what has the name of a copy is whole, also after a kill
    try:
        _drop_unfinished(path)
        _copy(path, key, fresh)
        flush_file(fresh)
        fresh.replace(copy)
        flush_folder(path.parent)
    except (OSError, StoreProblem, dbapi2.Error) as error:
        why = getattr(error, "strerror", None) or error.__cause__ or error
        raise StoreProblem(
            Sentence("No copy could be kept before the update: {why}. Nothing was changed.", why=why)
        ) from error
    finally:
        _drop_unfinished(path)


def _drop_unfinished(path: Path) -> None:
    for leftover in path.parent.glob(f"{path.stem}-before-update-*.new*"):
        with contextlib.suppress(OSError):
            leftover.unlink()


def _copy(path: Path, key: bytes, fresh: Path) -> None:
    # by the engine: to open the file past it would take this program's locks off it, on systems that count them so
    with (
        contextlib.closing(connect(path, key, read_only=True)) as source,
        contextlib.closing(connect(fresh, key, create=True)) as target,
    ):
        source.conn.backup(target.conn)
        target.conn.execute("pragma journal_mode = delete")
