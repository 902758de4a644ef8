"""Giving a file a new key, so that a power cut at any instant leaves one that opens.

The coming key is sealed to everyone first, beside the present one. Then a copy under the coming key takes the file's
place in one step. Whichever key the file has when it is next opened is the one that is kept.
"""

from __future__ import annotations

from pathlib import Path

from lndesk.domain.errors import StoreProblem
from lndesk.store.database import connect, translated
from lndesk.store.driver import Database
from lndesk.store.files import flush_file, flush_folder
from lndesk.store.keys import KeyRing, new_key


def rotate(path: Path, db: Database, key: bytes) -> bytes:
    """Encrypt a file anew and return the new key. The open connection is closed by it.

    Raises:
        StoreProblem: the disk stands in the way; the file is as it was.
    """
    ring, coming = KeyRing.read(path), new_key()
    ring.announce(coming)
    ring.write()
    copy = path.with_name(path.name + ".rekeyed")
    copy.unlink(missing_ok=True)
    target = connect(copy, coming, create=True)
    source = connect(path, key)
    try:
        with translated(path):
            source.conn.backup(target.conn)
            target.conn.execute("pragma journal_mode = delete")
    finally:
        source.close()
        target.close()
    flush_file(copy)
    with translated(path):
        db.conn.execute("pragma wal_checkpoint(truncate)")
    db.close()
    for leftover in ("-wal", "-shm"):
        path.with_name(path.name + leftover).unlink(missing_ok=True)
    copy.replace(path)
    flush_folder(path.parent)
    ring.settle(on_next=True)
    ring.write()
    return coming


def fitting_key(path: Path, ring: KeyRing, keys: tuple[bytes, ...]) -> bytes:
    """Return the key that opens the file; settle a change that was cut short.

    Raises:
        StoreProblem: none of them does.
    """
    if not ring.unsettled:
        return keys[0]
    for place, key in enumerate(keys):
        try:
            connect(path, key, read_only=True).close()
        except StoreProblem:
            continue
        ring.settle(on_next=place > 0)
        ring.write()
        path.with_name(path.name + ".rekeyed").unlink(missing_ok=True)
        return key
    return keys[0]
