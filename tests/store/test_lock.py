import datetime as dt
import signal
import subprocess
import sys

import pytest

from lndesk.domain.errors import StoreInUse, StoreProblem
from lndesk.store.lock import WriterLock
from lndesk.study import Study
from tests.conftest import PASSWORD, QUICK

AT = dt.datetime(2026, 3, 12, 9, 41, tzinfo=dt.timezone(dt.timedelta(hours=8)))
HOLD = """
import datetime as dt, sys, time
from pathlib import Path
from lndesk.store.lock import WriterLock
lock = WriterLock(Path(sys.argv[1]))
lock.take(who="chenjing", station="ward-2", at=dt.datetime(2026, 3, 12, 9, 41, tzinfo=dt.UTC))
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def store(tmp_path):
    return tmp_path / "site.lndesk"


def test_the_second_to_come_is_told_who_has_it_where_and_since_when(store):
    first, second = WriterLock(store), WriterLock(store)
    first.take(who="chenjing", station="ward-2", at=AT)

    with pytest.raises(StoreInUse, match="chenjing has this file open at ward-2 since 12-Mar-2026 09:41"):
        second.take(who="lina", station="lab", at=AT)


def test_it_is_free_after_the_first_has_closed(store):
    first, second = WriterLock(store), WriterLock(store)
    first.take(who="chenjing", station="ward-2", at=AT)

    first.free()

    second.take(who="lina", station="lab", at=AT)
    second.free()


def test_a_loser_does_not_free_what_it_never_had(store):
    first, second, third = WriterLock(store), WriterLock(store), WriterLock(store)
    first.take(who="chenjing", station="ward-2", at=AT)
    with pytest.raises(StoreInUse):
        second.take(who="lina", station="lab", at=AT)

    second.free()

    with pytest.raises(StoreInUse, match="chenjing"):
        third.take(who="lina", station="lab", at=AT)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"who": "x"}', '{"who": 1, "station": 2, "since": 3}'])
def test_a_holder_note_that_cannot_be_read_is_no_reason_to_fail(store, content):
    first, second = WriterLock(store), WriterLock(store)
    first.take(who="chenjing", station="ward-2", at=AT)
    store.with_name(store.name + ".holder").write_text(content, encoding="utf-8")

    with pytest.raises(StoreInUse, match="Another window has this file open"):
        second.take(who="lina", station="lab", at=AT)


def test_it_is_free_after_the_one_who_had_it_was_killed(store):
    with subprocess.Popen([sys.executable, "-c", HOLD, str(store)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        lock = WriterLock(store)
        with pytest.raises(StoreInUse, match="ward-2"):
            lock.take(who="lina", station="lab", at=AT)
        holder.send_signal(signal.SIGKILL)
        holder.wait()

        lock.take(who="lina", station="lab", at=AT)

    lock.free()


def test_a_folder_that_is_not_there_is_told_in_a_sentence(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder should be", encoding="utf-8")

    with pytest.raises(StoreProblem, match="cannot be written to"):
        WriterLock(blocked / "site.lndesk").take(who="lina", station="lab", at=AT)


def test_a_note_that_cannot_be_written_does_not_keep_the_lock(store):
    store.with_name(store.name + ".holder").mkdir()
    first = WriterLock(store)

    with pytest.raises(StoreProblem, match="cannot be written to"):
        first.take(who="chenjing", station="ward-2", at=AT)

    store.with_name(store.name + ".holder").rmdir()
    second = WriterLock(store)
    second.take(who="lina", station="lab", at=AT)
    second.free()


def test_a_note_that_cannot_be_removed_does_not_keep_the_lock(store):
    first, second = WriterLock(store), WriterLock(store)
    first.take(who="chenjing", station="ward-2", at=AT)
    note = store.with_name(store.name + ".holder")
    note.unlink()
    note.mkdir()

    first.free()

    note.rmdir()
    second.take(who="lina", station="lab", at=AT)
    second.free()


def test_a_second_window_is_refused_and_a_reader_is_not(study, clock):
    with pytest.raises(StoreInUse, match="chenjing has this file open"):
        Study.open(study.path, login="lina", password=PASSWORD, clock=clock, cost=QUICK)

    with Study.open(study.path, login="lina", password=PASSWORD, read_only=True, clock=clock, cost=QUICK) as reader:
        assert reader.site() == study.site()


def test_a_refused_second_window_leaves_the_first_at_work(study, make, clock):
    with pytest.raises(StoreInUse):
        Study.open(study.path, login="lina", password=PASSWORD, clock=clock, cost=QUICK)

    make.patient()

    assert study.verify().ok


def test_a_wrong_password_takes_no_lock(study, clock, tmp_path):
    study.close()

    with pytest.raises(StoreProblem):
        Study.open(study.path, login="lina", password="not the right one", clock=clock, cost=QUICK)

    assert not (tmp_path / "site.lndesk.holder").exists()
    Study.open(study.path, login="lina", password=PASSWORD, clock=clock, cost=QUICK).close()
