"""Making a backup: a consistent copy, written beside its place, read again from the medium, and only then named."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from lndesk import __version__
from lndesk.domain.errors import (
    LnDeskError,
    MediumFull,
    MediumMissing,
    NotVerified,
    OtherKey,
    StoreInUse,
    StoreProblem,
)
from lndesk.domain.watch import QUIET, Watch
from lndesk.i18n import Amount, Sentence
from lndesk.store.acts import guarded_tables, head
from lndesk.store.bundle import (
    HEAD,
    KEYS,
    MANIFEST,
    STORE,
    file_hash,
    is_sealed,
    manifest_of,
    unpack,
    write_bundle,
)
from lndesk.store.database import connect, one, rows, value
from lndesk.store.driver import Database, dbapi2
from lndesk.store.files import flush_folder, free_bytes
from lndesk.store.heads import Head, head_text
from lndesk.store.keys import KeyRing
from lndesk.store.migrations import last_step
from lndesk.store.verification import Verification, verify

__all__ = ["HEAD", "KEYS", "MANIFEST", "STORE", "Backup", "back_up", "manifest_of", "unpack", "verify_backup"]

SUFFIX = ".lndesk-backup"
PARTIAL = ".partial"
PAGES_AT_ONCE = 256
MARGIN_BYTES = 1 << 16
KIB = 1024
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
GONE = {errno.ENOENT, errno.EIO, errno.ENODEV, errno.ENXIO, errno.ENOTDIR, getattr(errno, "ESTALE", errno.EIO)}


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup file that was reopened and verified."""

    file: Path
    size_bytes: int
    sha256: str
    verification: Verification
    made_at: dt.datetime
    target_id: int | None = None


def back_up(
    store: Path,
    key: bytes,
    folder: Path,
    *,
    now: dt.datetime,
    by: str = "",
    name: str = "",
    watch: Watch = QUIET,
) -> Backup:
    """Copy a site's file into a folder, reopen the copy, replay it, and only then give it its name.

    Runs on a connection of its own, so that the window may go on writing meanwhile.

    Raises:
        MediumMissing, MediumFull: the folder cannot take it, before or meanwhile.
        NotVerified: the copy is not what was copied.
        StoreInUse: another backup of the same file is being made.
        Cancelled: the person has stopped it.
        StoreProblem: the file or the folder stands in the way otherwise.
    """
    name = name or f"{store.stem}-{now:%Y%m%d-%H%M%S}"
    final = folder / f"{name}{SUFFIX}"
    partial = folder / f"{name}{SUFFIX}{PARTIAL}"
    with _one_at_a_time(store), _said_plainly(folder):
        if not folder.is_dir():
            raise MediumMissing(
                Sentence("There is no folder {folder}. Choose another, or plug the medium in.", folder=folder)
            )
        if final.exists():
            raise StoreProblem(Sentence("There already is a backup {file}.", file=final))
        _drop_leftovers(store, folder)
        medium = folder.stat().st_dev
        try:
            _write(store, key, partial, now=now, by=by, watch=watch)
            verification = verify_backup(partial, key, watch=watch)
            if not verification.ok:
                raise NotVerified(
                    Sentence("The copy was checked and differs: {problem}", problem=verification.problems[0])
                )
            size, sha256 = partial.stat().st_size, file_hash(partial)
            _refuse_gone(folder, medium)
            watch.tell("verifying", 1, 1)
            partial.replace(final)
            flush_folder(folder)
        except StoreProblem:
            _refuse_gone(folder, medium)
            raise
        finally:
            with contextlib.suppress(OSError):  # a medium that is gone holds it until the next backup there
                partial.unlink(missing_ok=True)
        return Backup(final, size, sha256, verification, now)


def verify_backup(file: Path, key: bytes, *, watch: Watch = QUIET) -> Verification:
    """Reopen a backup from its medium: compare hashes, replay the acts, check the engine, compare the counts.

    Raises:
        OtherKey: it is whole, but made under another key.
        StoreProblem: it is not a backup, or is damaged.
    """
    with unpacked(file, watch=watch) as (store, manifest):
        return verify_unpacked(file, store, manifest, key, watch=watch)


def verify_unpacked(
    file: Path, store: Path, manifest: dict[str, Any], key: bytes, *, watch: Watch = QUIET
) -> Verification:
    """Do what `verify_backup` does with a backup that is unpacked already."""
    db = open_unpacked(file, store, manifest, key)
    try:
        verification = verify(db, watch=watch)
        counts, others = table_counts(db)
    finally:
        db.close()
    same = (manifest.get("head"), manifest.get("acts"), manifest.get("counts"), manifest.get("other_counts")) == (
        verification.head, verification.acts, counts, others,
    )  # fmt: skip
    if verification.ok and not (same and is_sealed(manifest, key)):
        raise NotVerified(Sentence("The backup {file} does not hold what its manifest says.", file=file))
    return verification


def open_unpacked(file: Path, store: Path, manifest: dict[str, Any], key: bytes) -> Database:
    """Open the unpacked store of a backup, read only.

    Raises:
        OtherKey: the key is another one.
    """
    try:
        return connect(store, key, read_only=True)
    except StoreProblem as error:  # its hash was right: it is whole
        said = Sentence(
            "The backup {file} of {when} has another key: it was made before the key was changed, or at another site."
            " Open it with a password of then.",
            file=file,
            when=made_at(manifest) or "?",
        )
        raise OtherKey(said) from error


@contextlib.contextmanager
def unpacked(file: Path, *, watch: Watch = QUIET) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Unpack a backup into a private folder for as long as the block runs; give the store's file and the manifest.

    Raises:
        StoreProblem: there is no such file, it is not a backup, or is damaged.
    """
    if not file.is_file():
        raise StoreProblem(Sentence("There is no file {path}.", path=file))
    with tempfile.TemporaryDirectory(prefix="lndesk-") as scratch:  # 0700; holds encrypted pages only
        manifest = unpack(file, Path(scratch), tell=lambda done, of: watch.tell("reading", done, of))
        yield Path(scratch) / STORE, manifest


def made_at(manifest: dict[str, Any]) -> dt.datetime | None:
    """Return when a backup was made, as it says."""
    try:
        return dt.datetime.fromisoformat(manifest["made_at"])
    except (KeyError, TypeError, ValueError):
        return None


def table_counts(db: Database) -> tuple[dict[str, int], dict[str, int]]:
    """Count the rows of each table on record, and of each other table."""
    kept = set(guarded_tables(db))
    names = [
        row["name"]
        for row in rows(db, "select name from sqlite_master where type = 'table' order by name")
        if not row["name"].startswith("sqlite_")
    ]
    counts = {name: int(value(db, f'select count(*) from "{name}"')) for name in names}  # noqa: S608  # names are ours
    return (
        {name: count for name, count in counts.items() if name in kept},
        {name: count for name, count in counts.items() if name not in kept},
    )


def _write(store: Path, key: bytes, partial: Path, *, now: dt.datetime, by: str, watch: Watch) -> None:
    with tempfile.TemporaryDirectory(prefix="lndesk-") as made:
        scratch = Path(made)
        ring = KeyRing.read(store)  # first: a change of key meanwhile must not part the two
        (scratch / KEYS).write_bytes(ring.for_a_backup())
        with _said_plainly(scratch):
            _refuse_without_room(store, scratch)
            _refuse_without_room(store, partial.parent)
            _copy_pages(store, key, scratch / STORE, watch)
            manifest = _manifest(scratch, key, now=now, by=by)
        write_bundle(scratch, partial, manifest, key, tell=lambda done, of: watch.tell("writing", done, of))


def _manifest(scratch: Path, key: bytes, *, now: dt.datetime, by: str) -> dict[str, Any]:
    db = connect(scratch / STORE, key, read_only=True)
    try:
        counts, others = table_counts(db)
        acts = int(value(db, "select count(*) from act"))
        site = one(db, "select store_id, training from site") or {}
        manifest = {
            "app_version": __version__,
            "schema": last_step(db),
            "store_id": site.get("store_id", ""),
            "training": bool(site.get("training")),
            "made_at": now.isoformat(),
            "made_by": by,
            "head": head(db),
            "acts": acts,
            "counts": counts,
            "other_counts": others,
        }
    finally:
        db.close()
    (scratch / HEAD).write_text(head_text(Head(acts, manifest["head"])), encoding="utf-8")
    return manifest


def _refuse_gone(folder: Path, medium: int) -> None:
    """Refuse a folder that lies on another medium than it did: where one was pulled, an empty folder may be left."""
    if not folder.is_dir() or folder.stat().st_dev != medium:
        raise _gone(folder)


def _refuse_without_room(store: Path, folder: Path) -> None:
    log = store.with_name(store.name + "-wal")
    needed = store.stat().st_size + (log.stat().st_size if log.exists() else 0) + MARGIN_BYTES
    free = free_bytes(folder)
    if free < needed:
        raise MediumFull(
            Sentence(
                "{folder} has room for {free}, and the backup takes {needed}. Free some space, or take another medium.",
                folder=folder,
                free=Amount(free // KIB, "KB"),
                needed=Amount(-(-needed // KIB), "KB"),
            )
        )


def _copy_pages(store: Path, key: bytes, copy: Path, watch: Watch) -> None:
    # a connection of its own: on one inside a transaction the copy would wait for ever
    source: Database = connect(store, key, read_only=True)
    target: Database = connect(copy, key, create=True)
    try:
        # an error of the engine here may be the copy's as well as the source's: it is said as the backup's
        source.conn.backup(
            target.conn,
            pages=PAGES_AT_ONCE,
            progress=lambda _state, left, of: watch.tell("copying", of - left, of),
        )
        target.conn.execute("pragma journal_mode = delete")
    finally:
        source.close()
        target.close()


@contextlib.contextmanager
def _one_at_a_time(store: Path) -> Iterator[None]:
    lock = FileLock(store.with_name(store.name + ".backing"), timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreInUse(Sentence("Another backup of this file is being made just now.")) from error
    except OSError:  # a folder that takes no file is no reason against a backup elsewhere
        yield
        return
    try:
        yield
    finally:
        lock.release()


def _drop_leftovers(store: Path, folder: Path) -> None:
    """Remove what a kill or a pulled medium has left; nobody else is at it, see above."""
    for leftover in folder.glob(f"{store.stem}-*{SUFFIX}{PARTIAL}"):
        leftover.unlink(missing_ok=True)


@contextlib.contextmanager
def _said_plainly(folder: Path) -> Iterator[None]:
    try:
        yield
    except LnDeskError:
        raise
    except PermissionError as error:
        raise StoreProblem(Sentence("{folder} cannot be written to. Choose another folder.", folder=folder)) from error
    except OSError as error:
        raise _of_disk(error, folder) from error
    except dbapi2.Error as error:
        if "full" in str(error):
            raise _full(folder) from error
        raise StoreProblem(Sentence("The backup failed: {why}. No backup was made.", why=error)) from error


def _of_disk(error: OSError, folder: Path) -> StoreProblem:
    if error.errno in NO_ROOM:
        return _full(folder)
    if error.errno in GONE or not folder.is_dir():
        return _gone(folder)
    why = error.strerror or error
    if error.errno == errno.EROFS:
        return StoreProblem(Sentence("{folder} cannot be written to. Choose another folder.", folder=folder))
    return StoreProblem(Sentence("The backup to {folder} failed: {why}. No backup was made.", folder=folder, why=why))


def _gone(folder: Path) -> MediumMissing:
    return MediumMissing(
        Sentence(
            "The backup to {folder} failed: the medium is gone or cannot be written. No backup was made.", folder=folder
        )
    )


def _full(folder: Path) -> MediumFull:
    return MediumFull(
        Sentence("The backup to {folder} failed: there is no room left. No backup was made.", folder=folder)
    )
