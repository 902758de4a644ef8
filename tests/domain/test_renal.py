import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lndesk.domain.answers import Answers
from lndesk.domain.quantity import rounded
from lndesk.domain.renal import egfr, estimate_of, upcr, upcr_from

ON = dt.date(2026, 3, 1)


def born(years):
    return ON.replace(year=ON.year - years)


def adult(sex, years, **creatinine):
    return egfr(born=born(years), on=ON, sex=sex, **creatinine)


@pytest.mark.parametrize(
    ("sex", "years", "mg_dl", "expected"),
    [("female", 30, "0.7", "119.2446"), ("male", 30, "0.9", "117.8306")],
)
def test_ckd_epi_2021_gives_the_checked_figures(sex, years, mg_dl, expected):
    found = adult(sex, years, mg_dl=Decimal(mg_dl))

    assert rounded(found.value, 4) == Decimal(expected)
    assert found.method == "CKD-EPI 2021"


def test_schwartz_gives_the_checked_figure():
    found = egfr(born=born(15), on=ON, sex="female", mg_dl=Decimal("0.6"), height_cm=Decimal(160))

    assert rounded(found.value, 4) == Decimal("110.1333")
    assert found.method == "Schwartz"


def test_micromoles_are_converted_by_88_4_and_not_by_a_rounded_constant():
    found = egfr(born=born(15), on=ON, sex="male", umol_l=Decimal("53.04"), height_cm=Decimal(160))

    assert rounded(found.value, 4) == Decimal("110.1333")
    assert [line.code for line in found.lines] == ["creatinine", "egfr"]


def test_both_units_give_one_result():
    assert adult("male", 40, umol_l=Decimal("88.4")).value == adult("male", 40, mg_dl=Decimal(1)).value


def test_the_formula_changes_on_the_18th_birthday():
    day_before = dt.date(2008, 3, 2)
    on_the_day = dt.date(2008, 3, 1)
    values = {"on": ON, "sex": "male", "mg_dl": Decimal(1), "height_cm": Decimal(170)}

    assert egfr(born=day_before, **values).method == "Schwartz"
    assert egfr(born=on_the_day, **values).method == "CKD-EPI 2021"


def test_a_child_without_a_height_and_a_baby_have_no_estimate():
    assert egfr(born=born(15), on=ON, sex="male", mg_dl=Decimal(1)) is None
    assert egfr(born=ON, on=ON, sex="male", mg_dl=Decimal(1), height_cm=Decimal(60)) is None
    assert egfr(born=born(30), on=ON, sex="male") is None
    assert egfr(born=born(30), on=ON, sex="male", mg_dl=Decimal(0)) is None
    assert egfr(born=born(30), on=ON, sex="male", umol_l=Decimal(0)) is None


def test_the_estimate_is_shown_as_a_whole_number_with_its_derivation_and_is_no_endpoint():
    found = adult("female", 30, umol_l=Decimal("61.88"))

    conversion, line = found.lines
    assert str(conversion.working) == "61.88\N{NO-BREAK SPACE}µmol per L ÷ 88.4"
    assert str(conversion.result) == "0.7\N{NO-BREAK SPACE}mg per dL"
    assert str(found.shown) == str(line.result) == "119\N{NO-BREAK SPACE}mL per min per 1.73 square metres"
    assert str(line.working) == ("142 × (0.7 ÷ 0.7) to the power \N{MINUS SIGN}1.2 × 0.9938 to the power 30 × 1.012")
    assert str(line.words) == "not a protocol endpoint"


def power_of_1000(mantissa, places, base, exponent):
    """Say in whole numbers how mantissa x 10^-places to the 1000th compares with base to the exponent."""
    top, bottom = base.numerator, base.denominator
    if exponent < 0:
        top, bottom, exponent = bottom, top, -exponent
    left = mantissa**1000 * bottom**exponent
    right = top**exponent * 10 ** (places * 1000)
    return (left > right) - (left < right)


@settings(max_examples=40, deadline=None)
@given(
    st.decimals(min_value="0.05", max_value=20, places=2),
    st.integers(18, 100),
    st.sampled_from(["female", "male"]),
)
def test_the_fractional_power_agrees_with_whole_numbers_to_40_digits(mg_dl, years, sex):
    kappa, alpha, factor = (
        (Fraction(7, 10), -241, Fraction(1012, 1000)) if sex == "female" else (Fraction(9, 10), -302, Fraction(1))
    )
    base = Fraction(mg_dl) / kappa
    value = adult(sex, years, mg_dl=mg_dl).value

    power = Fraction(value) / (142 * Fraction(9938, 10000) ** years * factor)

    exponent = alpha if base < 1 else -1200
    places = 42
    mantissa = power.numerator * 10**places // power.denominator
    assert power_of_1000(mantissa - 100, places, base, exponent) < 0
    assert power_of_1000(mantissa + 100, places, base, exponent) > 0


@given(st.decimals(min_value="0.1", max_value=15, places=2), st.decimals(min_value=50, max_value=200, places=1))
def test_schwartz_is_that_of_exact_fractions(mg_dl, height):
    found = egfr(born=born(10), on=ON, sex="male", mg_dl=mg_dl, height_cm=height)

    exact = Fraction(413, 1000) * Fraction(height) / Fraction(mg_dl)
    assert abs(Fraction(found.value) - exact) < Fraction(1, 10**50)


@given(
    st.decimals(min_value="0.1", max_value=15, places=2), st.decimals(min_value="0.1", max_value=15, places=2),
    st.integers(18, 90), st.sampled_from(["female", "male"]),
)  # fmt: skip
def test_more_creatinine_and_more_years_never_raise_the_estimate(one, other, years, sex):
    low, high = sorted((one, other))

    assert adult(sex, years, mg_dl=low).value >= adult(sex, years, mg_dl=high).value
    assert adult(sex, years, mg_dl=low).value > adult(sex, years + 1, mg_dl=low).value


def test_one_gram_per_gram_is_1000_over_8_84():
    assert rounded(upcr_from(Decimal(1), "g/g").mg_per_mmol, 2) == Decimal("113.12")
    assert rounded(upcr_from(Decimal(50), "mg/mmol").g_per_g, 3) == Decimal("0.442")


def test_a_ratio_is_shown_in_both_units_and_is_no_endpoint():
    grams, moles = upcr_from(Decimal("0.5"), "g/g").lines

    assert str(grams.result) == "0.5\N{NO-BREAK SPACE}g per g"
    assert str(moles.result) == "56.6\N{NO-BREAK SPACE}mg per mmol"
    assert str(moles.words) == "not a protocol endpoint"


UNITS = {
    "g/L": Fraction(1000), "mg/L": Fraction(1), "mg/dL": Fraction(10), "mmol/L": Fraction(100000, 884),
    "umol/L": Fraction(100, 884),
}  # fmt: skip
AMOUNT = st.decimals(min_value="0.01", max_value=1000, places=2)


@given(AMOUNT, st.sampled_from(["g/L", "mg/L", "mg/dL"]), AMOUNT, st.sampled_from(["mmol/L", "umol/L", "mg/dL", "g/L"]))
def test_a_ratio_is_that_of_exact_fractions(protein, protein_unit, creatinine, creatinine_unit):
    found = upcr(protein=protein, protein_unit=protein_unit, creatinine=creatinine, creatinine_unit=creatinine_unit)

    exact = Fraction(protein) * UNITS[protein_unit] / (Fraction(creatinine) * UNITS[creatinine_unit])
    assert abs(Fraction(found.g_per_g) / exact - 1) < Fraction(1, 10**50)
    assert abs(Fraction(found.mg_per_mmol) / (exact * 1000 / Fraction(884, 100)) - 1) < Fraction(1, 10**50)


def test_a_sample_without_creatinine_has_no_ratio():
    assert upcr(protein=Decimal(1), protein_unit="g/L", creatinine=Decimal(0), creatinine_unit="mmol/L") is None


def test_a_screening_has_an_estimate_once_all_that_it_needs_is_known():
    known = {"born": born(30), "sex": "female", "creatinine": Decimal("61.88"), "consented_on": ON}

    assert rounded(estimate_of(Answers(**known)).value, 4) == Decimal("119.2446")
    for name in known:
        assert estimate_of(Answers(**(known | {name: None}))) is None


def test_the_age_of_the_estimate_is_that_of_the_day_of_the_sample():
    young = Answers(
        born=dt.date(2008, 3, 1), sex="male", creatinine=Decimal(1), creatinine_unit="mg/dL", consented_on=ON,
        height_cm=Decimal(170), days={"creatinine": dt.date(2026, 2, 28)},
    )  # fmt: skip

    assert estimate_of(young).method == "Schwartz"
