import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lndesk.domain.errors import StoreProblem, WrongPassword
from lndesk.store.keys import (
    CODE_ALPHABET,
    RECOVERY,
    Cost,
    KeyRing,
    keys_file,
    new_key,
    new_recovery_code,
    read_code,
)

QUICK = Cost(rounds=1, memory_kib=8, lanes=1)
KEY = new_key()
CODE = new_recovery_code()


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "site.lndesk"
    ring = KeyRing(keys_file(path), "store-1", {})
    ring.lock(RECOVERY, CODE, KEY, QUICK)
    ring.lock("chenjing", "a sentence", KEY, QUICK)
    ring.lock("lina", "another one", KEY, QUICK)
    ring.write()
    return path


def edited(store, edit):
    content = json.loads(keys_file(store).read_text(encoding="utf-8"))
    edit(content)
    keys_file(store).write_text(json.dumps(content), encoding="utf-8")
    return KeyRing.read(store)


@pytest.mark.parametrize(("login", "secret"), [("chenjing", "a sentence"), ("lina", "another one"), (RECOVERY, CODE)])
def test_each_slot_opens_the_same_key(store, login, secret):
    assert KeyRing.read(store).unlock(login, secret) == (KEY,)


def test_the_recovery_slot_is_nobodys_login(store):
    assert set(KeyRing.read(store).logins) == {"chenjing", "lina"}


@pytest.mark.parametrize(
    ("login", "secret"),
    [("chenjing", "another one"), ("chenjing", ""), ("nobody", "a sentence"), ("", ""), (RECOVERY, "a sentence")],
)
def test_what_does_not_fit_is_told_in_the_same_words(store, login, secret):
    with pytest.raises(WrongPassword) as refusal:
        KeyRing.read(store).unlock(login, secret)

    assert str(refusal.value) == "The user and the password do not match."


def test_a_slot_moved_under_another_login_opens_nothing(store):
    ring = edited(store, lambda content: content["slots"].update(zhaomin=content["slots"]["chenjing"]))

    with pytest.raises(WrongPassword):
        ring.unlock("zhaomin", "a sentence")


def test_a_slot_carried_to_another_site_opens_nothing(store):
    ring = edited(store, lambda content: content.update(store_id="store-2"))

    with pytest.raises(WrongPassword):
        ring.unlock("chenjing", "a sentence")


def test_a_new_password_replaces_the_old_and_leaves_the_others(store):
    ring = KeyRing.read(store)
    ring.lock("chenjing", "a new sentence", KEY, QUICK)
    ring.write()

    again = KeyRing.read(store)

    assert again.unlock("chenjing", "a new sentence") == (KEY,)
    assert again.unlock("lina", "another one") == (KEY,)
    with pytest.raises(WrongPassword):
        again.unlock("chenjing", "a sentence")


def test_neither_key_nor_secret_stands_in_the_file(store):
    content = keys_file(store).read_bytes()

    assert KEY not in content
    assert KEY.hex().encode() not in content
    assert b"a sentence" not in content
    assert CODE.encode() not in content


def test_a_missing_keys_file_is_told_in_a_sentence(store):
    keys_file(store).unlink()

    with pytest.raises(StoreProblem, match="is missing"):
        KeyRing.read(store)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"{}", b'{"store_id": "x", "slots": 5}', b"null"])
def test_a_keys_file_that_cannot_be_read_is_told_in_a_sentence(store, content):
    keys_file(store).write_bytes(content)

    with pytest.raises(StoreProblem, match="is damaged"):
        KeyRing.read(store)


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        ("salt", "!"), ("salt", ""), ("salt", 5), ("nonce", ""), ("nonce", "AA"), ("private", None),
        ("private", "AAAA"), ("rounds", 0), ("rounds", "x"), ("memory_kib", 0), ("memory_kib", -1), ("lanes", 0),
        ("sealed", {}), ("sealed", 5),
    ],
)  # fmt: skip
def test_a_damaged_slot_is_told_in_a_sentence_and_is_no_crash(store, part, wrong):
    ring = edited(store, lambda content: content["slots"]["chenjing"].update({part: wrong}))

    with pytest.raises(StoreProblem):
        ring.unlock("chenjing", "a sentence")


@pytest.mark.parametrize("slot", [5, "x", [], {}, None])
def test_a_slot_that_is_none_is_told_in_a_sentence(store, slot):
    ring = edited(store, lambda content: content["slots"].update(chenjing=slot))

    with pytest.raises(StoreProblem):
        ring.unlock("chenjing", "a sentence")


def test_a_file_without_its_recovery_slot_is_told_in_a_sentence(store):
    ring = edited(store, lambda content: content["slots"].pop(RECOVERY))

    with pytest.raises(StoreProblem):
        ring.unlock("nobody", "a sentence")


def test_a_recovery_code_is_long_and_reads_aloud():
    codes = {new_recovery_code() for _ in range(100)}

    assert len(codes) == 100
    for code in codes:
        assert [len(group) for group in code.split("-")] == [4] * 8
        assert set(code.replace("-", "")) <= set(CODE_ALPHABET)


@given(st.randoms(use_true_random=False))
def test_a_recovery_code_is_read_however_a_person_types_it(random):
    letters = "".join(random.choice(CODE_ALPHABET) for _ in range(32))
    code = "-".join(letters[n : n + 4] for n in range(0, 32, 4))
    typed = code.translate(str.maketrans({"0": random.choice("0Oo"), "1": random.choice("1IiLl")}))
    typed = random.choice([typed, typed.lower(), typed.replace("-", " "), typed.replace("-", ""), f"  {typed}\n"])

    assert read_code(typed) == code


def test_a_recovery_code_typed_with_an_input_method_is_read():
    wide = "".join(chr(ord(letter) + 0xFEE0) if letter != "-" else "－" for letter in CODE)

    assert read_code(wide) == CODE
