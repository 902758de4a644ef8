import pytest
from hypothesis import given
from hypothesis import strategies as st

from lndesk.domain.account import MIN_PASSWORD, Role, check_account, check_password, one_form
from lndesk.domain.errors import RuleViolation


@pytest.mark.parametrize("login", ["ab", "chenjing", "chen.jing-2", "a" * 32])
def test_a_login_is_small_letters_digits_points_and_hyphens(login):
    assert check_account(login, " CHEN Jing ").name == "CHEN Jing"


@pytest.mark.parametrize("login", ["", "a", "Chen", "2chen", "陈静", "chen jing", "a" * 33, "chen\n"])
def test_another_login_is_refused_at_its_field(login):
    with pytest.raises(RuleViolation, match="small letters") as refused:
        check_account(login, "CHEN Jing")

    assert refused.value.field == "login"


def test_an_account_names_a_person():
    with pytest.raises(RuleViolation) as refused:
        check_account("chenjing", "  ")

    assert refused.value.field == "name"


@given(st.text("abcdefghij 0123456789", max_size=MIN_PASSWORD - 1))
def test_a_short_password_is_refused_with_its_length(password):
    with pytest.raises(RuleViolation, match=f"has {len(password)} characters. Use at least 12"):
        check_password(password, login="chenjing")


@pytest.mark.parametrize("password", ["chenjing is my name", "CHENJING 2026 xx", "aaaaaaaaaaaaaaaa", "abababababab"])
def test_a_password_that_is_easily_guessed_is_refused(password):
    with pytest.raises(RuleViolation, match="easily guessed"):
        check_password(password, login="chenjing")


def test_a_sentence_is_a_password_in_any_script():
    assert check_password("a sentence to test with", login="chenjing") == "a sentence to test with"
    assert check_password("今天下午我们去昆明看花好不好", login="chenjing")


def test_a_password_is_one_whichever_input_method_types_it():
    assert one_form("ａ ｓｅｎｔｅｎｃｅ １") == "a sentence 1"
    assert one_form("e\u0301") == one_form("é")


def test_every_role_has_a_name():
    assert [role.label for role in Role] == ["Nurse", "Investigator", "Technician", "Monitor", "Administrator"]
