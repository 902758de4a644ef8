"""After a whole journey no byte beside the site's file tells who the patients are, or lets anybody in."""

import os
import re
import subprocess
import sys
import tempfile

import pytest

from lndesk.domain.errors import WrongPassword
from lndesk.store import keys
from lndesk.study import Study
from tests.conftest import PASSWORD, QUICK

SECRETS = ("王小明", "小明", "李四光", "Xiaoming", "Siguang", "H00482217", "H00490001", "0048 2217")
CRASH = """
import sys
from PySide6.QtWidgets import QApplication
from ui import errors
app = QApplication([])
errors.install(app)
def fall(patient):
    raise ValueError(f"{patient} {sys.argv[1]}")
try:
    fall("王小明 H00482217")
except ValueError:
    sys.excepthook(*sys.exc_info())
app.processEvents()
"""


@pytest.fixture
def private(tmp_path_factory, monkeypatch):
    """A temporary folder of the journey's own, so that nothing else lies in it."""
    folder = tmp_path_factory.mktemp("private")
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def files_with(secrets, *folders):
    """Name each file that holds one of some texts, in any encoding that a file could have."""
    wanted = [text.encode(encoding) for text in secrets for encoding in ("utf-8", "utf-16-le", "gb18030")]
    return {
        f"{file.name}: {text!r}"
        for folder in folders
        for file in folder.rglob("*")
        if file.is_file()
        for text in wanted
        if text in file.read_bytes()
    }


def test_no_file_of_a_site_tells_a_name_or_a_secret(study, make, tmp_path, private):
    patient_id = make.treated()
    make.control(family_name="李", given_name="四光", latin_family="Li", latin_given="Siguang")
    make.infused(patient_id, make.lot()[0])
    study.save_draft("dose", "1", {"who": "王小明", "hospital_no": "H00482217"})
    with pytest.raises(WrongPassword):
        study.authenticate("chenjing", "no such password of mine")
    study.sign_in("admin", PASSWORD)
    admin_code = study.new_recovery_code(reason="Printed page lost")
    one_time = study.reset_password("lina", reason="Forgotten it")
    backup = tmp_path / "stick"
    backup.mkdir()
    study.note_backup(study.back_up(backup))
    secrets = [*SECRETS, PASSWORD, "no such password of mine", admin_code, admin_code.replace("-", ""), one_time]

    assert {file.name for file in tmp_path.iterdir()} >= {
        "site.lndesk", "site.lndesk-wal", "site.lndesk-shm", "site.lndesk.keys", "site.lndesk.head", "stick",
    }  # fmt: skip
    assert files_with(secrets, tmp_path, private) == set()
    study.close()
    assert files_with(secrets, tmp_path, private) == set()


def test_failed_tries_leave_no_password_and_no_name(study, tmp_path, clock):
    path = study.path
    study.close()
    for _try in range(3):
        with pytest.raises(WrongPassword):
            Study.open(path, login="chenjing", password="wrong horse battery", clock=clock, cost=QUICK)

    assert (tmp_path / "site.lndesk.tries").is_file()
    assert files_with(["wrong horse battery", PASSWORD], tmp_path) == set()


def test_the_search_would_find_what_it_looks_for(tmp_path):
    (tmp_path / "leak").write_text("patient 王小明", encoding="gb18030")

    assert len(files_with(SECRETS, tmp_path)) == 2


def test_the_log_of_a_crash_tells_where_and_never_whom(tmp_path):
    secret = keys.new_recovery_code()
    environment = os.environ | {"LNDESK_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(tmp_path)}

    subprocess.run([sys.executable, "-c", CRASH, secret], env=environment, check=True, timeout=60, capture_output=True)

    (log,) = (tmp_path / "log").iterdir()
    assert re.search(r"ValueError\n\s+<string>:\d+ <module>", log.read_text(encoding="utf-8"))
    assert files_with([*SECRETS, secret], tmp_path) == set()
