"""The calendar from the terminal: the month, the days ahead, the file for other calendars."""

import io
import json

import icalendar
import pypdf
import pytest

from lndesk import cli, cli_calendar
from lndesk.study import Study
from tests.conftest import PASSWORD, QUICK


@pytest.fixture
def terminal(study, make, clock, monkeypatch):
    """A site with one patient, whose clock the terminal shares."""
    make.control()
    monkeypatch.setenv("LNDESK_PASSWORD", PASSWORD)
    monkeypatch.setattr(
        cli_calendar, "open_site",
        lambda store, user: Study.open(
            store, login=user, password=PASSWORD, read_only=True, clock=clock, cost=QUICK
        ),
    )  # fmt: skip
    return str(study.path)


def test_the_month_is_written_as_pdf(terminal, tmp_path, capsys):
    file = tmp_path / "march.pdf"

    assert cli.main(["calendar", terminal, "--user", "monitor", "--month", "2026-03", "--to", str(file), "--json"]) == 0

    said = json.loads(capsys.readouterr().out)
    assert said == {"month": "2026-03", "file": str(file), "bytes": file.stat().st_size}
    assert "LN-0001-C" in pypdf.PdfReader(io.BytesIO(file.read_bytes())).pages[0].extract_text()


@pytest.mark.parametrize("month", ["2026-13", "2026-3", "March", "1800-01", "2026-03-01"])
def test_what_is_no_month_is_refused_and_nothing_is_written(terminal, tmp_path, capsys, month):
    file = tmp_path / "x.pdf"

    assert cli.main(["calendar", terminal, "--user", "monitor", "--month", month, "--to", str(file)]) == 2

    assert "is not a month. Write it as 2026-03." in capsys.readouterr().err
    assert not file.exists()


def test_the_days_ahead_are_one_json_object_with_every_day_and_its_reasons(terminal, capsys):
    assert cli.main(["agenda", terminal, "--user", "chenjing", "--days", "32", "--json"]) == 0

    said = json.loads(capsys.readouterr().out)
    assert said["today"] == "2026-03-02"
    assert len(said["days"]) == 32
    (first,) = said["days"][0]["visits"]
    assert first["subject_id"] == "LN-0001-C"
    assert (first["status"], first["opens"], first["closes"]) == ("open", "2026-02-27", "2026-03-05")
    assert "name" not in first
    assert said["days"][5]["closed"] == "Sat, a weekend"
    assert said["days"][31]["visits"][0]["why"].startswith("02-Mar-2026 + 1 month = 02-Apr-2026, Thu; window")


def test_what_is_overdue_comes_first_and_names_only_when_asked(terminal, capsys, clock):
    clock.on(2026, 3, 9)

    assert cli.main(["agenda", terminal, "--user", "chenjing", "--names"]) == 0

    said = capsys.readouterr().out
    assert said.startswith("!  LN-0001-C  Control visit 1       overdue")
    assert "王小明" in said


def test_the_calendar_file_is_read_back_and_written_the_same_again(terminal, tmp_path):
    first, second = tmp_path / "a.ics", tmp_path / "b.ics"
    for file in (first, second):
        assert cli.main(["icalendar", terminal, "--user", "monitor", "--to", str(file)]) == 0

    assert first.read_bytes() == second.read_bytes()
    assert len(icalendar.Calendar.from_ical(first.read_bytes()).walk("VEVENT")) == 6


def test_names_for_other_calendars_are_refused_to_who_does_not_treat(terminal, tmp_path, capsys):
    file = tmp_path / "a.ics"

    assert cli.main(["icalendar", terminal, "--user", "admin", "--names", "--to", str(file)]) == 2

    assert "This is shown to" in capsys.readouterr().err
    assert not file.exists()
