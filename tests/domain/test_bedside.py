import datetime as dt

import pytest

from lndesk.domain.bedside import check_container, check_identified, check_sheet, check_wristband, same_code
from lndesk.domain.errors import RuleViolation
from lndesk.domain.patient import Patient
from lndesk.domain.payload import SheetCode

WANG = Patient(
    id=3,
    subject_id="LN-0001-C",
    family_name="王",
    given_name="小明",
    latin_family="Wang",
    latin_given="Xiaoming",
    sex="female",
    born_on=dt.date(1989, 7, 14),
    hospital_no="H00482217",
)


def test_the_patient_is_known_by_a_scan_or_by_number_and_year():
    assert check_identified(WANG, wanted_id=None, born_year=None) is WANG
    assert check_identified(WANG, wanted_id=3, born_year=" １９８９ ") is WANG


@pytest.mark.parametrize(
    ("found", "wanted", "year", "said"),
    [
        (None, None, None, "No patient has this Hospital No."),
        (WANG, None, "1990", "do not agree with any patient"),
        (None, None, "1989", "do not agree with any patient"),
        (WANG, 4, None, "not the patient who was chosen"),
    ],
)
def test_a_mismatch_never_says_what_would_have_been_right(found, wanted, year, said):
    with pytest.raises(RuleViolation, match=said) as refused:
        check_identified(found, wanted_id=wanted, born_year=year)

    assert "1989" not in str(refused.value)
    assert "H0048" not in str(refused.value)


@pytest.mark.parametrize("read", ["H 0048 2217", "2217", "h00482217", "８2217"])
def test_the_end_of_the_hospital_no_is_enough(read):
    check_wristband(WANG, read)


@pytest.mark.parametrize("read", ["", "217", "2218", "H00482218"])
def test_a_wristband_read_wrongly_is_refused(read):
    with pytest.raises(RuleViolation) as refused:
        check_wristband(WANG, read)

    assert refused.value.field == "wristband"


def test_a_sheet_is_known_by_its_code_its_number_or_its_end():
    code = SheetCode(number="DP-2026-000123", revision=1, subject="LN-0001-C", infusion_no=1, training=False)

    for read in (code.payload(), "dp-2026-000123", "000123"):
        check_sheet("DP-2026-000123", read)


@pytest.mark.parametrize("read", ["", "123", "000124", "DP-2025-000123"])
def test_another_sheet_is_refused(read):
    with pytest.raises(RuleViolation) as refused:
        check_sheet("DP-2026-000123", read)

    assert refused.value.field == "sheet"


def test_a_container_is_known_by_its_whole_code():
    check_container("AM-2411-07/03", "am-2411-07/03 ")
    assert not same_code("AM-2411-07/03", "03")
    with pytest.raises(RuleViolation, match="another container"):
        check_container("AM-2411-07/03", "AM-2411-07/01")
    with pytest.raises(RuleViolation, match="Scan the container"):
        check_container("AM-2411-07/03", " ")
