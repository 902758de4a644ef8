"""Media are known by their marker; wrong, full, vanished and unreadable ones are told apart."""

import contextlib
import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lndesk.domain.errors import (
    Cancelled,
    MediumFull,
    MediumMissing,
    RuleViolation,
    StoreInUse,
    StoreProblem,
    WrongMedium,
)
from lndesk.domain.watch import Watch
from lndesk.store import markers
from lndesk.store.markers import MARKER, elsewhere, look_for
from lndesk.store.verification import verify
from tests.conftest import PASSWORD


@pytest.fixture
def stick(tmp_path):
    made = tmp_path / "media" / "stick" / "lndesk"
    made.mkdir(parents=True)
    return made


@pytest.fixture
def target(study, stick):
    study.add_target("LNDESK-B", stick)
    return study.targets()[0]


def state(study):
    return study.target_states()[0]


def damage(file, at):
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)


def test_a_backup_to_a_target_is_on_record_with_it(study, target, stick):
    study.note_backup(study.back_up(target))

    found = state(study)
    assert (found.state, found.folder, found.days, found.said) == ("present", stick, 0, None)
    assert found.free_bytes > 0
    assert found.last.target_id == target.id


def test_a_medium_that_comes_back_under_another_letter_is_found(study, target, stick, tmp_path):
    root = tmp_path / "media"
    shutil.move(stick.parent, root / "other")

    found = look_for(target.marker, study._store_id, stick, [root / "stick", root / "other"])

    assert (found.state, found.folder) == ("present", root / "other" / "lndesk")


def test_another_medium_at_its_place_is_told_by_both_names(study, target, stick):
    (stick / MARKER).unlink()
    study.add_target("LNDESK-C", stick)

    with pytest.raises(WrongMedium, match=r"This is not LNDESK-B, it is LNDESK-C\. Plug in LNDESK-B\."):
        study.back_up(target)
    assert state(study).state == "wrong"


def test_a_medium_without_a_marker_is_not_taken_for_the_target(study, target, stick):
    (stick / MARKER).unlink()

    with pytest.raises(WrongMedium, match=r"This is not LNDESK-B: .* does not carry its marker"):
        study.back_up(target)
    assert state(study).state == "unmarked"
    assert list(stick.iterdir()) == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"store_id": "x"}', "5"])
@pytest.mark.usefixtures("target")
def test_a_marker_that_is_none_is_no_marker(study, stick, content):
    (stick / MARKER).write_text(content)

    assert state(study).state == "unmarked"


def test_a_target_that_is_not_plugged_in_is_told(study, target, stick):
    shutil.rmtree(stick)

    with pytest.raises(MediumMissing, match="LNDESK-B is not plugged in"):
        study.back_up(target)
    assert state(study).state == "missing"


def test_a_medium_of_another_site_takes_no_backup(study, stick):
    (stick / MARKER).write_text('{"store_id": "another", "target": "x", "name": "WARD-7"}')

    with pytest.raises(WrongMedium, match="another site"):
        study.back_up(stick)
    with pytest.raises(WrongMedium, match="another site"):
        study.add_target("LNDESK-B", stick)
    assert [file.name for file in stick.iterdir()] == [MARKER]


@pytest.mark.usefixtures("target")
def test_a_target_has_a_name_and_a_folder_of_its_own(study, stick, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    for name, folder, why in (
        ("lndesk-b", other, "There is a target"),
        ("X", stick, "This medium is a target already: “LNDESK-B”"),
        (" ", other, "Name the medium"),
        ("X", study.path.parent, "not beside the file itself"),
    ):
        with pytest.raises(RuleViolation, match=why):
            study.add_target(name, folder)
    with pytest.raises(MediumMissing):
        study.add_target("X", tmp_path / "gone")
    assert len(study.targets()) == 1


def test_a_target_that_was_ended_is_looked_for_no_more(study, target):
    with pytest.raises(RuleViolation, match="Give the reason"):
        study.end_target(target.id, reason="")
    study.end_target(target.id, reason="The stick is lost")

    assert study.target_states() == []
    study.add_target("LNDESK-B", Path(target.folder))
    assert [again.marker for again in study.targets()] == [target.marker]


def test_the_same_folder_is_looked_for_on_each_medium_and_at_its_top(tmp_path):
    roots = [tmp_path / "a", tmp_path / "b"]

    assert list(elsewhere(tmp_path / "a" / "x", roots)) == [tmp_path / "a", tmp_path / "b" / "x", tmp_path / "b"]
    assert list(elsewhere(tmp_path / "far", roots)) == [roots[0], roots[0], roots[1], roots[1]]
    assert all(root.is_absolute() for root in markers.mounts())


def daily(study, target, clock, days):
    for _day in range(days):
        study.note_backup(study.back_up(target))
        clock.forward(days=1)


def test_thinning_removes_what_newer_ones_replaced_and_says_so_on_record(study, target, stick, clock):
    daily(study, target, clock, 20)
    planned = study.to_thin(target)

    study.thin(target)

    files = {file.name for file in stick.glob("*.lndesk-backup")}
    assert len(planned) > 5
    assert len(files) == 20 - len(planned)
    removed = [row for row in study.backups() if row.removed_at is not None]
    assert {row.id for row in removed} == {row.id for row in planned}
    study.sign_in("admin", PASSWORD)
    act = study.acts(limit=1)[0]
    assert act.command == "RecordThinning"
    for row in planned:
        assert row.file.rsplit("/", 1)[-1] in act.inputs
        assert row.file.rsplit("/", 1)[-1] not in files
    assert study.to_thin(target) == ()
    assert study.verify().ok


def test_nothing_is_thinned_while_the_newest_backup_is_not_there(study, target, stick, clock):
    daily(study, target, clock, 20)
    newest = max(stick.glob("*.lndesk-backup"))
    os.truncate(newest, 100)

    study.thin(target)

    assert len(list(stick.glob("*.lndesk-backup"))) == 20


def test_a_site_says_how_long_backups_are_kept(study, target, clock):
    daily(study, target, clock, 12)
    before = len(study.to_thin(target))
    study.sign_in("admin", PASSWORD)

    study.set_keeping(all_days=30, weekly_days=92)

    assert before > 0
    assert study.to_thin(target) == ()
    assert (study.keeping().all_days, study.keeping().weekly_days) == (30, 92)
    assert study.verify().ok


def test_two_backups_at_a_time_are_one_too_many(study, stick, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    refused = []

    def another(stage, _done, _of):
        if stage == "copying" and not refused:
            with pytest.raises(StoreInUse, match="Another backup of this file") as problem:
                study.back_up(other)
            refused.append(problem)

    study.back_up(stick, watch=Watch(progress=another))

    assert len(refused) == 1
    study.back_up(other)


@pytest.mark.parametrize("stage", ["copying", "writing", "reading", "verifying"])
def test_a_backup_that_is_stopped_leaves_nothing(study, stick, stage):
    seen = []
    with pytest.raises(Cancelled, match="Nothing half made was left"):
        study.back_up(stick, watch=Watch(progress=lambda at, _d, _of: seen.append(at), stopped=lambda: stage in seen))

    assert list(stick.iterdir()) == []
    assert study.backups() == []
    study.back_up(stick)


def test_what_a_kill_has_left_is_removed_by_the_next_backup(study, stick):
    left = stick / "site-20260101-000000.lndesk-backup.partial"
    left.write_bytes(b"half")
    other = stick / "ward-20260101-000000.lndesk-backup.partial"
    other.write_bytes(b"somebody else's")

    study.back_up(stick)

    assert not left.exists()
    assert other.exists()


def test_room_is_looked_at_before(study, stick, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: shutil._ntuple_diskusage(10**6, 10**6 - 2048, 2048))

    with pytest.raises(MediumFull, match=r"has room for 2.KB, and the backup takes \d"):
        study.back_up(stick)

    assert list(stick.iterdir()) == []


@contextlib.contextmanager
def mounted(folder, options):
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if mount is None or umount is None or os.geteuid():
        pytest.skip("only root mounts a small file system")
    if subprocess.run(
        [mount, "-t", "tmpfs", "-o", options, "tmpfs", folder], check=False, capture_output=True
    ).returncode:
        pytest.skip("this machine mounts nothing")
    try:
        yield
    finally:
        subprocess.run([umount, "-l", folder], check=False)


def test_a_small_disk_is_told_before_and_left_empty(study, stick):
    with mounted(stick, "size=64k"), pytest.raises(MediumFull):
        study.back_up(stick)

    assert study.verify().ok


def test_a_disk_that_fills_up_meanwhile_is_told_and_left_empty(study, stick):
    def fill(stage, _done, _of):
        if stage == "copying":
            with contextlib.suppress(OSError), (stick / "film").open("wb") as film:
                while True:
                    film.write(b"x" * 4096)
                    film.flush()

    with mounted(stick, "size=1500k"):
        with pytest.raises(MediumFull, match=r"there is no room left\. No backup was made"):
            study.back_up(stick, watch=Watch(progress=fill))
        assert [file.name for file in stick.iterdir()] == ["film"]
    assert study.backups() == []


@pytest.mark.parametrize("stage", ["writing", "reading", "verifying"])
def test_a_medium_that_is_pulled_out_meanwhile_is_told(study, stick, stage):
    pulled = []

    def pull(at, _done, _of):
        if at == stage and not pulled:
            pulled.append(shutil.move(stick, stick.with_name("gone")))

    with pytest.raises(StoreProblem, match=r"the medium is gone|cannot be read|There is no file"):
        study.back_up(stick, watch=Watch(progress=pull))

    assert pulled
    assert study.backups() == []
    assert not list(stick.parent.rglob("*.lndesk-backup"))
    assert study.verify().ok


@pytest.mark.skipif(sys.platform == "win32", reason="rights of Unix")
def test_a_folder_that_is_read_only_is_told(study, stick):
    with contextlib.ExitStack() as until:
        if os.geteuid():
            stick.chmod(0o500)
            until.callback(stick.chmod, 0o700)
        else:
            until.enter_context(mounted(stick, "ro"))
        with pytest.raises(StoreProblem, match="cannot be written to"):
            study.back_up(stick)
        with pytest.raises(StoreProblem, match="cannot be written to"):
            study.add_target("X", stick)


@pytest.mark.parametrize("number", [errno.EIO, errno.ENODEV, errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EBUSY])
def test_every_error_of_a_disk_is_a_sentence_and_leaves_no_backup(study, stick, monkeypatch, number):
    def fail(_file):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("lndesk.store.bundle.flush_file", fail)

    with pytest.raises(StoreProblem, match=r"\.$"):
        study.back_up(stick)

    assert list(stick.iterdir()) == []
    assert verify(study._db).ok
