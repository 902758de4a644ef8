import contextlib
import os
import random
import shutil
import signal
import time

import pytest

from lndesk.domain.errors import RuleViolation, StoreProblem, WrongPassword
from lndesk.store.backup import KEYS, STORE, unpack
from lndesk.store.database import connect
from lndesk.store.keys import KeyRing, keys_file, new_key
from lndesk.store.rotation import rotate, settle
from lndesk.study import Study
from tests.conftest import PASSWORD, QUICK

KILLS = 60
LONGEST_S = 0.25
REASON = "A laptop with a copy was lost"


@pytest.fixture
def desk(study):
    study.sign_in("admin", PASSWORD)
    return study


def opened(path, clock, login="admin", **kind):
    return Study.open(path, login=login, password=PASSWORD, clock=clock, cost=QUICK, **kind)


def beside(path):
    return {file.name for file in path.parent.iterdir() if file.name.startswith(path.name)}


def test_a_file_with_a_new_key_opens_for_everyone_and_the_old_key_opens_nothing(desk, clock):
    old, before = desk._file.key, beside(desk.path)

    desk.rotate_key(reason=REASON)

    assert desk._file.key != old
    assert desk.acts(limit=1)[0].command == "RotateKey"
    assert beside(desk.path) == before
    desk.close()
    with pytest.raises(StoreProblem):
        connect(desk.path, old)
    for login in ("admin", "chenjing", "zhaomin", "lina", "monitor"):
        with opened(desk.path, clock, login) as again:
            assert again.verify().ok


def test_work_goes_on_after_it(desk, clock):
    desk.rotate_key(reason=REASON)

    desk.change_password(old=PASSWORD, new="a much newer sentence")
    desk.rotate_key(reason="Once more")

    assert desk.authenticate("chenjing", PASSWORD).name == "CHEN Jing"
    assert desk.verify().ok
    desk.close()
    with pytest.raises(WrongPassword):
        opened(desk.path, clock)


def test_only_the_administrator_does_it_and_says_why(study):
    key = study._file.key
    with pytest.raises(RuleViolation, match="This is done by: Administrator"):
        study.rotate_key(reason=REASON)
    study.sign_in("admin", PASSWORD)
    with pytest.raises(RuleViolation, match="Give the reason"):
        study.rotate_key(reason=" ")

    assert study._file.key == key


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")
def test_whenever_it_is_killed_the_file_opens_and_is_whole(founded, tmp_path, clock):
    where = set()
    moments = random.Random(20260302)  # noqa: S311  # no secret
    for kill in range(KILLS):
        folder = tmp_path / str(kill)
        shutil.copytree(founded, folder)
        path = folder / "site.lndesk"

        _kill_while_rotating(path, clock, moments.uniform(0, LONGEST_S))

        where.add(tuple(sorted(name for name in beside(path) if ".rekeyed" in name or name.endswith(".new"))))
        for login in ("admin", "chenjing"):
            with opened(path, clock, login) as study:
                assert study.verify().problems == ()
                assert len(study.accounts()) == 5
                assert study.protocol_versions()[0].approved_by == "ZHAO Min"
        assert not [name for name in beside(path) if ".rekeyed" in name or name.endswith((".new", "-journal"))]
        assert '"next"' not in keys_file(path).read_text(encoding="utf-8")
        shutil.rmtree(folder)
    assert len(where) > 1  # it was caught at work


def _kill_while_rotating(path, clock, after_s):
    ready, tell = os.pipe()
    child = os.fork()
    if not child:
        with contextlib.suppress(BaseException):
            study = opened(path, clock)
            os.write(tell, b"!")
            while True:
                study.rotate_key(reason=REASON)
        os._exit(1)
    os.close(tell)
    assert os.read(ready, 1) == b"!"
    os.close(ready)
    time.sleep(after_s)
    os.kill(child, signal.SIGKILL)
    _child, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)


def test_whoever_reads_meanwhile_settles_nothing(desk, clock):
    """Between the two steps a reader comes in: only the writer may drop one of the two keys."""
    ring_before = keys_file(desk.path).read_bytes()
    desk.rotate_key(reason=REASON)
    after = keys_file(desk.path).read_bytes()
    assert ring_before != after
    ring = KeyRing.read(desk.path)
    ring.announce(new_key())
    ring.write()
    announced = keys_file(desk.path).read_bytes()

    with opened(desk.path, clock, "monitor", read_only=True) as reader:
        assert reader.who.login == "monitor"

    assert keys_file(desk.path).read_bytes() == announced
    settle(desk.path, desk._file.key)
    assert keys_file(desk.path).read_bytes() == after


def test_a_password_changed_between_begin_and_end_locks_nobody_out(desk, clock):
    """The last write of a change of key failed; then somebody got a new slot, with the new key alone."""
    path, old = desk.path, desk._file.key
    desk.rotate_key(reason=REASON)
    ring = KeyRing.read(path)
    ring.settle(desk._file.key)
    # as it was left: everyone's slot holds the old key, and the new one as the coming one
    for login in ring.logins:
        ring._seal(login, old)
    ring.announce(desk._file.key)
    ring.write()

    desk.change_password(old=PASSWORD, new="a much newer sentence")
    desk.close()

    with Study.open(path, login="admin", password="a much newer sentence", clock=clock, cost=QUICK) as again:
        assert again.verify().ok
    with opened(path, clock, "lina") as again:
        assert again.who.name == "LI Na"


def test_a_full_disk_leaves_the_file_as_it_was(desk, clock):
    """The copy's place is taken by a folder: what the disk refuses is refused before anything is replaced."""
    key, keys = desk._file.key, keys_file(desk.path).read_bytes()
    in_the_way = desk.path.with_name(desk.path.name + ".rekeyed")
    in_the_way.mkdir()

    with pytest.raises(StoreProblem, match="cannot be written"):
        desk.rotate_key(reason=REASON)

    in_the_way.rmdir()
    assert desk._file.key == key
    assert keys_file(desk.path).read_bytes() == keys
    assert desk.verify().ok
    desk.rotate_key(reason="There is room again")
    desk.close()
    with opened(desk.path, clock, "lina") as again:
        assert again.verify().ok


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits the size of files")
def test_a_disk_that_fills_up_in_the_middle_of_the_copy(founded, tmp_path, clock):
    import resource

    for file in founded.iterdir():
        shutil.copy2(file, tmp_path)
    path = tmp_path / "site.lndesk"
    keys = keys_file(path).read_bytes()
    child = os.fork()
    if not child:
        code = 9
        with contextlib.suppress(BaseException):
            study = opened(path, clock)
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))
            try:
                rotate(path, study._file.key)
            except StoreProblem as problem:
                code = 0 if "full" in str(problem) or "damaged" not in str(problem) else 3
        os._exit(code)
    _child, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    with opened(path, clock) as study:
        assert study.verify().ok
    assert keys_file(path).read_bytes() == keys
    assert not [name for name in beside(path) if ".rekeyed" in name]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_is_read_only_is_told_and_nothing_changes(desk):
    folder, key = desk.path.parent, desk._file.key
    folder.chmod(0o555)
    try:
        with pytest.raises(StoreProblem):
            desk.rotate_key(reason=REASON)
        assert desk._file.key == key
    finally:
        folder.chmod(0o755)

    assert desk.verify().ok


def test_somebody_reading_is_waited_for_and_then_told(desk):
    desk.sign_in("chenjing", PASSWORD)  # whose desk has drafts
    reader = connect(desk.path, desk._file.key, read_only=True)
    desk.save_draft("dose", "LN-0001", {"kg": "62"})
    reader.conn.execute("begin")
    reader.conn.execute("select count(*) from act").fetchone()
    desk.save_draft("dose", "LN-0002", {"kg": "63"})
    key = desk._file.key

    with pytest.raises(StoreProblem, match="Somebody is reading the file"):
        rotate(desk.path, key)

    reader.close()
    assert desk.draft("dose", "LN-0002") == {"kg": "63"}


def test_a_backup_made_meanwhile_holds_the_keys_that_fit_it(desk, tmp_path, clock):
    before = desk.back_up(tmp_path)
    clock.forward(minutes=1)
    desk.rotate_key(reason=REASON)
    after = desk.back_up(tmp_path)

    for number, made in enumerate((before, after)):
        folder = tmp_path / str(number)
        folder.mkdir()
        unpack(made.file, folder)
        assert (folder / KEYS).exists()
        with opened(folder / STORE, clock, "zhaomin", read_only=True) as study:
            assert study.verify().ok


def test_a_file_with_a_new_key_is_in_the_mode_it_is_worked_in_so_that_nobody_has_to_change_it(desk):
    """A kill at that change would leave a journal that no reader may play back: neither key would seem to fit."""
    path, key = desk.path, desk._file.key
    desk.close()

    coming = rotate(path, key)

    db = connect(path, coming, read_only=True)
    assert db.conn.execute("pragma journal_mode").fetchone() == ("wal",)
    db.close()


def test_what_a_change_left_is_removed_even_where_the_keys_cannot_be_written(desk):
    """On a full disk the copy takes the room that the keys need."""
    path, key = desk.path, desk._file.key
    ring = KeyRing.read(path)
    ring.announce(new_key())
    ring.write()
    copy = path.with_name(path.name + ".rekeyed")
    copy.write_bytes(b"half a copy")
    blocked = keys_file(path).with_name(keys_file(path).name + ".new")
    blocked.mkdir()

    with pytest.raises(StoreProblem, match="cannot be written"):
        settle(path, key)

    assert not copy.exists()
    blocked.rmdir()
    settle(path, key)
