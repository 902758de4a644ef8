import datetime as dt
import hashlib

import pytest

from lndesk.domain.errors import StoreProblem
from lndesk.site_file import open_file
from lndesk.store import database
from lndesk.store.acts import guarded_tables
from lndesk.store.database import connect, in_memory, rows, value
from lndesk.store.keys import new_key
from lndesk.store.migrations import is_current, migrate, migrations, next_step
from lndesk.store.verification import verify
from lndesk.study import Study
from tests.conftest import PASSWORD, QUICK

AT = dt.datetime(2026, 3, 12, 9, 41, 5, tzinfo=dt.UTC)
# no record of what was said to be true: the trail itself, what is typed and not sent, an index, the list of steps
NOT_GUARDED = {
    "attachment_bytes", "act", "act_subject", "content", "draft", "open_act", "row_change", "_sqlite_migrations",
}  # fmt: skip


@pytest.fixture
def empty():
    db = in_memory()
    migrate(db)
    yield db
    db.close()


def tables(db):
    return {
        row["name"]: row["strict"] for row in rows(db, "pragma table_list") if not row["name"].startswith("sqlite_")
    }


def reopened(path, clock, **changes):
    return Study.open(path, login="chenjing", password=PASSWORD, clock=clock, cost=QUICK, **changes)


def files(folder):
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.iterdir()
        if not file.name.endswith(("-wal", "-shm"))  # a reader leaves them, empty
    }


def test_every_table_is_strict(empty):
    loose = {name for name, strict in tables(empty).items() if not strict}

    assert loose == {"_sqlite_migrations"}


def test_every_table_is_guarded_except_those_named_here(empty):
    assert set(tables(empty)) - set(guarded_tables(empty)) == NOT_GUARDED


def test_each_guard_covers_insert_update_and_delete(empty):
    found = {(row["tbl_name"], row["name"]) for row in rows(empty, "select * from sqlite_master where type='trigger'")}

    for table in guarded_tables(empty):
        for event in ("insert", "update", "delete"):
            assert (table, f"{table}_{event}_act") in found


def test_each_guard_keeps_every_column_of_its_table(empty):
    for table in guarded_tables(empty):
        (sql,) = (
            row["sql"]
            for row in rows(empty, "select * from sqlite_master where type = 'trigger'")
            if row["name"] == f"{table}_update_act"
        )
        for column in rows(empty, f"pragma table_info({table})"):
            assert f'old."{column["name"]}"' in sql
            assert f'new."{column["name"]}"' in sql


def test_a_second_run_has_nothing_to_do(empty):
    before = rows(empty, "select * from sqlite_master")

    migrate(empty)

    assert is_current(empty)
    assert next_step(empty) is None
    assert rows(empty, "select * from sqlite_master") == before


@pytest.mark.parametrize("step", [step.name for step in migrations.pending(in_memory())][1:])
def test_a_file_of_each_older_shape_verifies_as_what_it_is(tmp_path, step):
    db = connect(tmp_path / "site.lndesk", new_key(), create=True)
    migrate(db, before=step)

    found = verify(db)

    assert next_step(db) == step
    assert found.problems == ()
    db.close()


def test_a_file_of_a_newer_version_is_refused_and_untouched(study, clock):
    study._db.conn.execute(
        "insert into _sqlite_migrations (migration_set, name, applied_at) values ('lndesk', 'm999_tomorrow', '2030')"
    )
    study.close()
    before = files(study.path.parent)

    for read_only in (False, True):
        with pytest.raises(StoreProblem, match="newer version of lndesk") as problem:
            reopened(study.path, clock, read_only=read_only)
        assert "m999_tomorrow" in str(problem.value)

    assert files(study.path.parent) == before


def older(folder, key):
    """Make a file as the version before this one left it."""
    path = folder / "site.lndesk"
    db = connect(path, key, create=True)
    last = [step.name for step in migrations.pending(db)][-1]
    migrate(db, before=last)
    db.conn.execute("insert into draft values (1, 'chenjing', 'dose', '1', '{}', '', 0)")
    db.close()
    return path


def test_a_copy_is_kept_before_an_older_file_changes(tmp_path):
    key = new_key()
    path = older(tmp_path, key)

    file = open_file(path, key, who="chenjing", at=AT, read_only=False)

    assert is_current(file.db)
    assert value(file.db, "select count(*) from draft") == 1
    file.close()
    copy = connect(tmp_path / "site-before-update-20260312-094105.lndesk", key)
    assert not is_current(copy)
    assert value(copy, "select count(*) from draft") == 1
    copy.close()


def test_a_reader_leaves_an_older_file_as_it_is(tmp_path):
    key = new_key()
    path = older(tmp_path, key)

    file = open_file(path, key, who="monitor", at=AT, read_only=True)

    assert not is_current(file.db)
    file.close()
    assert [name for name in files(tmp_path) if "before-update" in name] == []


def test_no_update_begins_while_somebody_still_reads(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_MS", 10)
    key = new_key()
    path = older(tmp_path, key)
    writer, reader = connect(path, key), connect(path, key, read_only=True)
    reader.conn.execute("begin")
    value(reader, "select count(*) from draft")
    writer.conn.execute("insert into draft values (2, 'chenjing', 'dose', '2', '{}', '', 0)")
    writer.close()

    with pytest.raises(StoreProblem, match="No copy could be kept before the update"):
        open_file(path, key, who="chenjing", at=AT, read_only=False)

    reader.close()
    file = open_file(path, key, who="chenjing", at=AT, read_only=False)
    assert value(file.db, "select count(*) from draft") == 2
    file.close()


def test_a_current_file_is_not_copied(study, clock):
    study.close()

    reopened(study.path, clock).close()

    assert [name for name in files(study.path.parent) if "before-update" in name] == []
