import json

import pytest

from lndesk.cli import main
from lndesk.study import Study

PASSWORD = "a sentence to test with"
HEAD = "family_name,given_name,latin_family,latin_given,sex,born_on,hospital_no\n"
GOOD = "王,小明,Wang,Xiaoming,female,1989-07-14,H 0048 2217\n孙,丽,Sun,Li,female,1991-11-05,Ｈ００４７９９２２\n"


@pytest.fixture
def file(tmp_path):
    def written(text, encoding="utf-8"):
        path = tmp_path / "patients.csv"
        path.write_bytes(text.encode(encoding))
        return str(path)

    return written


@pytest.fixture
def store(study, monkeypatch):
    study.close()
    monkeypatch.setenv("LNDESK_PASSWORD", PASSWORD)
    return study.path


def test_without_a_site_the_list_is_only_checked(file, capsys):
    assert main(["import", "patients", file(HEAD + GOOD), "--json"]) == 0

    assert json.loads(capsys.readouterr().out) == {"patients": 2, "registered": False, "bad_lines": []}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_registered_whatever_its_encoding(file, store, clock, capsys, encoding):
    arguments = ["import", "patients", file(HEAD + GOOD, encoding), "--into", str(store), "--user", "chenjing"]

    assert main(arguments) == 0

    assert "2 patients" in capsys.readouterr().out
    with Study.open(store, login="chenjing", password=PASSWORD, read_only=True, clock=clock) as study:
        names = [
            (row.patient.han_name, row.patient.subject_id[:7], row.patient.hospital_no) for row in study.patients()
        ]
    assert names == [("王小明", "LN-0001", "H00482217"), ("孙丽", "LN-0002", "H00479922")]


def test_one_bad_line_registers_nobody_and_each_bad_line_says_why(file, store, clock, capsys):
    bad = (
        "李,建国,Li,Jianguo,m,1971-05-08,H1\n"
        "周,婷,Zhou,Ting,female,30/01/96,H2\n"
        "赵,敏,Zhao,Min,female,1990-01-01,H00482217\n"
    )
    arguments = ["import", "patients", file(HEAD + GOOD + bad), "--into", str(store), "--user", "chenjing", "--json"]

    code = main(arguments)

    found = json.loads(capsys.readouterr().out)
    assert code == 2
    assert found["registered"] is False
    assert [item["line"] for item in found["bad_lines"]] == [4, 5, 6]
    assert "line 2" in found["bad_lines"][2]["why"]
    with Study.open(store, login="chenjing", password=PASSWORD, read_only=True, clock=clock) as study:
        assert study.patients() == []


def test_a_hospital_no_on_record_is_named_with_whom_it_belongs_to(file, store, capsys):
    arguments = ["import", "patients", file(HEAD + GOOD), "--into", str(store), "--user", "chenjing"]
    main(arguments)
    capsys.readouterr()

    assert main(arguments) == 2

    assert "H00482217 belongs to LN-0001" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("family_name,given_name\n", "must name the column latin_family"),
        (HEAD.replace("sex", "gender") + GOOD, "column sex"),
        (HEAD.strip() + ",bed\n", "unknown column, bed"),
        (HEAD, "holds no patient"),
        ("", "must name the column"),
    ],
)
def test_a_file_that_is_no_such_list_is_refused(file, capsys, text, said):
    assert main(["import", "patients", file(text)]) == 2

    assert said in capsys.readouterr().err
