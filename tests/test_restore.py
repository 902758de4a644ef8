"""Restoring: from a backup, into a site's place, with everything that can be wrong about it."""

import datetime as dt
import json
import shutil

import pytest

from lndesk.domain.account import Role
from lndesk.domain.errors import (
    Cancelled,
    NotPermitted,
    OtherKey,
    RuleViolation,
    StoreInUse,
    StoreProblem,
    WrongMedium,
    WrongPassword,
)
from lndesk.domain.watch import Watch
from lndesk.inside import Desk, Way, look_inside, unpack_to_look
from lndesk.restore import Restoration, restore
from lndesk.site_file import finish_restore
from lndesk.store import restoring
from lndesk.store.backup import manifest_of
from lndesk.store.keys import keys_file
from lndesk.study import NewSite, Study
from tests.conftest import PASSWORD, QUICK

REASON = "The disk was changed"
NEW = "quite another sentence"
ADMIN = Way(login="admin", password=PASSWORD)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "stick"
    made.mkdir()
    return made


@pytest.fixture
def backup(study, make, folder, clock):
    """A backup with one patient; the live file has another one since."""
    make.patient("H1")
    made = study.back_up(folder)
    study.note_backup(made)
    clock.forward(hours=2)
    make.patient("H2", given_name="敏", latin_given="Min")
    return made.file


@pytest.fixture
def desk(clock):
    return Desk(clock=clock, cost=QUICK)


def at(study, clock, watch=None):
    study.sign_in("admin", PASSWORD)
    return Desk(live=study, clock=clock, cost=QUICK, **({"watch": watch} if watch else {}))


def opened(path, clock, login="admin", password=PASSWORD, **kind):
    return Study.open(path, login=login, password=password, clock=clock, cost=QUICK, **kind)


def numbers(study):
    return [row.patient.hospital_no for row in study.patients()]


def leftovers(path):
    return [file.name for file in path.parent.iterdir() if ".restor" in file.name]


def damage(file, at_byte):
    content = bytearray(file.read_bytes())
    content[at_byte] ^= 1
    file.write_bytes(content)


def test_a_look_inside_shows_what_is_there_and_leaves_nothing_behind(study, backup, clock):
    with look_inside(backup, desk=at(study, clock)) as inside:
        folder = inside.study.path.parent
        assert numbers(inside.study) == ["H1"]
        assert folder.stat().st_mode & 0o777 == 0o700
        with pytest.raises(StoreProblem):
            inside.study.set_keeping(all_days=8, weekly_days=92)

    assert not folder.exists()
    assert sorted(numbers(study)) == ["H1", "H2"]


def test_it_says_exactly_which_acts_a_restore_would_lose(study, backup, clock):
    with look_inside(backup, desk=at(study, clock)) as inside:
        found = inside.compared_with(study)

    assert (found.relation, found.foreign) == ("older", 0)
    assert [act.command for act in found.missing] == ["RegisterPatient", "RecordBackup"]
    assert str(found.sentence) == (
        "Acts that will not be in the restored data: 2, the first of them on 02-Mar-2026 09:00."
    )


def test_a_backup_that_holds_all_says_so(study, folder, clock):
    made = study.back_up(folder)

    with look_inside(made.file, desk=at(study, clock)) as inside:
        assert inside.compared_with(study).relation == "same"


def test_a_restore_puts_the_backup_in_place_and_signs_for_it(study, backup, clock):
    path = study.path
    head = study.head()

    done = restore(backup, path, ADMIN, reason=REASON, desk=at(study, clock))

    assert done.keys == "kept"
    assert done.safety_copy is not None
    with opened(path, clock) as again:
        assert numbers(again) == ["H1"]
        assert again.verify().ok
        (row,) = again.restores()
        assert (row.replaced_head, row.acts_missing, row.restored_by, row.reason) == (head, 2, "ADMIN Ann", REASON)
        assert row.backup_head == manifest_of(backup)["head"]
        (signature,) = again.signatures("restore", row.id)
        assert (signature.signature.name, signature.signature.meaning, signature.valid) == (
            "ADMIN Ann",
            "authorised",
            True,
        )
        assert again.acts(limit=1)[0].command == "RestoreBackup"
        assert again.head() == done.head
        assert again.verify_backup(done.safety_copy).ok
        assert manifest_of(done.safety_copy)["head"] == head
    assert leftovers(path) == []


def test_a_restore_can_be_taken_back_by_restoring_the_safety_copy(study, backup, clock, desk):
    done = restore(backup, study.path, ADMIN, reason=REASON, desk=at(study, clock))
    clock.forward(minutes=5)

    with (
        opened(study.path, clock) as again,
        look_inside(done.safety_copy, desk=Desk(live=again, clock=clock)) as inside,
    ):
        found = inside.compared_with(again)
    restore(done.safety_copy, study.path, ADMIN, reason="It was the wrong one", desk=desk)

    assert (found.relation, len(found.missing), found.foreign) == ("diverged", 1, 2)
    assert "two part after act" in str(found.sentence)
    with opened(study.path, clock) as back:
        assert sorted(numbers(back)) == ["H1", "H2"]


def test_a_backup_restores_on_an_empty_machine_by_a_password_of_then(backup, tmp_path, clock, desk):
    path = tmp_path / "new" / "site.lndesk"
    path.parent.mkdir()

    done = restore(backup, path, ADMIN, reason=REASON, desk=desk)

    assert (done.safety_copy, done.comparison, done.keys) == (None, None, "from_backup")
    with opened(path, clock, "chenjing", read_only=True) as again:
        assert numbers(again) == ["H1"]
        assert again.verify().ok
        assert (again.restores()[0].replaced_head, again.restores()[0].acts_missing) == (None, None)


def test_a_backup_restores_on_an_empty_machine_by_nothing_but_the_recovery_code(tmp_path, clock, desk, folder):
    study, code = Study.create(
        tmp_path / "a.lndesk", NewSite(name="A", administrator="ADMIN Ann", login="admin"), PASSWORD, clock=clock,
        cost=QUICK,
    )  # fmt: skip
    made = study.back_up(folder)
    study.close()
    path = tmp_path / "elsewhere.lndesk"

    restore(made.file, path, Way(login="admin", code=code.lower(), new_password=NEW), reason=REASON, desk=desk)

    with opened(path, clock, password=NEW) as again:
        assert again.verify().ok
        assert [act.command for act in again.acts(limit=2)] == ["RestoreBackup", "UseRecoveryCode"]
    with pytest.raises(WrongPassword):
        opened(path, clock)


def test_a_site_whose_keys_file_is_gone_is_restored_with_the_backups_keys(study, backup, clock, desk):
    study.close()
    keys_file(study.path).unlink()

    done = restore(backup, study.path, ADMIN, reason=REASON, desk=desk)

    assert done.keys == "from_backup"
    assert done.comparison.relation == "older"  # the backup's key opened what was there
    with opened(study.path, clock) as again:
        assert again.verify().ok


def test_a_site_that_is_damaged_is_kept_as_it_is_and_restored(study, backup, clock, desk):
    study.close()
    broken = b"no longer a file of lndesk" * 300
    study.path.write_bytes(broken)

    done = restore(backup, study.path, ADMIN, reason=REASON, desk=desk)

    assert done.comparison is None
    assert done.safety_copy.is_dir()
    assert (done.safety_copy / "site.lndesk").read_bytes() == broken
    assert (done.safety_copy / "site.lndesk.keys").is_file()
    with opened(study.path, clock) as again:
        assert numbers(again) == ["H1"]


def test_a_backup_of_another_site_takes_no_sites_place(study, tmp_path, clock, folder):
    other, _code = Study.create(
        tmp_path / "b.lndesk", NewSite(name="B", administrator="ADMIN Ann", login="admin"), PASSWORD, clock=clock,
        cost=QUICK,
    )  # fmt: skip
    made = other.back_up(folder)
    other.close()

    with pytest.raises(OtherKey, match="Open it with a password of then"):
        look_inside(made.file, desk=at(study, clock))
    with look_inside(made.file, ADMIN, desk=Desk(live=study, clock=clock, cost=QUICK)) as inside:
        assert inside.compared_with(study).relation == "other_site"
        assert str(inside.compared_with(study).sentence) == "This backup is of another site."
    with pytest.raises(WrongMedium, match="is a backup of another site"):
        restore(made.file, study.path, ADMIN, reason=REASON, desk=at(study, clock))

    assert study.verify().ok
    assert leftovers(study.path) == []


def test_what_cannot_be_read_and_has_no_keys_is_not_replaced(tmp_path, backup, desk):
    path = tmp_path / "letters.lndesk"
    path.write_bytes(b"letters" * 1000)
    keys_file(path).write_bytes(b"more letters")

    with pytest.raises(StoreProblem, match="nobody can tell whether it is the same"):
        restore(backup, path, ADMIN, reason=REASON, desk=desk)

    assert path.read_bytes() == b"letters" * 1000


def test_a_damaged_backup_is_refused_and_the_site_works_on(study, backup, clock):
    damage(backup, backup.stat().st_size // 2)

    with pytest.raises(StoreProblem, match="is not a whole backup"):
        restore(backup, study.path, ADMIN, reason=REASON, desk=at(study, clock))

    assert sorted(numbers(study)) == ["H1", "H2"]
    study.set_keeping(all_days=8, weekly_days=92)
    assert leftovers(study.path) == []


def test_a_wrong_password_restores_nothing(study, backup, clock, desk):
    wrong = Way(login="admin", password="not the right one at all")
    with pytest.raises(WrongPassword):
        restore(backup, study.path, wrong, reason=REASON, desk=at(study, clock))
    study.close()
    with pytest.raises(WrongPassword):
        restore(backup, study.path, wrong, reason=REASON, desk=desk)

    with opened(study.path, clock) as again:
        assert sorted(numbers(again)) == ["H1", "H2"]


def test_only_an_administrator_restores_and_says_why(study, backup, clock, desk):
    with pytest.raises(NotPermitted, match="This is done by: Administrator"):
        restore(backup, study.path, Way(login="chenjing", password=PASSWORD), reason=REASON, desk=Desk(live=study))
    with pytest.raises(RuleViolation, match="Give the reason"):
        restore(backup, study.path, ADMIN, reason=" ", desk=at(study, clock))
    study.close()
    with pytest.raises(NotPermitted, match="This is done by: Administrator"):
        restore(backup, study.path, Way(login="zhaomin", password=PASSWORD), reason=REASON, desk=desk)
    with opened(study.path, clock) as again:
        assert sorted(numbers(again)) == ["H1", "H2"]


def test_an_administrator_who_came_later_is_told_so(study, backup, desk):
    study.sign_in("admin", PASSWORD)
    study.add_user(login="newone", name="NEW One", role=Role.ADMINISTRATOR, password=NEW)
    study.close()

    with pytest.raises(RuleViolation, match="newone had no account on 02-Mar-2026 09:00"):
        restore(backup, study.path, Way(login="newone", password=NEW), reason=REASON, desk=desk)


def test_passwords_changed_since_the_backup_stay_and_who_left_stays_out(study, backup, clock):
    study.sign_in("admin", PASSWORD)
    study.change_password(old=PASSWORD, new=NEW)
    study.end_account("lina", reason="Has left")

    restore(
        backup,
        study.path,
        Way(login="admin", password=NEW),
        reason=REASON,
        desk=Desk(live=study, clock=clock, cost=QUICK),
    )

    with opened(study.path, clock, password=NEW) as again:
        assert again.verify().ok
    for login in ("admin", "lina"):
        with pytest.raises(WrongPassword):
            opened(study.path, clock, login)


def test_a_backup_of_before_a_change_of_key_is_opened_by_a_password_of_then(study, backup, clock):
    study.sign_in("admin", PASSWORD)
    study.rotate_key(reason="A laptop was lost")
    with pytest.raises(OtherKey, match=r"made before the key was changed"):
        study.verify_backup(backup)
    with look_inside(backup, ADMIN, desk=Desk(live=study, clock=clock, cost=QUICK)) as inside:
        assert inside.compared_with(study).relation == "older"

    done = restore(backup, study.path, ADMIN, reason=REASON, desk=Desk(live=study, clock=clock, cost=QUICK))

    assert done.keys == "from_backup"
    with opened(study.path, clock) as again:
        assert again.verify().ok
        assert again.verify_backup(backup).ok


def test_a_file_that_somebody_has_open_is_not_replaced(study, backup, desk):
    with pytest.raises(StoreInUse, match="chenjing has this file open"):
        restore(backup, study.path, ADMIN, reason=REASON, desk=desk)


@pytest.mark.parametrize("stage", ["reading", "copying", "writing", "verifying"])
def test_a_restore_that_is_stopped_leaves_the_site_as_it_was(study, backup, clock, stage):
    seen = []
    watch = Watch(progress=lambda at, _done, _of: seen.append(at), stopped=lambda: stage in seen)

    with pytest.raises(Cancelled):
        restore(backup, study.path, ADMIN, reason=REASON, desk=at(study, clock, watch))

    assert sorted(numbers(study)) == ["H1", "H2"]
    assert study.verify().ok
    assert leftovers(study.path) == []


def halted_after(path, renames, monkeypatch):
    """Let a restore be killed after some of its renames."""

    class Killed(BaseException):
        pass

    left = [renames]
    replace = type(path).replace

    def one(self, target):
        if self.parent == restoring.prepared_folder(path) and target.parent == path.parent:
            if not left[0]:
                raise Killed
            left[0] -= 1
        return replace(self, target)

    monkeypatch.setattr(type(path), "replace", one)
    return Killed


@pytest.mark.parametrize("renames", [0, 1, 2])
@pytest.mark.parametrize("how", ["open", "read", "logins"])
def test_a_restore_killed_between_its_renames_is_finished_at_the_next_opening(
    study, backup, clock, monkeypatch, renames, how
):
    path = study.path
    killed = halted_after(path, renames, monkeypatch)
    with pytest.raises(killed):
        restore(backup, path, ADMIN, reason=REASON, desk=at(study, clock))
    monkeypatch.undo()
    assert restoring.is_decided(path)

    if how == "logins":
        assert "admin" in Study.logins(path)
    with opened(path, clock, read_only=how == "read") as again:
        assert numbers(again) == ["H1"]
        assert again.verify().ok
        assert len(again.restores()) == 1
    assert leftovers(path) == []


def test_a_preparation_that_was_not_decided_for_is_cleared_away(study, clock):
    folder = restoring.begin(study.path)
    (folder / "store.lndesk").write_bytes(b"half")
    study.close()

    with opened(study.path, clock, read_only=True):
        assert leftovers(study.path) == ["site.lndesk.restore"]  # a reader could be beside the one who restores
    with opened(study.path, clock):
        assert leftovers(study.path) == []


def test_a_decided_restore_whose_parts_are_damaged_replaces_nothing(study, backup, clock, monkeypatch):
    path = study.path
    killed = halted_after(path, 0, monkeypatch)
    with pytest.raises(killed):
        restore(backup, path, ADMIN, reason=REASON, desk=at(study, clock))
    monkeypatch.undo()
    before = path.read_bytes()
    damage(restoring.prepared_folder(path) / "store.lndesk", 5000)

    with pytest.raises(StoreProblem, match="was cut short, and what it prepared is damaged"):
        finish_restore(path, who="admin", at=clock())

    assert path.read_bytes() == before


def test_a_backup_of_an_older_version_is_brought_up_to_date(study, clock, desk, tmp_path):
    from lndesk.store import migrations

    last = [step.name for step in migrations.migrations.applied(study._db)][-1]
    older = tmp_path / "older.lndesk"
    made = _site_of_before(last, older, clock)

    with look_inside(made, ADMIN, desk=desk) as inside:
        assert inside.study.targets() == []
    done = restore(made, tmp_path / "new.lndesk", ADMIN, reason=REASON, desk=desk)

    assert manifest_of(made)["schema"] != last
    with opened(done.path, clock) as again:
        assert again.verify().ok
        assert again.restores()[0].restored_by == "ADMIN Ann"
    assert sorted(file.name for file in tmp_path.iterdir() if "new.lndesk" in file.name) == [
        "new.lndesk", "new.lndesk.head", "new.lndesk.keys", "new.lndesk.lock",
    ]  # fmt: skip


def _site_of_before(step, path, clock):
    """Make a backup as the version before a step would have left it."""
    from lndesk.store import acts, keys
    from lndesk.store.backup import back_up
    from lndesk.store.codecs import encode_instant
    from lndesk.store.database import connect, writing
    from lndesk.store.migrations import migrate

    key = keys.new_key()
    db = connect(path, key, create=True)
    migrate(db, before=step)
    at_text, offset = encode_instant(clock())
    with writing(db):
        act = acts.open_act(db)
        db.conn.execute(
            "insert into site (id, store_id, name, name_zh, training, sheet_language, created_at,"
            " created_at_offset_min) values (1, 'old', 'Old', '旧', 0, 'both', ?, ?)",
            [at_text, offset],
        )
        db.conn.execute("insert into account (login, name, role) values ('admin', 'ADMIN Ann', 'administrator')")
        acts.seal_act(
            db,
            act,
            acts.Act(
                at=clock(), login="admin", name="ADMIN Ann", role="administrator", station="", command="FoundSite",
                inputs="{}", reason="", app_version="0",
            ),
        )  # fmt: skip
    db.close()
    ring = keys.KeyRing(keys.keys_file(path), "old", {})
    ring.lock("admin", PASSWORD, key, QUICK)
    ring.write()
    return back_up(path, key, path.parent, now=clock()).file


def test_a_backup_of_a_newer_version_is_refused(study, folder, clock):
    study._db.conn.execute(
        "insert into _sqlite_migrations (migration_set, name, applied_at) values ('lndesk', 'm999_tomorrow', '')"
    )
    made = study.back_up(folder)
    study._db.conn.execute("delete from _sqlite_migrations where name = 'm999_tomorrow'")

    for act in (
        lambda: look_inside(made.file, desk=at(study, clock)),
        lambda: restore(made.file, study.path, ADMIN, reason=REASON, desk=at(study, clock)),
    ):
        with pytest.raises(StoreProblem, match="newer version of lndesk"):
            act()
    assert study.verify().ok


def test_the_day_of_a_backup_is_told_by_its_manifest(backup):
    manifest = manifest_of(backup)

    assert dt.datetime.fromisoformat(manifest["made_at"]).hour == 9
    assert manifest["made_by"] == "CHEN Jing"
    assert set(json.loads(json.dumps(manifest))) == {
        "format", "app_version", "schema", "store_id", "training", "made_at", "made_by", "head", "acts", "counts",
        "other_counts", "sizes", "sha256", "seal",
    }  # fmt: skip


def test_there_is_no_room_without_the_room_for_a_copy(study, backup, clock, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: shutil._ntuple_diskusage(10**9, 10**9 - 5000, 5000))

    with pytest.raises(StoreProblem, match="There is no room at"):
        restore(backup, study.path, ADMIN, reason=REASON, desk=at(study, clock))

    assert study.verify().ok


def test_what_is_put_on_record_while_a_restore_is_prepared_is_not_lost(study, backup, clock):
    work = Restoration(backup, study.path, ADMIN, reason=REASON, desk=at(study, clock))
    work.prepare()
    study.set_keeping(all_days=9, weekly_days=92)

    with pytest.raises(StoreProblem, match="Something was put on record while"):
        work.put_in_place()
    work.give_up()

    assert study.keeping().all_days == 9
    assert study.verify().ok
    assert leftovers(study.path) == []


def test_a_restore_is_prepared_on_another_thread_than_the_windows(study, backup, clock):
    from concurrent.futures import ThreadPoolExecutor

    work = Restoration(backup, study.path, ADMIN, reason=REASON, desk=at(study, clock))
    with ThreadPoolExecutor(1) as worker:
        unpacked = worker.submit(unpack_to_look, backup, desk=Desk(live=study, clock=clock)).result()
        worker.submit(work.prepare).result()
    with unpacked.open() as inside:
        assert numbers(inside.study) == ["H1"]
    work.put_in_place()
    work.give_up()

    with opened(study.path, clock) as again:
        assert numbers(again) == ["H1"]
