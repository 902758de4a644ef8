"""The audit trail as it leaves the file: one line a changed column, without patients' names unless they are wanted."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lndesk.i18n import _
from lndesk.queries.act_filter import ActFilter, ActScope
from lndesk.queries.act_words import exact_changes
from lndesk.queries.acts import ActRow, act_changes, act_rows, act_subjects
from lndesk.store.database import rows
from lndesk.store.driver import Database

IDENTITY = frozenset(
    {
        ("patient", "family_name"), ("patient", "given_name"), ("patient", "latin_family"), ("patient", "latin_given"),
        ("patient", "hospital_no"), ("patient", "born_on"), ("consent", "guardian"), ("sheet", "snapshot"),
        ("check_attempt", "entered"), ("check_attempt", "on_record"),
    }
)  # fmt: skip
LEAST_REPORT_NO = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One changed column of an act; an act that changed no record has one line without a change."""

    act: ActRow
    subject_id: str
    table: str = ""
    row_id: int | None = None
    column: str = ""
    was: str = ""
    now: str = ""
    why: str = ""


def audit_lines(db: Database, wanted: ActFilter, scope: ActScope, *, names: bool) -> Iterator[AuditLine]:
    """Go through the acts, oldest last, page by page."""
    hidden = () if names else tuple(hidden_names(db))
    before_id: int | None = None
    while page := act_rows(db, wanted, scope, before_id=before_id):
        subjects = act_subjects(db, [act.id for act in page])
        for act in page:
            yield from _lines(db, act, subjects.get(act.id, ""), hidden)
        before_id = page[-1].id


def without_names(db: Database, said: Mapping[str, str]) -> dict[str, str]:
    """Return texts with Subject IDs in the place of names."""
    hidden = tuple(hidden_names(db))
    return {name: coded(text, hidden) for name, text in said.items()}


def _lines(db: Database, act: ActRow, subject_id: str, hidden: tuple[tuple[str, str], ...]) -> Iterator[AuditLine]:
    why = coded(act.reason, hidden)
    changes = exact_changes(act_changes(db, act.id))
    if not changes:
        yield AuditLine(act=act, subject_id=subject_id, why=why)
    for change in changes:
        withheld = bool(hidden) and (change.table, change.column) in IDENTITY
        was, now = (
            (_("withheld") if text and withheld else coded(text, hidden)) for text in (change.before, change.after)
        )
        yield AuditLine(
            act=act, subject_id=subject_id, table=change.table, row_id=change.row_id, column=change.column,
            was=was, now=now, why=why,
        )  # fmt: skip


def coded(text: str, hidden: tuple[tuple[str, str], ...]) -> str:
    """Return a text with the Subject ID in the place of each name."""
    for name, subject_id in hidden:
        if name in text:
            text = text.replace(name, subject_id)
    return text


def hidden_names(db: Database) -> Iterator[tuple[str, str]]:
    """Give all that a hospital finds a patient by, the longest first, with the Subject ID: names and numbers."""
    found: set[tuple[str, str]] = set()
    for row in rows(db, "select coalesce(after, before) as content from row_change where table_name = 'patient'"):
        found |= set(_spoken(json.loads(row["content"])))
    for row in rows(
        db,
        "select guardian, subject_id from consent join patient on patient.id = patient_id where guardian <> ''",
    ):
        found.add((row["guardian"], row["subject_id"]))
    found |= set(_reports(db))
    yield from sorted(found, key=lambda pair: (-len(pair[0]), pair))


def _reports(db: Database) -> Iterator[tuple[str, str]]:
    of_answers = rows(
        db,
        "select json_extract(coalesce(after, before), '$.value') as number, subject_id from row_change"
        " join patient on patient.id = json_extract(coalesce(after, before), '$.patient_id')"
        " where table_name = 'answer' and json_extract(coalesce(after, before), '$.item') = 'report_no'",
    )
    for row in of_answers:
        # a shorter one stands in too many other figures
        if len(number := row["number"].strip()) >= LEAST_REPORT_NO:
            yield number, row["subject_id"]


def _spoken(patient: dict[str, Any]) -> Iterator[tuple[str, str]]:
    family, given = patient["latin_family"], patient["latin_given"]
    names: Iterable[str] = (
        patient["family_name"] + patient["given_name"], f"{family} {given}", f"{given} {family}",
        f"{family.upper()} {given}", patient["hospital_no"],
    )  # fmt: skip
    for name in names:
        if len(name.strip()) > 1:
            yield name.strip(), patient["subject_id"]


def filter_words(wanted: ActFilter, subject_id: str) -> dict[str, str]:
    """Return a filter as an act and a page keep it: codes and ISO days."""
    given: dict[str, object] = {
        "patient": subject_id, "user": wanted.login, "command": wanted.command, "from": wanted.first_on or "",
        "to": wanted.last_on or "", "text": wanted.text,
    }  # fmt: skip
    return {name: _iso(value) for name, value in given.items() if value}


def _iso(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)
