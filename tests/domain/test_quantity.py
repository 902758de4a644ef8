from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lndesk.domain.errors import RuleViolation
from lndesk.domain.quantity import parse_decimal, plain, rounded, to_step

amounts = st.decimals(min_value=0, max_value=Decimal(999999999999999), places=4, allow_nan=False)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("62.4", "62.4"),
        (" 62.4 ", "62.4"),
        ("062.40", "62.4"),
        ("0", "0"),
        ("６２．４", "62.4"),
        ("62。4", "62.4"),
        ("62｡4", "62.4"),
        ("999999999999999", "999999999999999"),
    ],
)
def test_a_plain_number_is_read_as_typed(typed, meant):
    read = parse_decimal(typed, places=4)

    assert read == Decimal(meant)


@pytest.mark.parametrize(
    "typed",
    ["", "  ", "62,5", "62，5", "62、5", "1e3", "-5", "+5", "abc", ".5", "1.2.3", "6 2", "1_000", "٣", "NaN",
     "Infinity", "0x10", "1000000000000000", "½", "²", "10⁶", "①", "62."],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_is_refused_naming_the_field(typed):
    with pytest.raises(RuleViolation) as refusal:
        parse_decimal(typed, places=4, field="weight_kg")

    assert refusal.value.field == "weight_kg"


def test_a_comma_is_told_apart_from_other_slips():
    with pytest.raises(RuleViolation, match="Use a point for decimals, not a comma"):
        parse_decimal("62,5", places=1)


@pytest.mark.parametrize(("typed", "places"), [("62.45", 1), ("1.5", 0), ("0.00001", 4)])
def test_more_digits_after_the_point_than_asked_for_are_refused(typed, places):
    with pytest.raises(RuleViolation, match=r"digits after the point|whole number"):
        parse_decimal(typed, places=places)


def test_a_whole_number_is_asked_for_as_one_and_decimals_by_their_places():
    with pytest.raises(RuleViolation, match="must be a whole number"):
        parse_decimal("1.5", places=0)
    with pytest.raises(RuleViolation, match="at most 2"):
        parse_decimal("1.505", places=2)


@given(amounts)
def test_what_is_written_plainly_is_read_back_exactly(value):
    text = plain(value)

    assert parse_decimal(text, places=4) == value
    assert "E" not in text
    assert not ("." in text and text.endswith("0"))


@given(st.text(max_size=12))
def test_no_text_is_read_except_as_digits_with_at_most_one_point(text):
    try:
        read = parse_decimal(text, places=4)
    except RuleViolation:
        return

    assert read >= 0
    assert set(plain(read)) <= set("0123456789.")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("10.0", "10"),
        ("1E+6", "1000000"),
        ("0.10", "0.1"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("1E-7", "0.0000001"),
        ("0", "0"),
    ],
)
def test_machines_get_no_exponent_and_no_trailing_zero(value, text):
    written = plain(Decimal(value))

    assert written == text


@pytest.mark.parametrize(
    ("value", "step", "expected"),
    [
        ("0.25", "0.1", "0.3"),
        ("0.35", "0.1", "0.4"),
        ("12.25", "0.1", "12.3"),
        ("12.15", "0.1", "12.2"),
        ("0.05", "0.1", "0.1"),
        ("0.04999999999999999999999999999", "0.1", "0.0"),
        ("1.125", "0.25", "1.25"),
        ("7.5", "5", "10"),
        ("0.45", "0.3", "0.6"),
    ],
)
def test_a_tie_at_the_graduation_goes_up(value, step, expected):
    got = to_step(Decimal(value), Decimal(step))

    assert got == Decimal(expected)


def test_half_goes_up_whatever_the_digit_before():
    halves = [rounded(Decimal(n) + Decimal("0.5"), 0) for n in range(10)]

    assert halves == list(range(1, 11))


@given(amounts, st.sampled_from(["0.1", "0.01", "0.5", "0.2", "1", "5"]))
def test_the_nearest_step_is_never_more_than_half_a_step_away(value, step):
    got = to_step(value, Decimal(step))

    assert (got - value).copy_abs() <= Decimal(step) / 2
    assert got / Decimal(step) == (value / Decimal(step)).quantize(Decimal(1), ROUND_HALF_UP)


def test_a_careless_global_context_does_not_reach_an_amount():
    with localcontext(prec=2, rounding="ROUND_DOWN"):
        got = to_step(Decimal("13.0435"), Decimal("0.1")), rounded(Decimal("13.04355"), 4)

    assert got == (Decimal("13.0"), Decimal("13.0436"))
