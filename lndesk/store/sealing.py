"""Sealing a key to a person: anyone can seal to the public half, only the private half opens."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Sealed:
    """A secret that one private key opens."""

    ephemeral: bytes
    nonce: bytes
    content: bytes


def new_pair() -> tuple[bytes, bytes]:
    """Return a private key and its public half, raw."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def seal(secret: bytes, public: bytes, bound_to: bytes) -> Sealed:
    """Seal a secret to a public key; `bound_to` must be the same when it is opened."""
    ephemeral = X25519PrivateKey.generate()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    nonce = secrets.token_bytes(NONCE_BYTES)
    content = AESGCM(_derived(shared, bound_to)).encrypt(nonce, secret, bound_to)
    return Sealed(ephemeral.public_key().public_bytes_raw(), nonce, content)


def open_sealed(sealed: Sealed, private: bytes, bound_to: bytes) -> bytes:
    """Open what was sealed.

    Raises:
        InvalidTag: the private key or what it is bound to does not fit.
    """
    shared = X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(sealed.ephemeral))
    return AESGCM(_derived(shared, bound_to)).decrypt(sealed.nonce, sealed.content, bound_to)


def _derived(shared: bytes, bound_to: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=bound_to).derive(shared)
