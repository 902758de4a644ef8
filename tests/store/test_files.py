import pytest

from lndesk.store import restoring
from lndesk.store.files import write_whole


def test_a_file_that_cannot_take_its_place_leaves_nothing_beside(tmp_path):
    blocked = tmp_path / "keys"
    blocked.mkdir()

    with pytest.raises(OSError, match="directory"):
        write_whole(blocked, b"new")

    assert [file.name for file in tmp_path.iterdir()] == ["keys"]


def test_a_restore_that_nothing_decided_for_leaves_nothing_behind(tmp_path):
    path = tmp_path / "site.lndesk"
    (restoring.begin(path) / "store.lndesk").write_bytes(b"half")
    restoring.decision_file(path).with_name("site.lndesk.restoring.new").write_bytes(b"half a decision")

    restoring.clear(path)

    assert list(tmp_path.iterdir()) == []
