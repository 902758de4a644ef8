"""Secrets that lie in a file of this machine, readable by nobody but its owner."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

from lndesk.domain.errors import StoreProblem
from lndesk.i18n import Sentence

SECRET_BYTES = 32
OTHERS = stat.S_IRWXG | stat.S_IRWXO
MOST_BYTES = 4096


def new_secret() -> str:
    """Return 256 random bits as text."""
    return secrets.token_hex(SECRET_BYTES)


def write_private(file: Path, secret: str) -> None:
    """Write a secret into a file of its own that only its owner reads; on Windows the profile's rights hold.

    Raises:
        StoreProblem: the disk stands in the way.
    """
    fresh = file.with_name(file.name + ".new")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            stream.write(secret + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(file)
    except OSError as error:
        why = error.strerror or error
        raise StoreProblem(Sentence("{path} cannot be written: {why}.", path=file, why=why)) from error


def read_private(file: Path) -> str:
    """Read the first line of a file that nobody but its owner can read.

    Raises:
        StoreProblem: there is no such file, it is empty, or others can read it.
    """
    try:
        with file.open("rb") as stream:
            if os.name == "posix" and os.fstat(stream.fileno()).st_mode & OTHERS:
                raise StoreProblem(
                    Sentence("Others can read {path}. Take that right from them (chmod 600) first.", path=file)
                )
            lines = stream.read(MOST_BYTES).decode("utf-8").splitlines()
    except OSError as error:
        why = error.strerror or error
        raise StoreProblem(Sentence("{path} cannot be read: {why}.", path=file, why=why)) from error
    except UnicodeDecodeError as error:
        raise StoreProblem(Sentence("{path} holds no text.", path=file)) from error
    if not lines or not lines[0]:
        raise StoreProblem(Sentence("{path} is empty.", path=file))
    return lines[0]


def remove_private(file: Path) -> None:
    """Remove a secret's file; what it held opens nothing any more."""
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)
