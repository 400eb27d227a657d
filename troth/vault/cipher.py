"""Sealing one row's personal values: AES-256-GCM under a key of the subject, bound to its place.

Source: docs/decisions/sealing.md. The nonce is random (96 bits); one key seals far fewer than 2**32 messages. The
length is hidden to the next 64 bytes. The message carries a version and an algorithm byte, so that either can change.

    message = version (1) | algorithm (1) | nonce (12) | AES-256-GCM(sub-key, padded MessagePack, binding)
"""

import hashlib
import hmac
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgpack
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from troth.kernel.errors import CannotOpen

VERSION = 1
AES_256_GCM = 1
NONCE_BYTES = 12
KEY_BYTES = 32
_HEADER = bytes((VERSION, AES_256_GCM))
_BLOCK = 64
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Binding:
    """The place that a message is bound to; at any other place it does not open.

    Arguments:
        table: the label of the model, such as ``accounts.Profile``.
        key_id: the id of the subject's key.
        row_id: the primary key of the row.
        row_version: counted up at each sealing, so that an older message of the same row is refused.
    """

    table: str
    key_id: UUID
    row_id: UUID
    row_version: int

    def encode(self) -> bytes:
        """Return the binding as bytes, each part with its length before it, so that no two bindings are alike."""
        parts = (
            b"troth",
            _HEADER,
            self.table.encode(),
            self.key_id.bytes,
            self.row_id.bytes,
            str(self.row_version).encode(),
        )
        return b"".join(_LENGTH.pack(len(part)) + part for part in parts)


def seal(*, key: bytes, binding: Binding, values: Mapping[str, Any]) -> bytes:
    """Return ``values`` as one message under the subject's ``key`` (32 bytes), bound to its place."""
    plain = msgpack.packb(values, use_bin_type=True)
    nonce = os.urandom(NONCE_BYTES)
    cipher = AESGCM(_derive_table_key(key, binding.table))
    return _HEADER + nonce + cipher.encrypt(nonce, _pad(plain), binding.encode())


def unseal(*, key: bytes, binding: Binding, message: bytes) -> dict[str, Any]:
    """Return the values of ``message``; raise CannotOpen where key, place or bytes are not those of the sealing."""
    if message[:2] != _HEADER:
        raise CannotOpen("The sealed record has a form that this program does not know.")
    nonce, body = message[2 : 2 + NONCE_BYTES], message[2 + NONCE_BYTES :]
    try:
        padded = AESGCM(_derive_table_key(key, binding.table)).decrypt(nonce, body, binding.encode())
        values: dict[str, Any] = msgpack.unpackb(_unpad(padded), raw=False)
    except (InvalidTag, ValueError):
        raise CannotOpen("A sealed record does not open at its place.") from None
    return values


def wrap_key(*, wrapping_key: bytes, key: bytes, key_id: UUID, epoch: int) -> bytes:
    """Return ``key`` wrapped by the key of an epoch, bound to its id and epoch."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(wrapping_key).encrypt(nonce, key, _bind_key(key_id, epoch))


def unwrap_key(*, wrapping_key: bytes, wrapped: bytes, key_id: UUID, epoch: int) -> bytes:
    """Return the key that ``wrap_key`` wrapped; raise CannotOpen where anything differs."""
    nonce, body = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
    try:
        return AESGCM(wrapping_key).decrypt(nonce, body, _bind_key(key_id, epoch))
    except (InvalidTag, ValueError):
        raise CannotOpen("A client's key does not open under the key of its epoch.") from None


def _bind_key(key_id: UUID, epoch: int) -> bytes:
    return b"troth key" + key_id.bytes + _LENGTH.pack(epoch)


def _derive_table_key(key: bytes, table: str) -> bytes:
    """Return the sub-key for one table, so that a leaked one opens nothing of another table."""
    return hmac.digest(key, b"table|" + table.encode(), hashlib.sha256)


def _pad(plain: bytes) -> bytes:
    filled = _LENGTH.pack(len(plain)) + plain
    return filled + bytes(-len(filled) % _BLOCK)


def _unpad(padded: bytes) -> bytes:
    (length,) = _LENGTH.unpack_from(padded)
    return padded[_LENGTH.size : _LENGTH.size + length]
