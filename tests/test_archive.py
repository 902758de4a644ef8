"""Leaving the program's formats behind: everything that is on record, in forms that any program reads."""

import csv
import hashlib
import json
import sqlite3
from decimal import Decimal

import pytest

from lndesk.domain.errors import Cancelled, NotPermitted, RuleViolation, StoreProblem, WrongPassword
from lndesk.domain.watch import Watch
from lndesk.queries.audit_lines import IDENTITY
from lndesk.services.attachments import AttachCertificate
from lndesk.services.corrections import CorrectWeight
from lndesk.store import dictionary
from lndesk.store.acts import chain_hash
from lndesk.store.database import in_memory, rows
from lndesk.store.migrations import migrate
from tests.conftest import PASSWORD
from tests.store.test_no_names import SECRETS, files_with

SCAN = b"%PDF-1.7\n" + "王小明 H00482217".encode()
MISREAD = "H00482271"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "archive"
    made.mkdir()
    return made


@pytest.fixture
def whole(study, make):
    patient_id = make.treated()
    make.control(family_name="李", given_name="四光", latin_family="Li", latin_given="Siguang")
    make.infused(patient_id, make.lot()[0])
    study.run(CorrectWeight(row_id=1, reason="王小明 was weighed in shoes, H00482217", changes={"kg": Decimal("62.3")}))
    study.save_draft("dose", "1", {"who": "王小明", "hospital_no": "H00482217"})
    study.sign_in("admin", PASSWORD)
    return study


@pytest.fixture
def papers(study, make):
    """A study with an attached file, a check that differed, and a sheet that was printed."""
    patient_id = make.treated()
    vials = make.lot()
    study.run(AttachCertificate(lot_id=1, name="王小明 H00482217.pdf", content=SCAN), by=make.technician)
    make.weight(patient_id)
    preparation_id = make.prepared(patient_id, vials[:1])
    make.checked(preparation_id, hospital_no=MISREAD)
    number = study.issue_sheet(make.checked(preparation_id))
    study.start_print(number, study.sheet_copy(number), printer="Ward printer")
    study.sign_in("admin", PASSWORD)
    return study


def archived(study, folder, **kind):
    composed = study.compose_archive(folder, **kind)
    study.keep_archive(composed, login="admin", password=PASSWORD)
    return composed.folder


def table(folder, name):
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_column_of_the_schema_has_a_description():
    db = in_memory()
    migrate(db)

    for name in dictionary.tables(db):
        assert dictionary.about(name).endswith(".")
        for column in dictionary.columns(db, name):
            assert column.description.endswith("."), (name, column.name)
            assert len(column.description) > 1
    db.close()


def test_the_dictionary_describes_nothing_that_is_not_there():
    db = in_memory()
    migrate(db)
    there = {(name, column.name) for name in dictionary.tables(db) for column in dictionary.columns(db, name)}

    said = {(name, column) for name, entry in dictionary._entries().items() for column in entry if column != "about"}

    assert said <= there
    db.close()


def test_every_file_that_the_store_keeps_is_marked_as_telling_who_a_patient_is():
    db = in_memory()
    migrate(db)
    files = [each for name in dictionary.tables(db) for each in dictionary.columns(db, name) if each.form == "blob"]

    assert {(each.table, each.name) for each in files} == {("content", "bytes"), ("attachment_bytes", "content")}
    assert all(each.identifies for each in files)
    db.close()


def test_what_identifies_in_the_audit_trails_export_does_so_here():
    assert dictionary.identifying() >= IDENTITY


def test_an_archive_holds_every_table_in_both_forms_with_its_dictionary(whole, folder):
    made = archived(whole, folder, names=True)

    plain = sqlite3.connect(made / "archive.sqlite")
    names = {row[0] for row in plain.execute("select name from sqlite_master where type = 'table'")}
    assert names == {*dictionary.tables(whole._db), "dictionary"}
    assert {file.stem for file in (made / "tables").iterdir()} == names
    for name in ("patient", "infusion", "weight", "visit", "container"):
        live = rows(whole._db, f"select * from {name} order by id")
        columns = ", ".join(f'"{column}"' for column in live[0])
        assert [dict(zip(live[0], row, strict=True)) for row in plain.execute(f"select {columns} from {name}")] == live
        assert table(made, name) == [
            {column: "" if value is None else str(value) for column, value in row.items()} for row in live
        ]
    described = plain.execute("select count(*) from dictionary where description <> ''").fetchone()[0]
    with (made / "dictionary.csv").open(encoding="utf-8-sig") as stream:
        assert len(list(csv.DictReader(stream))) == described
    plain.close()
    assert (made / "tables" / "patient.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_an_archive_with_names_carries_the_whole_audit_trail_so_that_its_chain_can_be_worked_out_again(whole, folder):
    made = archived(whole, folder, names=True)

    plain = sqlite3.connect(made / "archive.sqlite")
    plain.row_factory = sqlite3.Row
    previous = "0" * 64
    for act in map(dict, plain.execute("select * from act order by id")):
        changes = [
            dict(row) for row in plain.execute("select * from row_change where act_id = ? order by id", [act["id"]])
        ]
        assert act["previous_hash"] == previous
        assert act["hash"] == chain_hash(act, changes)
        previous = act["hash"]
    assert whole.archives()[0].head == previous
    plain.close()


def test_an_archive_without_names_tells_nobody_who_the_patients_are(whole, folder):
    made = archived(whole, folder)

    assert files_with([*SECRETS, "1989-07-14", PASSWORD], made) == set()
    (first, _second) = table(made, "patient")
    assert (first["subject_id"][:3], first["family_name"], first["born_on"]) == ("LN-", "withheld", "withheld")
    assert f"{first['subject_id']} was weighed in shoes, {first['subject_id']}" in json.dumps(table(made, "act"))
    assert table(made, "weight")[0]["kg"] == "62.3"
    assert table(made, "account")[0]["name"] == "ADMIN Ann"
    assert files_with(["P-2219"], made) == set()
    assert first["subject_id"] in {row["value"] for row in table(made, "answer") if row["item"] == "report_no"}


def test_an_archive_without_names_holds_no_attached_file_no_sheet_and_no_reading_of_a_wristband(papers, folder):
    made = archived(papers, folder)

    assert files_with([*SECRETS, MISREAD, "1989-07-14", "%PDF"], made) == set()
    assert not (made / "files").exists()
    assert [row["content"] for row in table(made, "attachment_bytes")] == ["withheld"]
    assert {row["bytes"] for row in table(made, "content")} == {"withheld"}
    (attempt,) = table(made, "check_attempt")
    assert (attempt["differing"], attempt["entered"], attempt["on_record"]) == ("hospital_no", "withheld", "withheld")
    (attached,) = table(made, "attachment")
    assert attached["sha256"] == hashlib.sha256(SCAN).hexdigest()
    assert attached["name"] == "{0} {0}.pdf".format(table(made, "patient")[0]["subject_id"])


def test_an_archive_with_names_holds_each_attached_file_and_each_sheet_as_a_file_of_its_hash(papers, folder):
    made = archived(papers, folder, names=True)

    (attached,) = table(made, "attachment_bytes")
    assert attached["content"] == f"files/{attached['sha256']}.pdf"
    assert (made / attached["content"]).read_bytes() == SCAN
    sheets = table(made, "content")
    for row in sheets:
        assert hashlib.sha256((made / row["bytes"]).read_bytes()).hexdigest() == row["sha256"]
    assert {row["sha256"] for row in table(made, "sheet")} <= {row["sha256"] for row in sheets}
    assert f"  {attached['content']}\n" in (made / "SHA256SUMS.txt").read_text(encoding="utf-8")
    plain = sqlite3.connect(made / "archive.sqlite")
    assert plain.execute("select content from attachment_bytes").fetchall() == [(attached["content"],)]
    plain.close()


def test_no_archive_holds_a_password_or_a_key(whole, folder):
    made = archived(whole, folder, names=True)

    content = b"".join(file.read_bytes() for file in made.rglob("*") if file.is_file())
    assert PASSWORD.encode() not in content
    assert whole._file.key not in content
    assert whole._file.key.hex().encode() not in content


def test_an_archive_is_signed_for_and_on_record(whole, folder):
    made = archived(whole, folder)

    (row,) = whole.archives()
    (signature,) = whole.signatures("archive", row.id)
    assert (row.names, row.exported_by, row.folder) == (False, "ADMIN Ann", str(made))
    assert (signature.signature.meaning, signature.valid) == ("authorised", True)
    sums = (made / "SHA256SUMS.txt").read_bytes()
    assert hashlib.sha256(sums).hexdigest() == row.sha256
    for line in sums.decode().splitlines():
        sha256, name = line.split("  ")
        assert hashlib.sha256((made / name).read_bytes()).hexdigest() == sha256
    assert whole.acts(limit=1)[0].command == "ExportArchive"
    assert whole.verify().ok


def test_without_the_signature_nothing_of_an_archive_stays(whole, folder):
    composed = whole.compose_archive(folder)
    with pytest.raises(WrongPassword):
        whole.keep_archive(composed, login="admin", password="not the right one at all")

    assert list(folder.iterdir()) == []
    assert whole.archives() == []


def test_an_archive_that_is_stopped_leaves_nothing(whole, folder):
    seen = []
    watch = Watch(progress=lambda *at: seen.append(at), stopped=lambda: len(seen) > 5)

    with pytest.raises(Cancelled):
        whole.compose_archive(folder, watch=watch)

    assert list(folder.iterdir()) == []


def test_who_may_not_take_an_archive_gets_none(whole, folder):
    for login in ("chenjing", "lina", "monitor"):
        whole.sign_in(login, PASSWORD)
        with pytest.raises(NotPermitted):
            whole.compose_archive(folder)
    assert list(folder.iterdir()) == []


def test_a_place_that_cannot_take_it_is_told(whole, folder):
    with pytest.raises(StoreProblem, match="There is no folder"):
        whole.compose_archive(folder / "gone")
    (folder / "x").write_text("a file")
    with pytest.raises((StoreProblem, RuleViolation)):
        whole.compose_archive(folder / "x")


def test_nothing_and_an_empty_text_stay_apart(whole, folder):
    made = archived(whole, folder)

    lines = (made / "tables" / "visit.csv").read_text(encoding="utf-8-sig").splitlines()
    assert ',"",' in lines[1]
    assert ',"",' in lines[2]
    assert ",," in lines[2]  # no outcome yet
