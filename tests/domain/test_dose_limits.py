from decimal import Decimal

import pytest

from lndesk.domain.dose import DoseOrder, Viability
from lndesk.domain.dosing import compute_dose
from lndesk.domain.protocol_file import parse_protocol
from lndesk.settings import resources

RULES = parse_protocol((resources() / "protocols" / "nct04318600.toml").read_text(encoding="utf-8")).dose


def found(weight="62.4", cells="5200000", viable="92", **amounts):
    order = DoseOrder(
        weight_kg=Decimal(weight),
        cells_per_ml=Decimal(cells),
        viability=Viability(Decimal(viable), Decimal(100)),
        **{name: Decimal(value) for name, value in amounts.items()},
    )
    return {finding.code: finding.level for finding in compute_dose(order, RULES).findings}


@pytest.mark.parametrize(
    ("weight", "stopped"), [("19.9", True), ("20", False), ("200", False), ("200.1", True), ("700", True)]
)
def test_a_weight_outside_20_to_200_kg_stops(weight, stopped):
    assert ("weight_out_of_range" in found(weight)) is stopped


@pytest.mark.parametrize(
    ("weight", "warned"), [("66", False), ("66.1", True), ("54", False), ("53.9", True), ("60", False)]
)
def test_a_weight_changed_by_more_than_10_per_cent_warns(weight, warned):
    assert ("weight_changed" in found(weight, planned_weight_kg="60")) is warned


def test_a_first_weight_has_not_changed():
    assert found() == {}


@pytest.mark.parametrize(("viable", "stopped"), [("70", False), ("69.9999", True), ("92", False)])
def test_a_viability_under_70_per_cent_stops(viable, stopped):
    assert ("viability_below_limit" in found(viable=viable)) is stopped


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        # 20 kg are 20,000,000 cells; what 0.4 mL or 0.1 mL delivers decides
        ("50000000", None),
        ("47500000", None),
        ("47499999", "deviation_above_warning"),
        ("45000000", "deviation_above_warning"),
        ("44999999", "deviation_above_limit"),
        ("52500000", None),
        ("52500001", "deviation_above_warning"),
        ("55000000", "deviation_above_warning"),
        ("55000001", "deviation_above_limit"),
    ],
)
def test_a_dose_off_target_warns_above_5_and_stops_above_10_per_cent(cells, code):
    codes = found("20", cells, "100")

    assert [name for name in codes if name.startswith("deviation")] == ([code] if code else [])


@pytest.mark.parametrize(("final", "stopped"), [("13", False), ("12.9", True), ("50", False)])
def test_a_final_volume_must_hold_the_cells(final, stopped):
    assert ("final_volume_too_small" in found(final_ml=final)) is stopped


@pytest.mark.parametrize(("minutes", "warned"), [("2000", False), ("2001", True)])
def test_half_a_drop_a_minute_counts_as_one_and_less_warns(minutes, warned):
    codes = found(final_ml="50", minutes=minutes, drops_per_ml="20")

    assert ("less_than_one_drop" in codes) is warned


def test_stops_come_before_warnings():
    levels = list(found("66.1", viable="60", planned_weight_kg="60").values())

    assert levels == ["stop", "warning"]
