import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lndesk.domain.errors import RuleViolation
from lndesk.domain.payload import SheetCode
from lndesk.domain.scan import Donation, Gs1, Own, check_character, donation_of, read_scan

TODAY = dt.date(2026, 3, 2)
GS = "\x1d"
LABEL = f"01095212345432131726020010AM-2411{GS}21S7"


def read(text):
    return read_scan(text, today=TODAY)


@pytest.mark.parametrize(("din", "check", "flags"), [("G123498654321", "H", "77"), ("G123417654321", "A", "70")])
def test_the_published_donation_numbers_have_their_check_character(din, check, flags):
    assert check_character(din) == check
    assert read(f"={din}{flags}") == Donation(din, flags, check)


def test_the_wrong_formula_of_37_minus_the_sum_is_not_ours():
    assert check_character("G123498654321") != "G"


def test_different_numbers_can_share_a_character():
    assert check_character("A999926000124") == check_character("A999926000132") == "N"


@pytest.mark.parametrize("typed", ["G1234 98 654321 H", "g1234-98-654321-h", "G123498654321H", "=G12349865432177"])
def test_a_donation_number_is_scanned_or_typed_with_its_check_character(typed):
    assert donation_of(typed).text == "G1234 98 654321 H"


@pytest.mark.parametrize("typed", ["G1234 98 654321", "G1234 98 65432 H", "G1234 98 6543210000 H", "", "H"])
def test_a_typed_donation_number_without_its_check_character_is_refused(typed):
    with pytest.raises(RuleViolation, match="check character") as refusal:
        donation_of(typed)

    assert refusal.value.field == "donation_no"


@pytest.mark.parametrize("scanned", ["=G12349865432176", "=G12349865432160", "G1234 98 654321 G", "G1234 98 654322 H"])
def test_a_check_that_does_not_fit_is_refused(scanned):
    with pytest.raises(RuleViolation, match="does not fit"):
        donation_of(scanned)


@pytest.mark.parametrize("cut", ["=G1234986543217", "=G123498", "=", "=G1234986543217X"])
def test_a_donation_number_that_was_cut_short_is_refused(cut):
    with pytest.raises(RuleViolation, match="not read whole"):
        read(cut)


def test_flags_that_say_something_else_are_kept_and_not_compared():
    assert read("=G12349865432100").flags == "00"


@given(st.from_regex(r"[A-Z0-9]{5}[0-9]{8}", fullmatch=True), st.integers(0, 12), st.integers(0, 9))
def test_one_wrong_digit_is_always_found(din, place, digit):
    changed = din[:place] + str(digit) + din[place + 1 :]

    assert (check_character(changed) == check_character(din)) is (changed == din)


@given(st.from_regex(r"[A-Z0-9]{5}[0-9]{8}", fullmatch=True))
def test_the_check_is_that_of_the_weights_written_out(din):
    values = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    total = sum(values.index(letter) * 2**n for n, letter in enumerate(reversed(din), 1))

    assert check_character(din) == (values + "*")[(38 - total % 37) % 37]


@pytest.mark.parametrize("text", [LABEL, f"]d2{LABEL}", f"]C1{LABEL}", f"{GS}{LABEL}", LABEL + "\r\n"])
def test_a_gs1_code_gives_product_lot_expiry_and_serial(text):
    assert read(text) == Gs1(gtin="09521234543213", lot="AM-2411", expires_on=dt.date(2026, 2, 28), serial="S7")


def test_a_gs1_code_typed_as_printed_reads_the_same():
    assert read("(01)09521234543213(17)260200(10)AM-2411(21)S7") == read(LABEL)


@pytest.mark.parametrize(
    ("digits", "day"),
    [
        ("260200", dt.date(2026, 2, 28)), ("280200", dt.date(2028, 2, 29)), ("261231", dt.date(2026, 12, 31)),
        ("760101", dt.date(2076, 1, 1)), ("770101", dt.date(1977, 1, 1)),
    ],
)  # fmt: skip
def test_a_day_of_00_is_the_end_of_the_month_and_the_century_is_the_near_one(digits, day):
    assert read(f"0109521234543213{'17'}{digits}").expires_on == day


@pytest.mark.parametrize("text", ["0109521234543214", "]d20109521234543214"])
def test_a_wrong_check_digit_of_the_product_number_is_refused(text):
    with pytest.raises(RuleViolation, match="check digit"):
        read(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("]d2HELLO", "not read whole"),
        (f"0109521234543213{'17'}261301", "not read whole"),
        (f"0109521234543213{'17'}260231", "not read whole"),
        (f"0109521234543213{'10'}A{GS}10B", "two things"),
    ],
)
def test_a_gs1_code_that_cannot_be_is_refused(text, said):
    with pytest.raises(RuleViolation, match=said):
        read(text)


@pytest.mark.parametrize("text", ["ＡＭ-1/01", "AM－1", "，", "LND1＊DP", "AM-1/0１", "é"])
def test_what_an_input_method_made_of_a_scan_is_refused_with_a_way_out(text):
    with pytest.raises(RuleViolation, match="came from an input method") as refusal:
        read(text)

    assert "type what the label says" in str(refusal.value).replace("\n", " ")


def test_an_empty_scan_is_refused():
    with pytest.raises(RuleViolation, match="Nothing was scanned"):
        read(" \r\n")


def test_our_own_labels_and_sheets_are_told_apart():
    code = SheetCode(number="DP-2026-000001", revision=1, subject="LN0001C", infusion_no=1, training=False)

    assert read("AM-2411-07/01\n") == Own("AM-2411-07/01")
    assert read(code.payload().lower()) == code
