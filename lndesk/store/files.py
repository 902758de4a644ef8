"""Writing files so that a power cut leaves the old one or the new one, never a part."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path


def write_whole(file: Path, content: bytes) -> None:
    """Write a file: a new one, flushed, in the old one's place."""
    fresh = file.with_name(file.name + ".new")
    try:
        with fresh.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(file)
    except OSError:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
    flush_folder(file.parent)


def flush_file(file: Path) -> None:
    """See to it that a file is on the disk."""
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())


def flush_folder(folder: Path) -> None:
    """See to it that the names in a folder are on the disk; Windows does this by itself."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def from_medium(file: Path) -> None:
    """Have the next reading come from the medium, not from what the system still holds of the writing."""
    if hasattr(os, "posix_fadvise"):  # elsewhere the system decides
        with contextlib.suppress(OSError), file.open("rb") as stream:
            os.fsync(stream.fileno())
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def free_bytes(folder: Path) -> int:
    """Return how much room there is where a folder lies."""
    return shutil.disk_usage(folder).free
