import io

import pikepdf
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from lndesk.reports.dose_sheet import dose_sheet
from lndesk.reports.raster import pages_as_images
from tests.reports.conftest import SHEET


@pytest.fixture(scope="module")
def sheet():
    return dose_sheet(SHEET)


@pytest.fixture
def document(sheet):
    with pikepdf.open(io.BytesIO(sheet)) as document:
        yield document


def test_a_sheet_says_that_it_is_made_for_the_archive(document):
    metadata = document.open_metadata()

    assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "B")


def test_title_and_language_are_said_alike_in_both_places_that_can_say_them(document):
    metadata = document.open_metadata()

    assert metadata["dc:title"] == str(document.docinfo["/Title"]) == "Cell dose preparation sheet DP-2026-000123 rev 1"
    assert str(document.Root.Lang) == "en"
    assert document.Root.ViewerPreferences.DisplayDocTitle


def test_colours_are_defined_by_a_profile_inside_the_file(document):
    (intent,) = document.Root.OutputIntents

    profile = intent.DestOutputProfile.read_bytes()
    assert intent.S == pikepdf.Name.GTS_PDFA1
    assert profile[36:40] == b"acsp"
    assert profile[16:20] == b"RGB "


def test_every_font_is_embedded_as_a_subset_with_a_real_bold_and_its_text_can_be_read(document):
    fonts = {str(font.BaseFont): font for page in document.pages for font in page.Resources.Font.values()}

    assert {name.split("+")[1] for name in fonts} == {"NotoSansSC-Regular", "NotoSansSC-Bold"}
    for font in fonts.values():
        assert "/FontFile2" in font.FontDescriptor
        assert "/ToUnicode" in font


def test_nothing_in_it_depends_on_what_lies_outside_or_runs(document, sheet):
    assert not document.is_encrypted
    assert "/Names" not in document.Root
    assert "/OpenAction" not in document.Root
    for word in (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/LZWDecode", b"/URI"):
        assert word not in sheet


def test_no_part_is_transparent(document):
    for page in document.pages:
        for state in page.Resources.get("/ExtGState", {}).values():
            assert state.get("/ca", 1) == state.get("/CA", 1) == 1


def test_a_file_has_an_id_and_is_the_same_byte_for_byte(document, sheet):
    assert "/ID" in document.trailer
    assert dose_sheet(SHEET) == sheet


@pytest.mark.parametrize("turn", [-2, 2])
def test_the_code_is_read_after_a_photocopy_at_200_dots_per_inch(sheet, turn):
    (page,) = pages_as_images(sheet, 200)

    grey = page.convert("L").point(lambda level: 40 + level * 190 // 255)  # a pale copy: black is grey, white is dull
    copy = grey.rotate(turn, resample=Image.Resampling.BILINEAR, fillcolor=230).filter(ImageFilter.GaussianBlur(1.2))

    assert [code.text for code in zxingcpp.read_barcodes(copy)] == [SHEET.payload()]
