"""Opening the encrypted file, its settings, and its errors in sentences."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lndesk.domain.errors import StoreProblem
from lndesk.i18n import Sentence
from lndesk.store.driver import Database, dbapi2

BUSY_MS = 5_000
KEY_BYTES = 32


def connect(path: Path, key: bytes, *, create: bool = False, read_only: bool = False) -> Database:
    """Open a site's file with its 256-bit key.

    Raises:
        StoreProblem: there is no such file, it is not a site's file, or the key does not fit.
    """
    if not create and not path.is_file():
        raise StoreProblem(Sentence("There is no file {path}.", path=path))
    if not create and not path.stat().st_size:  # the engine would take it for a new, empty database
        raise StoreProblem(_sentence("not a database", path))
    mode = "rwc" if create else "ro" if read_only else "rw"
    with translated(path):
        connection = dbapi2.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, isolation_level=None)
        try:
            _prepare(connection, key, read_only=read_only)
        except BaseException:
            connection.close()
            raise
    return Database(connection)


def in_memory() -> Database:
    """Open an empty database that lives as long as its connection."""
    connection = dbapi2.connect(":memory:", isolation_level=None)
    connection.execute("pragma foreign_keys = on")
    return Database(connection)


def into_memory(source: Database, key: bytes) -> Database:
    """Return a database in memory that holds all of another one; nothing of it touches a disk."""
    connection = dbapi2.connect(":memory:", isolation_level=None)
    connection.execute(f"pragma key = \"x'{key.hex()}'\"")  # the engine copies between equal keys only
    source.conn.backup(connection)
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma temp_store = memory")
    return Database(connection)


def _prepare(connection: Any, key: bytes, *, read_only: bool) -> None:
    if len(key) != KEY_BYTES:
        raise ValueError(len(key))
    connection.execute("pragma cipher_log_level = none")  # a wrong key would be told on stderr
    connection.execute(f"pragma key = \"x'{key.hex()}'\"")
    connection.execute("select count(*) from sqlite_master").fetchone()  # the first read tells whether the key fits
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma temp_store = memory")  # no name in a temporary file
    connection.execute(f"pragma busy_timeout = {BUSY_MS}")
    if not read_only:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")


@contextlib.contextmanager
def writing(db: Database) -> Iterator[None]:
    """Run the block as one transaction: all of it, or none."""
    try:
        with db.atomic():
            yield
    except dbapi2.Error as error:
        raise StoreProblem(_unsaved(str(error), certain=_take_its_place(db))) from error


def _take_its_place(db: Database) -> bool:
    """Commit nothing in the place of what was refused; tell whether that could be done.

    A disk that took it and failed to flush it still holds it, whole, at the end of the log; a kill before the next save
    would bring back what the person was told is not saved.
    """
    try:
        (version,) = db.conn.execute("pragma user_version").fetchone()
        db.conn.execute(f"pragma user_version = {version}")
    except dbapi2.Error:
        return False
    return True


@contextlib.contextmanager
def translated(path: Path | None = None) -> Iterator[None]:
    """Turn the driver's errors into sentences."""
    try:
        yield
    except dbapi2.Error as error:
        raise StoreProblem(_sentence(str(error), path)) from error


def _unsaved(error: str, *, certain: bool) -> Sentence:
    if "disk I/O error" in error and not certain:
        return Sentence(
            "The disk takes nothing just now, so nobody can tell whether this was saved. See that it is connected,"
            " close the window and open the file again, and look before you enter it once more."
        )
    if "disk I/O error" in error:
        return Sentence(
            "The disk reports an error. Nothing was saved; see that it is connected and save again. If it comes again,"
            " ask your IT helper."
        )
    return _sentence(error, None)


def _sentence(error: str, path: Path | None) -> Sentence:
    if "not a database" in error or "malformed" in error or "disk I/O error" in error or "HMAC" in error:
        return Sentence(
            "{path} cannot be read: it is damaged, cut short, or not a file of lndesk. Nothing was changed."
            " Restore the last backup, or open another file.",
            path=path or Sentence("The site's file"),
        )
    if "full" in error:
        return Sentence("The disk is full. Nothing was saved; free some space and save again.")
    if "readonly" in error or "read-only" in error:
        return Sentence(
            "The site's file is read-only here. Nothing was saved; ask your IT helper for the right to write."
        )
    if "locked" in error:
        return Sentence("Another program is writing to the site's file. Nothing was saved; try again.")
    if "unable to open" in error:
        where = path or Sentence("The site's file")
        return Sentence("{path} cannot be opened here. Check the folder and its rights.", path=where)
    return Sentence("The site's file refused this: {error}. Nothing was saved.", error=error)


def rows(db: Database, sql: str, parameters: Mapping[str, object] | Sequence[object] = ()) -> list[dict[str, Any]]:
    """Return the rows of a query as dictionaries."""
    with translated():
        cursor = db.conn.execute(sql, parameters)
        names = [column[0] for column in cursor.description or ()]  # none: a pragma that has nothing to say
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def one(db: Database, sql: str, parameters: Mapping[str, object] | Sequence[object] = ()) -> dict[str, Any] | None:
    """Return the first row of a query, if there is one."""
    found = rows(db, sql, parameters)
    return found[0] if found else None


def value(db: Database, sql: str, parameters: Mapping[str, object] | Sequence[object] = ()) -> Any:
    """Return the one value that a query gives."""
    with translated():
        row = db.conn.execute(sql, parameters).fetchone()
    return None if row is None else row[0]
