import pytest

from lndesk.domain.payload import parse_payload
from lndesk.domain.sheet import SheetSnapshot
from lndesk.services.preparations import VoidDose
from lndesk.store import preparations
from tests.conftest import rewrite


@pytest.fixture
def preparation_id(make):
    patient_id = make.treated()
    make.weight(patient_id)
    return make.checked(make.prepared(patient_id, make.lot()[:1]))


@pytest.fixture
def number(study, preparation_id):
    return study.issue_sheet(preparation_id)


def code_of(study, number):
    return SheetSnapshot.from_json(preparations.sheet_numbered(study._db, number).snapshot).payload()


def test_the_bytes_and_the_code_of_an_issued_sheet_are_known_and_hold(study, number):
    by_file, by_code = study.proof_of_file(study.sheet_pdf(number)), study.proof_of_code(code_of(study, number))

    assert by_file == by_code
    assert (by_file.issued, by_file.valid, by_file.sheet) == (True, True, number)


def test_a_reprint_proves_itself_too(study, number):
    study.start_print(number, study.sheet_copy(number), printer="Ward printer")
    copy = study.sheet_copy(number, reason="lost")
    study.start_print(number, copy, printer="Ward printer", reason="lost")

    assert study.proof_of_file(copy.pdf).sheet == number


@pytest.mark.parametrize("place", [0, 100, -1])
def test_one_changed_byte_makes_it_a_file_that_was_never_issued(study, number, place):
    forged = bytearray(study.sheet_pdf(number))
    forged[place] ^= 1

    proof = study.proof_of_file(bytes(forged))

    assert (proof.issued, proof.valid, proof.sheet) == (False, False, None)


def test_a_void_dose_takes_its_sheet_with_it(study, number, preparation_id):
    pdf, code = study.sheet_pdf(number), code_of(study, number)
    study.run(VoidDose(preparation_id=preparation_id, reason="The patient has a fever"))

    for proof in (study.proof_of_file(pdf), study.proof_of_code(code)):
        assert (proof.issued, proof.valid) == (True, False)
        assert "The patient has a fever" in str(proof.why)


def test_a_sheet_that_was_used_says_so(study, make, number, preparation_id):
    make.given(preparation_id)

    proof = study.proof_of_code(code_of(study, number))

    assert proof.valid
    assert "infusion 1 was recorded by it on 02-Mar-2026" in str(proof.why)


def test_a_record_changed_past_the_signatures_is_told(study, number):
    rewrite(study, "update weight set kg = '63.4' where id = 1")

    proof = study.proof_of_code(code_of(study, number))

    assert (proof.issued, proof.valid) == (True, False)
    assert "differs from what was signed" in str(proof.why)


def test_a_number_that_was_never_given_is_unknown(study, number):
    invented = code_of(study, number).replace("000001", "000777")

    assert not study.proof_of_code(invented).issued


def test_a_code_for_another_patient_with_a_right_check_pair_is_found_out(study, number):
    code = parse_payload(code_of(study, number))
    forged = type(code)(
        number=code.number, revision=code.revision, subject="LN0099X", infusion_no=1, training=False
    ).payload()

    proof = study.proof_of_code(forged)

    assert (proof.issued, proof.valid, proof.sheet) == (False, False, number)
    assert "another patient" in str(proof.why)


@pytest.mark.parametrize("text", ["", "LND1*DP*2026000001*1*LN0001C*1*00", "hello", "4006381333931"])
def test_what_is_no_sheets_code_is_not_taken_for_one(study, text):
    assert not study.proof_of_code(text).issued
