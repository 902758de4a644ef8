import re
from dataclasses import replace

import pytest
import zxingcpp

from lndesk.domain.errors import RuleViolation
from lndesk.reports.dose_label import dose_label
from lndesk.reports.raster import page_texts, pages_as_images
from tests.reports.conftest import SHEET, at


@pytest.mark.parametrize("language", ["en", "zh_CN", "both"])
@pytest.mark.parametrize("stock", ["roll", "a4"])
def test_a_label_says_whose_it_is_how_much_until_when_and_of_which_sheet(language, stock):
    pdf = dose_label(replace(SHEET, language=language, use_before=at(13, 10)), stock=stock)

    (text,) = page_texts(pdf)
    for said in ("王小明", "WANG Xiaoming", "LN-0012", "H00482217", "DP-2026-000123", "13:10"):
        assert said in text
    assert re.search("13\\smL", text)


@pytest.mark.parametrize("stock", ["roll", "a4"])
def test_the_code_on_a_label_is_that_of_the_sheet(stock):
    (page,) = pages_as_images(dose_label(SHEET, stock=stock), 200)

    assert [code.text for code in zxingcpp.read_barcodes(page)] == [SHEET.payload()]


def test_a_label_fits_common_stock():
    (page,) = pages_as_images(dose_label(SHEET), 254)

    assert [round(side / 10) for side in page.size] == [100, 50]


def test_a_training_label_says_so():
    assert "TRAINING" in page_texts(dose_label(replace(SHEET, training=True)))[0]


def test_the_longest_names_and_numbers_still_fit():
    patient = replace(SHEET.patient, han_name="阿" * 12, latin_name="W" + "a" * 34, hospital_no="H 0048 2217 0048")

    assert "阿" * 12 in page_texts(dose_label(replace(SHEET, patient=patient)))[0]


def test_a_letter_that_the_font_lacks_is_told():
    with pytest.raises(RuleViolation, match="printer font has no"):
        dose_label(replace(SHEET, patient=replace(SHEET.patient, han_name="王\U0002a6a5")))


def test_one_snapshot_gives_one_label_byte_for_byte():
    assert dose_label(SHEET) == dose_label(SHEET)
