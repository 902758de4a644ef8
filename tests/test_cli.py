import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lndesk.cli import main
from lndesk.settings import resources
from tests.conftest import PASSWORD

DOSE = ["dose", "--weight-kg", "62.4", "--cells-per-ml", "5200000", "--viability-percent", "92"]
DOSE_KEYS = [
    "target_cells", "viable_cells_per_ml", "exact_volume_ml", "volume_ml", "delivered_cells", "deviation_percent",
    "containers", "diluent_ml", "final_cells_per_ml", "ml_per_hour", "drops_per_minute", "true_minutes", "use_before",
    "verdict", "messages", "derivation",
]  # fmt: skip
ROOT = resources().parent
SHIPPED = resources() / "protocols" / "nct04318600.toml"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LNDESK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LNDESK_PASSWORD", PASSWORD)


@pytest.fixture
def run(capsys):
    """Run a command; return its exit code, what it printed, and what it said on stderr."""

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def store(study, make):
    """The path of a closed site with one sheet."""
    patient_id = make.treated()
    (vial, *_rest) = make.lot()
    make.infused(patient_id, vial)
    study.close()
    return study.path


def test_a_dose_as_json_has_every_key_and_null_where_nothing_was_asked(run):
    code, out, err = run(*DOSE, "--json")

    result = json.loads(out)
    assert (code, err) == (0, "")
    assert list(result) == DOSE_KEYS
    assert {name: result[name] for name in DOSE_KEYS[:6]} == {
        "target_cells": "62400000",
        "viable_cells_per_ml": "4784000",
        "exact_volume_ml": "13.0435",
        "volume_ml": "13",
        "delivered_cells": "62192000",
        "deviation_percent": "-0.3333",
    }
    assert [result[name] for name in DOSE_KEYS[6:13]] == [None] * 7
    assert (result["verdict"], result["messages"]) == ("ok", [])
    assert len(result["derivation"]) == 5


def test_a_dose_with_everything_asked_for(run):
    code, out, _err = run(
        *DOSE, "--usable-ml", "20", "--final-ml", "50", "--minutes", "30", "--drops-per-ml", "20",
        "--thawed-at", "2026-03-12T22:40", "--planned-weight-kg", "60", "--json",
    )  # fmt: skip

    result = json.loads(out)
    assert code == 0
    assert {name: result[name] for name in DOSE_KEYS[6:14]} == {
        "containers": "1",
        "diluent_ml": "37",
        "final_cells_per_ml": "1243840",
        "ml_per_hour": "100",
        "drops_per_minute": "33",
        "true_minutes": "30.3",
        "use_before": "2026-03-13T02:40",
        "verdict": "ok",
    }


def test_a_thaw_with_an_offset_keeps_it(run):
    _code, out, _err = run(*DOSE, "--thawed-at", "2026-12-31T22:40+08:00", "--json")

    assert json.loads(out)["use_before"] == "2027-01-01T02:40+08:00"


def test_counts_take_the_place_of_the_percentage(run):
    code, out, _err = run(
        "dose", "--weight-kg", "60", "--cells-per-ml", "8000000", "--viable-count", "140", "--counted", "200", "--json"
    )

    assert code == 0
    assert json.loads(out)["viable_cells_per_ml"] == "5600000"


def test_no_figure_has_an_exponent_or_a_trailing_zero(run):
    _code, out, _err = run(
        "dose", "--weight-kg", "100.0", "--cells-per-ml", "10000000", "--viability-percent", "100.0000", "--final-ml",
        "100.00", "--minutes", "60", "--drops-per-ml", "20", "--json",
    )  # fmt: skip

    figures = [value for value in list(json.loads(out).values())[:12] if value is not None]
    assert figures == ["100000000", "10000000", "10", "10", "100000000", "0", "90", "1000000", "100", "33", "60.6"]


def test_a_stop_prints_its_json_and_ends_with_3(run):
    code, out, _err = run(
        "dose", "--weight-kg", "60", "--cells-per-ml", "8000000", "--viable-count", "699", "--counted", "1000", "--json"
    )

    result = json.loads(out)
    assert code == 3
    assert result["verdict"] == "stop"
    assert [(message["level"], message["code"]) for message in result["messages"]] == [
        ("stop", "viability_below_limit")
    ]
    assert "69.9 %" in result["messages"][0]["text"]


def test_a_warning_is_told_and_ends_with_0(run):
    code, out, _err = run(*DOSE, "--planned-weight-kg", "50", "--json")

    result = json.loads(out)
    assert (code, result["verdict"]) == (0, "warning")
    assert result["messages"][0]["code"] == "weight_changed"


def test_without_json_the_lines_are_read_by_people(run):
    code, out, _err = run(*DOSE)

    assert code == 0
    assert "62.4 kg × 1,000,000 cells per kg = 62,400,000 cells (62.4 million)" in out
    assert "13.0435 mL → 13 mL" in out


def test_the_sentences_are_in_the_language_asked_for_and_the_figures_are_not(run):
    _code, english, _err = run(*DOSE, "--planned-weight-kg", "50", "--json")
    _code, chinese, _err = run("--language", "zh_CN", *DOSE, "--planned-weight-kg", "50", "--json")

    en, zh = json.loads(english), json.loads(chinese)
    assert {name: en[name] for name in DOSE_KEYS[:14]} == {name: zh[name] for name in DOSE_KEYS[:14]}


@pytest.mark.parametrize("weight", ["0", "-1", "62,5", "1e3", "heavy", "62.45", "", "NaN", "10⁶"])
def test_a_weight_that_is_none_is_refused_in_a_sentence(run, weight):
    code, out, err = run("dose", "--weight-kg", weight, "--cells-per-ml", "5200000", "--viability-percent", "92")

    assert (code, out) == (2, "")
    assert "Traceback" not in err
    assert err.strip().endswith(".")


def test_a_weight_of_700_kg_stops(run):
    code, out, _err = run(
        "dose", "--weight-kg", "700", "--cells-per-ml", "5200000", "--viability-percent", "92", "--json"
    )

    assert code == 3
    assert json.loads(out)["messages"][0]["code"] == "weight_out_of_range"


@pytest.mark.parametrize("share", [["0"], ["100.1"], ["0.92"], ["-5"], ["92,0"], ["ninety"]])
def test_a_percentage_that_is_none_is_refused(run, share):
    code, _out, err = run("dose", "--weight-kg", "60", "--cells-per-ml", "5200000", "--viability-percent", *share)

    assert code == 2
    assert err


@pytest.mark.parametrize(
    "counts",
    [
        [],
        ["--viable-count", "140"],
        ["--counted", "200"],
        ["--viable-count", "201", "--counted", "200"],
        ["--viable-count", "0", "--counted", "200"],
        ["--viable-count", "0", "--counted", "0"],
        ["--viable-count", "1.5", "--counted", "2"],
        ["--viability-percent", "92", "--viable-count", "140", "--counted", "200"],
    ],
)
def test_counts_that_cannot_be_are_refused(run, counts):
    code, out, err = run("dose", "--weight-kg", "60", "--cells-per-ml", "5200000", *counts)

    assert (code, out) == (2, "")
    assert err


@pytest.mark.parametrize(
    "extra",
    [
        ["--final-ml", "0"],
        ["--minutes", "0"],
        ["--drops-per-ml", "0"],
        ["--usable-ml", "0"],
        ["--thawed-at", "yesterday"],
        ["--thawed-at", "2026-03-12"],
        ["--thawed-at", "2026-13-12T10:00"],
        ["--unknown", "1"],
        ["--protocol", "none.toml"],
        ["--protocol", str(ROOT)],
        ["surplus"],
    ],
)
def test_other_input_that_is_wrong_is_refused(run, extra):
    code, out, err = run(*DOSE, *extra, "--json")

    assert (code, out) == (2, "")
    assert err


def test_another_protocol_gives_other_figures(run, tmp_path):
    other = tmp_path / "other.toml"
    text = SHIPPED.read_text(encoding="utf-8").replace('value = "1000000", unit', 'value = "2000000", unit')
    other.write_text(text, encoding="utf-8")

    code, out, _err = run(*DOSE, "--protocol", other, "--json")

    assert (code, json.loads(out)["target_cells"]) == (0, "124800000")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("graduation =", "gradation =", "dose.graduation"),
        ('cells_per_kg = { value = "1000000"', 'cells_per_kg = { value = ""', "dose.cells_per_kg"),
        ('"0.1", unit = "mL"', '"0.1", unit = "litres"', "dose.graduation"),
    ],
)
def test_a_wrong_protocol_is_refused_naming_the_key(run, tmp_path, old, new, key):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(SHIPPED.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    code, out, err = run(*DOSE, "--protocol", wrong)

    assert (code, out) == (2, "")
    assert key in err


def test_the_treated_course_counts_from_the_first_infusion_and_clamps(run):
    code, out, _err = run("schedule", "--arm", "treatment", "--first-infusion", "2026-01-31", "--json")

    rows = json.loads(out)
    assert code == 0
    assert [(row["code"], row["target"]) for row in rows] == [
        ("infusion-1", "2026-01-31"),
        ("infusion-2", "2026-02-28"),
        ("infusion-3", "2026-03-31"),
        ("followup-4w", "2026-04-28"),
        ("followup-12w", "2026-06-23"),
        ("followup-24w", "2026-09-15"),
    ]
    assert list(rows[1]) == ["code", "label", "target", "opens", "closes", "origin", "origin_line", "why"]
    assert (rows[1]["opens"], rows[1]["closes"]) == ("2026-02-25", "2026-03-03")
    assert (rows[1]["origin"], rows[1]["origin_line"]) == ("registry", 46)
    assert "31-Jan-2026 + 1 month = 28-Feb-2026, Sat" in rows[1]["why"]


def test_the_end_of_contraception_counts_from_the_actual_last_infusion(run):
    _code, out, _err = run(
        "schedule", "--arm", "treatment", "--first-infusion", "2026-01-12", "--third-infusion", "2026-03-12", "--json"
    )

    last = json.loads(out)[-1]
    assert (last["code"], last["target"]) == ("contraception-end", "2026-08-27")
    assert (last["opens"], last["closes"]) == (None, None)


def test_the_control_course_counts_from_the_enrolment(run):
    code, out, _err = run("schedule", "--arm", "control", "--enrolled", "2026-03-02", "--json")

    assert code == 0
    assert [(row["code"], row["target"]) for row in json.loads(out)][:3] == [
        ("control-1", "2026-03-02"),
        ("control-2", "2026-04-02"),
        ("control-3", "2026-05-02"),
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--arm", "treatment"],
        ["--arm", "control"],
        ["--arm", "control", "--first-infusion", "2026-01-31"],
        ["--arm", "treatment", "--first-infusion", "2026-01-31", "--enrolled", "2026-01-01"],
        ["--arm", "treatment", "--first-infusion", "31.1.2026"],
        ["--arm", "treatment", "--first-infusion", "2026-02-30"],
        ["--arm", "treatment", "--first-infusion", "2026-01-31", "--third-infusion", "2026-01-31"],
        ["--arm", "other", "--first-infusion", "2026-01-31"],
        [],
    ],
)
def test_a_schedule_that_cannot_be_is_refused(run, arguments):
    code, out, err = run("schedule", *arguments)

    assert (code, out) == (2, "")
    assert err


def test_a_schedule_past_the_end_of_the_calendar_is_refused(run):
    code, _out, err = run("schedule", "--arm", "treatment", "--first-infusion", "9999-12-31")

    assert code == 2
    assert "Traceback" not in err


def test_verifying_says_so_with_acts_and_head(run, store):
    code, out, _err = run("verify", store, "--user", "monitor", "--json")

    result = json.loads(out)
    assert code == 0
    assert list(result) == ["ok", "acts", "head", "problems", "notes"]
    assert (result["ok"], result["problems"], len(result["head"])) == (True, [], 64)
    assert result["acts"] > 10


def test_a_file_that_differs_is_told_by_table_and_row(run, study, make):
    patient_id = make.patient()
    make.weight(patient_id)
    study._db.conn.execute("drop trigger weight_update_act")
    study._db.conn.execute("update weight set kg = '99' where id = 1")
    study.close()

    code, out, _err = run("verify", study.path, "--user", "chenjing", "--json")

    result = json.loads(out)
    assert (code, result["ok"]) == (1, False)
    assert "weight, row 1: kg is not what the acts recorded." in result["problems"]


def test_without_json_verifying_prints_a_verdict(run, store):
    code, out, _err = run("verify", store, "--user", "chenjing")

    assert code == 0
    assert out.startswith("Verified: all ")


def test_a_wrong_password_is_refused(run, store, monkeypatch):
    monkeypatch.setenv("LNDESK_PASSWORD", "not the right one")

    code, out, err = run("verify", store, "--user", "chenjing")

    assert (code, out) == (2, "")
    assert err == "lndesk: The user and the password do not match.\n"


@pytest.mark.parametrize("content", [None, b"", b"not a site", b"\x00" * 8192])
def test_a_store_that_is_none_is_told_in_a_sentence(run, store, content):
    store.unlink()
    if content is not None:
        store.write_bytes(content)

    code, out, err = run("verify", store, "--user", "chenjing", "--json")

    assert (code, out) == (1, "")
    assert err.startswith("lndesk: ")
    assert err.count("\n") == 1


def test_a_store_cut_short_is_told_and_named(run, store):
    store.write_bytes(store.read_bytes()[:40_000])

    code, out, err = run("verify", store, "--user", "chenjing", "--json")

    assert code == 1
    assert "damaged" in out + err


def test_a_store_without_its_keys_is_told(run, store):
    Path(f"{store}.keys").unlink()

    code, _out, err = run("verify", store, "--user", "chenjing")

    assert code == 1
    assert "keys file" in err


def test_a_backup_is_made_verified_and_put_on_record(run, store, tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()

    code, out, err = run("backup", store, "--user", "chenjing", "--to", folder, "--json")

    result = json.loads(out)
    assert (code, err) == (0, "")
    assert list(result) == [
        "backup", "sha256", "bytes", "verified", "acts", "head", "recorded", "note", "place", "removed", "problem",
    ]  # fmt: skip
    assert Path(result["backup"]).stat().st_size == result["bytes"]
    assert (result["verified"], result["recorded"], result["note"]) == (True, True, None)


def test_a_backup_beside_an_open_window_is_whole_and_says_what_it_could_not_do(run, study, tmp_path):
    code, out, _err = run("backup", study.path, "--user", "chenjing", "--to", tmp_path, "--json")

    result = json.loads(out)
    assert code == 0
    assert Path(result["backup"]).is_file()
    assert result["recorded"] is False
    assert "goes on record in the window" in result["note"]
    study.note_pending()
    assert study.backups()[0].sha256 == result["sha256"]


def test_a_backup_is_unpacked_beside_nothing(run, store, tmp_path):
    _code, out, _err = run("backup", store, "--user", "chenjing", "--to", tmp_path, "--json")
    made = json.loads(out)["backup"]

    code, out, err = run("unpack", made, "--to", tmp_path / "there", "--json")
    assert (code, err) == (0, "")
    unpacked = json.loads(out)["store"]
    assert run("verify", unpacked, "--user", "zhaomin")[0] == 0

    code, out, err = run("unpack", made, "--to", tmp_path / "there")
    assert (code, out) == (1, "")
    assert "There already is a file" in err


def test_a_monitor_takes_no_backup(run, store, tmp_path):
    code, out, err = run("backup", store, "--user", "monitor", "--to", tmp_path)

    assert (code, out) == (2, "")
    assert "is signed in as Monitor. This is shown to: Nurse, Investigator, Technician, Administrator." in err
    assert not list(tmp_path.glob("*.lndesk-backup*"))


def test_a_folder_that_is_not_there_gets_no_backup(run, store, tmp_path):
    code, out, err = run("backup", store, "--user", "chenjing", "--to", tmp_path / "none")

    assert (code, out) == (12, "")
    assert "There is no folder" in err


def test_a_sheet_is_written_as_it_was_issued(run, store, tmp_path):
    file = tmp_path / "sheet.pdf"

    code, out, _err = run("sheet", store, "DP-2026-000001", "--user", "chenjing", "--to", file, "--json")

    assert code == 0
    assert json.loads(out) == {"sheet": "DP-2026-000001", "file": str(file), "bytes": file.stat().st_size}
    assert file.read_bytes().startswith(b"%PDF")


def test_a_sheet_that_is_not_there_is_refused(run, store, tmp_path):
    code, _out, err = run("sheet", store, "DP-2026-000009", "--user", "chenjing", "--to", tmp_path / "x.pdf")

    assert code == 2
    assert "There is no sheet DP-2026-000009" in err
    assert not (tmp_path / "x.pdf").exists()


def test_a_sheet_that_cannot_be_written_is_told(run, store, tmp_path):
    code, _out, err = run("sheet", store, "DP-2026-000001", "--user", "chenjing", "--to", tmp_path / "no" / "x.pdf")

    assert code == 1
    assert "No such file or directory" in err


@pytest.mark.parametrize("command", [[], ["dose"], ["schedule"], ["demo"], ["verify"], ["backup"], ["sheet"]])
def test_each_command_explains_itself(run, command):
    code, out, _err = run(*command, "--help")

    assert code == 0
    assert out.startswith("Usage: lndesk")


def test_the_version_is_told(run):
    code, out, _err = run("--version")

    assert code == 0
    assert out.startswith("lndesk, version ")


def test_an_unknown_command_is_refused(run):
    code, _out, err = run("infuse")

    assert code == 2
    assert "No such command" in err


def test_damaged_settings_do_not_keep_the_terminal_from_its_work(run, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    for content in ("{", "[]", '{"language": "fr"}', '{"language": 5}'):
        (home / "settings.json").write_text(content, encoding="utf-8")

        code, _out, _err = run(*DOSE)

        assert code == 0


def test_the_program_started_as_a_file_does_a_command():
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *DOSE, "--json"],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["volume_ml"] == "13"


def test_a_sheet_proves_itself_at_the_terminal_and_a_changed_one_does_not(run, store, tmp_path):
    sheet, forged = tmp_path / "sheet.pdf", tmp_path / "forged.pdf"
    run("sheet", store, "DP-2026-000001", "--user", "chenjing", "--to", sheet)
    forged.write_bytes(sheet.read_bytes().replace(b"lndesk", b"lndisk", 1))

    code, out, _err = run("sheet-verify", store, sheet, "--user", "chenjing", "--json")
    told = json.loads(out)
    other_code, other, _err = run("sheet-verify", store, forged, "--user", "chenjing", "--json")

    assert (code, told["issued"], told["valid"], told["sheet"]) == (0, True, True, "DP-2026-000001")
    assert set(told) == {"issued", "valid", "sheet", "why"}
    assert other_code == 1
    assert json.loads(other)["issued"] is False


def test_the_text_of_a_code_is_judged_at_the_terminal(run, store):
    code, out, _err = run("sheet-verify", store, "--code", "LND1*DP*2026000001*1*LN0001C*1*00", "--user", "chenjing")

    assert code == 1
    assert "not read whole" in out


def test_sheet_verify_wants_a_file_or_a_code(run, store):
    for arguments in ([], ["x.pdf", "--code", "x"]):
        code, _out, err = run("sheet-verify", store, *arguments, "--user", "chenjing")
        assert code == 2
        assert "--code" in err
