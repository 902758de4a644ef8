"""Backups, restores and archives at the terminal, as a task scheduler and an administrator call them."""

import configparser
import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from lndesk import timers
from lndesk.cli import main
from lndesk.cli_backup import BACKUP_HELP
from lndesk.store.keys import keys_file
from lndesk.study import NewSite, Study
from tests.conftest import PASSWORD, QUICK

NEW = "quite another sentence"


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch):
    made = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("LNDESK_HOME", str(made))
    monkeypatch.delenv("LNDESK_PASSWORD", raising=False)
    return made


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "stick"
    made.mkdir()
    return made


@pytest.fixture
def store(study, make):
    make.patient()
    study.close()
    return study.path


@pytest.fixture
def secret(tmp_path_factory):
    file = tmp_path_factory.mktemp("secret") / "password"
    file.write_text(PASSWORD + "\n")
    file.chmod(0o600)
    return file


@pytest.fixture
def run(capsys):
    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def backup(run, store, folder, secret):
    _code, out, _err = run("backup", store, "--to", folder, "--user", "chenjing", "--password-file", secret, "--json")
    return Path(json.loads(out)["backup"])


def allowed(run, store, secret):
    code, out, err = run("backup-key", store, "--user", "admin", "--password-file", secret, "--reason", "Nightly")
    assert (code, err) == (0, "")
    return Path(out.strip())


def test_every_exit_code_of_a_backup_is_told_by_its_help(run):
    code, out, _err = run("backup", "--help")

    assert code == 0
    for number in re.findall(r"^ +(\d+)  ", BACKUP_HELP, re.MULTILINE):
        assert re.search(rf"^ +{number}  ", out, re.MULTILINE)
    assert "LNDESK_PASSWORD" in out


def test_a_backup_that_nobody_sits_beside_needs_no_password(run, store, folder, secret):
    place = allowed(run, store, secret)

    code, out, err = run("backup", store, "--to", folder, "--json")

    result = json.loads(out)
    assert (code, err) == (0, "")
    assert (result["verified"], result["recorded"]) == (True, True)
    assert place.stat().st_mode & 0o777 == 0o600
    place.unlink()
    code, _out, err = run("backup", store, "--to", folder)
    assert (code, "cannot be read" in err) == (1, True)


def test_a_backup_without_any_way_in_says_so_and_asks_nobody(run, store, folder):
    for arguments in (["--to", folder], ["--to", folder, "--user", "chenjing"]):
        code, out, err = run("backup", store, *arguments)
        assert (code, out) == (11, "")
        assert err.count("\n") == 1


def test_the_exit_code_tells_what_stood_in_the_way(run, store, folder, secret, tmp_path, monkeypatch):
    as_nurse = ["--user", "chenjing", "--password-file", secret]
    marked = tmp_path / "other"
    marked.mkdir()
    (marked / "lndesk-target.json").write_text('{"store_id": "another", "target": "x", "name": "WARD-7"}')
    wrong = tmp_path / "wrong"
    wrong.write_text("not the right one at all")
    wrong.chmod(0o600)

    assert run("backup", store, "--to", folder, "--user", "chenjing", "--password-file", wrong)[0] == 10
    assert run("backup", store, "--to", tmp_path / "gone", *as_nurse)[0] == 12
    assert run("backup", store, "--to", marked, *as_nurse)[0] == 13
    assert run("backup", store, "--to", folder, "--user", "monitor", "--password-file", secret)[0] == 2
    assert run("backup", store, *as_nurse)[0] == 2  # no target yet
    assert run("backup", store, "--to", folder, "--unheard-of")[0] == 2
    assert run("backup", tmp_path / "none.lndesk", "--to", folder, *as_nurse)[0] == 1
    assert run("backup", tmp_path / "none.lndesk", "--to", folder)[0] == 1
    secret.chmod(0o644)
    code, _out, err = run("backup", store, "--to", folder, *as_nurse)
    assert (code, "Others can read" in err) == (1, True)
    assert list(folder.iterdir()) == []
    with monkeypatch.context() as patch:
        secret.chmod(0o600)
        patch.setattr("lndesk.store.backup.free_bytes", lambda _folder: 100)
        assert run("backup", store, "--to", folder, *as_nurse)[0] == 14


def test_a_password_comes_from_a_descriptor_and_never_from_an_argument(run, store, folder):
    reading, writing = os.pipe()
    os.write(writing, PASSWORD.encode() + b"\n")
    os.close(writing)

    code, out, _err = run("backup", store, "--to", folder, "--user", "chenjing", "--password-fd", reading, "--json")

    assert (code, json.loads(out)["verified"]) == (0, True)
    assert run("backup", store, "--to", folder, "--user", "chenjing", "--password", PASSWORD)[0] == 2


def test_all_targets_are_tried_and_one_that_is_gone_is_told(run, store, folder, secret, tmp_path, clock):
    other = tmp_path / "other"
    other.mkdir()
    with Study.open(store, login="admin", password=PASSWORD, clock=clock, cost=QUICK) as again:
        again.add_target("A", folder)
        again.add_target("B", other)
    allowed(run, store, secret)

    code, out, _err = run("backup", store, "--json")
    assert (code, [each["place"] for each in json.loads(out)["backups"]]) == (0, ["A", "B"])
    (other / "lndesk-target.json").unlink()
    for file in folder.glob("*.lndesk-backup"):
        file.unlink()  # two of one second would have one name
    code, out, err = run("backup", store)
    assert (code, out.count("Backed up and verified")) == (17, 1)
    assert "B: This is not B" in err
    assert run("backup", store, "--target", "b")[0] == 13
    assert run("backup", store, "--target", "C")[0] == 2


def test_a_backup_verifies_by_itself_and_by_nothing_but_the_password(run, backup, secret, store):
    store.unlink()
    keys_file(store).unlink()

    code, out, _err = run("verify", backup, "--user", "zhaomin", "--password-file", secret, "--json")

    assert (code, json.loads(out)["ok"]) == (0, True)
    content = bytearray(backup.read_bytes())
    content[3000] ^= 1
    backup.write_bytes(content)
    code, out, err = run("verify", backup, "--user", "zhaomin", "--password-file", secret)
    assert (code, out) == (1, "")
    assert "is not a whole backup" in err


def test_a_backup_is_restored_and_says_what_it_lost(run, store, backup, secret):
    with Study.open(store, login="chenjing", password=PASSWORD, cost=QUICK) as again:
        again.save_draft("x", "y", {})
        again.close_day()

    code, out, err = run(
        "restore", backup, "--to", store, "--user", "admin", "--password-file", secret, "--reason", "Disk", "--yes",
        "--json",
    )  # fmt: skip

    result = json.loads(out)
    assert (code, err) == (0, "")
    assert (result["relation"], result["acts_missing"], result["keys"]) == ("older", 2, "kept")
    assert [act["command"] for act in result["missing"]] == ["CloseDay", "RecordBackup"]
    assert Path(result["safety_copy"]).is_file()
    assert run("verify", store, "--user", "monitor", "--password-file", secret)[0] == 0


def test_what_is_there_is_replaced_only_when_somebody_says_so(run, store, backup, secret):
    before = store.read_bytes()

    code, _out, err = run(
        "restore", backup, "--to", store, "--user", "admin", "--password-file", secret, "--reason", "Disk"
    )

    assert code == 1
    assert "Replace what is there by the backup of" in err
    assert store.read_bytes() == before


def test_on_an_empty_machine_the_backup_and_the_recovery_code_are_enough(run, tmp_path, clock, folder, monkeypatch):
    study, code = Study.create(
        tmp_path / "a.lndesk", NewSite(name="A", administrator="ADMIN Ann", login="admin"), PASSWORD, clock=clock,
        cost=QUICK,
    )  # fmt: skip
    made = study.back_up(folder).file
    study.close()
    for file in tmp_path.glob("a.lndesk*"):
        file.unlink()
    monkeypatch.setenv("LNDESK_RECOVERY_CODE", code)
    monkeypatch.setenv("LNDESK_PASSWORD", NEW)
    path = tmp_path / "new.lndesk"

    exit_code, out, _err = run(
        "restore", made, "--to", path, "--user", "admin", "--recovery-code", "--reason", "Fire", "--json"
    )

    assert exit_code == 0
    assert json.loads(out)["safety_copy"] is None
    assert run("verify", path, "--user", "admin")[0] == 0
    assert run("verify", made, "--recovery-code")[0] == 0


def test_an_archive_is_written_without_names_unless_they_are_asked_for(run, store, folder, secret):
    as_admin = ["--user", "admin", "--password-file", secret]
    code, out, err = run("export", store, "--to", folder, *as_admin, "--json")
    result = json.loads(out)
    assert (code, err, result["names"]) == (0, "", False)
    plain = sqlite3.connect(Path(result["archive"]) / "archive.sqlite")
    assert plain.execute("select family_name from patient").fetchone() == ("withheld",)
    plain.close()
    other = folder / "named"
    other.mkdir()

    code, out, err = run("export", store, "--to", other, *as_admin, "--with-names")

    assert code == 0
    assert "names leave the encryption" in err
    assert "王" in (Path(out.strip()) / "tables" / "patient.csv").read_text(encoding="utf-8-sig")
    assert run("export", store, "--to", folder, "--user", "chenjing", "--password-file", secret)[0] == 2


@pytest.mark.parametrize("command", ["backup", "backup-key", "verify", "restore", "export", "unpack"])
def test_each_command_explains_itself(run, command):
    code, out, _err = run(command, "--help")

    assert (code, out.startswith("Usage: lndesk")) == (0, True)
    assert "--password " not in out


AWKWARD = Path('/srv/50% of it/it\'s a "site" $HOME.lndesk')


def test_the_line_for_systemd_is_a_unit_whose_words_are_ours():
    said = timers.timer("systemd", ["/opt/lndesk", "backup", str(AWKWARD)], timers.dt.time(17, 30), AWKWARD)

    units = configparser.ConfigParser(interpolation=None, strict=False)
    units.optionxform = str
    units.read_string(said)
    assert units["Timer"]["OnCalendar"] == "*-*-* 17:30:00"
    assert units["Timer"]["Persistent"] == "true"
    line = units["Service"]["ExecStart"]
    assert line == '"/opt/lndesk" "backup" "/srv/50%% of it/it\'s a \\"site\\" $$HOME.lndesk"'


def test_the_line_for_cron_is_read_by_a_shell_as_our_words():
    said = timers.timer("cron", ["/opt/lndesk", "backup", str(AWKWARD)], timers.dt.time(6, 5), AWKWARD)

    (line,) = (line for line in said.splitlines() if not line.startswith("#"))
    minute, hour, rest = line.split(" ", 2)
    assert (minute, hour) == ("5", "6")
    assert "\n" not in rest
    command = rest.removeprefix("* * * ").replace("\\%", "%")
    assert shlex.split(command) == ["/opt/lndesk", "backup", str(AWKWARD)]
    if shell := shutil.which("sh"):
        told = subprocess.run([shell, "-c", "printf '%s|' " + command], check=True, capture_output=True, text=True)
        assert told.stdout == f"/opt/lndesk|backup|{AWKWARD}|"


def test_the_task_for_windows_is_xml_with_our_words():
    store = Path(r"C:\Daten & Akten\site.lndesk")
    said = timers.timer(
        "task-scheduler", ["C:\\lndesk.exe", "backup", str(store), "E:\\"], timers.dt.time(17, 30), store
    )

    root = ET.fromstring(said)  # noqa: S314  # our own
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    assert root.findtext(".//t:Command", namespaces=space) == "C:\\lndesk.exe"
    assert root.findtext(".//t:Arguments", namespaces=space) == f'"backup" "{store}" "E:\\\\"'
    assert root.findtext(".//t:StartWhenAvailable", namespaces=space) == "true"


@pytest.mark.parametrize("system", timers.SYSTEMS)
def test_a_schedule_is_printed_and_nothing_is_done(run, store, system, folder):
    code, out, err = run("backup", store, "--schedule", system, "--at", "18:05", "--target", "LNDESK-B")

    assert (code, err) == (0, "")
    assert "18:05" in out or out.splitlines()[-1].startswith("5 18 ")
    assert str(store.name) in out
    assert "LNDESK-B" in out
    assert list(folder.iterdir()) == []
    assert run("backup", store, "--schedule", system, "--at", "25:00")[0] == 2


def test_the_program_is_called_in_a_way_that_runs(tmp_path):
    told = subprocess.run(
        [*timers.program(), "--version"], check=True, capture_output=True, text=True, cwd=tmp_path, timeout=60
    )

    assert told.stdout.startswith("lndesk, version")
