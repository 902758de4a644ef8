"""A thousand people with the key and no scruples, one edit each: every edit is found, and its table is named."""

import contextlib
import random
import re
import shutil

import pytest

from lndesk.store import acts
from lndesk.store.database import in_memory, one, rows, value
from lndesk.store.driver import dbapi2
from lndesk.store.heads import Head
from lndesk.store.migrations import migrate
from lndesk.store.verification import verify
from lndesk.study import Study
from tests.conftest import PASSWORD, QUICK, START, Clock, Make

EDITS, BATCHES = 1_000, 10
TRAIL = ("act", "row_change")
UNIQUE = ("hash", "login", "subject_id", "hospital_no", "sha256", "lot_no", "number", "code", "patient_id", "lot_id")


def decrypted(source):
    """Copy a file's rows into memory, under the same guards."""
    db = in_memory()
    migrate(db)
    guards = rows(db, "select name, sql from sqlite_master where type = 'trigger'")
    for guard in guards:
        db.conn.execute(f"drop trigger {guard['name']}")
    db.conn.execute("pragma foreign_keys = off")
    for table in rows(db, "select name from sqlite_master where type = 'table' and name not like '\\_%' escape '\\'"):
        for row in rows(source, f"select * from {table['name']}"):
            db.conn.execute(f"insert into {table['name']} values ({', '.join('?' * len(row))})", list(row.values()))
    for guard in guards:
        db.conn.execute(guard["sql"])
    return db


@pytest.fixture(scope="module")
def original(founded, tmp_path_factory):
    """A site with all kinds of rows, decrypted into memory; and the head that was kept beside it."""
    folder = tmp_path_factory.mktemp("tampered")
    for file in founded.iterdir():
        shutil.copy2(file, folder)
    clock = Clock(START)
    study = Study.open(folder / "site.lndesk", login="chenjing", password=PASSWORD, clock=clock, cost=QUICK)
    make = Make(study, clock)
    patient_id = make.treated()
    make.control()
    make.infused(patient_id, make.lot()[0])
    study.note_backup(study.back_up(folder))
    db = decrypted(study._db)
    study.close()
    yield db
    db.close()


@pytest.fixture(scope="module")
def kept(original):
    last = one(original, "select id, hash from act order by id desc limit 1")
    return Head(last["id"], last["hash"])


class Copy:
    """One copy to spoil: its triggers are off while it is edited."""

    def __init__(self, original, chance):
        self.db = in_memory()
        original.conn.backup(self.db.conn)
        self.chance = chance
        for setting in ("foreign_keys = off", "ignore_check_constraints = on"):
            self.db.conn.execute(f"pragma {setting}")
        self.guards = rows(self.db, "select name, tbl_name, sql from sqlite_master where type = 'trigger'")
        for guard in self.guards:
            self.db.conn.execute(f"drop trigger {guard['name']}")

    def put_back(self, *, without=""):
        for guard in self.guards:
            if guard["name"] != without:
                self.db.conn.execute(guard["sql"])

    def run(self, sql, *parameters):
        self.db.conn.execute(sql, parameters)

    def a_table(self):
        guarded = sorted({guard["tbl_name"] for guard in self.guards} | set(TRAIL))
        return self.chance.choice([name for name in guarded if value(self.db, f"select 1 from {name}")])

    def a_row(self, table):
        return self.chance.choice(rows(self.db, f"select * from {table}"))


def another(chance, column, old):
    """Return a value of the same kind that differs."""
    match old:
        case int():
            return old + chance.choice((-1, 1, 7, 1000))
        case str() if old:
            at = chance.randrange(len(old))
            return (
                old[:at]
                + chance.choice([letter for letter in "0123456789abcxyz王" if letter != old[at]])
                + old[at + 1 :]
            )
        case str():
            return "x"
        case _:
            return 1 if column.endswith(("_min", "_id")) else "2026-01-01"


def change_a_cell(copy):
    table = copy.a_table()
    row = copy.a_row(table)
    column = copy.chance.choice(list(row))
    copy.run(f'update {table} set "{column}" = ? where id = ?', another(copy.chance, column, row[column]), row["id"])
    return {table}


def remove_a_row(copy):
    table = copy.a_table()
    copy.run(f"delete from {table} where id = ?", copy.a_row(table)["id"])
    return {table}


def add_a_row(copy):
    table = copy.a_table()
    row = copy.a_row(table) | {"id": value(copy.db, f"select max(id) from {table}") + copy.chance.choice((1, 2, 50))}
    for column in UNIQUE:
        if column in row:
            row[column] = another(copy.chance, column, row[column])
    names = ", ".join(f'"{name}"' for name in row)
    copy.run(f"insert into {table} ({names}) values ({', '.join('?' * len(row))})", *row.values())
    return {table}


def swap_two_acts(copy):
    first, second = copy.chance.sample([row["id"] for row in rows(copy.db, "select id from act")], 2)
    for old, new in ((first, -1), (second, first), (-1, second)):
        copy.run("update act set id = ? where id = ?", new, old)
        copy.run("update row_change set act_id = ? where act_id = ?", new, old)
    return {"act"}


def append_an_act(copy):
    last = one(copy.db, "select * from act order by id desc limit 1")
    forged = last | {"id": last["id"] + 1, "previous_hash": last["hash"], "reason": "forged"}
    if copy.chance.random() < 0.5:
        copy.run("insert into row_change (act_id, table_name, row_id) values (?, 'weight', 1)", forged["id"])
    forged["hash"] = acts.chain_hash(forged, acts.changes_of(copy.db, forged["id"]))
    copy.run(f"insert into act ({', '.join(forged)}) values ({', '.join('?' * len(forged))})", *forged.values())
    return {"act"}


def cut_the_end_off(copy):
    last = value(copy.db, "select max(id) from act")
    first_gone = last - copy.chance.randrange(1, 12) + 1
    gone = rows(copy.db, "select * from row_change where act_id >= ? order by id desc", [first_gone])
    for change in gone:
        table, row_id = change["table_name"], change["row_id"]
        copy.run(f"delete from {table} where id = ?", row_id)
        if change["before"] is not None:
            columns = [row["name"] for row in rows(copy.db, f"pragma table_info({table})")]
            values = ", ".join(f"json_extract(?, '$.{name}')" for name in columns)
            copy.run(
                f"insert into {table} ({', '.join(columns)}) values ({values})", *[change["before"]] * len(columns)
            )
    for table in ("row_change", "act", "act_subject"):
        copy.run(f"delete from {table} where {'id' if table == 'act' else 'act_id'} >= ?", first_gone)
    return {"act"}


def drop_a_guard(copy):
    guard = copy.chance.choice(copy.guards)
    copy.put_back(without=guard["name"])
    return {guard["tbl_name"]}


def hide_an_act_from_a_history(copy):
    row = copy.chance.choice(rows(copy.db, "select * from act_subject"))
    if copy.chance.random() < 0.5:
        copy.run("delete from act_subject where act_id = ? and patient_id = ?", row["act_id"], row["patient_id"])
    else:
        copy.run("insert into act_subject values (?, ?)", row["act_id"], row["patient_id"] + 77)
    return {"act_subject"}


KINDS = (
    (change_a_cell, 10), (remove_a_row, 3), (add_a_row, 3), (swap_two_acts, 1), (append_an_act, 1),
    (cut_the_end_off, 1), (drop_a_guard, 1), (hide_an_act_from_a_history, 1),
)  # fmt: skip


def named(problems):
    return {table for problem in problems for table in re.findall(r"^(\w+)[,:]", problem)}


def test_the_copy_verifies_before_anybody_touches_it(original, kept):
    copy = Copy(original, random.Random(0))  # noqa: S311  # repeatable, not secret
    copy.put_back()

    assert verify(copy.db, kept, lambda: kept).problems == ()
    copy.db.close()


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_edit_is_found_and_its_table_is_named(original, kept, batch):
    chance = random.Random(batch)  # noqa: S311  # as above
    missed = []
    for number in range(EDITS // BATCHES):
        copy = Copy(original, chance)
        (kind,) = chance.choices([kind for kind, _weight in KINDS], [weight for _kind, weight in KINDS])
        tables = None
        while tables is None:
            with contextlib.suppress(dbapi2.IntegrityError):  # what even a file without guards refuses
                tables = kind(copy)
        if kind is not drop_a_guard:
            copy.put_back()
        problems = [str(problem) for problem in verify(copy.db, kept, lambda: kept).problems]
        copy.db.close()
        if not tables & named(problems) and not (tables & set(TRAIL) and named(problems) & set(TRAIL)):
            missed.append((number, kind.__name__, tables, problems))

    assert missed == []
