"""Giving a file a new key, so that a power cut at any instant leaves one that opens.

The coming key is sealed to everyone first, beside the present one. Then a copy under the coming key takes the file's
place in one step. Whichever key the file has when it is next opened for writing is the one that is kept.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from lndesk.domain.errors import StoreProblem
from lndesk.i18n import Sentence
from lndesk.store.database import connect
from lndesk.store.driver import dbapi2
from lndesk.store.files import flush_file, flush_folder
from lndesk.store.keys import KeyRing, keys_file, new_key

COPY = ".rekeyed"
JOURNALS = ("-wal", "-shm", "-journal")


def rotate(path: Path, key: bytes) -> bytes:
    """Encrypt a file anew and return the new key. No connection of this program may be open to it.

    Raises:
        StoreProblem: the disk stands in the way; the file is as it was.
    """
    ring, coming = KeyRing.read(path), new_key()
    ring.settle(key)
    ring.announce(coming)
    try:
        ring.write()
        with _said_plainly(path):
            _copy_anew(path, key, coming)
            _take_the_place(path)
    except BaseException:
        with contextlib.suppress(StoreProblem):  # a full disk: the next opening for writing does it
            settle(path, key)
        raise
    with contextlib.suppress(StoreProblem):
        settle(path, coming)
    return coming


def fitting_key(path: Path, keys: tuple[bytes, ...]) -> bytes:
    """Return the key that the file has, of one or, while a change of key is under way, two. Writes nothing."""
    for key in keys[1:]:
        with contextlib.suppress(StoreProblem):
            connect(path, key, read_only=True).close()
            return key
    return keys[0]


def settle(path: Path, key: bytes) -> None:
    """Keep the key that the file has, and clear away what a change of key that was cut short has left.

    Only the one writer may do this: another one could be in the middle of the change.

    Raises:
        StoreProblem: the keys file cannot be read or written.
    """
    for leftover in (*_copies(path), keys_file(path).with_name(keys_file(path).name + ".new")):
        with contextlib.suppress(OSError):  # first: on a full disk this is the room that the keys need
            leftover.unlink(missing_ok=True)
    ring = KeyRing.read(path)
    if ring.settle(key):
        ring.write()


def _copy_anew(path: Path, key: bytes, coming: bytes) -> None:
    for leftover in _copies(path):
        leftover.unlink(missing_ok=True)
    source = connect(path, key)
    try:
        (busy, *_pages) = source.conn.execute("pragma wal_checkpoint(truncate)").fetchone()
        if busy:  # the log beside the file holds what the file lacks, and is thrown away below
            raise StoreProblem(Sentence("Somebody is reading the file. Nothing was changed; try again in a minute."))
        target = connect(path.with_name(path.name + COPY), coming, create=True)
        try:
            source.conn.backup(target.conn)
            # It stays in the mode that the program works in. Were that changed back when it is opened, a kill then
            # would leave a journal that no reader may play back, and nobody could tell which key the file has.
            (busy, *_pages) = target.conn.execute("pragma wal_checkpoint(truncate)").fetchone()
        finally:
            target.close()
    finally:
        source.close()
    if busy or any(leftover.exists() for leftover in _copies(path)[1:]):
        raise StoreProblem(Sentence("The copy with the new key could not be closed. Nothing was changed; try again."))


def _take_the_place(path: Path) -> None:
    copy = path.with_name(path.name + COPY)
    flush_file(copy)
    for name in JOURNALS:  # a log left beside would be played into the copy
        path.with_name(path.name + name).unlink(missing_ok=True)
    copy.replace(path)
    flush_folder(path.parent)


def _copies(path: Path) -> tuple[Path, ...]:
    copy = path.with_name(path.name + COPY)
    return (copy, *(copy.with_name(copy.name + name) for name in JOURNALS))


@contextlib.contextmanager
def _said_plainly(path: Path) -> Iterator[None]:
    try:
        yield
    except dbapi2.Error as error:  # the copy's as well as the file's own
        raise StoreProblem(Sentence("The new key was not given: {why}. Nothing was changed.", why=error)) from error
    except OSError as error:
        why = error.strerror or error
        raise StoreProblem(Sentence("{path} cannot be written: {why}.", path=path, why=why)) from error
