import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from lndesk.domain.errors import RuleViolation
from lndesk.domain.product import Container, Lot, LotContainer, check_lot, status_on, why_unusable

TODAY = dt.date(2026, 3, 2)
LOT = Lot(
    id=1,
    lot_no="AM-2411-07",
    form="cryopreserved",
    cells_per_ml=Decimal(5200000),
    viable=Decimal(92),
    counted=Decimal(100),
    expires_on=TODAY,
    certificate_no="C-1",
    received_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
)
FIRST = Container(id=1, lot_id=1, container_no="01", volume_ml=Decimal(20), status="released")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lot_no": " "}, "lot_no"),
        ({"form": "dried"}, "form"),
        ({"cells_per_ml": Decimal(0)}, "cells_per_ml"),
        ({"expires_on": TODAY - dt.timedelta(days=1)}, "expires_on"),
        ({"certificate_no": ""}, "certificate_no"),
    ],
)
def test_a_lot_that_cannot_be_is_refused(changes, field):
    with pytest.raises(RuleViolation) as refused:
        check_lot(replace(LOT, **changes), [FIRST], today=TODAY)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("containers", "field"),
    [
        ([], "containers"),
        ([FIRST, FIRST], "containers"),
        ([replace(FIRST, container_no=" ")], "containers"),
        ([replace(FIRST, volume_ml=Decimal(0))], "volume_ml"),
    ],
)
def test_containers_each_have_a_number_and_a_volume(containers, field):
    with pytest.raises(RuleViolation) as refused:
        check_lot(LOT, containers, today=TODAY)

    assert refused.value.field == field


def test_a_container_is_good_on_its_last_day_and_expired_the_day_after():
    item = LotContainer(LOT, FIRST)

    assert status_on(item, TODAY) == "released"
    assert status_on(item, TODAY + dt.timedelta(days=1)) == "expired"


def test_what_is_used_up_does_not_expire():
    assert status_on(LotContainer(LOT, replace(FIRST, status="used")), TODAY + dt.timedelta(days=9)) == "used"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("quarantine", "AM-2411-07/01 is in quarantine. An investigator releases the lot."),
        ("reserved", "is reserved for another dose"),
        ("used", "is used up"),
        ("destroyed", "was destroyed"),
    ],
)
def test_an_unusable_container_says_why(status, said):
    assert said in str(why_unusable(LotContainer(LOT, replace(FIRST, status=status)), on=TODAY))


def test_a_released_container_can_be_used_and_a_reserved_one_by_its_own_dose():
    reserved = LotContainer(LOT, replace(FIRST, status="reserved", preparation_id=4))

    assert why_unusable(LotContainer(LOT, FIRST), on=TODAY) is None
    assert why_unusable(reserved, on=TODAY, preparation_id=4) is None
    assert why_unusable(reserved, on=TODAY, preparation_id=5) is not None


def test_an_expired_container_names_its_day():
    said = str(why_unusable(LotContainer(LOT, FIRST), on=TODAY + dt.timedelta(days=1)))

    assert said == "Container AM-2411-07/01 expired on 02-Mar-2026."
