import pytest

from lndesk.domain.errors import NotPermitted, RuleViolation, WrongPassword
from tests.conftest import PASSWORD


@pytest.fixture
def preparation_id(make):
    patient_id = make.treated()
    make.weight(patient_id)
    return make.prepared(patient_id, make.lot()[:1])


def test_what_is_signed_cannot_be_done_without_a_signature(study, make, preparation_id):
    before = study.head()

    with pytest.raises(RuleViolation, match="Sign this with login and password"):
        study.run(make.check(preparation_id), by=make.technician)

    assert study.head() == before


def test_a_wrong_password_signs_nothing(study, make, preparation_id):
    before = study.head()

    with pytest.raises(WrongPassword):
        study.sign(make.check(preparation_id), login="lina", password="a wrong sentence")

    assert study.head() == before
    assert study.signatures("dose_check", 1) == ()


def test_a_signature_says_who_in_which_role_when_and_what_it_means(study, clock, make, preparation_id):
    study.sign(make.check(preparation_id), login="lina", password=PASSWORD)

    (row,) = study.signatures("dose_check", 1)
    signed = row.signature
    assert (signed.name, signed.role, signed.meaning, signed.signed_at) == (
        "LI Na", "technician", "checked", clock.at,
    )  # fmt: skip
    assert row.valid
    assert str(row.worded) == "Checked by LI Na, Technician, 02-Mar-2026 09:00"


def test_the_act_stands_under_the_signer_and_the_session_goes_on(study, make, preparation_id):
    study.sign(make.check(preparation_id), login="lina", password=PASSWORD)

    assert study.who.login == "chenjing"
    assert study.acts_about(1)[0].login == "lina"


def test_of_two_people_signing_the_same_dose_the_second_is_refused(study, make, preparation_id):
    study.sign(make.check(preparation_id), login="lina", password=PASSWORD)

    with pytest.raises(RuleViolation, match="does not wait for a check"):
        study.sign(make.check(preparation_id), login="zhaomin", password=PASSWORD)


def test_a_role_without_the_act_cannot_sign_it(study, make, preparation_id):
    with pytest.raises(NotPermitted, match="MON Itor is signed in as Monitor"):
        study.sign(make.check(preparation_id), login="monitor", password=PASSWORD)
