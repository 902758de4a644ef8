"""The snapshot of a sheet and the text of its QR code."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lndesk.domain.errors import RuleViolation, StoreProblem
from lndesk.domain.payload import SheetCode, bare, check_pair, parse_payload
from lndesk.domain.sheet import SheetSnapshot, Text
from lndesk.i18n import amount, day

MINUTES = st.integers(-720, 720).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
INSTANTS = st.builds(
    lambda zone, passed: dt.datetime(2026, 1, 1, tzinfo=zone) + dt.timedelta(microseconds=passed),
    MINUTES,
    st.integers(-(10**15), 10**15),
)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12)
st.register_type_strategy(Decimal, DECIMALS)
st.register_type_strategy(dt.datetime, INSTANTS)
SNAPSHOTS = st.from_type(SheetSnapshot)
CODES = st.builds(
    SheetCode,
    number=st.tuples(st.integers(2000, 2099), st.integers(0, 999_999)).map(
        lambda parts: f"DP-{parts[0]}-{parts[1]:06}"
    ),
    revision=st.integers(1, 99),
    subject=st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=1, max_size=10),
    infusion_no=st.integers(1, 9),
    training=st.booleans(),
)


@given(SNAPSHOTS)
def test_a_snapshot_comes_back_from_its_text_exactly(made):
    text = made.to_json()

    again = SheetSnapshot.from_json(text)

    assert again == made
    assert again.to_json() == text


@given(SNAPSHOTS)
def test_the_text_is_canonical(made):
    text = made.to_json()

    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert not re.search(r"\d[eE][+-]?\d", json.loads(text)["volume_ml"])


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"number": 3}', "null"])
def test_a_damaged_snapshot_is_told(text):
    with pytest.raises(StoreProblem, match="cannot be read"):
        SheetSnapshot.from_json(text)


def test_a_text_is_heard_in_both_languages():
    heard = Text.spoken(lambda: day(dt.date(2026, 3, 7)))

    assert heard == Text("07-Mar-2026", "2026年03月07日")
    assert str(heard) == "07-Mar-2026"
    assert Text.spoken(lambda: amount(Decimal("13.0"), "mL")) == Text.alike("13\N{NO-BREAK SPACE}mL")


def test_the_worked_code():
    code = SheetCode(number="DP-2026-000123", revision=1, subject="LN-0012", infusion_no=2, training=False)

    assert code.payload() == "LND1*DP*2026000123*1*LN0012*2*" + check_pair("LND1*DP*2026000123*1*LN0012*2")


def test_the_pair_is_that_of_iso_7064_mod_1271_36():
    # The worked example of the standard: ISO 79 has the check characters 3W.
    assert check_pair("ISO79") == "3W"


@given(CODES)
def test_a_code_comes_back_from_its_text(code):
    assert parse_payload(f" {code.payload().lower()}\n") == code


@given(CODES, st.data())
def test_one_wrong_character_is_always_found(code, data):
    text = code.payload()
    place = data.draw(st.sampled_from([index for index, letter in enumerate(text) if letter != "*"]))
    wrong = data.draw(
        st.sampled_from("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ").filter(lambda letter: letter != text[place])
    )

    with pytest.raises(RuleViolation):
        parse_payload(text[:place] + wrong + text[place + 1 :])


@pytest.mark.parametrize(
    "text", ["", "hello", "LND1*DP*2026000123*1*LN0012*2", "LND2*DP*2026000123*1*LN0012*2*AA", "62.4"]
)
def test_other_codes_are_not_a_sheet(text):
    with pytest.raises(RuleViolation, match="not the code of a dose sheet"):
        parse_payload(text)


def test_a_subject_is_written_with_letters_and_digits_only():
    assert bare("LN-0012 x") == "LN0012X"
    for subject in ("", "--", "王"):
        with pytest.raises(RuleViolation):
            bare(subject)
