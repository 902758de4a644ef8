import datetime as dt
import os
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from lndesk.domain.errors import StoreProblem
from lndesk.domain.watch import Watch
from lndesk.store import backup
from lndesk.study import Study

CHINA = dt.timezone(dt.timedelta(hours=8))


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "stick"
    made.mkdir()
    return made


@pytest.fixture
def made(study, make, folder):
    make.infused(make.treated(), make.lot()[0])
    return study.back_up(folder)


def damage(file, at):
    content = bytearray(file.read_bytes())
    content[at] ^= 0x01
    file.write_bytes(content)


def test_a_backup_is_a_copy_that_was_reopened_and_replayed(study, made, folder):
    assert made.file.parent == folder
    assert made.verification.ok
    assert made.verification.head == study.head()
    assert made.verification.counts["patient"] == 1
    assert study.verify_backup(made.file) == made.verification
    assert backup.manifest_of(made.file)["head"] == study.head()
    assert [each.name for each in folder.iterdir()] == [made.file.name]


def test_it_says_what_it_is_doing(study, folder):
    told = []

    study.back_up(folder, watch=Watch(progress=lambda *how_far: told.append(how_far)))

    assert list(dict.fromkeys(stage for stage, _done, _of in told)) == ["copying", "writing", "reading", "verifying"]
    assert all(0 <= done <= of for _stage, done, of in told)
    for stage in ("copying", "writing"):
        assert [done for one, done, of in told if one == stage][-1] == [of for one, _d, of in told if one == stage][-1]


def test_noting_a_backup_puts_it_on_record(study, made):
    study.note_backup(made)

    (row,) = study.backups()
    assert (row.file, row.sha256, row.patients, row.made_by) == (str(made.file), made.sha256, 1, "CHEN Jing")
    assert study.today_board().backed_up_today


def test_the_copy_opens_as_a_site_with_the_same_password(study, made, tmp_path):
    place = tmp_path / "restored"
    place.mkdir()
    backup.unpack(made.file, place)

    with Study.open(place / backup.STORE, login="chenjing", password="a sentence to test with", read_only=True) as copy:
        assert copy.patients() == study.patients()
        assert copy.acts() == study.acts()


def test_no_name_stands_in_clear_in_a_backup(made):
    content = made.file.read_bytes()

    for name in ("王小明", "小明", "Wang, X", "WANG", "Xiaoming", "H00482217", "1989-07-14"):
        assert name.encode() not in content


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_one_flipped_bit_is_found(study, made, share):
    with zipfile.ZipFile(made.file) as parts:
        store = parts.getinfo(backup.STORE)
    damage(made.file, int(store.header_offset + 100 + store.file_size * share))

    with pytest.raises(StoreProblem, match="is not a whole backup"):
        study.verify_backup(made.file)


def test_a_truncated_copy_is_found(study, made):
    os.truncate(made.file, made.size_bytes // 2)

    with pytest.raises(StoreProblem, match="is not a whole backup"):
        study.verify_backup(made.file)
    with pytest.raises(StoreProblem, match="is not a whole backup"):
        backup.manifest_of(made.file)


def test_another_file_is_no_backup(study, folder):
    other = folder / "letter.lndesk-backup"
    other.write_text("Dear Sir")

    with pytest.raises(StoreProblem, match="is not a whole backup"):
        study.verify_backup(other)


def test_a_manifest_that_claims_another_head_is_found(study, made, folder):
    forged = folder / "forged.lndesk-backup"
    with zipfile.ZipFile(made.file) as parts, zipfile.ZipFile(forged, "w") as fake:
        for name in (backup.STORE, backup.KEYS):
            fake.writestr(name, parts.read(name))
        manifest = parts.read(backup.MANIFEST).decode().replace(study.head(), "0" * 64)
        fake.writestr(backup.MANIFEST, manifest)

    with pytest.raises(StoreProblem, match="is not a whole backup"):
        study.verify_backup(forged)


def test_a_folder_that_is_not_there_is_named(study, tmp_path):
    gone = tmp_path / "gone"

    with pytest.raises(StoreProblem, match=r"There is no folder .*gone"):
        study.back_up(gone)
    with pytest.raises(StoreProblem, match="There is no file"):
        study.verify_backup(gone / "x")


def test_a_folder_that_cannot_be_written_to_is_named(study, folder, monkeypatch):
    if os.geteuid() == 0:
        pytest.skip("root writes everywhere")
    folder.chmod(0o500)
    monkeypatch.setattr("tempfile.tempdir", None)

    try:
        with pytest.raises(StoreProblem, match="cannot be written to"):
            study.back_up(folder)
    finally:
        folder.chmod(0o700)
    assert study.backups() == []


def test_a_full_disk_leaves_no_half_backup(study, folder):
    resource = pytest.importorskip("resource", reason="only Unix can make a disk look full")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal = pytest.importorskip("signal")
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, before[1]))
    try:
        with pytest.raises(StoreProblem, match=r"The backup.* failed: .*No backup was made"):
            study.back_up(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)

    assert list(folder.iterdir()) == []
    assert study.verify().ok


def test_two_backups_of_one_second_do_not_overwrite_each_other(study, made, folder):
    with pytest.raises(StoreProblem, match="There already is a backup"):
        study.back_up(folder)

    assert study.verify_backup(made.file).ok


def test_work_goes_on_while_a_backup_is_made(study, make, folder):
    def write_meanwhile(stage, _done, _of):
        if stage == "verifying" and not study.patients():
            make.patient("H2", given_name="敏", latin_given="Min")

    made = study.back_up(folder, watch=Watch(progress=write_meanwhile))

    assert made.verification.counts["patient"] == 0
    assert len(study.patients()) == 1


def test_a_backup_can_be_made_on_any_thread_after_a_verification_on_another(study, folder):
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        assert one.submit(study.verify).result().ok
        assert other.submit(study.back_up, folder).result().verification.ok


def test_the_receipt_of_a_backup_says_how_to_know_it_again(study, made):
    pypdf = pytest.importorskip("pypdf")
    import io

    study.note_backup(made)

    (row,) = study.backups()
    with_copy = study.backup_receipt(row)
    made.file.unlink()
    without_copy = study.backup_receipt(row)

    for pdf in (with_copy, without_copy):
        said = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().replace(" ", "")
        assert made.file.name in said
        assert made.sha256[:32].upper() in said
        assert "Patient" in said
        assert "王" not in said
