"""Acts: the audit trail that the database itself enforces, and the chain that seals it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lndesk.store.codecs import decode_instant, encode_instant
from lndesk.store.database import one, rows, value
from lndesk.store.driver import Database

GENESIS = "0" * 64
SUBJECTS = """
    select distinct act_id, coalesce(
        case when table_name = 'patient' then row_id end,
        json_extract(coalesce(after, before), '$.patient_id'),
        (select patient_id from preparation
         where preparation.id = json_extract(coalesce(after, before), '$.preparation_id'))
    ) as patient_id
    from row_change where patient_id is not null
"""
"""Whom each act is about, by what it changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who did what, when, at which desk, with which inputs and why."""

    at: dt.datetime
    login: str
    name: str
    role: str
    station: str
    command: str
    inputs: str
    reason: str
    app_version: str


def guard(db: Database, *tables: str) -> None:
    """Put the triggers on clinical tables: no change without an open act, each change kept before and after.

    A migration that adds a column calls this again for its table.
    """
    for table in tables:
        columns = [row["name"] for row in rows(db, f"pragma table_info('{table}')")]
        for event in ("insert", "update", "delete"):
            before = _as_json("old", columns) if event != "insert" else "null"
            after = _as_json("new", columns) if event != "delete" else "null"
            row_id = "old.id" if event == "delete" else "new.id"
            db.conn.execute(f"drop trigger if exists {table}_{event}_act")
            db.conn.execute(
                f"create trigger {table}_{event}_act after {event} on {table} begin "  # noqa: S608  # names are ours
                "select raise(abort, 'no open act') where not exists (select 1 from open_act); "
                "insert into row_change (act_id, table_name, row_id, before, after) "
                f"select act_id, '{table}', {row_id}, {before}, {after} from open_act; end"
            )


def guarded_tables(db: Database) -> list[str]:
    """Return the tables whose changes are kept, in the order in which rows refer to one another."""
    found = rows(
        db, "select tbl_name from sqlite_master where type = 'trigger' and name like '%\\_insert\\_act' escape '\\'"
    )
    return sorted(row["tbl_name"] for row in found)


def open_act(db: Database) -> int:
    """Begin an act inside the current transaction; return its id."""
    act_id = int(value(db, "select coalesce(max(id), 0) + 1 from act"))
    db.conn.execute("insert into open_act (id, act_id) values (1, ?)", [act_id])
    return act_id


def seal_act(db: Database, act_id: int, act: Act) -> str:
    """End an act: chain it to the one before, with the hash of all that it changed. Return the new head."""
    at, offset = encode_instant(act.at)
    last = one(db, "select at, hash from act order by id desc limit 1")
    behind = 0
    if last is not None:
        behind = max(0, int((decode_instant(last["at"], 0) - act.at).total_seconds()))
    row: dict[str, Any] = {
        "id": act_id, "at": at, "at_offset_min": offset, "login": act.login, "name": act.name, "role": act.role,
        "station": act.station, "command": act.command, "inputs": act.inputs, "reason": act.reason,
        "clock_behind_s": behind, "app_version": act.app_version, "previous_hash": last["hash"] if last else GENESIS,
    }  # fmt: skip
    row["hash"] = chain_hash(row, changes_of(db, act_id))
    names = ", ".join(row)
    db.conn.execute(f"insert into act ({names}) values ({', '.join('?' * len(row))})", list(row.values()))  # noqa: S608
    note_subjects(db, act_id)
    db.conn.execute("delete from open_act")
    return str(row["hash"])


def note_subjects(db: Database, act_id: int | None = None) -> None:
    """Note whom an act is about, or all acts, so that a patient's history is found without reading every change."""
    chosen, parameters = ("", []) if act_id is None else (" and act_id = ?", [act_id])
    db.conn.execute(f"insert or ignore into act_subject (act_id, patient_id) {SUBJECTS}{chosen}", parameters)


def changes_of(db: Database, act_id: int) -> list[dict[str, Any]]:
    """Return the row changes of one act, in order."""
    return rows(db, "select * from row_change where act_id = ? order by id", [act_id])


def chain_hash(act: Mapping[str, Any], changes: Iterable[Mapping[str, Any]]) -> str:
    """Return SHA-256 of the previous hash, the act and its row changes, in one canonical form."""
    digest = hashlib.sha256(act["previous_hash"].encode())
    digest.update(_canonical({name: content for name, content in act.items() if name != "hash"}))
    for change in changes:
        digest.update(_canonical(change))
    return digest.hexdigest()


def head(db: Database) -> str:
    """Return the hash of the last act."""
    return str(value(db, "select hash from act order by id desc limit 1") or GENESIS)


def last(db: Database) -> tuple[int, str] | None:
    """Return the number and the hash of the last act."""
    row = one(db, "select id, hash from act order by id desc limit 1")
    return None if row is None else (row["id"], row["hash"])


def last_instant(db: Database) -> dt.datetime | None:
    """Return when the last act took place. The use of the recovery code, which needs no clock, explains none."""
    row = one(db, "select at, at_offset_min from act where command <> 'UseRecoveryCode' order by id desc limit 1")
    return None if row is None else decode_instant(row["at"], row["at_offset_min"])


def row_json(db: Database, table: str) -> dict[int, str]:
    """Return each live row of a guarded table by its id, in the form that the triggers keep."""
    columns = [row["name"] for row in rows(db, f"pragma table_info('{table}')")]
    found = rows(db, f"select t.id, {_as_json('t', columns)} as content from {table} t")  # noqa: S608  # names are ours
    return {row["id"]: row["content"] for row in found}


def _as_json(alias: str, columns: Iterable[str]) -> str:
    return "json_object(" + ", ".join(f"'{name}', {alias}.\"{name}\"" for name in columns) + ")"


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
