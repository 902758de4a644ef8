"""A backup that is not exactly what was written is never accepted, and never harms the site."""

import contextlib
import hashlib
import json
import shutil
import subprocess
import zipfile

import pytest

from lndesk.domain.errors import OtherKey, StoreProblem, WrongPassword
from lndesk.inside import Desk, Way, look_inside
from lndesk.restore import restore
from lndesk.store.backup import back_up, verify_backup
from lndesk.store.bundle import DIGEST_LETTERS, MANIFEST, PARTS, manifest_of
from lndesk.study import NewSite, Study
from tests.conftest import PASSWORD, QUICK

EACH = 1_000  # parts of the file, at each of which it is cut and flipped
ADMIN = Way(login="admin", password=PASSWORD)


@pytest.fixture
def file(study, tmp_path):
    return study.back_up(tmp_path).file


def write(file, content):
    file.write_bytes(content)
    return file


def taken(study, file):
    """Tell whether a file is taken for a backup of the site."""
    try:
        return study.verify_backup(file).ok
    except StoreProblem:
        return False


def digested(content):
    """Return a file's bytes with the digest at its end worked out anew, as a forger would."""
    covered = content[:-DIGEST_LETTERS]
    return covered + hashlib.sha256(covered).hexdigest().encode()


def repacked(file, place, **changes):
    """Write a backup anew with some of its parts replaced, and everything but the seal worked out again."""
    with zipfile.ZipFile(file) as parts, zipfile.ZipFile(place, "w") as fake:
        content = {name: parts.read(name) for name in parts.namelist()} | changes
        manifest = json.loads(content.pop(MANIFEST))
        manifest["sha256"] = {name: hashlib.sha256(content[name]).hexdigest() for name in PARTS}
        for name in PARTS:
            fake.writestr(name, content[name])
        fake.writestr(MANIFEST, json.dumps(manifest))
        fake.comment = b"0" * DIGEST_LETTERS
    return write(place, digested(place.read_bytes()))


def test_the_whole_file_is_taken(study, file):
    assert taken(study, file)


def test_a_backup_cut_at_each_thousandth_byte_is_not_taken(study, file, tmp_path):
    whole = file.read_bytes()
    cut = tmp_path / "cut.lndesk-backup"
    accepted = [
        place for place in range(0, len(whole), EACH) if taken(study, write(cut, whole[:place]))
    ]  # fmt: skip

    assert accepted == []
    assert len(range(0, len(whole), EACH)) > 200
    assert study.verify().ok


def test_a_flip_at_each_thousandth_byte_is_not_taken(study, file, tmp_path):
    whole = file.read_bytes()
    flipped = tmp_path / "flipped.lndesk-backup"
    accepted = []
    for number, place in enumerate(range(0, len(whole), EACH)):
        content = bytearray(whole)
        content[place] ^= 1 << number % 8
        if taken(study, write(flipped, content)):
            accepted.append(place)

    assert accepted == []
    assert study.verify().ok


def flip(file, place):
    with file.open("r+b") as stream:
        stream.seek(place)
        byte = stream.read(1)[0]
        stream.seek(place)
        stream.write(bytes([byte ^ 1 << place % 8]))


def test_a_flip_of_any_byte_of_a_header_the_manifest_or_the_directory_is_not_taken(study, file):
    with zipfile.ZipFile(file) as parts:
        start = {name: parts.getinfo(name).header_offset for name in parts.namelist()}
    of_store = range(128)
    of_keys = range(start["store.lndesk.keys"], start["store.lndesk.head"], 7)
    rest = range(start["store.lndesk.head"], file.stat().st_size)  # head, manifest, directory, digest: every byte
    accepted = []
    for place in (*of_store, *of_keys, *rest):
        flip(file, place)
        with contextlib.suppress(StoreProblem):  # told, and never a crash
            manifest_of(file)
        if taken(study, file):
            accepted.append(place)
        flip(file, place)

    assert accepted == []
    assert len(rest) > 1_500
    assert taken(study, file)


def test_bytes_that_were_added_or_taken_out_are_not_taken(study, file, tmp_path):
    whole = file.read_bytes()
    other = tmp_path / "other.lndesk-backup"
    for content in (whole + b"x", b"x" + whole, whole[1:], whole[:9000] + whole[9001:], whole[:-1], whole + whole, b""):
        assert not taken(study, write(other, content))


@pytest.mark.parametrize(
    "manifest", ["", "{", "[]", "5", "{}", '{"sha256": 5}', '{"sha256": {}, "format": 2}', '{"format": "x"}', "null"]
)
def test_a_manifest_that_is_none_is_told_in_a_sentence(study, file, manifest):
    with zipfile.ZipFile(file, "w") as parts:
        for name in PARTS:
            parts.writestr(name, b"")
        parts.writestr(MANIFEST, manifest)
        parts.comment = b"0" * DIGEST_LETTERS
    write(file, digested(file.read_bytes()))

    with pytest.raises(StoreProblem, match="not a whole backup"):
        study.verify_backup(file)


def test_the_manifest_of_another_backup_is_not_taken(study, make, file, tmp_path, clock):
    make.patient()
    clock.forward(minutes=1)
    later = study.back_up(tmp_path).file
    with zipfile.ZipFile(later) as parts:
        manifest = parts.read(MANIFEST)
        store = parts.read("store.lndesk")

    mixed = repacked(file, tmp_path / "mixed.lndesk-backup", **{MANIFEST: manifest})
    swapped = repacked(file, tmp_path / "swapped.lndesk-backup", **{"store.lndesk": store})

    for forged in (mixed, swapped):
        with pytest.raises(StoreProblem, match="does not hold what its manifest says"):
            study.verify_backup(forged)
        with pytest.raises(StoreProblem):
            restore(forged, study.path, ADMIN, reason="x", desk=_at(study, clock))
    assert study.verify().ok


def test_a_manifest_that_was_rewritten_by_somebody_without_the_key_is_not_taken(study, file, tmp_path):
    with zipfile.ZipFile(file) as parts:
        manifest = json.loads(parts.read(MANIFEST))
    for change in (
        {"made_by": "Somebody"},
        {"made_at": "2030-01-01T00:00:00+08:00"},
        {"acts": 1},
        {"seal": "é"},
        {"x": 1},
    ):
        forged = repacked(file, tmp_path / "forged.lndesk-backup", **{MANIFEST: json.dumps(manifest | change).encode()})
        assert not taken(study, forged)
        forged.unlink()


def test_a_backup_with_a_part_more_or_compressed_is_not_taken(study, file, tmp_path):
    for compression, more in ((zipfile.ZIP_DEFLATED, {}), (zipfile.ZIP_STORED, {"../evil": b"x"})):
        other = tmp_path / "other.lndesk-backup"
        with zipfile.ZipFile(file) as parts, zipfile.ZipFile(other, "w", compression) as fake:
            for name in parts.namelist():
                fake.writestr(name, parts.read(name))
            for name, content in more.items():
                fake.writestr(name, content)
            fake.comment = b"0" * DIGEST_LETTERS
        assert not taken(study, write(other, digested(other.read_bytes())))
    assert not (tmp_path.parent / "evil").exists()


def test_a_backup_of_a_form_of_the_future_says_so(study, file):
    with zipfile.ZipFile(file) as parts:
        content = {name: parts.read(name) for name in parts.namelist()}
    with zipfile.ZipFile(file, "w") as fake:
        for name in PARTS:
            fake.writestr(name, content[name])
        fake.writestr(MANIFEST, json.dumps(json.loads(content[MANIFEST]) | {"format": 3, "app_version": "9.0"}))
        fake.comment = b"0" * DIGEST_LETTERS
    write(file, digested(file.read_bytes()))

    with pytest.raises(StoreProblem, match=r"written by a newer version of lndesk \(9\.0\)"):
        study.verify_backup(file)


@pytest.fixture
def other(tmp_path, clock):
    """A backup of another site, whose administrator has another password."""
    made, _code = Study.create(
        tmp_path / "other.lndesk", NewSite(name="B", administrator="OTHER Bob", login="admin"), "a sentence of another",
        clock=clock, cost=QUICK,
    )  # fmt: skip
    folder = tmp_path / "theirs"
    folder.mkdir()
    file = made.back_up(folder).file
    made.close()
    return file


def test_the_password_of_another_site_opens_nothing(study, file, other, clock, tmp_path):
    theirs = Way(login="admin", password="a sentence of another")
    for backup, way in ((file, theirs), (other, ADMIN)):
        with pytest.raises(WrongPassword):
            look_inside(backup, way, desk=Desk(clock=clock, cost=QUICK))
        with pytest.raises(WrongPassword):
            restore(backup, tmp_path / "new.lndesk", way, reason="x", desk=Desk(clock=clock, cost=QUICK))
        with pytest.raises(StoreProblem):
            restore(backup, study.path, way, reason="x", desk=_at(study, clock))
    with pytest.raises(OtherKey):
        study.verify_backup(other)
    assert study.verify().ok
    assert not (tmp_path / "new.lndesk").exists()


def test_the_store_of_one_site_with_the_keys_of_another_is_not_taken(study, file, other, tmp_path):
    with zipfile.ZipFile(other) as parts:
        keys = parts.read("store.lndesk.keys")

    mixed = repacked(file, tmp_path / "mixed.lndesk-backup", **{"store.lndesk.keys": keys})

    assert not taken(study, mixed)


def _at(study, clock):
    study.sign_in("admin", PASSWORD)
    return Desk(live=study, clock=clock, cost=QUICK)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_live_file_that_is_damaged_gives_no_backup(study, tmp_path, share):
    key, path = study._file.key, study.path
    study.close()
    folder = tmp_path / "stick"
    folder.mkdir()
    content = bytearray(path.read_bytes())
    content[int(len(content) * share)] ^= 1
    path.write_bytes(content)

    with pytest.raises(StoreProblem):
        back_up(path, key, folder, now=study.now())

    assert list(folder.iterdir()) == []


def test_a_medium_that_was_pulled_out_is_told_in_a_sentence(study, file):
    file.unlink()

    with pytest.raises(StoreProblem, match="There is no file"):
        study.verify_backup(file)
    with pytest.raises(StoreProblem):
        manifest_of(file)


def test_a_backup_is_plain_for_any_program_that_unpacks_archives(file, tmp_path):
    with zipfile.ZipFile(file) as parts:
        assert parts.testzip() is None
        assert parts.namelist() == [*PARTS, MANIFEST]
        parts.extractall(tmp_path / "there")

    assert (tmp_path / "there" / "store.lndesk").stat().st_size == manifest_of(file)["sizes"]["store.lndesk"]
    if unzip := shutil.which("unzip"):
        subprocess.run([unzip, "-tq", file], check=True, capture_output=True)


def test_a_backup_is_verified_without_its_site(study, file):
    key = study._file.key
    study.close()
    study.path.unlink()

    assert verify_backup(file, key).ok
