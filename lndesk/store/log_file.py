"""Which pages the write-ahead log holds, for checks that read the file past the engine.

Format: https://sqlite.org/fileformat2.html#walformat; SQLCipher encrypts the pages and leaves the headers in clear.
"""

from __future__ import annotations

from pathlib import Path

HEADER, FRAME_HEADER = 32, 24
_SALTS_OF_LOG, _SALTS_OF_FRAME = slice(16, 24), slice(8, 16)


def pages_in_log(store: Path) -> frozenset[int]:
    """Return the numbers of the pages that stand in the log: for these the engine does not look into the file."""
    try:
        log = store.with_name(store.name + "-wal").read_bytes()
    except FileNotFoundError:
        return frozenset()
    if len(log) < HEADER:
        return frozenset()
    step = FRAME_HEADER + int.from_bytes(log[8:12])
    frames = (log[at : at + FRAME_HEADER] for at in range(HEADER, len(log) - step + 1, step))
    salts = log[_SALTS_OF_LOG]
    return frozenset(int.from_bytes(frame[:4]) for frame in frames if frame[_SALTS_OF_FRAME] == salts)
