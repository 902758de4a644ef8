"""Putting a prepared site's file in another one's place; a power cut at any instant leaves one that is whole.

What is to come is prepared in a folder beside the file. Then one small file, written in one step, decides: before it
the old site is whole and the folder counts for nothing; after it the new one is, and whoever opens the file next
finishes the renames that are left. A rename that was done before is found done.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path

from lndesk.domain.errors import StoreProblem
from lndesk.i18n import Sentence
from lndesk.store.bundle import HEAD, KEYS, STORE, file_hash
from lndesk.store.files import flush_file, flush_folder, write_whole
from lndesk.store.heads import head_file
from lndesk.store.keys import keys_file

JOURNALS = ("-wal", "-shm", "-journal")
ORDER = (KEYS, HEAD, STORE)


def prepared_folder(path: Path) -> Path:
    """Return where a restore is prepared."""
    return path.with_name(path.name + ".restore")


def decision_file(path: Path) -> Path:
    """Return the file that decides that a prepared restore counts."""
    return path.with_name(path.name + ".restoring")


def begin(path: Path) -> Path:
    """Make the folder in which a restore is prepared, empty and private.

    Raises:
        OSError: the disk stands in the way.
    """
    clear(path)
    folder = prepared_folder(path)
    folder.mkdir(mode=0o700)
    return folder


def clear(path: Path) -> None:
    """Remove a preparation that nothing decided for; for the one writer only."""
    if decision_file(path).exists():
        return
    with contextlib.suppress(OSError):
        decision_file(path).with_name(decision_file(path).name + ".new").unlink(missing_ok=True)
    if prepared_folder(path).exists():
        shutil.rmtree(prepared_folder(path), ignore_errors=True)


def ready(path: Path) -> dict[str, str]:
    """See to it that what is prepared is on the disk; return the hash of each part.

    Raises:
        OSError: the disk stands in the way.
    """
    folder = prepared_folder(path)
    for part in ORDER:
        flush_file(folder / part)
    flush_folder(folder)
    return {part: file_hash(folder / part) for part in ORDER}


def put_in_place(path: Path, hashes: dict[str, str]) -> None:
    """Decide for what is prepared, and finish. Nothing may be open to the file.

    Raises:
        OSError, StoreProblem: the disk stands in the way; once it is decided, the next opening finishes.
    """
    write_whole(decision_file(path), json.dumps(hashes).encode())
    finish(path)


def is_decided(path: Path) -> bool:
    """Tell whether a restore was decided for and not finished."""
    return decision_file(path).exists()


def finish(path: Path) -> None:
    """Do the renames that are left of a restore that was decided for; for the one writer only.

    Raises:
        StoreProblem: what was prepared is damaged, or the disk stands in the way.
    """
    try:
        wanted = {str(part): str(sha256) for part, sha256 in json.loads(decision_file(path).read_text()).items()}
        places = {KEYS: keys_file(path), HEAD: head_file(path), STORE: path}
        left = [part for part in ORDER if (prepared_folder(path) / part).exists()]
        _refuse_damaged(path, wanted, left, places)
        if STORE in left:
            for name in JOURNALS:  # a log left beside would be played into the restored file
                path.with_name(path.name + name).unlink(missing_ok=True)
        for part in left:
            (prepared_folder(path) / part).replace(places[part])
        path.with_name(path.name + ".tries").unlink(missing_ok=True)
        flush_folder(path.parent)
        decision_file(path).unlink()
        flush_folder(path.parent)
    except (OSError, ValueError, KeyError, AttributeError) as error:
        why = getattr(error, "strerror", None) or error
        raise StoreProblem(
            Sentence("The restore of {path} was not finished: {why}. Open it again to finish it.", path=path, why=why)
        ) from error
    with contextlib.suppress(OSError):
        shutil.rmtree(prepared_folder(path))


def _refuse_damaged(path: Path, wanted: dict[str, str], left: list[str], places: dict[str, Path]) -> None:
    for part in ORDER:
        there = prepared_folder(path) / part if part in left else places[part]
        if not there.is_file() or file_hash(there) != wanted[part]:
            raise StoreProblem(
                Sentence(
                    "A restore of {path} was cut short, and what it prepared is damaged. Restore from the backup again;"
                    " the copy that was kept before it lies beside the file.",
                    path=path,
                )
            )
