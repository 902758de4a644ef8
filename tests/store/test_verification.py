import json
import random

import pytest

from lndesk.domain.watch import Watch
from lndesk.store import acts
from lndesk.store.database import rows, value
from lndesk.store.verification import verify


@pytest.fixture
def whole(study, make):
    patient_id = make.treated()
    make.control()
    (container_id, *_rest) = make.lot()
    make.infused(patient_id, container_id)
    return study


class Tamper:
    """Somebody with the key and no scruples: takes the triggers off, edits, and puts them back."""

    def __init__(self, study):
        self.db = study._db

    def __call__(self, *statements):
        triggers = rows(self.db, "select name, sql from sqlite_master where type = 'trigger'")
        self.db.conn.execute("pragma foreign_keys = off")
        for trigger in triggers:
            self.db.conn.execute(f"drop trigger {trigger['name']}")
        for sql, *parameters in statements:
            self.db.conn.execute(sql, parameters)
        for trigger in triggers:
            self.db.conn.execute(trigger["sql"])
        self.db.conn.execute("pragma foreign_keys = on")

    def problems(self):
        return [str(problem) for problem in verify(self.db).problems]


@pytest.fixture
def tamper(whole):
    return Tamper(whole)


def test_a_file_that_nobody_touched_verifies(whole):
    found = whole.verify()

    assert found.ok
    assert found.head == whole.head()
    assert found.acts == value(whole._db, "select count(*) from act")
    assert found.counts["patient"] == 2


def test_taking_the_triggers_off_and_on_again_changes_nothing(tamper):
    tamper()

    assert tamper.problems() == []


def test_a_changed_cell_is_named(tamper):
    tamper(("update weight set kg = '99' where id = 1",))

    assert tamper.problems() == ["weight, row 1: kg is not what the acts recorded."]


def test_an_added_row_is_named(tamper):
    tamper(
        ("create temp table copy as select * from weight where id = 1",),
        ("update copy set id = 77",),
        ("insert into weight select * from copy",),
    )

    assert tamper.problems() == ["weight, row 77: no act made this row."]


def test_a_removed_row_is_named(tamper):
    tamper(("delete from draw where id = 1",))

    assert tamper.problems() == ["draw, row 1: the row is gone, and no act removed it."]


@pytest.mark.parametrize("column", ["at", "login", "name", "role", "station", "command", "inputs", "reason", "hash"])
def test_an_edited_act_is_named(tamper, column):
    tamper((f"update act set {column} = {column} || 'x' where id = 5",))

    assert "act, row 5: the act does not fit the chain." in tamper.problems()


def test_a_removed_act_is_named_with_what_it_left_behind(tamper):
    tamper(("delete from act where id = 5",))

    problems = tamper.problems()
    assert "act, row 6: the act does not fit the chain." in problems
    assert any(problem.startswith("row_change, row") for problem in problems)


def test_acts_in_another_order_are_named(tamper):
    tamper(
        ("update act set id = 1000 where id = 5",),
        ("update act set id = 5 where id = 6",),
        ("update act set id = 6 where id = 1000",),
    )

    problems = tamper.problems()

    assert "act, row 5: the act does not fit the chain." in problems
    assert "act, row 6: the act does not fit the chain." in problems


def test_an_appended_act_without_the_right_hash_is_named(tamper, whole):
    last = value(whole._db, "select max(id) from act")
    columns = [row["name"] for row in rows(whole._db, "pragma table_info(act)") if row["name"] not in {"id", "hash"}]
    names = ", ".join(f'"{name}"' for name in columns)
    tamper((f"insert into act (id, hash, {names}) select id + 1, 'f', {names} from act where id = {last}",))

    assert f"act, row {last + 1}: the act does not fit the chain." in tamper.problems()


def test_the_last_acts_cut_off_whole_leave_rows_that_no_act_made(tamper, whole):
    last = value(whole._db, "select max(id) from act")
    tamper((f"delete from act where id = {last}",), (f"delete from row_change where act_id = {last}",))

    assert any(problem.startswith("infusion, row 1") for problem in tamper.problems())


@pytest.mark.parametrize(
    "edit",
    [
        "update row_change set after = replace(after, '62.4', '72.4') where table_name = 'weight'",
        "update row_change set before = null where before is not null and table_name = 'container'",
        "update row_change set table_name = 'draw' where table_name = 'weight'",
        "update row_change set row_id = row_id + 50 where table_name = 'weight'",
        "update row_change set act_id = act_id - 1 where table_name = 'weight'",
        "delete from row_change where table_name = 'weight'",
    ],
)
def test_an_edited_row_change_breaks_its_act(tamper, whole, edit):
    act_id = value(whole._db, "select act_id from row_change where table_name in ('weight') limit 1")
    tamper((edit,))

    problems = tamper.problems()

    assert any(problem.endswith("the act does not fit the chain.") for problem in problems)
    assert "container" in edit or f"act, row {act_id}: the act does not fit the chain." in problems


def test_a_row_change_of_no_act_is_named(tamper):
    tamper(("insert into row_change (id, act_id, table_name, row_id) values (999, 999, 'weight', 1)",))

    assert any("row_change, row 999" in problem for problem in tamper.problems())


def test_the_cell_and_its_row_change_edited_alike_still_break_the_chain(tamper):
    tamper(
        ("update weight set kg = '72.4' where id = 1",),
        ("update row_change set after = replace(after, '62.4', '72.4') where table_name = 'weight'",),
    )

    assert any("does not fit the chain" in problem for problem in tamper.problems())


@pytest.mark.parametrize(
    "trigger", ["infusion_insert_act", "weight_update_act", "act_no_delete", "row_change_no_update"]
)
def test_a_guard_that_was_taken_off_is_named(whole, tamper, trigger):
    whole._db.conn.execute(f"drop trigger {trigger}")

    assert any(problem.endswith("its guard is gone.") for problem in tamper.problems())


def test_a_guard_that_was_weakened_is_named(whole, tamper):
    whole._db.conn.execute("drop trigger weight_update_act")
    whole._db.conn.execute("create trigger weight_update_act after update on weight begin select 1; end")

    assert tamper.problems() == ["weight: its guard is gone."]


def test_a_row_slipped_into_a_table_that_no_act_ever_touched_is_found(study):
    db = study._db
    for event in ("insert", "update", "delete"):
        db.conn.execute(f"drop trigger lot_{event}_act")
    db.conn.execute(
        "insert into lot (lot_no, form, cells_per_ml, viable, counted, expires_on, certificate_no, received_at,"
        " received_at_offset_min) values ('X', 'fresh', '1', '1', '1', '2030-01-01', 'C', '', 0)"
    )

    problems = [str(problem) for problem in verify(db).problems]

    assert "lot, row 1: no act made this row." in problems


def is_text(db, table, column):
    return value(db, "select type from pragma_table_info(?) where name = ?", (table, column)).lower() == "text"


def edits_of(db, chance):
    """Return one random edit of one random row somewhere in what is kept."""
    tables = [table for table in [*acts.guarded_tables(db), "act", "row_change"] if value(db, f"select 1 from {table}")]
    table = chance.choice(tables)
    row = chance.choice(rows(db, f"select * from {table}"))
    if chance.random() < 0.2:
        return f"delete from {table} where id = ?", row["id"]
    column = chance.choice([name for name in row if name != "id"])
    old = row[column]
    match old:
        case int():
            # flags and offsets alike: another value that the table's checks let through
            new = 1 - old if old in (0, 1) else old + 1
        case str() if old:
            at = chance.randrange(len(old))
            new = old[:at] + chance.choice("0123456789abcxyz") + old[at + 1 :]
        case _:
            new = "2026-01-01" if is_text(db, table, column) else 1
    if new == old:
        return None
    return f'update {table} set "{column}" = ? where id = ?', new, row["id"]


@pytest.mark.parametrize("seed", range(10))
def test_every_one_of_twenty_random_edits_is_found(whole, tamper, seed):
    chance = random.Random(seed)  # noqa: S311  # repeatable, not secret
    db = whole._db
    db.conn.execute("pragma ignore_check_constraints = on")
    db.conn.execute("pragma foreign_keys = off")
    missed, found = [], 0
    while found < 20:
        edit = edits_of(db, chance)
        if edit is None:
            continue
        db.conn.execute("savepoint clean")
        tamper(edit)
        if not tamper.problems():
            missed.append(edit)
        db.conn.execute("rollback to clean")
        db.conn.execute("release clean")
        found += 1

    assert missed == []


def test_a_damaged_row_change_is_told_and_not_a_crash(tamper):
    tamper(("update row_change set after = 'not json' where id = 3",))

    assert tamper.problems() != []


def test_what_the_chain_covers_is_canonical(whole):
    row = rows(whole._db, "select * from act order by id limit 1")[0]

    assert json.loads(acts._canonical(row)) == row


def test_an_act_appended_by_hand_is_found_though_its_hash_fits(whole, tamper):
    last = rows(whole._db, "select * from act order by id desc limit 1")[0]
    forged = last | {"id": last["id"] + 1, "previous_hash": last["hash"], "reason": "forged"}
    forged["hash"] = acts.chain_hash(forged, [])
    tamper((f"insert into act values ({', '.join('?' * len(forged))})", *forged.values()))

    for found in (whole.verify(), whole.quick_check()):
        (problem,) = map(str, found.problems)
        assert problem.startswith(
            f"act, row {last['id'] + 1}: it was never acknowledged. If the power failed at 02-Mar"
        )


def test_the_quick_check_of_a_sound_file_finds_nothing(whole):
    found = whole.quick_check()

    assert found.ok
    assert (found.acts, found.head) == (whole.verify().acts, whole.head())


@pytest.mark.parametrize(
    "edit",
    [
        "update act set reason = 'x' where id = (select max(id) from act)",
        "delete from row_change where act_id = (select max(id) from act)",
        "delete from act where id = (select max(id) - 3 from act)",
        "delete from act where id = (select max(id) from act)",
    ],
)
def test_the_quick_check_finds_what_was_done_to_the_last_acts(whole, tamper, edit):
    tamper((edit,))

    assert any(str(problem).startswith("act, row") for problem in whole.quick_check().problems)


def test_the_quick_check_finds_a_guard_that_is_gone(whole):
    whole._db.conn.execute("drop trigger weight_update_act")

    assert [str(problem) for problem in whole.quick_check().problems] == ["weight: its guard is gone."]


def test_an_act_that_was_taken_out_of_a_history_is_named(tamper):
    tamper(("delete from act_subject where act_id = (select max(act_id) from act_subject)",))

    assert any("act_subject, act" in problem for problem in tamper.problems())


def test_what_is_saved_meanwhile_is_not_taken_for_damage(study, make):
    """The check reads the acts first and the tables after them, on a connection of its own."""
    patient_id = make.patient()

    def save_once(_stage, _done, _of):
        if not study.patient(patient_id).weights:
            make.weight(patient_id)

    found = study.verify(watch=Watch(progress=save_once))

    assert found.problems == ()
    assert len(study.patient(patient_id).weights) == 1
