import datetime as dt
from decimal import Decimal

import pytest

from lndesk.domain.dose import Viability
from lndesk.domain.errors import NotPermitted, RuleViolation
from lndesk.queries.product import lots_in_quarantine
from lndesk.services.command import Changes
from lndesk.services.product import Delivered, ReceiveLot, ReleaseLot
from lndesk.store.ledger import balance_of
from tests.conftest import stock


def receive(**changes):
    asked = {
        "lot_no": "AM-1", "form": "cryopreserved", "cells_per_ml": Decimal(5200000),
        "viability": Viability.from_counts(Decimal(140), Decimal(200)), "expires_on": dt.date(2026, 6, 30),
        "certificate_no": "C-1", "containers": (Delivered(container_no=" 01 ", volume_ml=Decimal("20.5")),),
    }  # fmt: skip
    return ReceiveLot(**(asked | changes))


def test_a_lot_comes_into_quarantine_with_its_exact_figures(study, make):
    changes = study.run(receive(), by=make.technician)

    (row,) = stock(study)
    assert changes == Changes.PRODUCT
    assert (row.item.code, row.status, row.item.container.volume_ml) == ("AM-1/01", "quarantine", Decimal("20.5"))
    assert (row.item.lot.viable, row.item.lot.counted) == (140, 200)
    assert [lot.lot_no for lot in lots_in_quarantine(study._db)] == ["AM-1"]


def test_a_lot_is_booked_in_once(study, make):
    study.run(receive(), by=make.technician)

    with pytest.raises(RuleViolation, match="Lot AM-1 is already booked in") as refused:
        study.run(receive(lot_no="AM-1 "), by=make.technician)

    assert refused.value.field == "lot_no"
    assert len(stock(study)) == 1


def test_receiving_and_releasing_are_not_done_by_the_same_role(study, make):
    with pytest.raises(NotPermitted):
        study.run(receive(), by=make.investigator)
    study.run(receive(), by=make.technician)
    with pytest.raises(NotPermitted):
        make.sign(ReleaseLot(lot_id=1), by=make.technician)


def test_release_frees_the_containers_and_says_by_whom(study, make):
    make.lot()

    assert {row.status for row in stock(study)} == {"released"}
    assert stock(study)[0].item.lot.released_by == "ZHAO Min"
    assert lots_in_quarantine(study._db) == []


@pytest.mark.parametrize(
    ("viable", "counted", "fits"), [(70, 100, True), (69999, 100000, False), (140, 200, True), (139, 199, False)]
)
def test_the_viability_gate_takes_the_exact_share(study, make, viable, counted, fits):
    share = Viability.from_counts(Decimal(viable), Decimal(counted))
    study.run(receive(viability=share), by=make.technician)

    if fits:
        assert make.sign(ReleaseLot(lot_id=1), by=make.investigator)
    else:
        with pytest.raises(RuleViolation, match="less than 70 % "):
            make.sign(ReleaseLot(lot_id=1), by=make.investigator)


def test_a_lot_that_has_expired_meanwhile_is_not_released(study, make, clock):
    study.run(receive(), by=make.technician)
    clock.on(2026, 7, 1)

    with pytest.raises(RuleViolation, match="Lot AM-1 expired on 30-Jun-2026"):
        make.sign(ReleaseLot(lot_id=1), by=make.investigator)


def test_a_lot_is_released_once(make):
    make.lot()

    with pytest.raises(RuleViolation, match="is already released"):
        make.sign(ReleaseLot(lot_id=1), by=make.investigator)


def test_every_container_is_counted_once(study, make):
    containers = make.lot(count=3)
    make.infused(make.treated(), containers[0])

    counted = balance_of(study._db, study.today())
    assert str(counted.worded) == (
        "Received 3 = in stock 2 + reserved 0 + infused 1 + destroyed 0 + returned 0 + expired 0"
    )
    assert counted.balances
    assert [row.subject_id for row in stock(study)] == [None, None, "LN-0001-C"]
