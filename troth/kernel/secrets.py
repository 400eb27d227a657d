"""The secret store: a folder of mode 0700 outside the database and every backup of it (DESIGN, keys).

``root`` is the key from which index, pepper and signing keys are derived (HKDF); ``kek.<epoch>`` are independent random
keys, one an epoch, made and destroyed by ``vault``.
"""

import os
import tempfile
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
            f"The root key {path} is missing. Restore the secrets folder from its mirror, "
            "or run 'troth setup' on a new system."
        ) from None
    except OSError as error:
        raise NotConfigured(f"The root key {path} cannot be read: {error.strerror}.") from None
    if len(root) != 32:
        raise NotConfigured(f"The root key {path} is damaged: it has {len(root)} bytes and not 32.")
    return root


def derive_key(root: bytes, label: str) -> bytes:
    """Return the 32-byte key named ``label`` (such as ``sign/welcome/1``), derived from the root by HKDF-SHA-256."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=label.encode()).derive(root)


def read_signing_secret(folder: Path) -> str:
    """Return Django's SECRET_KEY: signs CSRF tokens and nothing that is stored."""
    return derive_key(read_root(folder), "sign/django").hex()


def make_private_folder(folder: Path) -> None:
    """Make ``folder`` readable by its owner alone (mode 0700); raise NotConfigured where that cannot be."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise NotConfigured(f"The folder {folder} cannot be written: {error.strerror}.") from None


def make_root(folder: Path) -> bool:
    """Make the root key where there is none; return whether it was made. A key that stands is never replaced.

    The key appears whole or not at all: it is written beside its place, synced, and linked into it.
    """
    make_private_folder(folder)
    path = folder / "root"
    if path.exists():
        return False
    with tempfile.NamedTemporaryFile(dir=folder, prefix="root.") as draft:
        draft.write(os.urandom(32))
        draft.flush()
        os.fsync(draft.fileno())
        try:
            path.hardlink_to(draft.name)
        except FileExistsError:
            return False
    sync_folder(folder)
    return True


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable, as a file's own sync does not."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
