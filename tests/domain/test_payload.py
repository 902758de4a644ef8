import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lndesk.domain.errors import RuleViolation
from lndesk.domain.payload import SheetCode, bare, check_pair, parse_payload

CODE = SheetCode(number="DP-2026-000123", revision=1, subject="LN0012K", infusion_no=2, training=False)

codes = st.builds(
    SheetCode,
    number=st.tuples(st.integers(0, 9999), st.integers(0, 999_999)).map(lambda n: f"DP-{n[0]:04}-{n[1]:06}"),
    revision=st.integers(1, 99),
    subject=st.text(string.digits + string.ascii_uppercase, min_size=1, max_size=10),
    infusion_no=st.integers(1, 9),
    training=st.booleans(),
)


def test_a_code_says_what_the_sheet_is():
    text = CODE.payload()

    assert text.startswith("LND1*DP*2026000123*1*LN0012K*2*")
    assert parse_payload(text) == CODE


def test_a_training_sheet_can_never_pass_for_a_real_one():
    text = replace(CODE, training=True).payload()

    assert text.startswith("TRN1*")
    with pytest.raises(RuleViolation, match="not read whole"):
        parse_payload("LND1" + text[4:])


@given(codes)
def test_what_is_written_is_read_back(code):
    assert parse_payload(code.payload()) == code


@given(codes, st.data())
def test_each_single_wrong_character_is_found(code, data):
    text = code.payload()
    at = data.draw(st.integers(8, len(text) - 1).filter(lambda n: text[n] != "*"))
    wrong = data.draw(st.sampled_from(string.digits + string.ascii_uppercase).filter(lambda letter: letter != text[at]))

    with pytest.raises(RuleViolation):
        parse_payload(text[:at] + wrong + text[at + 1 :])


@given(codes, st.data())
def test_each_swap_of_neighbouring_characters_is_found(code, data):
    text = code.payload()
    at = data.draw(st.integers(8, len(text) - 2).filter(lambda n: "*" not in text[n : n + 2]))
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if swapped == text:
        return

    with pytest.raises(RuleViolation):
        parse_payload(swapped)


def test_a_scanner_that_types_small_letters_or_a_line_end_is_understood():
    assert parse_payload(f" {CODE.payload().lower()}\r\n") == CODE


@pytest.mark.parametrize("text", ["", "H00482217", "LND1*DP*2026*1*X*1*00", "LND2*DP*2026000123*1*LN0012K*2*00", "＊"])
def test_other_codes_are_refused(text):
    with pytest.raises(RuleViolation, match="not the code of a dose sheet"):
        parse_payload(text)


@pytest.mark.parametrize("subject", ["", " - ", "张伟", "LN#1"])
def test_a_subject_that_a_scanner_cannot_send_is_refused(subject):
    with pytest.raises(RuleViolation, match="cannot stand in a QR code"):
        bare(subject)


def test_the_check_pair_is_that_of_iso_7064_mod_1271_36():
    # the standard's own example
    assert check_pair("ISO79") == "3W"


@pytest.mark.parametrize("number", ["DP-26-000123", "2026-000123", "DP-2026-0001234", "DP-２０２６-000123"])
def test_a_number_out_of_form_is_refused(number):
    with pytest.raises(RuleViolation, match="not a sheet number"):
        replace(CODE, number=number).payload()
