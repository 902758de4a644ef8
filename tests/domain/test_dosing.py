import datetime as dt
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lndesk.domain.dose import DoseOrder, Viability, WholeDraw
from lndesk.domain.dosing import compute_dose, ready_before
from lndesk.domain.errors import RuleViolation
from lndesk.domain.protocol import DoseRules
from lndesk.domain.quantity import plain
from tests.domain.dose_oracle import differences

FULL = Viability(Decimal(100), Decimal(100))


def rules(**changes):
    values = {
        "cells_per_kg": Decimal(1_000_000),
        "basis": "viable",
        "cap_cells": None,
        "graduation_ml": Decimal("0.1"),
        "viability_at_least_percent": Decimal(70),
        "deviation_warns_above_percent": Decimal(5),
        "deviation_stops_above_percent": Decimal(10),
        "use_within_of_thaw_h": Decimal(4),
        "weight_at_least_kg": Decimal(20),
        "weight_at_most_kg": Decimal(200),
        "weight_age_warns_above_h": Decimal(24),
        "weight_age_stops_above_days": Decimal(7),
        "weight_change_warns_above_percent": Decimal(10),
    }
    return DoseRules(**(values | changes))


def order(weight="62.4", cells="5200000", viability=None, **changes):
    return DoseOrder(
        weight_kg=Decimal(weight),
        cells_per_ml=Decimal(cells),
        viability=viability or Viability.from_percent(Decimal(92)),
        **{name: Decimal(value) if isinstance(value, str) else value for name, value in changes.items()},
    )


def codes(dose):
    return [finding.code for finding in dose.findings]


def test_a_dose_that_divides_evenly_is_exact_and_says_10_ml():
    dose = compute_dose(order("60.0", "8000000", Viability.from_percent(Decimal(75))), rules())

    assert dose.target_cells == 60_000_000
    assert dose.viable_cells_per_ml == 6_000_000
    assert plain(dose.exact_volume_ml) == plain(dose.volume_ml) == "10"
    assert dose.delivered_cells == 60_000_000
    assert dose.deviation_percent == 0
    assert dose.verdict == "ok"


def test_the_ordinary_dose_is_rounded_once_and_delivers_a_little_less():
    dose = compute_dose(order(), rules())

    assert plain(dose.volume_ml) == "13"
    assert plain(dose.viable_cells_per_ml) == "4784000"
    assert plain(dose.delivered_cells) == "62192000"
    assert f"{dose.deviation_percent:.4f}" == "-0.3333"


@pytest.mark.parametrize(("kg", "vials"), [("40.0", 1), ("40.1", 2), ("80.0", 2), ("80.1", 3)])
def test_one_tenth_of_a_kilogram_over_a_vial_asks_for_the_next_vial(kg, vials):
    dose = compute_dose(order(kg, "50000000", Viability.from_percent(Decimal(80)), usable_ml="1"), rules())

    assert dose.containers == vials


@pytest.mark.parametrize(
    ("viable", "counted", "stopped"),
    [("140", "200", False), ("699", "1000", True), ("69999999", "100000000", True), ("7", "10", False)],
)
def test_the_viability_gate_looks_at_the_raw_share(viable, counted, stopped):
    share = Viability.from_counts(Decimal(viable), Decimal(counted))

    dose = compute_dose(order(viability=share), rules())

    assert ("viability_below_limit" in codes(dose)) is stopped


@pytest.mark.parametrize(
    ("delivered", "deviation", "verdict"),
    [
        (62_900_000, "-10.1429", "stop"),
        (63_000_000, "-10.0000", "warning"),
        (77_000_000, "10.0000", "warning"),
        (77_100_000, "10.1429", "stop"),
        (66_500_000, "-5.0000", "ok"),
        (66_400_000, "-5.1429", "warning"),
        (73_500_000, "5.0000", "ok"),
        (73_600_000, "5.1429", "warning"),
    ],
)
def test_the_tolerance_of_70_kg_counts_its_edges_in(delivered, deviation, verdict):
    # a graduation as large as the volume leaves that volume as the nearest step
    given_rules = rules(graduation_ml=Decimal(delivered).scaleb(-6))

    dose = compute_dose(order("70.0", "1000000", FULL), given_rules)

    assert dose.delivered_cells == delivered
    assert f"{dose.deviation_percent:.4f}" == deviation
    assert dose.verdict == verdict


def test_there_is_no_cap_unless_the_protocol_says_so():
    dose = compute_dose(order("105.0"), rules())

    assert dose.target_cells == 105_000_000
    assert not dose.capped


def test_a_cap_lowers_the_target_and_says_so():
    dose = compute_dose(order("105.0"), rules(cap_cells=Decimal(100_000_000)))

    assert dose.target_cells == 100_000_000
    assert dose.capped
    assert "capped" in str(dose.derivation[0].label)


def test_a_target_that_happens_to_be_the_cap_was_not_lowered():
    dose = compute_dose(order("100.0"), rules(cap_cells=Decimal(100_000_000)))

    assert dose.target_cells == 100_000_000
    assert not dose.capped


def test_a_protocol_that_counts_all_cells_ignores_the_viability():
    dose = compute_dose(order("60.0", "6000000", Viability.from_percent(Decimal(75))), rules(basis="total"))

    assert plain(dose.volume_ml) == "10"
    assert dose.viable_cells_per_ml == 6_000_000


def test_a_tie_at_the_graduation_is_seen_as_one_although_the_concentration_does_not_end():
    third = Viability.from_counts(Decimal(2), Decimal(3))

    dose = compute_dose(order("24.5", "3000000", third), rules(viability_at_least_percent=Decimal(50)))

    assert plain(dose.exact_volume_ml) == "12.25"
    assert plain(dose.volume_ml) == "12.3"


@pytest.mark.parametrize(
    ("final", "factor", "minutes", "drops", "true"),
    [("50", "20", "30", 33, "30.3"), ("50", "20", "80", 13, "76.9"), ("50", "15", "300", 3, "250")],
)
def test_drops_are_whole_half_up_and_the_true_time_is_that_of_whole_drops(final, factor, minutes, drops, true):
    dose = compute_dose(order(final_ml=final, minutes=minutes, drops_per_ml=factor), rules())

    assert dose.drops_per_minute == drops
    assert f"{dose.true_minutes:.1f}".removesuffix(".0") == true


def test_less_than_one_drop_a_minute_asks_for_a_pump():
    dose = compute_dose(order(final_ml="50", minutes="5000", drops_per_ml="20"), rules())

    assert dose.drops_per_minute == 0
    assert dose.true_minutes is None
    assert "less_than_one_drop" in codes(dose)


def test_the_infusion_must_end_before_the_limit_also_across_midnight():
    thawed = dt.datetime(2026, 12, 31, 22, 40, tzinfo=dt.timezone(dt.timedelta(hours=8)))

    dose = compute_dose(order(thawed_at=thawed), rules())

    assert dose.use_before == dt.datetime(2027, 1, 1, 2, 40, tzinfo=thawed.tzinfo)
    assert "01-Jan-2027 02:40" in str(dose.derivation[-1].result)


RELEASED = dt.datetime(2026, 12, 31, 22, 40, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def test_the_limit_of_a_fresh_product_counts_from_its_makers_release_to_the_minute():
    limit = ready_before(RELEASED, rules(use_within_of_release_h=Decimal("4.5")))

    assert limit == dt.datetime(2027, 1, 1, 3, 10, tzinfo=RELEASED.tzinfo)


@pytest.mark.parametrize(("ready_at", "hours"), [(None, Decimal(4)), (RELEASED, None), (None, None)])
def test_without_a_release_or_without_a_limit_there_is_no_such_instant(ready_at, hours):
    assert ready_before(ready_at, rules(use_within_of_release_h=hours)) is None


def test_the_earlier_of_both_limits_counts():
    dose = compute_dose(
        order(thawed_at=RELEASED, ready_at=RELEASED - dt.timedelta(hours=1)), rules(use_within_of_release_h=Decimal(2))
    )

    assert dose.use_before == RELEASED + dt.timedelta(hours=1)


CELLS = st.integers(1_000_000, 20_000_000).map(Decimal)
COUNTED = st.integers(100, 400)


@st.composite
def whole_draws(draw):
    counted = draw(COUNTED)
    return WholeDraw(
        lot_no="A",
        use_ml=Decimal(draw(st.integers(1, 9))) / 10,
        cells_per_ml=draw(CELLS),
        viability=Viability(Decimal(draw(st.integers(counted * 7 // 10, counted))), Decimal(counted)),
    )


@given(
    whole=st.lists(whole_draws(), min_size=1, max_size=3), kg=st.integers(300, 1500), cells=CELLS,
    basis=st.sampled_from(["viable", "total"]),
)  # fmt: skip
def test_what_several_lots_give_agrees_with_fractions(whole, kg, cells, basis):
    dose = compute_dose(order(str(Decimal(kg) / 10), str(cells), whole=tuple(whole)), rules(basis=basis))

    def per_ml(count, viability):
        alive = Fraction(viability.viable) / Fraction(viability.counted)
        return Fraction(count) * (alive if basis == "viable" else 1)

    target = Fraction(kg, 10) * 1_000_000
    before = sum(Fraction(each.use_ml) * per_ml(each.cells_per_ml, each.viability) for each in whole)
    last = per_ml(cells, Viability.from_percent(Decimal(92)))
    exact = (target - before) / last
    measured = Fraction((max(exact, Fraction(0)) * 10 + Fraction(1, 2)).__floor__(), 10)
    drawn = sum(Fraction(each.use_ml) for each in whole)
    assert Fraction(dose.measured_ml) == measured
    assert Fraction(dose.volume_ml) == drawn + measured
    assert abs(Fraction(dose.exact_volume_ml) - (drawn + exact)) < Fraction(1, 10**30)
    assert abs(Fraction(dose.delivered_cells) - (before + measured * last)) < Fraction(1, 10**30)


def test_what_was_not_asked_for_is_not_computed():
    dose = compute_dose(order(), rules())

    asked = (dose.containers, dose.diluent_ml, dose.final_cells_per_ml, dose.ml_per_hour, dose.drops_per_minute)
    assert asked == (None,) * 5
    assert dose.true_minutes is None
    assert dose.use_before is None


def test_diluting_fills_up_to_the_final_volume():
    dose = compute_dose(order(final_ml="50", minutes="30"), rules())

    assert plain(dose.diluent_ml) == "37"
    assert plain(dose.final_cells_per_ml) == "1243840"
    assert plain(dose.ml_per_hour) == "100"


def test_a_final_volume_that_the_cells_fill_needs_no_diluent():
    dose = compute_dose(order(final_ml="13"), rules())

    assert dose.diluent_ml == 0
    assert "final_volume_too_small" not in codes(dose)


def test_an_undiluted_dose_runs_at_the_rate_of_its_own_volume():
    dose = compute_dose(order(minutes="26", drops_per_ml="20"), rules())

    assert plain(dose.ml_per_hour) == "30"
    assert dose.drops_per_minute == 10


def test_a_final_volume_smaller_than_the_cells_stops():
    dose = compute_dose(order(final_ml="12.9"), rules())

    assert "final_volume_too_small" in codes(dose)
    assert dose.diluent_ml is None


@pytest.mark.parametrize("amount", ["0", "-1"])
@pytest.mark.parametrize(
    "field",
    ["weight_kg", "cells_per_ml", "usable_ml", "final_ml", "minutes", "drops_per_ml", "planned_weight_kg"],
)
def test_no_amount_may_be_nothing_or_less(field, amount):
    values = {"weight_kg": Decimal(60), "cells_per_ml": Decimal(5), "viability": FULL} | {field: Decimal(amount)}

    with pytest.raises(RuleViolation, match="more than 0") as refusal:
        DoseOrder(**values)

    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("percent", "said"),
    [("0", "no living"), ("100.1", "more than 100"), ("0.92", "looks like a fraction"), ("1", "100")],
)
def test_a_percentage_that_cannot_be_meant_is_refused(percent, said):
    with pytest.raises(RuleViolation, match=said):
        Viability.from_percent(Decimal(percent))


@pytest.mark.parametrize(
    ("viable", "counted", "field"), [("0", "200", "viable"), ("1", "0", "counted"), ("201", "200", "viable")]
)
def test_a_count_that_cannot_be_is_refused(viable, counted, field):
    with pytest.raises(RuleViolation) as refusal:
        Viability.from_counts(Decimal(viable), Decimal(counted))

    assert refusal.value.field == field


def test_a_careless_global_context_does_not_reach_a_dose():
    asked = order(final_ml="50", minutes="31", drops_per_ml="20", usable_ml="6", planned_weight_kg="56.73")
    expected = compute_dose(asked, rules(use_within_of_thaw_h=Decimal("3.25")))

    with localcontext(prec=2, rounding="ROUND_DOWN"):
        got = compute_dose(asked, rules(use_within_of_thaw_h=Decimal("3.25")))
        said = [str(line.working) + str(line.result) + str(line.words) for line in got.derivation]
        warned = [str(finding.text) for finding in got.findings]

    assert got == expected
    assert said == [str(line.working) + str(line.result) + str(line.words) for line in expected.derivation]
    assert warned == [str(finding.text) for finding in expected.findings]


# --- an independent oracle in fractions -------------------------------------------------------------------------


tenths = st.integers(200, 2000).map(lambda n: Decimal(n).scaleb(-1))
counts = st.integers(1, 999).flatmap(lambda n: st.tuples(st.just(Decimal(n)), st.integers(n, 1000).map(Decimal)))
cells = st.one_of(
    st.integers(1, 40).map(lambda n: Decimal(n) * 250_000),  # round numbers meet ties
    st.integers(100_000, 60_000_000).map(Decimal),
    st.integers(1_000_000_000, 600_000_000_000).map(lambda n: Decimal(n).scaleb(-4)),
)


@settings(max_examples=1000, deadline=None)
@given(
    weight=tenths,
    per_ml=cells,
    counted=counts,
    step=st.sampled_from(["0.1", "0.01", "0.05", "0.5", "1"]).map(Decimal),
    usable=st.integers(1, 500).map(lambda n: Decimal(n).scaleb(-1)),
    final=st.integers(1, 2500).map(lambda n: Decimal(n).scaleb(-1)),
    run=st.tuples(st.integers(1, 300).map(Decimal), st.sampled_from([Decimal(15), Decimal(20), Decimal(60)])),
    cap=st.sampled_from([None, Decimal(50_000_000)]),
)
def test_every_figure_is_that_of_exact_fractions(*, weight, per_ml, counted, step, usable, final, run, cap):
    minutes, factor = run
    dose = compute_dose(
        DoseOrder(
            weight_kg=weight, cells_per_ml=per_ml, viability=Viability(*counted), usable_ml=usable, final_ml=final,
            minutes=minutes, drops_per_ml=factor,
        ),
        rules(graduation_ml=step, cap_cells=cap),
    )  # fmt: skip

    assert list(differences(dose)) == []


@settings(max_examples=500, deadline=None)
@given(steps=st.integers(100, 400), counted=counts, step=st.sampled_from([Decimal("0.1"), Decimal("0.5")]))
def test_every_volume_half_way_between_two_graduations_goes_up(steps, counted, step):
    half_way = (Fraction(steps) + Fraction(1, 2)) * Fraction(step)
    weight = Decimal(50)
    # total cells per mL that put the exact volume half way, whenever that is a decimal
    per_ml = Fraction(weight) * 1_000_000 / half_way * Fraction(counted[1]) / Fraction(counted[0])
    scaled = per_ml * 10_000
    if scaled.denominator != 1:
        weight = weight * scaled.denominator  # a heavier patient by the same factor, so that the tie stays
        per_ml *= scaled.denominator
    dose = compute_dose(
        DoseOrder(
            weight_kg=weight,
            cells_per_ml=Decimal((per_ml * 10_000).numerator).scaleb(-4),
            viability=Viability(*counted),
        ),
        rules(graduation_ml=step),
    )

    assert Fraction(dose.exact_volume_ml) == half_way
    assert Fraction(dose.volume_ml) == (steps + 1) * Fraction(step)
