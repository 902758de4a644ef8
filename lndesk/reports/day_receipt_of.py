"""The page on a day that was closed, from what is on record."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import cast

from lndesk import __version__
from lndesk.domain.sheet import SheetLanguage, Text
from lndesk.queries.act_words import table_words
from lndesk.queries.day_end import item_sentence
from lndesk.reports.day_receipt import DayFacts, day_receipt
from lndesk.store import people
from lndesk.store.backup import table_counts
from lndesk.store.backups import backup
from lndesk.store.database import value
from lndesk.store.days import DayCloseRow
from lndesk.store.driver import Database


def day_receipt_of(db: Database, row: DayCloseRow) -> bytes:
    """Compose the page on a day that was closed.

    Raises:
        RuleViolation: a text does not fit, or the font lacks a letter.
    """
    site = people.site(db)
    made = None if row.backup_id is None else backup(db, row.backup_id)
    items = [item_sentence(item["kind"], item["subject"], item["detail"]) for item in json.loads(row.items)]
    facts = DayFacts(
        site=Text(site.name, site.name_zh),
        training=site.training,
        day=row.day_on,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        items=tuple(items),
        expected=row.containers_expected,
        counted=row.containers_counted,
        backup=None if made is None else (Path(made.file).name, made.verified_at, made.head),
        why_no_backup=row.why_no_backup,
        remark=row.remark,
        head=_head_then(db, row),
        counts=tuple((Text.spoken(partial(table_words, table)), count) for table, count in table_counts(db)[0].items()),
        app_version=__version__,
    )
    return day_receipt(facts, cast("SheetLanguage", site.sheet_language))


def _head_then(db: Database, row: DayCloseRow) -> str:
    """Return the hash of the act that closed the day, so that the page is the same whenever it is printed."""
    sql = "select hash from act join row_change on act_id = act.id where table_name = 'day_close' and row_id = ?"
    return str(value(db, sql, [row.id]))
