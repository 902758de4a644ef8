import dataclasses
import datetime as dt
from decimal import Decimal

import pytest

from lndesk.domain.errors import RuleViolation, StoreProblem
from lndesk.services.command import Changes, Command
from lndesk.services.patients import RecordWeight
from lndesk.store import acts
from lndesk.store.database import one, rows, value, writing
from lndesk.store.driver import dbapi2
from lndesk.store.heads import Head, read_head, write_head

GUARDED = (
    "account", "accepted_warning", "assignment", "backup", "consent", "container", "dose_check", "draw", "infusion",
    "lot", "patient", "preparation", "protocol", "sheet", "signature", "site", "statement", "visit", "weight",
)  # fmt: skip


@pytest.fixture
def full(study, make, tmp_path):
    """A study with at least one row in each guarded table."""
    patient_id = make.treated()
    (container_id, *_rest) = make.lot()
    make.infused(patient_id, container_id)
    study.note_backup(study.back_up(tmp_path))
    with writing(study._db):
        act_id = acts.open_act(study._db)
        study._db.conn.execute(
            "insert into accepted_warning (preparation_id, code, warning_en, warning_zh, reason, remark, accepted_by,"
            " accepted_at, accepted_at_offset_min) values (1, 'weight_old', 'a', 'b', 'reread', '', 'x', 'y', 0)"
        )
        head = acts.seal_act(study._db, act_id, act(study))
    write_head(study.path, Head(act_id, head))
    return study


def act(study, **changes):
    values = {
        "at": study.now(), "login": "chenjing", "name": "CHEN Jing", "role": "nurse", "station": "here",
        "command": "Test", "inputs": "{}", "reason": "", "app_version": "0",
    }  # fmt: skip
    return acts.Act(**(values | changes))


def write_inside_an_act(db, sql, *parameters):
    """Open an act and write, but never seal it."""
    with writing(db):
        acts.open_act(db)
        db.conn.execute(sql, parameters)


def trace(study):
    """Everything that a refused command must leave alone."""
    db = study._db
    tables = [*GUARDED, "act", "row_change", "open_act"]
    return {table: rows(db, f"select * from {table} order by id") for table in tables}


def test_every_clinical_table_is_guarded(study):
    guarded = acts.guarded_tables(study._db)

    assert set(GUARDED) <= set(guarded)


@pytest.mark.parametrize("table", GUARDED)
def test_nothing_is_written_without_an_open_act(full, table):
    db = full._db
    row = one(db, f"select * from {table} order by id desc limit 1")
    names, places = ", ".join(row), ", ".join("?" * len(row))
    wishes = [
        (f"insert into {table} ({names}) values ({places})", [row["id"] + 1000, *list(row.values())[1:]]),
        (f"insert or replace into {table} ({names}) values ({places})", list(row.values())),
        (f"update {table} set id = id where id = ?", [row["id"]]),
        (f"update or replace {table} set id = id where id = ?", [row["id"]]),
        (f"delete from {table} where id = ?", [row["id"]]),
    ]
    before = trace(full)

    for sql, parameters in wishes:
        with pytest.raises(dbapi2.Error):
            db.conn.execute(sql, parameters)

    assert trace(full) == before
    assert full.verify().ok


@pytest.mark.parametrize("table", ["act", "row_change"])
@pytest.mark.parametrize("wish", ["update {table} set id = id", "delete from {table}"])
def test_the_trail_refuses_to_be_changed_even_inside_an_act(full, table, wish):
    db = full._db

    with pytest.raises(StoreProblem, match="an act is never"):
        write_inside_an_act(db, wish.format(table=table))

    assert value(db, "select count(*) from open_act") == 0
    assert full.verify().ok


@pytest.mark.parametrize("table", ["act", "row_change"])
def test_the_trail_takes_no_row_outside_an_act(full, table):
    db = full._db
    row = one(db, f"select * from {table} order by id desc limit 1")
    row["id"] += 1
    row |= {"hash": "f" * 64} if table == "act" else {}

    with pytest.raises(dbapi2.Error, match="no open act"):
        db.conn.execute(f"insert into {table} ({', '.join(row)}) values ({', '.join('?' * len(row))})", [*row.values()])


def test_a_change_cannot_be_kept_by_an_act_that_is_never_sealed(study, make):
    patient_id = make.patient()
    before = trace(study)

    with pytest.raises(StoreProblem):
        write_inside_an_act(study._db, "update patient set allergies = 'all' where id = ?", patient_id)

    assert trace(study) == before


def test_two_acts_are_never_open_at_once(study):
    with pytest.raises(StoreProblem):
        write_inside_an_act(study._db, "insert into open_act (id, act_id) values (1, 1)")

    assert value(study._db, "select count(*) from open_act") == 0


def test_an_act_says_who_did_what_when_and_what_changed(study, make, clock):
    patient_id = make.patient()
    clock.forward(minutes=5)
    make.weight(patient_id, "62.4")

    row = one(study._db, "select * from act order by id desc limit 1")
    (change,) = acts.changes_of(study._db, row["id"])

    assert (row["login"], row["name"], row["role"], row["command"]) == (
        "chenjing",
        "CHEN Jing",
        "nurse",
        "RecordWeight",
    )
    assert row["at"] == "2026-03-02T01:05:00.000000Z"
    assert row["at_offset_min"] == 480
    assert '"kg": "62.4"' in row["inputs"]
    assert (change["table_name"], change["before"]) == ("weight", None)
    assert '"kg":"62.4"' in change["after"]


def test_each_hash_covers_the_act_its_changes_and_the_hash_before(full):
    found = rows(full._db, "select * from act order by id")

    previous = acts.GENESIS
    for row in found:
        assert row["previous_hash"] == previous
        assert row["hash"] == acts.chain_hash(row, acts.changes_of(full._db, row["id"]))
        previous = row["hash"]
    assert acts.head(full._db) == previous


@pytest.mark.parametrize("column", ["at", "name", "role", "inputs", "reason", "clock_behind_s", "previous_hash"])
def test_a_different_act_has_a_different_hash(full, column):
    row = one(full._db, "select * from act order by id desc limit 1")
    changes = acts.changes_of(full._db, row["id"])

    other = acts.chain_hash(row | {column: f"{row[column]}x"}, changes)

    assert other != row["hash"]
    assert acts.chain_hash(row, changes[1:]) != row["hash"]


def test_a_clock_that_stepped_back_is_recorded_not_hidden(study, make, clock):
    patient_id = make.patient()
    clock.forward(seconds=-90)

    make.weight(patient_id)

    row = one(study._db, "select * from act order by id desc limit 1")
    assert row["clock_behind_s"] == 90
    assert row["at"] < one(study._db, "select at from act order by id desc limit 1 offset 1")["at"]
    assert study.verify().ok


def test_a_clock_that_is_behind_is_told_until_it_has_caught_up(study, clock):
    clock.forward(minutes=-5)
    behind = study.clock_behind()

    clock.forward(minutes=5)

    assert behind == dt.timedelta(minutes=5)
    assert study.clock_behind() is None


@dataclasses.dataclass(frozen=True, kw_only=True)
class FailsLate(Command):
    """Writes, and then cannot go on."""

    roles = RecordWeight.roles

    patient_id: int
    problem: Exception

    def inputs(self):
        return "{}"

    def apply(self, tx):
        tx.db.conn.execute("update patient set allergies = 'all' where id = ?", [self.patient_id])
        raise self.problem


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (RuleViolation("no"), RuleViolation),
        (LookupError("gone"), RuleViolation),
        (dbapi2.OperationalError("disk I/O error"), StoreProblem),
        (KeyboardInterrupt(), KeyboardInterrupt),
        (ZeroDivisionError(), ZeroDivisionError),
    ],
)
def test_a_command_that_fails_half_way_leaves_no_trace(study, make, problem, told):
    patient_id = make.patient()
    before = trace(study)

    with pytest.raises(told):
        study.run(FailsLate(patient_id=patient_id, problem=problem))

    assert trace(study) == before
    make.weight(patient_id)
    assert study.verify().ok


def test_a_refused_command_leaves_no_trace(study, make):
    patient_id = make.patient()
    before = trace(study)

    with pytest.raises(RuleViolation):
        study.run(
            RecordWeight(patient_id=patient_id, kg=Decimal(700), measured_at=study.now(), scale="B2"), by=make.nurse
        )

    assert trace(study) == before


def test_a_command_inside_another_is_refused_and_leaves_the_file_usable(study, make):
    patient_id = make.patient()

    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Nested(FailsLate):
        def apply(self, tx):
            del tx
            make.weight(self.patient_id)
            return Changes.NOTHING

    with pytest.raises(StoreProblem):
        study.run(Nested(patient_id=patient_id, problem=RuleViolation("unused")))

    assert value(study._db, "select count(*) from open_act") == 0
    make.weight(patient_id)
    assert study.verify().ok


def test_a_kill_at_the_commit_leaves_nothing_to_explain(study, make, monkeypatch):
    patient_id = make.eligible(make.patient())
    reached = []
    monkeypatch.setattr(study, "_keep_head", lambda head: reached.append(head) or write_head(study.path, reached[0]))

    make.weight(patient_id)

    assert read_head(study.path).coming == reached[1]
    assert study.verify().problems == ()
    assert study.quick_check().problems == ()


def test_an_act_that_was_about_to_be_saved_when_the_program_was_killed_is_not_missed(study, make):
    make.treated()
    kept = read_head(study.path)

    write_head(study.path, Head(kept.act_id, kept.hash, coming=Head(kept.act_id + 1, "f" * 64)))

    assert study.verify().problems == ()
