import datetime as dt
import json
import time
from pathlib import Path

import pytest

from lndesk.access import Access
from lndesk.domain.account import Role
from lndesk.domain.errors import MustWait, NotPermitted, RuleViolation, StoreProblem, WrongPassword
from lndesk.store.database import connect
from lndesk.store.keys import FEWEST_ROUNDS, LEAST_MEMORY_KIB, RECOVERY, Cost, KeyRing, keys_file, measured_cost
from lndesk.store.tries import tries_file
from lndesk.study import NewSite, Study
from tests.conftest import PASSWORD, QUICK

WRONG = "The user and the password do not match."
NEW = "a much newer sentence"


@pytest.fixture
def desk(study):
    study.sign_in("admin", PASSWORD)
    return study


@pytest.fixture
def lost(tmp_path, clock):
    """A site whose every password is lost, with its code."""
    site = NewSite(name="Yan'an Affiliated Hospital", administrator="ADMIN Ann", login="admin")
    study, code = Study.create(tmp_path / "lost.lndesk", site, PASSWORD, clock=clock, cost=QUICK)
    study.add_user(login="chenjing", name="CHEN Jing", role=Role.NURSE, password=PASSWORD)
    yield study, code
    study.close()


def opened(path, clock, login="chenjing", password=PASSWORD):
    return Study.open(path, login=login, password=password, clock=clock, cost=QUICK)


def fail(path, clock, times, login="chenjing"):
    for _time in range(times):
        with pytest.raises(WrongPassword):
            opened(path, clock, login, "not the right one")


def slots(path):
    return json.loads(keys_file(path).read_text(encoding="utf-8"))["slots"]


def test_a_guess_takes_about_half_a_second_on_this_machine():
    cost = measured_cost()

    began = time.perf_counter()
    KeyRing(keys_file(Path("x")), "store", {}).lock("a", "a sentence", b"k" * 32, cost)
    spent = time.perf_counter() - began

    assert cost.rounds >= FEWEST_ROUNDS
    assert cost.memory_kib >= LEAST_MEMORY_KIB
    assert 0.1 < spent < 5


@pytest.mark.parametrize("target_s", [0, 1e-9])
def test_a_guess_never_costs_less_than_the_floor(target_s):
    cost = measured_cost(target_s)

    assert (cost.rounds, cost.memory_kib) == (FEWEST_ROUNDS, LEAST_MEMORY_KIB)


def test_the_cost_is_measured_when_the_slot_is_made_and_is_kept_in_it(study, clock):
    access = Access(study.path, clock, None)

    access.give("chenjing", PASSWORD, study._file.key)

    slot = slots(study.path)["chenjing"]
    assert slot["rounds"] >= FEWEST_ROUNDS
    assert slot["memory_kib"] >= LEAST_MEMORY_KIB
    assert slots(study.path)["lina"]["memory_kib"] == QUICK.memory_kib
    assert study.authenticate("chenjing", PASSWORD).name == "CHEN Jing"


def test_a_new_password_rewraps_one_slot_and_nothing_else(study):
    key, before = study._file.key, slots(study.path)
    start = study.path.read_bytes()[:16]

    study.change_password(old=PASSWORD, new=NEW)

    after = slots(study.path)
    assert study._file.key == key
    assert {login for login in before if before[login] != after[login]} == {"chenjing"}
    study.close()
    assert study.path.read_bytes()[:16] == start  # the salt of the encrypted file: it was not written anew
    connect(study.path, key).close()


def test_a_reset_rewraps_one_slot_and_its_code_opens_once(desk):
    key, before = desk._file.key, slots(desk.path)

    code = desk.reset_password("lina", reason="Forgot it")

    after = slots(desk.path)
    assert desk._file.key == key
    assert {login for login in before if before[login] != after[login]} == {"lina"}
    with pytest.raises(WrongPassword):
        desk.authenticate("lina", PASSWORD)
    desk.sign_in("lina", code)
    desk.change_password(old=code, new=NEW)
    with pytest.raises(WrongPassword):
        desk.authenticate("lina", code)
    assert not desk.sign_in("lina", NEW).must_change_password


def test_a_wrong_guess_learns_nothing(desk):
    desk.end_account("lina", reason="Has left")
    said = set()
    for login, password in (("chenjing", "wrong"), ("nobody", PASSWORD), ("lina", PASSWORD), ("", ""), (RECOVERY, "0")):
        with pytest.raises(WrongPassword) as refusal:
            desk.authenticate(login, password)
        said.add(str(refusal.value))
        tries_file(desk.path).unlink()

    assert said == {WRONG}


def test_an_unknown_login_takes_as_long_as_a_wrong_password(tmp_path):
    ring = KeyRing(keys_file(tmp_path / "x"), "store", {})
    slow = Cost(rounds=4, memory_kib=16_384, lanes=1)
    for login in (RECOVERY, "chenjing"):
        ring.lock(login, PASSWORD, b"k" * 32, slow)

    def spent(login):
        began = time.perf_counter()
        with pytest.raises(WrongPassword):
            ring.unlock(login, "wrong")
        return time.perf_counter() - began

    known, unknown = (min(spent(login) for _turn in range(5)) for login in ("chenjing", "nobody"))

    assert 0.5 < unknown / known < 2


def test_five_failures_bring_a_wait_that_grows_and_survives_a_restart(study, clock):
    study.close()
    fail(study.path, clock, 5)

    with pytest.raises(MustWait, match="Wait 60 seconds"):
        opened(study.path, clock)
    clock.forward(seconds=59)
    assert Study.wait(study.path, clock=clock) == dt.timedelta(seconds=1)
    with pytest.raises(MustWait, match="Wait 1 seconds"):
        opened(study.path, clock)
    clock.forward(seconds=1)
    fail(study.path, clock, 1)
    assert Study.wait(study.path, clock=clock) == dt.timedelta(seconds=120)

    clock.forward(seconds=120)
    opened(study.path, clock).close()

    assert Study.wait(study.path, clock=clock) == dt.timedelta(0)
    assert not tries_file(study.path).exists()


def test_guesses_at_the_recovery_code_and_at_any_login_count_together(study, clock):
    study.close()
    for login in ("chenjing", "nobody", "lina"):
        fail(study.path, clock, 1, login)
    for _time in range(2):
        with pytest.raises(WrongPassword):
            Study.recover(study.path, code="0000", login="admin", new_password=NEW, clock=clock, cost=QUICK)

    with pytest.raises(MustWait):
        opened(study.path, clock)


@pytest.mark.parametrize("back", [dt.timedelta(hours=1), dt.timedelta(days=366)])
def test_a_clock_put_back_neither_shortens_a_wait_nor_makes_it_a_year(study, clock, back):
    study.close()
    fail(study.path, clock, 5)
    clock.at -= back

    assert Study.wait(study.path, clock=clock) == dt.timedelta(seconds=60)
    clock.forward(seconds=30)
    assert Study.wait(study.path, clock=clock) == dt.timedelta(seconds=30)


def test_a_folder_that_takes_no_file_lets_its_people_in_all_the_same(study, clock):
    study.close()
    tries_file(study.path).with_name(tries_file(study.path).name + ".new").mkdir()

    fail(study.path, clock, 2)

    opened(study.path, clock).close()


def test_an_ended_account_opens_nothing_and_its_login_is_never_given_again(desk, clock):
    desk.end_account("lina", reason="Has left")

    assert "lina" not in slots(desk.path)
    with pytest.raises(RuleViolation, match="is taken"):
        desk.add_user(login="lina", name="LI Nana", role=Role.NURSE, password=NEW)
    desk.close()
    with pytest.raises(WrongPassword, match=WRONG):
        opened(desk.path, clock, "lina")


def test_a_slot_that_a_crash_left_to_somebody_ended_is_gone_at_the_next_opening(desk, clock):
    before = keys_file(desk.path).read_bytes()
    desk.end_account("lina", reason="Has left")
    keys_file(desk.path).write_bytes(before)  # as it was when the power went between the record and the slot
    with pytest.raises(WrongPassword, match=WRONG):
        desk.authenticate("lina", PASSWORD)
    desk.close()

    opened(desk.path, clock).close()

    assert set(slots(desk.path)) == {RECOVERY, "admin", "chenjing", "zhaomin", "monitor"}


def test_an_ended_users_own_opening_is_refused_before_the_slot_is_gone(desk, clock):
    before = keys_file(desk.path).read_bytes()
    desk.end_account("lina", reason="Has left")
    keys_file(desk.path).write_bytes(before)
    desk.close()

    with pytest.raises(WrongPassword, match=WRONG):
        opened(desk.path, clock, "lina")


@pytest.mark.parametrize("content", [None, b"", b"{", b'{"store_id": 5}'])
def test_without_its_keys_a_file_is_told_in_a_sentence(study, clock, content):
    study.close()
    keys_file(study.path).unlink()
    if content is not None:
        keys_file(study.path).write_bytes(content)

    with pytest.raises(StoreProblem, match=r"keys file .* is (missing|damaged)\..*[Pp]ut it back from a backup"):
        opened(study.path, clock)


def test_the_recovery_code_alone_opens_a_backup(lost, tmp_path, clock):
    study, code = lost
    made = study.back_up(tmp_path)
    study.close()
    keys_file(study.path).write_bytes(b"damaged")
    folder = tmp_path / "elsewhere"
    folder.mkdir()

    path = Study.unpacked(made.file, folder)
    with Study.recover(
        path, code=code.lower().replace("-", " "), login="admin", new_password=NEW, clock=clock, cost=QUICK
    ) as again:
        assert again.who.name == "ADMIN Ann"
        assert again.acts(limit=1)[0].command == "UseRecoveryCode"
        assert again.verify().ok

    with opened(path, clock, "admin", NEW) as again:
        assert [account.login for account in again.accounts()] == ["admin", "chenjing"]


def test_a_backup_is_unpacked_over_no_sites_file(lost, tmp_path):
    study, _code = lost
    made = study.back_up(tmp_path)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    Study.unpacked(made.file, folder)

    with pytest.raises(StoreProblem, match="There already is a file"):
        Study.unpacked(made.file, folder)


def test_the_recovery_code_makes_nobody_else_an_administrator(lost, clock):
    study, code = lost
    study.close()

    with pytest.raises(NotPermitted, match="This is done by: Administrator"):
        Study.recover(study.path, code=code, login="chenjing", new_password=NEW, clock=clock, cost=QUICK)

    with pytest.raises(WrongPassword):
        opened(study.path, clock, "chenjing", NEW)


def test_a_new_recovery_code_ends_the_old_one(lost, clock):
    study, old = lost
    new = study.new_recovery_code(reason="The envelope was open")
    study.close()

    with pytest.raises(WrongPassword):
        Study.recover(study.path, code=old, login="admin", new_password=NEW, clock=clock, cost=QUICK)
    Study.recover(study.path, code=new, login="admin", new_password=NEW, clock=clock, cost=QUICK).close()


def test_the_recovery_code_goes_on_after_a_change_of_key(lost, clock):
    study, code = lost
    study.rotate_key(reason="A copy was lost")
    study.close()

    with Study.recover(study.path, code=code, login="admin", new_password=NEW, clock=clock, cost=QUICK) as again:
        assert again.verify().ok


def test_no_password_and_no_code_stands_in_any_file(lost):
    study, code = lost
    one_time = study.reset_password("chenjing", reason="Forgot it")
    with pytest.raises(WrongPassword):
        study.authenticate("chenjing", "a wrong guess at it")
    study.close()

    for file in study.path.parent.iterdir():
        content = file.read_bytes()
        for secret in (PASSWORD, code, code.replace("-", ""), one_time, "a wrong guess at it", "CHEN Jing"):
            assert secret.encode() not in content
