import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from lndesk.domain.product import Container, Lot, LotContainer
from lndesk.domain.protocol import ThawRules
from lndesk.domain.protocol_file import parse_protocol
from lndesk.domain.thaw import containers_needed, expected_per_container, plan_thaw
from lndesk.settings import resources

DOSE = parse_protocol((resources() / "protocols" / "nct04318600.toml").read_text(encoding="utf-8")).dose
NOW = dt.datetime(2026, 3, 12, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
TOTAL = ThawRules(Decimal(100), Decimal(80), "total", "optional")
VIABLE = ThawRules(Decimal(80), Decimal(80), "viable", "optional")


def vial(number, lot_id=1, ml="10", cells="5000000", label=None):
    lot = Lot(
        id=lot_id, lot_no=f"AM-{lot_id}", form="cryopreserved", cells_per_ml=Decimal(cells), viable=Decimal(92),
        counted=Decimal(100), expires_on=NOW.date(), certificate_no="C", received_at=NOW,
        label_cells=None if label is None else Decimal(label),
    )  # fmt: skip
    return LotContainer(lot, Container(id=number, lot_id=lot_id, container_no=f"{number:02}", volume_ml=Decimal(ml)))


@pytest.mark.parametrize(("kg", "vials"), [("40.0", 1), ("40.1", 2), ("80.0", 2), ("80.1", 3)])
@pytest.mark.parametrize("rules", [TOTAL, VIABLE])
def test_the_vial_boundary_of_50_million_at_80_percent(kg, vials, rules):
    """domain.md 2.3, example 3: 40,000,000 living cells expected of a vial, whichever way the 80 per cent is stated."""
    plan = plan_thaw(Decimal(kg), [vial(n) for n in range(1, 6)], DOSE, rules)

    assert plan.expected_cells == 40_000_000
    assert (plan.needed, len(plan.containers)) == (vials, vials)


def test_a_recovery_of_living_cells_is_never_multiplied_by_the_viability_again():
    labelled = Decimal(50_000_000)

    assert expected_per_container(labelled, replace(TOTAL, planned_recovery_percent=Decimal(90))) == 36_000_000
    assert expected_per_container(labelled, VIABLE) == 40_000_000


def test_the_label_counts_where_it_states_the_cells_and_the_basis_is_said():
    """The label-basis trap: 25,000,000 on the label, 25,384,000 by volume and concentration."""
    by_label = plan_thaw(Decimal(30), [vial(1, ml="3.8", cells="6680000", label="25000000")], DOSE, TOTAL)
    by_volume = plan_thaw(Decimal(30), [vial(1, ml="3.8", cells="6680000")], DOSE, TOTAL)

    assert (by_label.expected_cells, by_volume.expected_cells) == (20_000_000, Decimal(20307200))
    assert "label: 25,000,000" in str(by_label.lines[1].working).replace("\N{NO-BREAK SPACE}", " ")
    assert "3.8 mL × 6,680,000 cells per mL" in str(by_volume.lines[1].working).replace("\N{NO-BREAK SPACE}", " ")


def test_the_first_lot_to_expire_that_has_enough_is_thawed():
    stock = [vial(1, lot_id=1), vial(2, lot_id=2), vial(3, lot_id=2)]

    plan = plan_thaw(Decimal("62.4"), stock, DOSE, TOTAL)

    assert [item.container.id for item in plan.containers] == [2, 3]
    assert plan.enough


def test_a_stock_that_is_too_small_is_told():
    plan = plan_thaw(Decimal(100), [vial(1), vial(2)], DOSE, TOTAL)

    assert (plan.needed, len(plan.containers), plan.enough) == (3, 2, False)
    assert plan_thaw(Decimal(60), [], DOSE, TOTAL) is None


def test_a_cap_lowers_what_is_thawed():
    plan = plan_thaw(Decimal(105), [vial(1), vial(2), vial(3)], replace(DOSE, cap_cells=Decimal(80_000_000)), TOTAL)

    assert (plan.target_cells, plan.needed) == (80_000_000, 2)


@pytest.mark.parametrize(
    ("target", "expected", "needed"), [(1, 1, 1), (100, 30, 4), (90, 30, 3), ("90.000001", 30, 4), (1, 100, 1)]
)
def test_a_part_of_a_container_is_a_whole_one(target, expected, needed):
    assert containers_needed(Decimal(target), Decimal(expected)) == needed
