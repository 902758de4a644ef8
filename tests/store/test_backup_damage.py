import contextlib
import zipfile

import pytest

from lndesk.domain.errors import StoreProblem
from lndesk.store.backup import manifest_of


@pytest.fixture
def file(study, tmp_path):
    return study.back_up(tmp_path).file


def test_no_flipped_bit_in_the_directory_of_a_backup_is_a_crash(study, file):
    whole = file.read_bytes()
    start = whole.find(b"PK\x01\x02", whole.rfind(b"PK\x03\x04"))
    first_entry, rest = range(start, start + 46), range(start + 46, len(whole), 9)
    for place in (*first_entry, *rest):
        for bit in (0, 3):
            content = bytearray(whole)
            content[place] ^= 1 << bit
            file.write_bytes(content)
            for check in (study.verify_backup, manifest_of):
                with contextlib.suppress(StoreProblem):  # told; a flip in a date or a comment harms nothing
                    check(file)


@pytest.mark.parametrize("manifest", ["", "{", "[]", "5", "{}", '{"sha256": 5}', '{"sha256": {}}'])
def test_a_manifest_that_is_none_is_told_in_a_sentence(study, file, manifest):
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("store.lndesk", b"")
        parts.writestr("store.lndesk.keys", b"")
        parts.writestr("manifest.json", manifest)

    with pytest.raises(StoreProblem, match="not a whole backup"):
        study.verify_backup(file)


def test_a_medium_that_was_pulled_out_is_told_in_a_sentence(study, file):
    file.unlink()

    with pytest.raises(StoreProblem, match="There is no file"):
        study.verify_backup(file)
    with pytest.raises(StoreProblem):
        manifest_of(file)
