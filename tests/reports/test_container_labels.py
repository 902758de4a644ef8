import datetime as dt
from decimal import Decimal

import pytest
import zxingcpp

from lndesk.domain.errors import RuleViolation
from lndesk.domain.product import Container, Lot, LotContainer
from lndesk.domain.scan import Own, read_scan
from lndesk.reports.container_labels import container_labels
from lndesk.reports.raster import page_texts, pages_as_images

TODAY = dt.date(2026, 3, 7)


def items(count=1, lot_no="AM-2411-07", **container):
    lot = Lot(
        id=1, lot_no=lot_no, form="cryopreserved", cells_per_ml=Decimal(5_200_000), viable=Decimal(92),
        counted=Decimal(100), expires_on=dt.date(2026, 9, 30), certificate_no="C",
        received_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
    )  # fmt: skip
    made = [{"lot_id": 1, "container_no": f"{n:02}", "volume_ml": Decimal(20)} | container for n in range(1, count + 1)]
    return [LotContainer(lot, Container(**values)) for values in made]


def labels(containers, *, training=False):
    return container_labels(containers, trial="NCT04318600", training=training)


def test_a_label_says_what_it_is_until_when_and_where_it_lies():
    (text,) = page_texts(labels(items(place="Tank 2, rack B")))

    for said in ("NCT04318600", "AM-2411-07/01", "2026年09月30日", "Cryopreserved", "Tank 2, rack B"):
        assert said in text


@pytest.mark.parametrize("dpi", [200, 300])
def test_each_code_is_read_back_as_its_own_container(dpi):
    containers = items(count=30)
    pages = pages_as_images(labels(containers), dpi)

    read = [code.text for page in pages for code in zxingcpp.read_barcodes(page)]

    assert len(pages) == 2
    assert sorted(read) == [item.code for item in containers]
    assert [read_scan(text, today=TODAY) for text in sorted(read)] == [Own(item.code) for item in containers]


def test_a_training_label_says_so_in_place_of_the_trial():
    (text,) = page_texts(labels(items(), training=True))

    assert "TRAINING" in text
    assert "NCT04318600" not in text


def test_a_number_that_no_scanner_sends_is_told():
    with pytest.raises(RuleViolation, match="letters and digits only"):
        labels(items(lot_no="批一"))


def test_no_label_is_made_of_nothing():
    with pytest.raises(RuleViolation, match="No container of this lot is on hand"):
        labels([])
