import hashlib

import pytest

from lndesk.domain.errors import RuleViolation, StoreProblem
from lndesk.services.attachments import AttachCertificate
from lndesk.store.database import rows, value
from lndesk.store.verification import verify
from tests.conftest import PASSWORD

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
LIMIT = 10 * 1024 * 1024


@pytest.fixture(autouse=True)
def at_the_stock(study, make):
    """A lot is there, and the technician at the desk."""
    make.lot()
    study.sign_in("lina", PASSWORD)


def attach(study, content=PDF, name="COA-2411.pdf", lot_id=1):
    study.run(AttachCertificate(lot_id=lot_id, name=name, content=content))
    return study.attachments(lot_id)[-1]


@pytest.mark.parametrize(
    ("start", "kind"),
    [(b"%PDF-1.4", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff\xe0", "image/jpeg")],
)
def test_a_certificate_comes_out_as_it_went_in(study, start, kind):
    kept = attach(study, start + b"content", name="C:\\scans\\COA.bin")

    assert (kept.media_type, kept.name, kept.size_bytes) == (kind, "COA.bin", len(start) + 7)
    assert study.attachment(kept.id) == start + b"content"
    assert study.verify().problems == ()


def test_the_act_names_the_files_hash_and_never_holds_its_bytes(study):
    kept = attach(study)

    assert kept.sha256 == hashlib.sha256(PDF).hexdigest()
    last = value(study._db, "select max(id) from act")
    changes = rows(study._db, "select table_name, length(after) as size from row_change where act_id = ?", [last])
    assert [change["table_name"] for change in changes] == ["attachment"]
    assert changes[0]["size"] < 500
    assert "%PDF" not in value(study._db, "select inputs from act where id = ?", [last])
    assert value(study._db, "select count(*) from attachment_bytes") == 1


def test_one_file_of_two_lots_is_held_once(study, make):
    make.lot("AM-2")
    study.sign_in("lina", PASSWORD)
    attach(study)
    attach(study, lot_id=2)

    assert value(study._db, "select count(*) from attachment_bytes") == 1
    with pytest.raises(RuleViolation, match="attached to lot AM-2 already"):
        attach(study, lot_id=2)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"MZ\x90", "Only a PDF"),
        (b" %PDF-", "Only a PDF"),
        (b"%PDF-" + bytes(LIMIT), "larger than 10 MB"),
    ],
)
def test_what_is_no_certificate_is_refused(study, content, said):
    before = study.head()

    with pytest.raises(RuleViolation, match=said) as refusal:
        attach(study, content)

    assert refusal.value.field == "file"
    assert study.head() == before


def test_a_file_of_exactly_the_limit_is_taken(study):
    assert attach(study, b"%PDF-" + bytes(LIMIT - 5)).size_bytes == LIMIT


def spoil(study, statement):
    for trigger in ("in_open_act", "no_update", "no_delete"):
        study._db.conn.execute(f"drop trigger attachment_bytes_{trigger}")
    study._db.conn.execute(statement)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update attachment_bytes set content = x'255044462d00'", "its file is not the one that was attached"),
        ("delete from attachment_bytes", "its file is not the one that was attached"),
        ("insert into attachment_bytes values ('00', x'00')", "belongs to no attachment"),
    ],
)
def test_a_file_that_was_changed_past_the_program_is_found(study, statement, said):
    kept = attach(study)
    spoil(study, statement)

    found = verify(study._db)

    assert any(said in str(problem) for problem in found.problems)
    if "no attachment" not in said:
        with pytest.raises(StoreProblem, match="not the one that was attached"):
            study.attachment(kept.id)


def test_the_bytes_refuse_change_and_removal(study):
    attach(study)

    for statement in ("update attachment_bytes set content = x'00'", "delete from attachment_bytes"):
        with pytest.raises(Exception, match="an attached file is never"):
            study._db.conn.execute(statement)
    with pytest.raises(Exception, match="no open act"):
        study._db.conn.execute("insert into attachment_bytes values ('00', x'00')")


def test_a_backup_takes_the_certificate_along(study, tmp_path):
    attach(study)
    made = study.back_up(tmp_path)

    assert study.verify_backup(made.file).problems == ()
