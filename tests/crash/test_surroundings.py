"""What surrounds the program and fails: the disk, the folder, the medium, another process, the clock."""

import contextlib
import datetime as dt
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from decimal import Decimal
from pathlib import Path

import pytest

from lndesk.domain.errors import ClockSetBack, MediumMissing, StoreInUse, StoreProblem
from lndesk.domain.watch import Watch
from lndesk.services.accounts import ExplainClock
from lndesk.services.patients import RecordWeight
from tests.conftest import PASSWORD, Clock, Make
from tests.crash.children import child, told_by
from tests.crash.ground import copy_of, found, opened

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks processes")
NOBODY = 65_534
MOUNT, UNMOUNT = shutil.which("mount") or "mount", shutil.which("umount") or "umount"
KIB = 1_024
CASES = 12


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    folder = tmp_path_factory.mktemp("crash") / "founded"
    return folder, found(folder)


@pytest.fixture
def later(ground):
    return Clock(ground[1] + dt.timedelta(hours=1))


@pytest.fixture
def path(ground, tmp_path):
    return copy_of(ground[0], tmp_path / "site")


@pytest.fixture
def path_of_nobody(ground):
    """A site in a folder that nobody's processes reach, and own where this is root."""
    with tempfile.TemporaryDirectory(prefix="lndesk-") as folder:
        Path(folder).chmod(0o755)
        path = copy_of(ground[0], Path(folder) / "site")
        for way in (path.parent, *path.parent.iterdir()):
            way.chmod(0o755 if way.is_dir() else 0o644)
            if os.geteuid() == 0:
                os.chown(way, NOBODY, NOBODY)
        yield path


@contextlib.contextmanager
def small_disk(folder, kib):
    """Mount a file system of this size, or skip where that is not allowed."""
    folder.mkdir()
    done = subprocess.run(
        [MOUNT, "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", folder], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no file system can be mounted here (root may): {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run([UNMOUNT, "-l", folder], check=False)


def weigh(study, clock, scale):
    """Save something small that is found again by the name of its scale."""
    make = Make(study, clock)
    command = RecordWeight(patient_id=1, kg=Decimal("62.5"), measured_at=clock.forward(minutes=1), scale=scale)
    study.run(command, by=make.nurse)


def scales(study):
    return {weight.scale for weight in study.patient(1).weights}


def test_a_disk_that_is_full_is_said_loses_nothing_and_takes_the_next_save_once_there_is_room(ground, tmp_path, later):
    with small_disk(tmp_path / "disk", 3_000) as disk:
        path = copy_of(ground[0], disk / "site")
        ballast = disk / "ballast"
        ballast.write_bytes(b"x" * 1_000 * KIB)
        said, kept = [], {}
        with opened(path, later) as study:
            for number in range(200):
                try:
                    study.save_draft("weight", str(number), {"remark": "long " * 4_000})
                    kept[str(number)] = True
                    weigh(study, later, f"S{number}")
                except StoreProblem as problem:
                    said.append(str(problem))
                    if len(said) == 5:
                        break
            ballast.unlink()
            weigh(study, later, "ROOM")
            study.save_draft("weight", "room", {"kg": "62"})

        assert set(said) == {"The disk is full. Nothing was saved; free some space and save again."}
        with opened(path, later) as study:
            assert study.verify().problems == ()
            assert "ROOM" in scales(study)
            assert {subject for _kind, subject in study.drafts()} == {*kept, "1", "room"}


def test_a_file_on_a_disk_that_is_full_already_opens_or_says_so_and_opens_when_there_is_room(ground, tmp_path, later):
    with small_disk(tmp_path / "disk", 2_000) as disk:
        path = copy_of(ground[0], disk / "site")
        ballast = disk / "ballast"
        with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as stream:
            while stream.write(b"x" * 4 * KIB):
                pass

        told = told_by(lambda: _save_or_say(path, later))
        ballast.unlink()

        assert "full" in told or "cannot be written to" in told or "cannot be opened here" in told
        with opened(path, later) as study:
            assert study.verify().problems == ()
            weigh(study, later, "ROOM")


def _save_or_say(path, clock):
    try:
        with opened(path, clock) as study:
            weigh(study, clock, "FULL")
    except StoreProblem as problem:
        return str(problem)
    return "saved"


def as_nobody(work):
    """Run in a process without the rights of root, as nobody where this is root."""

    def drop_and_work():
        if os.geteuid() == 0:
            os.setgroups([])
            os.setegid(NOBODY)
            os.seteuid(NOBODY)
        return work()

    return told_by(drop_and_work)


@contextlib.contextmanager
def read_only(path):
    """Take the right to write from a site's folder and files."""
    ways = [path.parent, *path.parent.iterdir()]
    for way in ways:
        way.chmod(0o555 if way.is_dir() else 0o444)
    try:
        yield
    finally:
        for way in ways:
            if way.exists():
                way.chmod(0o755 if way.is_dir() else 0o644)


def test_a_folder_that_may_only_be_read_is_said_and_nothing_changes(path_of_nobody, later):
    path = path_of_nobody
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}

    with read_only(path):
        told = as_nobody(lambda: _save_or_say(path, later))

    assert told == f"The folder {path.parent} cannot be written to."
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before
    with opened(path, later) as study:
        weigh(study, later, "RIGHTS")
        assert study.verify().problems == ()


def test_a_folder_that_may_not_even_be_looked_into_is_said(path_of_nobody, later):
    path_of_nobody.parent.chmod(0o000)
    try:
        told = as_nobody(lambda: _save_or_say(path_of_nobody, later))
    finally:
        path_of_nobody.parent.chmod(0o755)

    assert told == f"{path_of_nobody} cannot be opened here. Check the folder and its rights."


def test_a_folder_that_loses_the_right_to_write_during_the_work_loses_no_save(path_of_nobody, later):
    path = path_of_nobody

    def work():
        said = []
        with opened(path, later) as study:
            weigh(study, later, "BEFORE")
            with read_only(path):
                for scale in ("A", "B"):
                    try:
                        weigh(study, later, scale)
                    except StoreProblem as problem:
                        said.append([scale, str(problem)])
                try:
                    study.change_password(old=PASSWORD, new="a much newer sentence")
                except StoreProblem as problem:
                    said.append(["password", str(problem)])
            weigh(study, later, "AFTER")
        return said

    told = as_nobody(work)

    assert isinstance(told, list), told
    assert [scale for scale, _sentence in told] == ["password"]
    assert told[0][1].startswith(f"{path}.keys cannot be written")
    later.forward(hours=1)
    with opened(path, later) as study:
        assert {"BEFORE", "A", "B", "AFTER"} <= scales(study)
        assert study.verify().problems == ()


class Vanishing:
    """Takes the medium away when the copy has come to a stage."""

    def __init__(self, stage, take):
        self._stage = stage
        self._take = take
        self.taken = False

    def __call__(self, stage, done, _of):
        if stage == self._stage and done and not self.taken:
            self.taken = True
            self._take()


@pytest.mark.parametrize("stage", ["copying", "writing", "reading", "verifying"])
def test_a_medium_whose_folder_is_gone_in_the_middle_is_said_and_gives_no_backup(path, tmp_path, later, stage):
    medium, away = tmp_path / "medium", tmp_path / "away"
    medium.mkdir()
    vanishing = Vanishing(stage, lambda: medium.rename(away))
    with opened(path, later) as study:
        with pytest.raises(MediumMissing) as problem:
            study.back_up(medium, watch=Watch(progress=vanishing))

        assert vanishing.taken
        assert str(problem.value).endswith(".")
        assert not list(tmp_path.glob("*/*.lndesk-backup"))
        weigh(study, later, "GONE")
        away.rename(medium)
        made = study.back_up(medium)
        assert [file.name for file in medium.iterdir()] == [made.file.name]
        assert study.verify_backup(made.file).ok
        assert study.verify().problems == ()


@pytest.mark.parametrize("stage", ["copying", "writing", "reading", "verifying"])
def test_a_medium_that_is_pulled_in_the_middle_is_said_and_gives_no_backup(path, tmp_path, later, stage):
    with small_disk(tmp_path / "stick", 8_000) as stick, opened(path, later) as study:
        vanishing = Vanishing(stage, lambda: subprocess.run([UNMOUNT, "-l", stick], check=True))

        with pytest.raises(MediumMissing) as problem:
            study.back_up(stick, watch=Watch(progress=vanishing))

        assert vanishing.taken
        assert str(problem.value).endswith(".")
        assert not list(stick.iterdir())
        weigh(study, later, "PULLED")
        assert study.back_up(tmp_path).verification.ok
        assert study.verify().problems == ()


def _hold_and_save(path, clock):
    def work(tell):
        study = opened(path, clock)
        tell("open")
        number = 0
        while True:
            number += 1
            weigh(study, clock, f"S{number}")
            tell(number)

    return work


def test_a_second_process_is_told_who_has_the_file_and_reads_it_while_the_first_saves(path, later):
    with child(_hold_and_save(path, Clock(later.at))) as (number, hear):
        assert hear() == "open"
        for _turn in range(5):
            with pytest.raises(StoreInUse, match="chenjing has this file open"):
                opened(path, Clock(later.at))
            saved = hear()
            with opened(path, Clock(later.at), "monitor", read_only=True) as reader:
                assert reader.verify().problems == ()
                assert f"S{saved}" in scales(reader)
        os.kill(number, signal.SIGKILL)
        while (more := hear()) is not None:
            saved = more

    later.forward(hours=5)
    with opened(path, later) as study:
        assert {f"S{n}" for n in range(1, saved + 1)} <= scales(study)
        assert study.verify().problems == ()


def test_of_many_that_open_at_once_one_gets_the_file(path, later):
    def work(tell):
        signal.sigtimedwait([signal.SIGUSR1], 30)
        clock = Clock(later.at)
        try:
            study = opened(path, clock)
        except StoreInUse:
            tell("refused")
            return
        weigh(study, clock, "ONE")
        tell("open")
        time.sleep(60)

    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    try:
        with contextlib.ExitStack() as stack:
            children = [stack.enter_context(child(work)) for _one in range(6)]
            for number, _hear in children:
                os.kill(number, signal.SIGUSR1)
            told = [hear() for _number, hear in children]
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])

    assert sorted(told) == ["open", *["refused"] * 5]
    with opened(path, later) as study:
        assert study.verify().problems == ()
        assert [weight.scale for weight in study.patient(1).weights].count("ONE") == 1


def test_a_suspended_process_keeps_the_file_and_goes_on_rightly_when_it_wakes(path, later):
    moments = random.Random(20260302)  # noqa: S311  # no secret
    with child(_hold_and_save(path, Clock(later.at))) as (number, hear):
        assert hear() == "open"
        for _turn in range(CASES):
            last = hear()
            time.sleep(moments.uniform(0, 0.05))
            os.kill(number, signal.SIGSTOP)
            began = time.perf_counter()
            with pytest.raises(StoreInUse, match="chenjing has this file open"):
                opened(path, Clock(later.at), "lina")
            assert time.perf_counter() - began < 5
            with opened(path, Clock(later.at), "monitor", read_only=True) as reader:
                assert reader.verify().problems == ()
                assert f"S{last}" in scales(reader)
            os.kill(number, signal.SIGCONT)
        last = hear()
        os.kill(number, signal.SIGSTOP)
        os.kill(number, signal.SIGKILL)

    later.forward(hours=12)
    with opened(path, later, "chenjing") as study:
        assert f"S{last}" in scales(study)
        assert study.verify().problems == ()


def test_a_clock_that_jumps_never_harms_the_record(path, later):
    moments = random.Random(20260302)  # noqa: S311  # no secret
    saved, refused, explained = set(), 0, 0
    with opened(path, later) as study:
        admin = study.authenticate("admin", PASSWORD)
        for number in range(60):
            later.at += dt.timedelta(minutes=moments.choice((1, 3, -4, 90, -90, 60 * 24, -60 * 24, 60 * 24 * 30)))
            study.save_draft("weight", "clock", {"turn": number})
            try:
                weigh(study, later, f"S{number}")
                saved.add(f"S{number}")
            except ClockSetBack:
                refused += 1
                if moments.random() < 0.5:
                    study.run(ExplainClock(reason="The battery of the clock was changed"), by=admin)
                    explained += 1
        assert study.verify().problems == ()

    assert min(len(saved), refused, explained) > 3
    with opened(path, later) as study:
        found = study.verify()
        assert found.problems == ()
        assert found.notes
        assert saved <= scales(study)
        assert study.draft("weight", "clock") == {"turn": 59}
