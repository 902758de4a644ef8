"""domain.md 2.3, each row by its number, and the arithmetic of several lots against exact fractions."""

from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lndesk.domain.dose import DoseOrder, Viability, WholeDraw
from lndesk.domain.dosing import compute_dose
from lndesk.domain.errors import RuleViolation
from lndesk.domain.quantity import parse_decimal, plain
from tests.domain.test_dosing import rules


def order(kg, cells, viability, **more):
    return DoseOrder(weight_kg=Decimal(kg), cells_per_ml=Decimal(cells), viability=viability, **more)


def percent(text):
    return Viability.from_percent(Decimal(text))


def codes(dose):
    return {finding.code: finding.level for finding in dose.findings}


def test_1_exact():
    dose = compute_dose(order("60.0", "8000000", percent("75")), rules())

    assert (dose.target_cells, dose.viable_cells_per_ml, plain(dose.volume_ml)) == (60_000_000, 6_000_000, "10")
    assert (dose.delivered_cells, dose.deviation_percent) == (60_000_000, 0)


@pytest.mark.parametrize(("kg", "vials"), [("40.0", 1), ("40.1", 2), ("80.0", 2), ("80.1", 3)])
def test_3_vial_boundary(kg, vials):
    dose = compute_dose(order(kg, "50000000", percent("80"), usable_ml=Decimal(1)), rules())

    assert dose.containers == vials


@pytest.mark.parametrize(("viable", "counted", "stops"), [(140, 200, False), (699, 1000, True)])
def test_6_viability_gate(viable, counted, stops):
    share = Viability.from_counts(Decimal(viable), Decimal(counted))

    assert ("viability_below_limit" in codes(compute_dose(order("60", "8000000", share), rules()))) is stops


@pytest.mark.parametrize(
    ("available", "off", "stops"),
    [("62.9", "-10.1429", True), ("63.0", "-10.0000", False), ("77.0", "10.0000", False), ("77.1", "10.1429", True)],
)
def test_9_tolerance(available, off, stops):
    dose = compute_dose(order("70.0", "1000000", percent("100")), rules(graduation_ml=Decimal(available)))

    assert f"{dose.deviation_percent:.4f}" == off
    assert ("deviation_above_limit" in codes(dose)) is stops


def test_11_cap():
    free = compute_dose(order("105.0", "5000000", percent("100")), rules())
    capped = compute_dose(order("105.0", "5000000", percent("100")), rules(cap_cells=Decimal(100_000_000)))

    assert (free.target_cells, free.capped) == (105_000_000, False)
    assert (capped.target_cells, capped.capped) == (100_000_000, True)
    assert round(capped.target_cells / Decimal(105)) == 952_381
    assert f"{(capped.target_cells / free.target_cells - 1) * 100:.2f}" == "-4.76"
    assert str(capped.derivation[0].label) == "Target dose, capped"


@pytest.mark.parametrize("typed", ["-60", "sixty", "62,4", "6e1", "", "62.45"])
def test_a_weight_that_is_no_plain_number_is_refused(typed):
    with pytest.raises(RuleViolation):
        parse_decimal(typed, places=1)


def test_a_weight_in_full_width_digits_is_the_same_weight():
    assert parse_decimal("６２．４", places=1) == Decimal("62.4")


@pytest.mark.parametrize(("kg", "level"), [("700", "stop"), ("19.9", "stop"), ("200", None)])
def test_a_missing_decimal_point_is_out_of_range(kg, level):
    assert codes(compute_dose(order(kg, "5000000", percent("90")), rules())).get("weight_out_of_range") == level


@pytest.mark.parametrize("said", ["0", "100.1", "0.9", "1"])
def test_a_viability_that_cannot_be_is_refused(said):
    with pytest.raises(RuleViolation) as refusal:
        percent(said)

    assert refusal.value.field == "viability"


@pytest.mark.parametrize("wrong", [{"kg": "0"}, {"cells": "0"}, {"kg": "-1"}])
def test_an_amount_of_nothing_is_refused(wrong):
    with pytest.raises(RuleViolation):
        order(wrong.get("kg", "60"), wrong.get("cells", "1"), percent("90"))


def test_a_final_volume_under_the_cells_in_it_stops():
    dose = compute_dose(order("60", "8000000", percent("75"), final_ml=Decimal("9.9")), rules())

    assert codes(dose)["final_volume_too_small"] == "stop"
    assert dose.diluent_ml is None


def test_dmso_is_counted_by_the_drawn_volume_and_its_density():
    dose = compute_dose(order("60", "8000000", percent("75"), dmso_percent=Decimal(10)), rules())

    assert dose.dmso_g_per_kg * 60 == Decimal("1.10")  # 10 mL x 10 % x 1.10 g per mL


amounts = st.integers(1, 400).map(lambda n: Decimal(n) / 10)
cells = st.integers(100_000, 20_000_000).map(Decimal)
shares = st.integers(1, 400).flatmap(
    lambda counted: st.integers(1, counted).map(lambda viable: Viability(Decimal(viable), Decimal(counted)))
)
draws = st.lists(st.builds(WholeDraw, st.just("A"), amounts, cells, shares), max_size=3).map(tuple)


def living(draw):
    share = Fraction(draw.viability.viable) / Fraction(draw.viability.counted)
    return Fraction(draw.use_ml) * Fraction(draw.cells_per_ml) * share


@given(amounts.map(lambda kg: kg + 20), draws, cells, shares)
def test_a_dose_of_several_lots_is_that_of_exact_fractions(kg, whole, last, share):
    dose = compute_dose(order(kg, last, share, whole=whole), rules())

    target = Fraction(kg) * 1_000_000
    before = sum(map(living, whole), Fraction(0))
    per_ml = Fraction(last) * Fraction(share.viable) / Fraction(share.counted)
    exact = (target - before) / per_ml
    measured = Fraction(max(0, floor(exact * 10 + Fraction(1, 2))), 10)
    assert Fraction(dose.measured_ml) == measured
    assert Fraction(dose.volume_ml) == measured + sum((Fraction(draw.use_ml) for draw in whole), Fraction(0))
    delivered = before + measured * per_ml
    assert abs(Fraction(dose.delivered_cells) - delivered) < Fraction(1, 10**30)
    off = (delivered - target) / target * 100
    assert abs(Fraction(dose.deviation_percent) - off) < Fraction(1, 10**30)


def test_a_tie_at_the_graduation_goes_up_with_several_lots_too():
    thirds = Viability(Decimal(1), Decimal(3))
    whole = (WholeDraw("A", Decimal(3), Decimal(1_000_000), thirds),)  # 1,000,000 living cells, as a third of three

    dose = compute_dose(order("21.05", "1000000", percent("100"), whole=whole), rules())

    assert (dose.measured_ml, dose.volume_ml) == (Decimal("20.1"), Decimal("23.1"))


def test_the_derivation_of_several_lots_says_each_step():
    whole = (WholeDraw("AM-1", Decimal(5), Decimal(4_000_000), percent("90")),)

    dose = compute_dose(order("62.4", "5200000", percent("92"), whole=whole), rules())

    said = {line.code: (str(line.working), str(line.result)) for line in dose.derivation}
    plainly = {code: tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in pair) for code, pair in said.items()}
    assert plainly["whole"] == ("5 mL × 4,000,000 cells per mL × 90 %", "18,000,000 cells")
    assert plainly["rest"] == ("62,400,000 − 18,000,000", "44,400,000 cells")
    assert plainly["volume"] == ("5 mL + 44,400,000 ÷ 4,784,000 = 14.2809 mL", "14.3 mL")
    assert plainly["delivered"] == ("18,000,000 cells + 9.3 mL × 4,784,000 cells per mL", "62,491,200 cells")
