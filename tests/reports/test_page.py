"""Fitting and wrapping."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lndesk.domain.errors import RuleViolation
from lndesk.reports.fonts import width_mm
from lndesk.reports.page import Ink, fitted, wrapped

WORDS = st.lists(st.text("abcXYZ019,.-王小明剂量，。", min_size=1, max_size=30), min_size=1, max_size=20).map(" ".join)


@given(WORDS)
def test_wrapping_loses_nothing_and_stays_in_its_width(text):
    lines = wrapped(text, Ink(8), 40)

    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width_mm(line, 8) <= 40 for line in lines if len(line) > 1)


def test_a_figure_and_its_unit_stay_on_one_line():
    text = "13\N{NO-BREAK SPACE}mL " * 6

    assert all(line.endswith("mL") and line.startswith("13") for line in wrapped(text.strip(), Ink(8), 21))


def test_a_chinese_date_is_not_broken():
    assert "2026年03月07日" in wrapped("原件打印于 2026年03月07日 09:51。", Ink(8), 24)[1]


def test_the_fullest_form_that_fits_is_chosen_then_smaller_type():
    assert fitted(("患者 Patient", "患者"), Ink(8), 30)[0] == "患者 Patient"
    assert fitted(("患者 Patient", "患者"), Ink(8), 8)[0] == "患者"
    assert fitted("Patient", Ink(8, smallest=6), 8.2)[1] < 8
    with pytest.raises(RuleViolation, match="does not fit"):
        fitted("Patient", Ink(8), 5)
