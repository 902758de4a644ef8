"""The receipt of a backup on record, from the record and the copy's own manifest."""

from __future__ import annotations

import platform
from functools import partial
from pathlib import Path
from typing import cast

from lndesk import __version__
from lndesk.domain.errors import StoreProblem
from lndesk.domain.sheet import SheetLanguage, Text
from lndesk.queries.act_words import table_words
from lndesk.reports.backup_receipt import BackupFacts, backup_receipt
from lndesk.store.backup import manifest_of
from lndesk.store.backups import BackupRow
from lndesk.store.people import Site


def receipt_of(row: BackupRow, site: Site) -> bytes:
    """Compose the page that vouches for a backup.

    Raises:
        RuleViolation: a text does not fit, or the font lacks a letter.
    """
    file = Path(row.file)
    facts = BackupFacts(
        site=Text(site.name, site.name_zh),
        training=site.training,
        file_name=file.name,
        folder=str(file.parent),
        made_at=row.verified_at,
        made_by=row.made_by,
        workstation=platform.node(),
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        counts=tuple((Text.spoken(partial(table_words, table)), count) for table, count in _counts(row)),
        acts=row.acts,
        chain_head=row.head,
        verified_at=row.verified_at,
        app_version=__version__,
    )
    return backup_receipt(facts, cast("SheetLanguage", site.sheet_language))


def _counts(row: BackupRow) -> list[tuple[str, int]]:
    try:
        return list(manifest_of(Path(row.file))["counts"].items())
    except StoreProblem:  # the medium is not plugged in: the record itself knows this much
        return [("patient", row.patients)]
