import random
import sqlite3

import pytest

from lndesk.domain.errors import StoreProblem, WrongPassword
from lndesk.services.patients import RegisterPatient
from lndesk.store.database import connect, rows, translated, value, writing
from lndesk.store.driver import dbapi2
from lndesk.store.keys import new_key
from lndesk.study import Study
from tests.conftest import PASSWORD, QUICK

HAN, LATIN, HOSPITAL_NO = "欧阳明镜", "Ouyangmark", "H00777123"


def reopened(path, clock, **changes):
    return Study.open(path, **({"login": "chenjing", "password": PASSWORD, "clock": clock, "cost": QUICK} | changes))


@pytest.fixture
def closed(study, make):
    """The path of a file with one marked patient, closed."""
    marked(make)
    study.close()
    return study.path


def marked(make):
    patient_id = make.patient(HOSPITAL_NO, family_name="欧阳", given_name="明镜", latin_family=LATIN)
    make.study.save_draft("weight", str(patient_id), {"note": f"{HAN} {LATIN}"})
    return patient_id


def told(path, clock):
    """Open a damaged file and read all of it; return the sentence."""
    try:
        with reopened(path, clock) as study:
            return str(study.verify().problems[0])
    except StoreProblem as problem:
        return str(problem)


def test_a_file_opens_again_with_what_was_written(closed, clock):
    with reopened(closed, clock) as study:
        names = [row.patient.han_name for row in study.patients()]

    assert names == [HAN]


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9])
def test_a_file_cut_short_is_told_in_a_sentence(closed, clock, share):
    content = closed.read_bytes()
    closed.write_bytes(content[: int(len(content) * share)])

    said = told(closed, clock)

    assert "damaged" in said


def test_a_file_cut_inside_a_page_is_told_in_a_sentence(closed, clock):
    content = closed.read_bytes()
    closed.write_bytes(content[: len(content) - 1000])

    assert "damaged" in told(closed, clock)


@pytest.mark.parametrize("seed", range(5))
def test_one_flipped_byte_anywhere_is_found(closed, clock, seed):
    content = bytearray(closed.read_bytes())
    content[random.Random(seed).randrange(len(content))] ^= 0x40  # noqa: S311  # repeatable, not secret
    closed.write_bytes(content)

    assert "damaged" in told(closed, clock)


@pytest.mark.parametrize("content", [b"", b"not a site", bytes(range(256)) * 64])
def test_other_bytes_under_the_name_are_told_in_a_sentence(closed, clock, content):
    closed.write_bytes(content)

    said = told(closed, clock)

    assert said.startswith((str(closed), "This is not a site's file"))


def test_a_plain_sqlite_file_under_the_name_is_told_in_a_sentence(closed, clock):
    closed.unlink()
    plain = sqlite3.connect(closed)
    plain.execute("create table patient (id integer)")
    plain.commit()
    plain.close()

    assert "not a file of lndesk" in told(closed, clock)


def test_a_wrong_key_is_told_in_a_sentence(closed):
    with pytest.raises(StoreProblem, match="not a file of lndesk"):
        connect(closed, new_key())


def test_a_file_that_is_not_there_is_told_and_not_made(tmp_path, clock):
    path = tmp_path / "none.lndesk"

    with pytest.raises(StoreProblem, match="There is no file"):
        reopened(path, clock)

    assert list(tmp_path.iterdir()) == []


def test_nothing_that_was_refused_changes_the_file(closed, clock):
    before = closed.read_bytes()

    with pytest.raises(WrongPassword):
        reopened(closed, clock, password="something quite different")
    with pytest.raises(StoreProblem):
        connect(closed, new_key())

    assert closed.read_bytes() == before


def test_no_name_stands_in_clear_in_any_file_while_it_is_open(study, make):
    marked(make)
    study.note_backup(study.back_up(study.path.parent))
    files = {file.name: file.read_bytes() for file in study.path.parent.iterdir() if file.is_file()}

    leaks = [
        (name, word)
        for name, content in files.items()
        for word in (HAN, "欧阳", "明镜", LATIN, HOSPITAL_NO)
        for coding in ("utf-8", "utf-16-le", "gb18030")
        if word.encode(coding) in content
    ]

    assert {"site.lndesk", "site.lndesk-wal", "site.lndesk-shm", "site.lndesk.keys"} <= set(files)
    assert leaks == []


def test_no_password_or_key_stands_in_clear(study):
    contents = [file.read_bytes() for file in study.path.parent.iterdir() if file.is_file()]

    assert not any(PASSWORD.encode() in content for content in contents)
    assert not any(study._file.key in content or study._file.key.hex().encode() in content for content in contents)


def test_the_file_is_durable_and_keeps_its_references(study):
    settings = {name: value(study._db, f"pragma {name}") for name in ("journal_mode", "synchronous", "foreign_keys")}

    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert value(study._db, "pragma temp_store") == 2


def test_a_reader_cannot_write(closed, clock):
    with reopened(closed, clock, read_only=True) as reader:
        before = reader.head()

        with pytest.raises(StoreProblem, match="read-only"):
            reader.save_draft("weight", "1", {})

        assert reader.head() == before


def register(study, number):
    study.run(
        RegisterPatient(
            family_name="王" * 200, given_name="一", latin_family="W" * 2000, latin_given="Y", sex="female",
            born_on=study.today().replace(year=1990), hospital_no=f"H{number}",
        )
    )  # fmt: skip


def test_a_full_disk_is_told_and_nothing_is_half_written(study):
    db = study._db
    db.conn.execute(f"pragma max_page_count = {value(db, 'pragma page_count') + 4}")
    kept = 0

    with pytest.raises(StoreProblem, match="The disk is full") as problem:  # noqa: PT012  # it fills up somewhere on the way
        for number in range(1000):
            register(study, number)
            kept = number + 1

    assert isinstance(problem.value.__cause__, dbapi2.Error)
    assert kept > 0
    assert len(study.patients()) == kept
    assert value(db, "select count(*) from open_act") == 0
    db.conn.execute("pragma max_page_count = 1000000")
    register(study, 9999)
    assert study.verify().ok


def test_a_failed_block_leaves_nothing_and_ends_its_transaction(study):
    db = study._db

    with pytest.raises(ZeroDivisionError), writing(db):  # noqa: PT012  # the point is what stood before the error
        db.conn.execute("insert into draft values (99, 'a', 'b', 'c', '{}', '', 0)")
        raise ZeroDivisionError

    assert not db.conn.in_transaction
    assert rows(db, "select * from draft") == []


def test_a_failed_inner_block_takes_only_itself_back(study):
    db = study._db

    with writing(db):
        db.conn.execute("insert into draft values (1, 'a', 'b', 'outer', '{}', '', 0)")
        with pytest.raises(StoreProblem), writing(db):
            db.conn.execute("insert into draft values (2, 'a', 'b', 'outer', '{}', '', 0)")

    assert [row["subject"] for row in rows(db, "select * from draft")] == ["outer"]


def test_a_file_that_cannot_be_opened_in_the_middle_of_the_work_is_named_all_the_same():
    with pytest.raises(StoreProblem) as problem, translated():
        raise dbapi2.OperationalError("unable to open database file")

    assert str(problem.value) == "The site's file cannot be opened here. Check the folder and its rights."
