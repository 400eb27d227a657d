"""The key that signs identity tokens: one file in the secret store, in no database and no backup of one."""

import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from jwcrypto import jwk

from troth.kernel.errors import NotConfigured
from troth.kernel.secrets import make_private_folder, sync_folder

FILE = "connect.key"
_BITS = 2048


def read_key() -> Any:
    """Return the signing key; it is made when it is first asked for."""
    return _read(settings.ENVIRONMENT.secrets)


def public_keys() -> dict[str, Any]:
    """Return the public part, as sites fetch it (RFC 7517)."""
    key = read_key()
    return {"keys": [{**key.export_public(as_dict=True), "kid": key.thumbprint(), "use": "sig", "alg": "RS256"}]}


@cache
def _read(folder: Path) -> Any:
    path = folder / FILE
    if not path.exists():
        _make(folder, path)
    try:
        return jwk.JWK.from_pem(path.read_bytes())
    except (OSError, ValueError):
        raise NotConfigured(f"The key of connected sites {path} cannot be read.") from None


def _make(folder: Path, path: Path) -> None:
    """Make the key whole or not at all: it is written beside its place, synced, and linked into it."""
    make_private_folder(folder)
    key = jwk.JWK.generate(kty="RSA", size=_BITS)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=f"{FILE}.") as draft:
        draft.write(key.export_to_pem(private_key=True, password=None))
        draft.flush()
        os.fsync(draft.fileno())
        try:
            path.hardlink_to(draft.name)
        except FileExistsError:
            return  # another process was faster, and its key counts
    sync_folder(folder)
