"""The key of a site's file, sealed once to each user and once to the recovery code.

A slot holds a key pair: the private half is locked by the password, and the store's key is sealed to the public half.
So a new password touches one slot only, and a new store key can be given to everyone without anyone's password.
"""

from __future__ import annotations

import base64
import json
import secrets
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lndesk.domain.errors import StoreProblem, WrongPassword
from lndesk.i18n import Sentence
from lndesk.store.database import KEY_BYTES
from lndesk.store.files import write_whole
from lndesk.store.sealing import NONCE_BYTES, Sealed, new_pair, open_sealed, seal

SEALED_PARTS = ("ephemeral", "nonce", "content")
RECOVERY = "*recovery*"  # no login can hold an asterisk
SALT_BYTES = 16
CODE_GROUPS = 8
CODE_GROUP_LENGTH = 4
ONE_TIME_LENGTH = 19  # four groups: 80 bits
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U


@dataclass(frozen=True, slots=True)
class Cost:
    """How much work one guess at a password takes (argon2id)."""

    rounds: int = 3
    memory_kib: int = 65_536
    lanes: int = 4


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

    def __init__(self, file: Path, store_id: str, slots: dict[str, dict[str, Any]]) -> None:
        self._file = file
        self.store_id = store_id
        self._slots = slots

    @classmethod
    def read(cls, store: Path) -> KeyRing:
        """Read the keys file beside a site's file.

        Raises:
            StoreProblem: it is missing or damaged.
        """
        file = keys_file(store)
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            return cls(file, content["store_id"], dict(content["slots"]))
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
        return tuple(login for login in self._slots if login != RECOVERY)

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
        # an unknown login is tried against the recovery slot, where its name cannot fit either
        bound_to = self._bound_to(login)
        try:
            slot = self._slots[login if login in self._slots else RECOVERY]
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
        for login in self._slots:
            self._seal(login, key, "next")

    def settle(self, *, on_next: bool) -> None:
        """Keep the coming key in the place of the present one, or drop it."""
        for slot in self._slots.values():
            coming = slot.pop("next", None)
            if on_next and coming is not None:
                slot["sealed"] = coming

    @property
    def unsettled(self) -> bool:
        """Tell whether a change of key was begun and not ended."""
        return any("next" in slot for slot in self._slots.values())

    def _seal(self, login: str, key: bytes, name: str = "sealed") -> None:
        slot = self._slots[login]
        sealed = seal(key, _bytes(slot["public"]), self._bound_to(login))
        slot[name] = {part: _text(getattr(sealed, part)) for part in SEALED_PARTS}

    def write(self) -> None:
        """Write the slots whole: a new file, flushed, in the old one's place.

        Raises:
            StoreProblem: the disk stands in the way; the old slots stay.
        """
        content = json.dumps({"format": 1, "store_id": self.store_id, "slots": self._slots}, indent=1)
        try:
            write_whole(self._file, content.encode())
        except OSError as error:
            why = error.strerror or error
            raise StoreProblem(Sentence("{path} cannot be written: {why}.", path=self._file, why=why)) from error

    def _bound_to(self, login: str) -> bytes:
        return f"lndesk-key|{self.store_id}|{login}".encode()


def _stretch(secret: str, salt: bytes, cost: Cost) -> bytes:
    return hash_secret_raw(secret.encode(), salt, cost.rounds, cost.memory_kib, cost.lanes, KEY_BYTES, Type.ID)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(content: str) -> bytes:
    return base64.b64decode(content, validate=True)
