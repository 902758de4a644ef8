"""The one file that a backup is: a plain ZIP archive whose last bytes are the SHA-256 of all before them.

Any program unpacks it, also in thirty years; nothing in it is compressed. The store and its keys are as encrypted as
they were. The manifest is sealed with a key made from the store's own: only who could open the store can write one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lndesk.domain.errors import NewerBackup, StoreProblem
from lndesk.i18n import Sentence
from lndesk.store.files import flush_file, from_medium

FORMAT = 2
STORE, KEYS, HEAD, MANIFEST = "store.lndesk", "store.lndesk.keys", "store.lndesk.head", "manifest.json"
PARTS = (STORE, KEYS, HEAD)
CHUNK = 1 << 20
DIGEST_LETTERS = 64
MOST_MANIFEST = 1 << 20
DAMAGE = (zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError, EOFError, RuntimeError, AttributeError)
Tell = Callable[[int, int], object]


def _silent(_done: int, _of: int) -> None:
    return None


def write_bundle(
    folder: Path, file: Path, manifest: Mapping[str, Any], key: bytes, *, tell: Tell = _silent
) -> dict[str, Any]:
    """Write the parts that lie in a folder into one file, flushed; return the whole manifest.

    Raises:
        OSError: the disk stands in the way; what was begun is for the caller to remove.
    """
    present = [part for part in PARTS if (folder / part).is_file()]
    whole = dict(manifest) | {
        "format": FORMAT,
        "sizes": {part: (folder / part).stat().st_size for part in present},
        "sha256": {part: file_hash(folder / part) for part in present},
    }
    whole["seal"] = _seal(whole, key)
    total = sum(whole["sizes"].values())
    done = 0
    with zipfile.ZipFile(file, "x", zipfile.ZIP_STORED) as archive:
        for part in present:
            with (folder / part).open("rb") as source, archive.open(part, "w", force_zip64=True) as target:
                while chunk := source.read(CHUNK):
                    target.write(chunk)
                    done += len(chunk)
                    tell(done, total)
        archive.writestr(MANIFEST, json.dumps(whole, indent=1, ensure_ascii=False))
        archive.comment = b"0" * DIGEST_LETTERS
    _write_digest(file)
    flush_file(file)
    return whole


def manifest_of(file: Path) -> dict[str, Any]:
    """Return what a backup says it holds, without a key and without checking it.

    Raises:
        StoreProblem: it is not a backup.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return _manifest(file, archive)
    except (OSError, *DAMAGE) as error:
        raise damaged(file) from error


def unpack(file: Path, folder: Path, *, tell: Tell = _silent) -> dict[str, Any]:
    """Unpack a backup into a folder, every byte of it compared with the hashes it carries; return the manifest.

    Raises:
        StoreProblem: it is not a backup, is damaged, or cannot be read.
        NewerBackup: it has a form that this version does not know.
    """
    try:
        from_medium(file)
        whole = _read_whole(file, tell)
        with zipfile.ZipFile(file) as archive:
            manifest = _manifest(file, archive)
            _refuse_unlike(file, archive, manifest, whole=whole)
            _take_out_all(file, archive, manifest, folder)
    except OSError as error:
        why = error.strerror or error
        raise StoreProblem(Sentence("The backup {file} cannot be read: {why}.", file=file, why=why)) from error
    except DAMAGE as error:
        raise damaged(file) from error
    return manifest


def is_sealed(manifest: Mapping[str, Any], key: bytes) -> bool:
    """Tell whether a manifest was written by somebody who held the key, and not changed since."""
    return hmac.compare_digest(str(manifest.get("seal", "")).encode(), _seal(manifest, key).encode())


def damaged(file: Path) -> StoreProblem:
    """Return the refusal of a file that is no whole backup."""
    return StoreProblem(Sentence("{file} is not a whole backup of lndesk. Use another one.", file=file))


def file_hash(file: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _manifest(file: Path, archive: zipfile.ZipFile) -> dict[str, Any]:
    entry = archive.getinfo(MANIFEST)
    if entry.compress_type != zipfile.ZIP_STORED or entry.file_size > MOST_MANIFEST:
        raise damaged(file)
    manifest: dict[str, Any] = dict(json.loads(archive.read(entry)))
    if int(manifest["format"]) > FORMAT:
        raise NewerBackup(
            Sentence(
                "The backup {file} was written by a newer version of lndesk ({version}). Install that version to use"
                " it; nothing was changed.",
                file=file,
                version=manifest.get("app_version", "?"),
            )
        )
    return manifest


def _refuse_unlike(file: Path, archive: zipfile.ZipFile, manifest: Mapping[str, Any], *, whole: bool) -> None:
    names = sorted(archive.namelist())
    unpacked = all(entry.compress_type == zipfile.ZIP_STORED for entry in archive.infolist())
    known = set(manifest["sha256"]) <= set(PARTS) and {STORE, KEYS} <= set(manifest["sha256"])
    if not (whole and unpacked and known and names == sorted([*manifest["sha256"], MANIFEST])):
        raise damaged(file)


def _take_out_all(file: Path, archive: zipfile.ZipFile, manifest: Mapping[str, Any], folder: Path) -> None:
    begun: list[Path] = []
    try:
        for part, sha256 in manifest["sha256"].items():
            begun.append(folder / part)
            _take_out(file, archive, begun[-1], sha256)
    except BaseException:
        for place in begun:
            place.unlink(missing_ok=True)
        raise


def _take_out(file: Path, archive: zipfile.ZipFile, place: Path, sha256: str) -> None:
    digest = hashlib.sha256()
    with archive.open(place.name) as source, place.open("wb") as target:
        while chunk := source.read(CHUNK):
            target.write(chunk)
            digest.update(chunk)
    if digest.hexdigest() != sha256:
        raise damaged(file)


def _write_digest(file: Path) -> None:
    with file.open("rb+") as stream:
        stream.seek(-DIGEST_LETTERS, os.SEEK_END)
        covered = stream.tell()
        stream.seek(0)
        digest = hashlib.sha256()
        while covered and (chunk := stream.read(min(CHUNK, covered))):
            digest.update(chunk)
            covered -= len(chunk)
        stream.write(digest.hexdigest().encode())


def _read_whole(file: Path, tell: Tell) -> bool:
    size = file.stat().st_size
    covered, done, digest = size - DIGEST_LETTERS, 0, hashlib.sha256()
    with file.open("rb") as stream:
        while done < covered and (chunk := stream.read(min(CHUNK, covered - done))):
            digest.update(chunk)
            done += len(chunk)
            tell(done, size)
        return hmac.compare_digest(stream.read(), digest.hexdigest().encode())


def _seal(manifest: Mapping[str, Any], key: bytes) -> str:
    said = json.dumps({name: said for name, said in manifest.items() if name != "seal"}, sort_keys=True).encode()
    own = hmac.new(key, b"lndesk-manifest", hashlib.sha256).digest()
    return hmac.new(own, said, hashlib.sha256).hexdigest()
