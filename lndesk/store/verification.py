"""Does the file hold what was recorded? The chain, a replay of every act, and the engine's own checks."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from lndesk.domain.errors import Cancelled, StoreProblem
from lndesk.domain.watch import QUIET, Watch
from lndesk.i18n import Sentence
from lndesk.store import contents
from lndesk.store.acts import GENESIS, SUBJECTS, chain_hash, changes_of, guarded_tables, row_json
from lndesk.store.codecs import decode_instant
from lndesk.store.database import in_memory, rows, value
from lndesk.store.driver import Database, dbapi2
from lndesk.store.heads import Head
from lndesk.store.log_file import pages_in_log
from lndesk.store.migrations import migrate, next_step

TRIGGERS = "select tbl_name, name, sql from sqlite_master where type = 'trigger'"
Replayed = dict[tuple[str, int], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found; no problem means that the tables are what the acts made them."""

    acts: int
    head: str
    counts: dict[str, int]
    problems: tuple[Sentence, ...]
    notes: tuple[Sentence, ...] = ()
    """What is truly on record and worth knowing, such as a clock that was set back."""

    @property
    def ok(self) -> bool:
        """Tell whether nothing differs."""
        return not self.problems


STEPS_BETWEEN_LOOKS = 100_000
_PAGE = re.compile("page (\\d+)")
RECENT = 50
"""How many acts the quick check looks at: what may have happened since the last full one."""


def verify(
    db: Database,
    kept: Head | None = None,
    later: Callable[[], Head | None] = lambda: None,
    *,
    watch: Watch = QUIET,
) -> Verification:
    """Recompute the chain, replay all acts, compare with the live tables, and run the integrity checks.

    Args:
        db: the open file.
        kept: the head that was kept beside it, read before the file was opened.
        later: reads the head anew at the end, since others may save while this goes on.
        watch: told how far it is, and asked whether to go on.

    Raises:
        Cancelled: the person has stopped it.
    """
    try:
        with _one_state(db):
            return _verify(db, kept, later, watch)
    except Cancelled:
        raise
    except (dbapi2.Error, StoreProblem) as error:
        watch.tell("verifying", 0, 0)  # an interrupted check is no damage
        return Verification(0, GENESIS, {}, (Sentence("The file cannot be read to its end: {error}", error=error),))


@contextlib.contextmanager
def _one_state(db: Database) -> Iterator[None]:
    """Have all be read as it is now, for others may save meanwhile, and half of theirs would look like damage."""
    if db.conn.in_transaction:
        yield
        return
    db.conn.execute("begin")
    try:
        yield
    finally:
        db.rollback()


def quick_check(db: Database, kept: Head | None) -> Verification:
    """Look at the end of the chain, the kept head and the guards: what an opening has time for."""
    try:
        acts = rows(db, "select * from act order by id desc limit ?", [RECENT + 1])[::-1]
        problems = [*_loose(db, acts), *_missing_guards(db, _intended(next_step(db)))]
        if kept is not None:
            there = rows(db, "select * from act where id = ?", [kept.act_id])
            problems += [*_cut_off(there, kept, last=_last_id(acts)), *_unacknowledged(acts, kept)]
        head = str(acts[-1]["hash"]) if acts else GENESIS
        return Verification(_last_id(acts), head, {}, tuple(problems), tuple(_clock_notes(acts[-RECENT:])))
    except (dbapi2.Error, StoreProblem) as error:
        return Verification(0, GENESIS, {}, (Sentence("The file cannot be read to its end: {error}", error=error),))


def _loose(db: Database, acts: list[dict[str, Any]]) -> Iterator[Sentence]:
    for before, act in pairwise([{"id": 0, "hash": GENESIS}, *acts] if len(acts) <= RECENT else acts):
        linked = act["id"] == before["id"] + 1 and act["previous_hash"] == before["hash"]
        if not linked or act["hash"] != chain_hash(act, changes_of(db, act["id"])):
            yield Sentence("act, row {id}: the act does not fit the chain.", id=act["id"])


def _last_id(acts: list[dict[str, Any]]) -> int:
    return int(acts[-1]["id"]) if acts else 0


def _verify(db: Database, kept: Head | None, later: Callable[[], Head | None], watch: Watch) -> Verification:
    problems: list[Sentence] = []
    replayed: Replayed = {}
    previous, acts = GENESIS, rows(db, "select * from act order by id")
    of = len(acts) + 1  # the last step is all that follows the replay
    for number, act in enumerate(acts, 1):
        watch.tell("verifying", number, of)
        changes = changes_of(db, act["id"])
        if act["id"] != number or act["previous_hash"] != previous or act["hash"] != chain_hash(act, changes):
            problems.append(Sentence("act, row {id}: the act does not fit the chain.", id=act["id"]))
        previous = act["hash"]
        for change in changes:
            problems += _replay(replayed, change)
    if kept is not None:
        problems += _cut_off(acts, kept, last=_last_id(acts))
    problems += _strays(db)
    intended = _intended(next_step(db))
    if "act_subject" in intended.all_tables:
        problems += _subjects(db)
    live = {table: row_json(db, table) for table in intended.tables}
    problems += _differences(replayed, live)
    problems += _missing_guards(db, intended)
    problems += _contents(db, intended)
    if "attachment_bytes" in intended.all_tables:
        problems += _attachments(db)
    problems += _engine(db, watch)
    newest = later()
    if kept is not None and newest is not None:
        problems += _unacknowledged(acts, newest)
    counts = {table: len(found) for table, found in live.items()}
    return Verification(len(acts), previous, counts, tuple(problems), tuple(_clock_notes(acts)))


def _replay(replayed: Replayed, change: dict[str, Any]) -> Iterator[Sentence]:
    place = (change["table_name"], change["row_id"])
    try:
        before, after = _kept(change["before"]), _kept(change["after"])
    except ValueError:
        yield Sentence("row_change, row {id}: it does not follow from the changes before it.", id=change["id"])
        return
    if not _agree(replayed.get(place), before):
        yield Sentence("row_change, row {id}: it does not follow from the changes before it.", id=change["id"])
    if after is None:
        replayed.pop(place, None)
    else:
        replayed[place] = after


def _agree(recorded: dict[str, Any] | None, found: dict[str, Any] | None) -> bool:
    if recorded is None or found is None:
        return recorded is found
    return {**dict.fromkeys(found), **recorded} == found  # a column of a later step was null until somebody filled it


def _kept(row: str | None) -> dict[str, Any] | None:
    content = None if row is None else json.loads(row)
    if content is not None and not isinstance(content, dict):
        raise ValueError(row)
    return content


def _cut_off(acts: list[dict[str, Any]], kept: Head, *, last: int) -> Iterator[Sentence]:
    there = next((act for act in acts if act["id"] == kept.act_id), None)
    if there is None:
        yield Sentence(
            "act, row {id}: it was acknowledged and is gone; the acts now end with row {last}.",
            id=kept.act_id,
            last=last,
        )
    elif there["hash"] != kept.hash:
        yield Sentence("act, row {id}: it is not the act that was acknowledged.", id=kept.act_id)


def _unacknowledged(acts: list[dict[str, Any]], newest: Head) -> Iterator[Sentence]:
    for act in acts:
        if not newest.covers(act["id"], act["hash"]):
            yield Sentence(
                "act, row {id}: it was never acknowledged. If the power failed at {instant}, it may be in order;"
                " otherwise it was added by hand.",
                id=act["id"],
                instant=decode_instant(act["at"], act["at_offset_min"]),
            )


def _subjects(db: Database) -> Iterator[Sentence]:
    if rows(db, "select 1 from row_change where not json_valid(coalesce(after, before, '{}')) limit 1"):
        return  # the replay has named it
    noted = "select act_id, patient_id from act_subject"
    for sql in (f"{SUBJECTS} except {noted}", f"{noted} except {SUBJECTS}"):
        for row in rows(db, sql):
            yield Sentence(
                "act_subject, act {id}: it does not name the patients whom the act is about.", id=row["act_id"]
            )


def _clock_notes(acts: list[dict[str, Any]]) -> Iterator[Sentence]:
    for act in acts:
        if act["clock_behind_s"]:
            yield Sentence(
                "act, row {id}: the clock was {seconds} s behind the act before it.",
                id=act["id"],
                seconds=act["clock_behind_s"],
            )


def _strays(db: Database) -> Iterator[Sentence]:
    for row in rows(db, "select id from row_change where act_id not in (select id from act)"):
        yield Sentence("row_change, row {id}: it belongs to no act.", id=row["id"])


def _differences(replayed: Replayed, live: dict[str, dict[int, str]]) -> Iterator[Sentence]:
    present = {(table, row_id) for table, found in live.items() for row_id in found}
    for table, row_id in sorted(present - set(replayed)):
        yield Sentence("{table}, row {id}: no act made this row.", table=table, id=row_id)
    for table, row_id in sorted(set(replayed) - present):
        yield Sentence("{table}, row {id}: the row is gone, and no act removed it.", table=table, id=row_id)
    for table, row_id in sorted(present & set(replayed)):
        recorded, found = replayed[table, row_id], json.loads(live[table][row_id])
        for column in found:
            if found[column] != recorded.get(column):
                yield Sentence(
                    "{table}, row {id}: {column} is not what the acts recorded.", table=table, id=row_id, column=column
                )


def _attachments(db: Database) -> Iterator[Sentence]:
    named = {row["sha256"]: row["id"] for row in rows(db, "select id, sha256 from attachment")}
    for sha256, row_id in named.items():
        held = value(db, "select content from attachment_bytes where sha256 = ?", [sha256])
        if held is None or hashlib.sha256(held).hexdigest() != sha256:
            yield Sentence("attachment, row {id}: its file is not the one that was attached.", id=row_id)
    for row in rows(db, "select sha256 from attachment_bytes"):
        if row["sha256"] not in named:
            yield Sentence("attachment_bytes: {sha256} belongs to no attachment.", sha256=row["sha256"][:12])


def _missing_guards(db: Database, intended: _Shape) -> Iterator[Sentence]:
    found = _guards(db)
    for table in sorted({place[0] for place, sql in intended.guards.items() if found.get(place) != sql}):
        yield Sentence("{table}: its guard is gone.", table=table)


def _guards(db: Database) -> dict[tuple[str, str], str]:
    return {(row["tbl_name"], row["name"]): row["sql"] for row in rows(db, TRIGGERS)}


@dataclass(frozen=True, slots=True)
class _Shape:
    """The tables and guards of a file; values only, for a connection may not go from thread to thread."""

    tables: list[str]
    all_tables: frozenset[str]
    guards: dict[tuple[str, str], str]


@cache
def _intended(before: str | None) -> _Shape:
    """Return the shape that the steps up to one give, for this file may be of an older one."""
    db = in_memory()
    try:
        migrate(db, before=before)
        tables = frozenset(row["name"] for row in rows(db, "select name from sqlite_master where type = 'table'"))
        return _Shape(guarded_tables(db), tables, _guards(db))
    finally:
        db.close()


def _contents(db: Database, intended: _Shape) -> Iterator[Sentence]:
    if "content" in intended.all_tables:
        yield from contents.faults(db)


def _engine(db: Database, watch: Watch) -> Iterator[Sentence]:
    db.conn.set_progress_handler(lambda: int(watch.stopped()), STEPS_BETWEEN_LOOKS)
    try:
        yield from _engine_problems(db)
    finally:
        db.conn.set_progress_handler(None, 0)
    watch.tell("verifying", 1, 1)


def _damaged_pages(db: Database) -> list[str]:
    """Return what is wrong with pages of the file; what it holds of a page that stands in the log does not count."""
    file = next((row["file"] for row in rows(db, "pragma database_list") if row["file"]), None)
    if file is None:
        return []
    found = [str(next(iter(row.values()))) for row in rows(db, "pragma cipher_integrity_check")]
    logged = pages_in_log(Path(file)) if found else frozenset()
    return [what for what in found if (page := _PAGE.search(what)) is None or int(page[1]) not in logged]


def _engine_problems(db: Database) -> Iterator[Sentence]:
    for found in _damaged_pages(db):
        yield Sentence("The encrypted file is damaged: {error}.", error=found)
    for row in rows(db, "pragma integrity_check"):
        if (found := next(iter(row.values()))) != "ok":
            yield Sentence("The file is damaged: {error}.", error=found)
    for row in rows(db, "pragma foreign_key_check"):
        yield Sentence("{table}, row {id}: it refers to a row that is gone.", table=row["table"], id=row["rowid"])
