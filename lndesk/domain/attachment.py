"""A certificate or photo that is kept with a lot: what may be attached."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final

from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence

MOST_BYTES: Final = 10 * 1024 * 1024
MEBIBYTE: Final = 1024 * 1024
# what a file says it is by its first bytes; a name proves nothing
_STARTS: Final = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One file kept with a lot: its name, kind, size and SHA-256. The bytes are kept beside, once."""

    id: int | None = None
    lot_id: int
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    added_by: str
    added_at: dt.datetime


def described(lot_id: int, name: str, content: bytes, *, by: str, at: dt.datetime) -> Attachment:
    """Describe a file that is to be attached.

    Raises:
        RuleViolation: it is empty, too large, or neither PDF, PNG nor JPEG.
    """
    if not content:
        raise RuleViolation(Sentence("The file is empty."), field="file")
    if len(content) > MOST_BYTES:
        raise RuleViolation(
            Sentence("The file is larger than {n} MB. Scan it with fewer dots.", n=MOST_BYTES // MEBIBYTE),
            field="file",
        )
    media_type = next((kind for start, kind in _STARTS.items() if content.startswith(start)), None)
    if media_type is None:
        raise RuleViolation(Sentence("Only a PDF, PNG or JPEG file can be attached."), field="file")
    bare = PurePosixPath(PureWindowsPath(name).as_posix()).name.strip()
    return Attachment(
        lot_id=lot_id,
        name=bare or "certificate",
        media_type=media_type,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        added_by=by,
        added_at=at,
    )
