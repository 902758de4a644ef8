import csv
import hashlib
import io
import json

import pytest

from lndesk.domain.account import Role
from lndesk.domain.errors import NotPermitted, RuleViolation, StoreProblem
from lndesk.queries.act_filter import ActFilter
from lndesk.services.patients import RecordAllergies
from tests.conftest import PASSWORD

NAMES = ("王小明", "小明", "Xiaoming", "H00482217")


@pytest.fixture
def desk(study, make):
    make.infused(make.treated(), make.lot()[0])
    study.run(
        RecordAllergies(patient_id=1, allergy_state="known", allergies="=cmd|' /C calc'", reason="王小明 told it now"),
        by=make.nurse,
    )
    study.sign_in("monitor", PASSWORD)
    return study


def table(export):
    return list(csv.DictReader(io.StringIO(export.content.decode("utf-8-sig"), newline="")))


def test_the_table_has_a_line_for_each_changed_column_and_no_name(desk):
    export = desk.compose_audit("csv")
    lines = table(export)

    assert export.content.startswith(b"\xef\xbb\xbf")
    assert not [name for name in NAMES if name in export.content.decode()]
    assert {line["act"] for line in lines} == {str(act.id) for act in desk.acts(limit=-1)}
    (kg,) = (line for line in lines if line["column"] == "kg")
    assert (kg["at"], kg["who"], kg["subject_id"], kg["was"], kg["now"]) == (
        "2026-03-02T09:00:00+08:00", "CHEN Jing", "LN-0001-C", "", "62.4",
    )  # fmt: skip
    assert {line["why"] for line in lines if line["command"] == "RecordAllergies"} == {"LN-0001-C told it now"}


def test_names_go_along_when_they_are_wanted(desk):
    content = desk.compose_audit("csv", names=True).content.decode()

    assert "小明" in content
    assert "Xiaoming" in content


def test_no_cell_is_run_by_a_spreadsheet(desk):
    lines = table(desk.compose_audit("csv", ActFilter(command="RecordAllergies")))

    assert "'=cmd|' /C calc'" in {line["now"] for line in lines}
    assert not [cell for line in lines for cell in line.values() if cell.startswith(("=", "+", "-", "@", "\t"))]


def test_an_export_is_an_act_with_its_filter_and_count(desk, tmp_path):
    file = tmp_path / "out.csv"
    export = desk.compose_audit("csv", ActFilter(patient_id=1, command="RecordWeight"))

    desk.keep_audit_export(export, file)

    newest = desk.acts(limit=1)[0]
    assert (newest.command, newest.login) == ("ExportAudit", "monitor")
    assert json.loads(newest.inputs) == {
        "form": "csv", "wanted": {"patient": "LN-0001-C", "command": "RecordWeight"}, "acts": 1, "names": False,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
    }  # fmt: skip
    assert {entry.name for entry in tmp_path.iterdir() if "out" in entry.name} == {"out.csv"}


@pytest.mark.parametrize("role", [Role.NURSE, Role.TECHNICIAN])
def test_who_does_not_export_gets_no_byte(desk, tmp_path, role):
    export = desk.compose_audit("csv")
    desk.sign_in({"nurse": "chenjing", "technician": "lina"}[role], PASSWORD)

    with pytest.raises(NotPermitted):
        desk.compose_audit("csv")
    with pytest.raises(NotPermitted):
        desk.keep_audit_export(export, tmp_path / "out.csv")

    assert not list(tmp_path.glob("out*"))


def test_a_folder_that_is_gone_is_told_and_leaves_no_act(desk, tmp_path):
    before = desk.head()

    with pytest.raises(StoreProblem, match="cannot be written"):
        desk.keep_audit_export(desk.compose_audit("csv"), tmp_path / "gone" / "out.csv")

    assert desk.head() == before


@pytest.mark.parametrize("language", ["en", "zh_CN", "both"])
def test_the_pages_state_filter_head_and_numbers_and_come_out_alike(desk, language):
    import pypdfium2

    content = desk.compose_audit("pdf", language=language).content

    assert desk.compose_audit("pdf", language=language).content == content
    document = pypdfium2.PdfDocument(content)
    texts = [page.get_textpage().get_text_range() for page in document]
    assert len(texts) > 1
    head = desk.head().upper()
    for text in texts:
        assert f"{head[:4]} {head[4:8]}" in text
    assert not [name for name in NAMES if name in "".join(texts)]
    assert document[0].get_size()[0] > document[0].get_size()[1]


def test_too_many_acts_for_paper_are_told(desk, monkeypatch):
    from lndesk import export

    monkeypatch.setattr(export, "MOST_ACTS_ON_PAPER", 3)

    with pytest.raises(RuleViolation, match="too many for paper"):
        desk.compose_audit("pdf")
