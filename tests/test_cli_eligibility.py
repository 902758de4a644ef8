import json

from lndesk.cli import main


def answers(tmp_path, **content):
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return str(file)


def test_an_empty_screening_is_unknown_and_lists_every_criterion(tmp_path, capsys):
    assert main(["eligibility", answers(tmp_path), "--json"]) == 0

    content = json.loads(capsys.readouterr().out)
    assert content["verdict"] == "unknown"
    assert len(content["criteria"]) == 35
    assert set(content["criteria"][0]) == {"id", "passes", "why"}


def test_numbers_stay_exact_on_their_way_in(tmp_path, capsys):
    assert main(["eligibility", answers(tmp_path, creatinine=83.99, creatinine_uln=84, sledai=9), "--json"]) == 0

    found = {row["id"]: row for row in json.loads(capsys.readouterr().out)["criteria"]}
    assert found["E2"]["passes"] == "yes"
    assert "83.99 is 0.9999 times the upper limit of 84" in found["E2"]["why"]
    assert found["I3"]["passes"] == "yes"


def test_a_value_that_cannot_be_is_refused_with_its_name(tmp_path, capsys):
    assert main(["eligibility", answers(tmp_path, born="07/03/25"), "--json"]) == 2

    assert "born" in capsys.readouterr().err


def test_a_file_that_is_not_there_or_not_json_is_refused(tmp_path, capsys):
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")

    assert main(["eligibility", str(tmp_path / "none.json")]) == 2
    assert main(["eligibility", str(broken)]) == 2
    assert main(["eligibility"]) == 2

    assert "not JSON" in capsys.readouterr().err


def test_the_template_can_be_filled_and_read_back(tmp_path, capsys):
    assert main(["eligibility", "--template"]) == 0
    template = json.loads(capsys.readouterr().out)

    assert main(["eligibility", answers(tmp_path, **template), "--json"]) == 0

    assert set(template["_about"]) == set(template) - {"_about"}
    assert json.loads(capsys.readouterr().out)["verdict"] == "unknown"
