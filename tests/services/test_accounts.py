import pytest

from lndesk.domain.account import Role
from lndesk.domain.errors import NotPermitted, RuleViolation, StoreProblem, WrongPassword
from lndesk.services.accounts import CreateAccount, FoundSite
from lndesk.services.visits import BookVisit
from lndesk.store.keys import keys_file
from lndesk.study import Study
from tests.conftest import PASSWORD, QUICK

NEW = {"login": "wangfang", "name": "WANG Fang 王芳", "role": Role.NURSE, "password": "another long sentence"}


@pytest.fixture
def desk(study):
    """The study with its administrator signed in."""
    study.sign_in("admin", PASSWORD)
    return study


def test_a_new_user_signs_in_with_the_role_given(desk):
    desk.add_user(**NEW)

    person = desk.authenticate("wangfang", "another long sentence")

    assert (person.name, person.role) == ("WANG Fang 王芳", Role.NURSE)
    assert desk.acts(limit=1)[0].command == "CreateAccount"


def test_an_invited_user_chooses_a_password_that_nobody_else_knows(desk):
    code = desk.invite_user(login="wangfang", name="WANG Fang 王芳", role=Role.NURSE)
    assert code not in str([act.inputs for act in desk.acts()])

    desk.sign_in("wangfang", code)
    with pytest.raises(NotPermitted, match="Choose a new password first"):
        desk.run(BookVisit(visit_id=1, booked_on=desk.today()))
    desk.change_password(old=code, new="another long sentence")

    assert not desk.sign_in("wangfang", "another long sentence").must_change_password
    with pytest.raises(WrongPassword):
        desk.authenticate("wangfang", code)


def test_the_password_is_in_no_act(desk):
    desk.add_user(**NEW)

    assert "another long sentence" not in str([(act.inputs, act.reason) for act in desk.acts()])


def test_only_an_administrator_adds_users(study):
    before = keys_file(study.path).read_bytes()

    with pytest.raises(NotPermitted, match="This is done by: Administrator"):
        study.add_user(**NEW)

    assert keys_file(study.path).read_bytes() == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"login": "chenjing"}, "login"),
        ({"login": ""}, "login"),
        ({"login": "W"}, "login"),
        ({"login": "*recovery*"}, "login"),
        ({"name": " "}, "name"),
        ({"name": "王" * 14}, "name"),
        ({"password": "short"}, "password"),
        ({"password": "wangfang-wangfang"}, "password"),
        ({"password": "aaaaaaaaaaaaaaa"}, "password"),
    ],
)
def test_what_cannot_be_a_user_is_refused_and_nobodys_keys_change(desk, changes, field):
    before, head = keys_file(desk.path).read_bytes(), desk.head()

    with pytest.raises(RuleViolation) as refusal:
        desk.add_user(**(NEW | changes))

    assert refusal.value.field == field
    assert keys_file(desk.path).read_bytes() == before
    assert desk.head() == head


def test_a_user_whose_keys_could_not_be_written_gets_in_by_a_reset(desk, tmp_path):
    """A full disk at the wrong moment must not use the login up."""
    blocked = tmp_path / "site.lndesk.keys.new"
    blocked.mkdir()
    with pytest.raises(StoreProblem, match="cannot be written"):
        desk.add_user(**NEW)
    blocked.rmdir()

    code = desk.reset_password("wangfang", reason="The disk was full")

    assert desk.authenticate("wangfang", code).name == "WANG Fang 王芳"


def test_an_old_password_opens_nothing_after_the_change(study):
    study.change_password(old=PASSWORD, new="a much newer sentence")

    assert study.authenticate("chenjing", "a much newer sentence").login == "chenjing"
    with pytest.raises(WrongPassword):
        study.authenticate("chenjing", PASSWORD)
    study.sign_in("admin", PASSWORD)
    assert study.acts(limit=1)[0].command == "ChangePassword"


@pytest.mark.parametrize("old", ["", "not the old one at all"])
def test_a_password_is_changed_only_by_who_knows_the_old_one(study, old):
    head = study.head()

    with pytest.raises(WrongPassword):
        study.change_password(old=old, new="a much newer sentence")

    assert study.head() == head
    assert study.authenticate("chenjing", PASSWORD).login == "chenjing"


def test_a_changed_password_opens_the_file_again(study, clock):
    study.change_password(old=PASSWORD, new="a much newer sentence")
    study.close()

    with Study.open(study.path, login="chenjing", password="a much newer sentence", clock=clock, cost=QUICK) as again:
        assert again.who.name == "CHEN Jing"


def test_a_second_person_signs_without_ending_the_session(study):
    second = study.authenticate("lina", PASSWORD)

    assert second.name == "LI Na"
    assert study.who.login == "chenjing"


def test_another_takes_over_the_desk(study):
    study.sign_in("zhaomin", PASSWORD)

    assert study.who.role is Role.INVESTIGATOR


def test_a_failed_sign_in_leaves_who_is_there(study):
    with pytest.raises(WrongPassword):
        study.sign_in("zhaomin", "not the right one")

    assert study.who.login == "chenjing"


def test_a_site_is_founded_once(desk):
    with pytest.raises((RuleViolation, StoreProblem)):
        desk.run(
            FoundSite(
                store_id="x", name="Other", name_zh="", training=False, sheet_language="en", administrator="A B",
                login="ab",
            )
        )  # fmt: skip

    assert desk.site().name == "Yan'an Affiliated Hospital"
    assert "ab" not in [account.login for account in desk.accounts()]


def test_an_account_alone_opens_nothing(desk):
    desk.run(CreateAccount(login="wangfang", name="WANG Fang", role=Role.NURSE))

    with pytest.raises(WrongPassword):
        desk.authenticate("wangfang", PASSWORD)
