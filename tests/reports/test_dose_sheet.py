"""The sheet as a person and a scanner read it."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
import zxingcpp

from lndesk.domain.errors import RuleViolation, StoreProblem
from lndesk.domain.sheet import SheetSnapshot, Text
from lndesk.reports.dose_sheet import Reprint, dose_sheet
from lndesk.reports.raster import page_texts, pages_as_images
from lndesk.reports.read_back import read_back

LANGUAGES = ("en", "zh_CN", "both")
RARE = "\U0002a6a5"
A4_POINTS = (595.28, 841.89)


def reader(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def texts(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in reader(pdf).pages]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_says_who_what_and_how_much(sheet, language):
    pdf = dose_sheet(sheet(language=language))

    (text,) = texts(pdf)
    for value in (
        "王小明", "WANG Xiaoming", "LN-0012", "H00482217", "62.4 kg", "62,400,000", "4,784,000", "62,192,000",
        "13.0435 mL", "13 mL", "−0.3 %", "AM-2411-07 / 03", "5,200,000", "92 %", "20 mL", "DP-2026-000123",
        "NCT04318600", "CHEN Jing", "LI Na", "ZHAO Min", "09:44", "4F9A 21C0 7B3E", "lndesk 0.1.0",
    ):  # fmt: skip
        assert value in text


def test_each_language_has_its_own_words_and_dates(sheet):
    english, chinese, both = (texts(dose_sheet(sheet(language=language)))[0] for language in LANGUAGES)

    assert "Cell dose preparation sheet" in english
    assert "Page 1 of 1" in english
    assert "14-Jul-1989" in english
    assert "细胞剂量配制单" not in english
    assert "细胞剂量配制单" in chinese
    assert "第 1 页 共 1 页" in chinese
    assert "1989年07月14日" in chinese
    assert "Cell dose" not in chinese
    assert "细胞剂量配制单 Cell dose preparation sheet" in both


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("containers", [1, 2])
def test_up_to_two_containers_fit_one_a4_page(sheet, warning, language, full, containers):
    pdf = dose_sheet(sheet(full=full, language=language, containers=containers, warnings=(warning,)))

    (page,) = reader(pdf).pages
    assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(A4_POINTS, abs=0.01)


@pytest.mark.parametrize("language", LANGUAGES)
def test_more_containers_go_to_page_two_which_names_the_patient_again(sheet, language):
    first, second = texts(dose_sheet(sheet(language=language, containers=4)))

    assert "AM-2411-07 / 04" in first
    assert "AM-2411-07 / 05" not in first
    for value in ("AM-2411-07 / 05", "AM-2411-07 / 06", "王小明", "LN-0012", "H00482217", "DP-2026-000123"):
        assert value in second


def test_a_sheet_with_many_warnings_keeps_them_all(sheet, warning):
    pages = texts(dose_sheet(sheet(full=True, containers=2, warnings=(warning,) * 9)))

    assert len(pages) == 2
    assert " ".join(pages).count("The weight is 26 hours old.") == 9
    assert "Page 2 of 2" in pages[1]


def test_one_snapshot_gives_one_file(sheet):
    made = sheet(language="both", full=True, containers=2)

    assert dose_sheet(made) == dose_sheet(made)


@pytest.mark.parametrize("seed", ["1", "4242"])
def test_another_process_gives_the_same_bytes(sheet, seed):
    made = sheet(language="both")
    code = (
        "import hashlib, sys; from lndesk.domain.sheet import SheetSnapshot; from lndesk.reports.dose_sheet import *;"
        "made = SheetSnapshot.from_json(sys.stdin.buffer.read().decode());"
        "print(hashlib.sha256(dose_sheet(made)).hexdigest())"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        input=made.to_json().encode(),
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": seed},
    )

    assert done.stdout.decode().strip() == hashlib.sha256(dose_sheet(made)).hexdigest()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_is_read_from_a_raster_and_names_nobody(sheet, language):
    made = sheet(language=language)

    (image,) = pages_as_images(dose_sheet(made), 200)
    (code,) = zxingcpp.read_barcodes(image)

    assert code.text == made.payload()
    assert code.text.startswith("LND1*DP*2026000123*1*LN0012*2*")
    assert "1989" not in code.text


def test_a_training_sheet_says_so_on_every_page_and_in_its_code(sheet):
    pdf = dose_sheet(sheet(training=True, containers=3))

    assert all("TRAINING" in text for text in texts(pdf))
    (code,) = zxingcpp.read_barcodes(pages_as_images(pdf, 200)[0])
    assert code.text.startswith("TRN1*")


def test_a_reprint_says_when_the_original_was_printed_and_why(sheet):
    made = sheet()
    again = Reprint(number=1, original_at=made.composed_at, reason=Text("Paper jam.", "卡纸。"))

    (text,) = texts(dose_sheet(made, reprint=again))

    assert "REPRINT 1" in text
    assert "Original printed 07-Mar-2026 09:51. Paper jam." in text
    assert "ORIGINAL" not in text


def test_a_void_sheet_carries_the_word_and_the_reason(sheet):
    (text,) = texts(dose_sheet(sheet(), void=Text("Weight corrected.", "体重已更正。")))

    assert "VOID" in text
    assert "Weight corrected." in text


def test_a_letter_that_the_font_lacks_is_named(sheet):
    with pytest.raises(RuleViolation) as refused:
        dose_sheet(sheet(patient={"han_name": f"王{RARE}"}))

    assert str(refused.value) == (
        f"The printer font has no {RARE}. Enter the Latin name; a handwriting box will be printed."
    )


def test_a_letter_that_the_font_lacks_elsewhere_is_named_with_its_text(sheet):
    with pytest.raises(RuleViolation, match=f"has no {RARE}. Word “ZHAO {RARE}” without it"):
        dose_sheet(sheet(order=replace(sheet().order, ordered_by=f"ZHAO {RARE}")))


def test_without_a_chinese_name_there_is_a_box_to_write_it(sheet):
    (text,) = texts(dose_sheet(sheet(patient={"han_name": ""})))

    assert "Chinese name, by hand" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_names_fit(sheet, language):
    latin = "Abdurahmanov-Muhammadjanov Rahimjan"
    assert len(latin) == 35
    han = "买买提阿卜杜热合曼江吐尔"
    assert len(han) == 12

    (text,) = texts(dose_sheet(sheet(language=language, patient={"han_name": han, "latin_name": latin})))

    assert han in text
    assert latin in text


def test_a_name_too_long_for_its_place_is_refused_not_cut(sheet):
    with pytest.raises(RuleViolation, match="does not fit in its place"):
        dose_sheet(sheet(patient={"latin_name": "Wolfeschlegelsteinhausenbergerdorff " * 4}))


def test_long_allergies_are_printed_whole(sheet):
    long = "Penicillin (rash, 2011), sulfonamides, iodinated contrast, latex and several others, none severe"

    (text,) = texts(dose_sheet(sheet(patient={"allergies": Text.alike(long)})))

    assert long in text


def test_site_values_are_marked_and_explained(sheet):
    (text,) = texts(dose_sheet(sheet()))
    (plain,) = texts(dose_sheet(sheet(site_values=())))

    assert "nearest 0.1 mL †" in text
    assert "† site value, not in the registry entry" in text
    assert "†" not in plain


def test_every_font_is_embedded_and_the_title_names_nobody(sheet):
    pdf = reader(dose_sheet(sheet(language="both")))

    assert pdf.metadata
    assert pdf.metadata.title == "Cell dose preparation sheet DP-2026-000123 rev 1"
    assert pdf.root_object["/Lang"] == "zh-CN"
    for page in pdf.pages:
        for font in page["/Resources"]["/Font"].values():
            assert "/FontFile2" in font.get_object()["/FontDescriptor"]


def test_reading_back_finds_a_changed_volume(sheet):
    made = sheet()
    pdf = dose_sheet(made)

    with pytest.raises(StoreProblem, match="does not say “3\N{NO-BREAK SPACE}mL”"):
        read_back(pdf, sheet(volume_ml=made.graduation_ml * 30))


def test_a_snapshot_that_contradicts_itself_is_not_handed_out(sheet):
    with pytest.raises(StoreProblem):
        dose_sheet(sheet(volume_ml=sheet().volume_ml + 1))


def test_sheets_made_at_the_same_time_do_not_disturb_one_another(sheet):
    made = [sheet(language=language, containers=count) for language in LANGUAGES for count in (1, 3)]
    alone = [dose_sheet(each) for each in made]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(dose_sheet, made * 3))

    assert together == alone * 3


def test_an_electronic_signature_is_printed_with_the_hash_of_what_was_signed(sheet):
    seals = {"prepared_seal": "d2cd9e42" + "0" * 56, "checked_seal": "e3a3f8e2" + "0" * 56}

    for language in ("en", "zh_CN", "both"):
        (text,) = page_texts(dose_sheet(sheet(language=language, **seals)))

        assert "D2CD 9E42" in text
        assert "E3A3 F8E2" in text


def test_a_snapshot_from_before_signatures_is_still_read(sheet):
    stored = json.loads(sheet().to_json())
    del stored["prepared_seal"], stored["checked_seal"]

    assert SheetSnapshot.from_json(json.dumps(stored)).prepared_seal == ""
