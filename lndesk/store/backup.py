"""A backup: one file with the encrypted store, its locked keys and a manifest, reopened before it counts."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from lndesk import __version__
from lndesk.domain.errors import StoreProblem
from lndesk.i18n import Sentence
from lndesk.store.acts import guarded_tables, head
from lndesk.store.database import connect, value
from lndesk.store.driver import Database, dbapi2
from lndesk.store.files import flush_file, flush_folder
from lndesk.store.keys import keys_file
from lndesk.store.verification import Verification, verify

SUFFIX = ".lndesk-backup"
PARTIAL = ".partial"
STORE, KEYS, MANIFEST = "store.lndesk", "store.lndesk.keys", "manifest.json"
PAGES_AT_ONCE = 256
CHUNK = 1 << 20
Stage = Literal["copying", "verifying"]


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup file that was reopened and verified."""

    file: Path
    size_bytes: int
    sha256: str
    verification: Verification


def back_up(
    store: Path,
    key: bytes,
    folder: Path,
    *,
    now: dt.datetime,
    on_stage: Callable[[Stage], object] = lambda _stage: None,
) -> Backup:
    """Copy a site's file into a folder, reopen the copy, replay it, and only then give it its name.

    Runs on a connection of its own, so that the window may go on writing meanwhile.

    Raises:
        StoreProblem: the folder cannot take it, or the copy is not what was copied.
    """
    name = f"{store.stem}-{now:%Y%m%d-%H%M%S}"
    final = folder / f"{name}{SUFFIX}"
    partial = folder / f"{name}{SUFFIX}{PARTIAL}"
    with _said_plainly(folder):
        if not folder.is_dir():
            raise StoreProblem(
                Sentence("There is no folder {folder}. Choose another, or plug the medium in.", folder=folder)
            )
        if final.exists():
            raise StoreProblem(Sentence("There already is a backup {file}.", file=final))
        try:
            on_stage("copying")
            _write(store, key, partial)
            on_stage("verifying")
            verification = verify_backup(partial, key)
            if not verification.ok:
                raise StoreProblem(
                    Sentence("The copy was checked and differs: {problem}", problem=verification.problems[0])
                )
            partial.replace(final)
            flush_folder(folder)
        finally:
            partial.unlink(missing_ok=True)
        return Backup(final, final.stat().st_size, file_hash(final), verification)


def verify_backup(file: Path, key: bytes) -> Verification:
    """Reopen a backup from its medium: compare hashes, replay the acts, check the engine.

    Raises:
        StoreProblem: it is not a backup, is damaged, or the key does not fit.
    """
    if not file.is_file():
        raise StoreProblem(Sentence("There is no file {path}.", path=file))
    with tempfile.TemporaryDirectory(prefix="lndesk-") as scratch:  # holds encrypted pages only
        manifest = unpack(file, Path(scratch))
        db = connect(Path(scratch) / STORE, key, read_only=True)
        try:
            verification = verify(db)
        finally:
            db.close()
    if verification.head != manifest["head"] or verification.counts != manifest["counts"]:
        raise StoreProblem(Sentence("The backup {file} does not hold what its manifest says.", file=file))
    return verification


def manifest_of(file: Path) -> dict[str, Any]:
    """Return what a backup says it holds, without a key and without checking it.

    Raises:
        StoreProblem: it is not a backup.
    """
    try:
        with zipfile.ZipFile(file) as parts:
            return dict(json.loads(parts.read(MANIFEST)))
    except (OSError, zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError, EOFError, RuntimeError) as error:
        raise StoreProblem(Sentence("{file} is not a whole backup of lndesk. Use another one.", file=file)) from error


def unpack(file: Path, folder: Path) -> dict[str, Any]:
    """Unpack a backup into a folder, comparing each part with the manifest; return the manifest.

    Raises:
        StoreProblem: it is not a backup, or is damaged.
    """
    damaged = StoreProblem(Sentence("{file} is not a whole backup of lndesk. Use another one.", file=file))
    try:
        with zipfile.ZipFile(file) as parts:
            manifest: dict[str, Any] = json.loads(parts.read(MANIFEST))
            for part in (STORE, KEYS):
                parts.extract(part, folder)
                if file_hash(folder / part) != manifest["sha256"][part]:
                    raise damaged
    except OSError as error:
        why = error.strerror or error
        raise StoreProblem(Sentence("The backup {file} cannot be read: {why}.", file=file, why=why)) from error
    except (zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError, EOFError, RuntimeError) as error:
        raise damaged from error
    return manifest


def file_hash(file: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _write(store: Path, key: bytes, partial: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="lndesk-") as scratch:
        copy = Path(scratch) / STORE
        locked_keys = keys_file(store).read_bytes()  # first: a change of key meanwhile must not part the two
        _copy_pages(store, key, copy)
        db = connect(copy, key, read_only=True)
        try:
            counts = {table: value(db, f"select count(*) from {table}") for table in guarded_tables(db)}  # noqa: S608  # names are ours
            chain_head, acts = head(db), value(db, "select count(*) from act")
        finally:
            db.close()
        manifest = {
            "format": 1,
            "app_version": __version__,
            "head": chain_head,
            "acts": acts,
            "counts": counts,
            "sha256": {STORE: file_hash(copy), KEYS: hashlib.sha256(locked_keys).hexdigest()},
        }
        with zipfile.ZipFile(partial, "x", zipfile.ZIP_STORED) as parts:
            parts.write(copy, STORE)
            parts.writestr(KEYS, locked_keys)
            parts.writestr(MANIFEST, json.dumps(manifest, indent=1))
        flush_file(partial)


def _copy_pages(store: Path, key: bytes, copy: Path) -> None:
    # a connection of its own: on one inside a transaction the copy would wait for ever
    source: Database = connect(store, key, read_only=True)
    target: Database = connect(copy, key, create=True)
    try:
        # an error of the engine here may be the copy's as well as the source's: it is said as the backup's
        source.conn.backup(target.conn, pages=PAGES_AT_ONCE)
        target.conn.execute("pragma journal_mode = delete")
    finally:
        source.close()
        target.close()


@contextlib.contextmanager
def _said_plainly(folder: Path) -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        raise StoreProblem(Sentence("{folder} cannot be written to. Choose another folder.", folder=folder)) from error
    except OSError as error:
        raise StoreProblem(
            Sentence(
                "The backup to {folder} failed: {why}. No backup was made.", folder=folder, why=error.strerror or error
            )
        ) from error
    except dbapi2.Error as error:
        raise StoreProblem(Sentence("The backup failed: {why}. No backup was made.", why=error)) from error
