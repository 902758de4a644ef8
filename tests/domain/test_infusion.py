import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from lndesk.domain.dose import Viability
from lndesk.domain.errors import RuleViolation
from lndesk.domain.infusion import Infusion, cells_in, check_given, check_not_given

CHECKED = dt.datetime(2026, 3, 12, 9, 30, 42, tzinfo=dt.timezone(dt.timedelta(hours=8)))
START = CHECKED.replace(minute=40, second=0)
END = CHECKED.replace(hour=10, minute=10, second=0)
NOW = CHECKED.replace(hour=11)
GIVEN = Infusion(
    patient_id=1, infusion_no=1, preparation_id=1, given=True, happened_on=START.date(), started_at=START, ended_at=END,
    volume_ml=Decimal(50), given_by="CHEN Jing", recorded_by="CHEN Jing", recorded_at=NOW,
)  # fmt: skip


def check(use_before=None, **changes):
    check_given(replace(GIVEN, **changes), prepared_ml=Decimal(50), checked_at=CHECKED, use_before=use_before, now=NOW)


def test_an_infusion_as_it_should_be_passes():
    check()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"started_at": None}, "started_at"),
        ({"ended_at": None}, "started_at"),
        ({"started_at": CHECKED - dt.timedelta(minutes=1)}, "started_at"),
        ({"ended_at": START}, "ended_at"),
        ({"ended_at": START - dt.timedelta(minutes=1)}, "ended_at"),
        ({"ended_at": NOW + dt.timedelta(seconds=1)}, "ended_at"),
        ({"volume_ml": None}, "volume_ml"),
        ({"volume_ml": Decimal(0)}, "volume_ml"),
        ({"volume_ml": Decimal("50.1")}, "volume_ml"),
        ({"given_by": "  "}, "given_by"),
        ({"use_before": END - dt.timedelta(minutes=1)}, "remark"),
        ({"use_before": END - dt.timedelta(minutes=1), "remark": "too short"}, "remark"),
    ],
)
def test_a_record_that_cannot_be_is_refused_by_its_field(changes, field):
    with pytest.raises(RuleViolation) as refusal:
        check(**changes)

    assert refusal.value.field == field


@pytest.mark.parametrize(
    "changes",
    [
        {"ended_at": NOW},
        {"volume_ml": Decimal("0.1")},
        {"use_before": END},
        {"use_before": END - dt.timedelta(minutes=1), "remark": "vein had to be found again"},
        {"started_at": CHECKED.replace(second=0)},  # people write minutes; the check was within that one
    ],
)
def test_the_limits_themselves_still_pass(changes):
    check(**changes)


@pytest.mark.parametrize(
    ("reason", "remark", "field"),
    [("", "", "reason"), ("tired", "", "reason"), ("other", "", "remark"), ("other", "too short", "remark")],
)
def test_why_an_infusion_was_not_given_is_asked_for(reason, remark, field):
    with pytest.raises(RuleViolation) as refusal:
        check_not_given(reason, remark)

    assert refusal.value.field == field


@pytest.mark.parametrize(("reason", "remark"), [("patient_declined", ""), ("other", "the power was out")])
def test_a_reason_not_to_give_it_passes(reason, remark):
    check_not_given(reason, remark)


@pytest.mark.parametrize(
    ("infused", "expected"), [("50", 62_192_000), ("25", 31_096_000), ("49.9", 62_067_616), ("0.1", 124_384)]
)
def test_the_cells_given_are_the_share_of_the_volume_infused(infused, expected):
    drawn = (Decimal(13), Decimal(5_200_000), Viability.from_percent(Decimal(92)))

    cells = cells_in([drawn], infused_ml=Decimal(infused), prepared_ml=Decimal(50))

    assert cells == expected


def test_half_a_cell_counts_as_one():
    drawn = (Decimal(1), Decimal(1), Viability(Decimal(1), Decimal(2)))

    cells = cells_in([drawn], infused_ml=Decimal(1), prepared_ml=Decimal(1))

    assert cells == 1


def test_containers_of_two_lots_each_give_their_own_cells():
    rich = (Decimal(10), Decimal(5_000_000), Viability.from_percent(Decimal(90)))
    poor = (Decimal(4), Decimal(4_000_000), Viability.from_percent(Decimal(75)))

    assert cells_in([rich, poor], infused_ml=Decimal(7), prepared_ml=Decimal(14)) == 28_500_000
