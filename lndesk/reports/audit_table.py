"""The audit trail as a table for a monitor's own tools: CSV that any spreadsheet opens and none runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from lndesk.queries.act_words import column_words, command_words, table_words
from lndesk.queries.audit_lines import AuditLine

HEAD = (
    "act", "at", "login", "who", "role", "workstation", "command", "what", "subject_id", "table", "row", "column",
    "record", "field", "was", "now", "why", "clock_behind_s", "act_hash",
)  # fmt: skip
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def audit_table(lines: Iterable[AuditLine]) -> bytes:
    """Compose the table, one line a changed column."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for line in lines:
        writer.writerow([_harmless(cell) for cell in _cells(line)])
    return text.getvalue().encode("utf-8-sig")


def _cells(line: AuditLine) -> tuple[str, ...]:
    act = line.act
    return (
        str(act.id), act.at.isoformat(), act.login, act.name, act.role, act.station, act.command,
        command_words(act.command), line.subject_id, line.table, "" if line.row_id is None else str(line.row_id),
        line.column, table_words(line.table), column_words(line.column), line.was, line.now, line.why,
        str(act.clock_behind_s or ""), act.hash,
    )  # fmt: skip


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell
