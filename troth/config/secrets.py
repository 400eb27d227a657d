"""The secret store: a folder of mode 0700 outside the database and every backup of it (DESIGN, keys).

``root`` is the key from which index, pepper and signing keys are derived (HKDF); ``kek.<epoch>`` are independent random
keys, one an epoch, made and destroyed by ``vault``.
"""

from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from troth.kernel.errors import NotConfigured


def read_root(folder: Path) -> bytes:
    """Return the 32 bytes of the root key; raise NotConfigured where it is missing or damaged."""
    path = folder / "root"
    try:
        root = path.read_bytes()
    except FileNotFoundError:
        raise NotConfigured(
            f"The root key {path} is missing. Restore the secrets folder from its mirror, or run 'troth setup' on a new system."
        ) from None
    except OSError as error:
        raise NotConfigured(f"The root key {path} cannot be read: {error.strerror}.") from None
    if len(root) != 32:
        raise NotConfigured(f"The root key {path} is damaged: it has {len(root)} bytes and not 32.")
    return root


def derive_key(root: bytes, label: str) -> bytes:
    """Return the 32-byte key named ``label`` (such as ``sign/welcome/1``), derived from the root key by HKDF-SHA-256."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=label.encode()).derive(root)


def read_signing_secret(folder: Path) -> str:
    """Return Django's SECRET_KEY: signs CSRF tokens and nothing that is stored."""
    return derive_key(read_root(folder), "sign/django").hex()
