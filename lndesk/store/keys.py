"""The key of a site's file, sealed once to each user and once to the recovery code.

A slot holds a key pair: the private half is locked by the password, and the store's key is sealed to the public half.
So a new password touches one slot only, and a new store key can be given to everyone without anyone's password.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
import unicodedata
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lndesk.domain.account import UNATTENDED
from lndesk.domain.errors import StoreProblem, WrongPassword
from lndesk.i18n import Sentence
from lndesk.store.database import KEY_BYTES
from lndesk.store.files import write_whole
from lndesk.store.sealing import NONCE_BYTES, Sealed, new_pair, open_sealed, seal

SEALED_PARTS = ("ephemeral", "nonce", "content")
RECOVERY = "*recovery*"  # no login can hold an asterisk
SALT_BYTES = 16
FEWEST_ROUNDS, LEAST_MEMORY_KIB = 2, 19 * 1_024  # the floor, however slow the machine (OWASP)
MOST_ROUNDS = 64
MEMORY_KIB, LANES = 65_536, 4
TARGET_S = 0.5
CODE_GROUPS = 8
CODE_GROUP_LENGTH = 4
ONE_TIME_LENGTH = 19  # four groups: 80 bits
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U


@dataclass(frozen=True, slots=True)
class Cost:
    """How much work one guess at a password takes (argon2id)."""

    rounds: int
    memory_kib: int
    lanes: int


def measured_cost(target_s: float = TARGET_S) -> Cost:
    """Return what makes one guess take about this long on this machine, and never less than the floor."""
    memory = MEMORY_KIB
    while (spent := _seconds(Cost(FEWEST_ROUNDS, memory, LANES))) > target_s and memory > LEAST_MEMORY_KIB:
        memory = max(memory // 2, LEAST_MEMORY_KIB)
    rounds = round(FEWEST_ROUNDS * target_s / spent)
    return Cost(min(max(rounds, FEWEST_ROUNDS), MOST_ROUNDS), memory, LANES)


def keys_file(store: Path) -> Path:
    """Return where the locked keys of a site's file lie."""
    return store.with_name(store.name + ".keys")


def new_key() -> bytes:
    """Return a random key for a new site."""
    return secrets.token_bytes(KEY_BYTES)


def new_recovery_code() -> str:
    """Return 160 random bits as eight groups of four that read aloud well."""
    letters = [secrets.choice(CODE_ALPHABET) for _ in range(CODE_GROUPS * CODE_GROUP_LENGTH)]
    return "-".join("".join(letters[n : n + CODE_GROUP_LENGTH]) for n in range(0, len(letters), CODE_GROUP_LENGTH))


def read_code(text: str) -> str:
    """Return a recovery code as it was made, from how a person types it."""
    plain = unicodedata.normalize("NFKC", text).upper()
    letters = plain.translate(str.maketrans("OILU", "011V", "-‐‑–— \t\r\n"))
    return "-".join(letters[n : n + CODE_GROUP_LENGTH] for n in range(0, len(letters), CODE_GROUP_LENGTH))


class KeyRing:
    """The slots of one site's keys file."""

    def __init__(self, file: Path, store_id: str, slots: dict[str, dict[str, Any]], coming: str = "") -> None:
        self._file = file
        self.store_id = store_id
        self._slots = slots
        self._coming = coming

    @classmethod
    def read(cls, store: Path) -> KeyRing:
        """Read the keys file beside a site's file.

        Raises:
            StoreProblem: it is missing or damaged.
        """
        file = keys_file(store)
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            return cls(file, content["store_id"], dict(content["slots"]), str(content.get("coming", "")))
        except FileNotFoundError as error:
            raise StoreProblem(
                Sentence(
                    "The keys file {file} is missing. Put it back from a backup; without it nothing opens.", file=file
                )
            ) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreProblem(
                Sentence("The keys file {file} is damaged. Put it back from a backup.", file=file)
            ) from error

    @property
    def logins(self) -> tuple[str, ...]:
        """Return the logins that have a slot."""
        return tuple(login for login in self._slots if login not in (RECOVERY, UNATTENDED))

    def has(self, login: str) -> bool:
        """Tell whether a login, or what stands in one's place, has a slot."""
        return login in self._slots

    def lock(self, login: str, secret: str, key: bytes, cost: Cost) -> None:
        """Make or replace a slot. Changing a password does this; the file itself is not encrypted anew."""
        salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
        private, public = new_pair()
        locked = AESGCM(_stretch(secret, salt, cost)).encrypt(nonce, private, self._bound_to(login))
        self._slots[login] = {
            "kdf": "argon2id", "rounds": cost.rounds, "memory_kib": cost.memory_kib, "lanes": cost.lanes,
            "salt": _text(salt), "nonce": _text(nonce), "private": _text(locked), "public": _text(public),
        }  # fmt: skip
        self._seal(login, key)

    def unlock(self, login: str, secret: str) -> tuple[bytes, ...]:
        """Return the key of the site's file; two of them while a change of key is under way.

        Raises:
            WrongPassword: the login and the secret do not fit; an unknown login takes as long as a wrong password.
        """
        bound_to = self._bound_to(login)
        try:
            slot = self._slots[login if login in self._slots else self._decoy(login)]
            stretched = _stretch(secret, _bytes(slot["salt"]), Cost(slot["rounds"], slot["memory_kib"], slot["lanes"]))
            private = AESGCM(stretched).decrypt(_bytes(slot["nonce"]), _bytes(slot["private"]), bound_to)
            return tuple(
                open_sealed(Sealed(*(_bytes(slot[name][part]) for part in SEALED_PARTS)), private, bound_to)
                for name in ("sealed", "next")
                if name in slot
            )
        except InvalidTag as error:
            raise WrongPassword(Sentence("The user and the password do not match.")) from error
        except (ValueError, KeyError, TypeError, OverflowError, HashingError) as error:
            raise StoreProblem(
                Sentence("The keys file {file} is damaged. Put it back from a backup.", file=self._file)
            ) from error

    def drop(self, login: str) -> bool:
        """Remove a slot; tell whether there was one."""
        return self._slots.pop(login, None) is not None

    def announce(self, key: bytes) -> None:
        """Seal a coming key to everyone beside the present one, so that either opens whatever happens between."""
        self._coming = _mark(key)
        for login in self._slots:
            self._seal(login, key, "next")

    def settle(self, key: bytes) -> bool:
        """Keep one key of a change that was begun and drop the other; tell whether there was one."""
        if not self._coming:
            return False
        keeps_coming = secrets.compare_digest(self._coming, _mark(key))
        for slot in self._slots.values():
            coming = slot.pop("next", None)
            if keeps_coming and coming is not None:
                slot["sealed"] = coming
        self._coming = ""
        return True

    def _decoy(self, login: str) -> str:
        # Slots differ in cost. Always the same one for an unknown login, so that its time tells nothing; where the
        # slot lies under another name, no password fits.
        names = sorted(self._slots)
        return names[zlib.crc32(login.encode()) % len(names)] if names else RECOVERY

    def _seal(self, login: str, key: bytes, name: str = "sealed") -> None:
        slot = self._slots[login]
        sealed = seal(key, _bytes(slot["public"]), self._bound_to(login))
        slot[name] = {part: _text(getattr(sealed, part)) for part in SEALED_PARTS}

    def write(self) -> None:
        """Write the slots whole: a new file, flushed, in the old one's place.

        Raises:
            StoreProblem: the disk stands in the way; the old slots stay.
        """
        try:
            write_whole(self._file, self._content(self._slots))
        except OSError as error:
            why = error.strerror or error
            raise StoreProblem(Sentence("{path} cannot be written: {why}.", path=self._file, why=why)) from error

    def for_a_backup(self) -> bytes:
        """Return the slots as a backup carries them: without that of the unattended backup, which opens no copy."""
        return self._content({login: slot for login, slot in self._slots.items() if login != UNATTENDED})

    def _content(self, slots: dict[str, dict[str, Any]]) -> bytes:
        content: dict[str, Any] = {"format": 1, "store_id": self.store_id, "slots": slots}
        if self._coming:
            content["coming"] = self._coming
        return json.dumps(content, indent=1).encode()

    def _bound_to(self, login: str) -> bytes:
        return f"lndesk-key|{self.store_id}|{login}".encode()


def _stretch(secret: str, salt: bytes, cost: Cost) -> bytes:
    return hash_secret_raw(secret.encode(), salt, cost.rounds, cost.memory_kib, cost.lanes, KEY_BYTES, Type.ID)


def _seconds(cost: Cost) -> float:
    spent = []
    for _turn in range(2):  # the first one also finds the memory
        began = time.perf_counter()
        _stretch("a password", b"\0" * SALT_BYTES, cost)
        spent.append(time.perf_counter() - began)
    return min(spent)


def _mark(key: bytes) -> str:
    """Return what tells a key from another one; of 256 random bits it gives nothing away."""
    return hashlib.sha256(b"lndesk-key-mark|" + key).hexdigest()[:32]


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(content: str) -> bytes:
    return base64.b64decode(content, validate=True)
