"""The key that signs checkpoints: one file in the secret store, in the text form of signed notes.

``ledger.key`` signs. ``ledger.key.next`` exists while a rotation is under way: the record itself names its public key,
sealed under the old one, and only then does it take the old one's place, so that a reader can follow from key to key.
"""

import base64
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from troth.kernel.errors import NotConfigured
from troth.ledger.verify_export import MalformedError, PublicKey, make_public_key

FILE = "ledger.key"
NEXT_FILE = "ledger.key.next"
_PREFIX = "PRIVATE+KEY+"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private key with its public part. It has no useful ``repr``, so that no log can hold it."""

    public: PublicKey
    _private: Ed25519PrivateKey

    def __repr__(self) -> str:
        return f"<SigningKey {self.public.key_id.hex()}>"

    def sign_checkpoint(self, *, size: int, root: bytes) -> str:
        """Return the signed checkpoint of a tree (C2SP tlog-checkpoint, signed-note type 0x01).

        Arguments:
            size: how many leaves.
            root: the root hash, 32 bytes.
        """
        text = f"{self.public.name}\n{size}\n{base64.b64encode(root).decode()}\n"
        signature = base64.b64encode(self.public.key_id + self._private.sign(text.encode())).decode()
        return f"{text}\n\N{EM DASH} {self.public.name} {signature}\n"


def ensure_key(folder: Path, *, name: str | None = None) -> PublicKey:
    """Make the signing key where there is none; return its public part.

    Arguments:
        folder: the secret store.
        name: the log's name (its origin), a schema-less address; the site's host and ``/ledger`` where it is not given.
    """
    if not (folder / FILE).exists():
        _write(folder / FILE, make_key(name or _name_log()))
    return read_key(folder).public


def make_key(name: str) -> str:
    """Return a fresh private key of this name as text."""
    private = Ed25519PrivateKey.generate()
    public = make_public_key(name, private.public_key().public_bytes_raw())
    seed = base64.b64encode(b"\x01" + private.private_bytes_raw()).decode()
    return f"{_PREFIX}{name}+{public.key_id.hex()}+{seed}\n"


def read_key(folder: Path, *, file: str = FILE) -> SigningKey:
    """Return the signing key; raise NotConfigured where it is missing or damaged."""
    path = folder / file
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise NotConfigured(
            f"The ledger's key {path} is missing. Restore the secrets folder from its mirror, "
            "or run 'troth setup' on a new system."
        ) from None
    except (OSError, UnicodeDecodeError):
        raise NotConfigured(f"The ledger's key {path} cannot be read.") from None
    try:
        return _parse_key(text)
    except ValueError:
        raise NotConfigured(f"The ledger's key {path} is damaged.") from None


def prepare_next_key(folder: Path) -> SigningKey:
    """Make the key that will follow, under the present one's name, or return the one that was made already."""
    if not (folder / NEXT_FILE).exists():
        _write(folder / NEXT_FILE, make_key(read_key(folder).public.name))
    return read_key(folder, file=NEXT_FILE)


def read_trusted_key(folder: Path, *, trusted: str) -> SigningKey:
    """Return the key that the log trusts now; the next key takes its place when the log has handed over to it.

    Arguments:
        folder: the secret store.
        trusted: the public key that may sign, as text; empty before the first checkpoint, when any key may begin.

    Errors: NotConfigured where the store holds another key: it would fork the trust that readers follow.
    """
    key = read_key(folder)
    if not trusted or str(key.public) == trusted:
        return key
    if (folder / NEXT_FILE).exists() and str(read_key(folder, file=NEXT_FILE).public) == trusted:
        (folder / NEXT_FILE).replace(folder / FILE)
        return read_key(folder)
    raise NotConfigured(
        f"The ledger's key {folder / FILE} is not the one that signed before ({trusted}). "
        "Restore the secrets folder from its mirror."
    )


def verify_quickly(public: bytes, signature: bytes, message: bytes) -> bool:
    """Return whether the Ed25519 signature is valid, a hundred times quicker than the stand-alone script's own code."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _parse_key(text: str) -> SigningKey:
    name, key_id, encoded = text.removeprefix(_PREFIX).split("+", 2)
    raw = base64.b64decode(encoded, validate=True)
    if not text.startswith(_PREFIX) or raw[:1] != b"\x01":
        raise MalformedError("This is no Ed25519 key.")
    private = Ed25519PrivateKey.from_private_bytes(raw[1:])
    public = make_public_key(name, private.public_key().public_bytes_raw())
    if public.key_id.hex() != key_id:
        raise MalformedError("The key's id does not belong to it.")
    return SigningKey(public, private)


def _name_log() -> str:
    from django.conf import settings

    return f"{settings.ENVIRONMENT.site_host}/ledger"


def _write(path: Path, text: str) -> None:
    """Write a secret whole or not at all, readable by its owner only, and never over another."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        return
    finally:
        Path(temporary).unlink()
