"""The table of use-related risks names tests that exist, one a row, and covers each critical task."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CRITICAL = {
    "Identify patient", "Enter weight", "Pick bag", "Read volume", "Check", "Print correct revision", "Infuse",
    "Record", "Restore",
}  # fmt: skip
ROW = re.compile(r"\| (H\d\d+) \| " + r" \| ".join([r"([^|]+)"] * 4) + r" \| (.+) \|")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def hazards():
    lines = (ROOT / "docs" / "hazards.md").read_text(encoding="utf-8").splitlines()
    return [found.groups() for line in lines if line.startswith("| H") and (found := ROW.fullmatch(line))]


def test_every_row_is_whole_and_has_a_number_of_its_own():
    lines = (ROOT / "docs" / "hazards.md").read_text(encoding="utf-8").splitlines()
    numbers = [row[0] for row in hazards()]

    assert len(numbers) == len([line for line in lines if line.startswith("| H")])
    assert len(set(numbers)) == len(numbers)


def test_each_critical_task_has_a_row():
    assert {row[1] for row in hazards()} >= CRITICAL


@pytest.mark.parametrize("row", hazards(), ids=lambda row: row[0])
def test_the_tests_of_a_row_exist(row):
    named = TEST.findall(row[5])

    assert named
    for file, name in named:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert name in {item.name for item in ast.walk(tree) if isinstance(item, ast.FunctionDef)}
