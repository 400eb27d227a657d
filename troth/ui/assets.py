"""Addresses of static files, and the digests by which a browser refuses a changed one (Subresource Integrity, W3C).

Both are reckoned once in a process, since a served file does not change while the process lives.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.files.storage import Storage, storages

from troth.kernel.errors import NotConfigured


def find_url(path: str) -> str:
    """Return the address of the static file ``path``, such as ``ui/base.css``."""
    return _find_url(storages["staticfiles"], path)


def read_integrity(path: str) -> str:
    """Return the ``integrity`` attribute of the static file ``path``: SHA-384 of its bytes as the server sends them."""
    return _read_integrity(storages["staticfiles"], path)


@cache
def _find_url(storage: Storage, path: str) -> str:
    return storage.url(path)


@cache
def _read_integrity(storage: Storage, path: str) -> str:
    digest = hashlib.sha384(_read(storage, path)).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"


def _read(storage: Storage, path: str) -> bytes:
    """Return the bytes that the server sends: the collected file where names carry hashes, else the app's own."""
    stored_name = getattr(storage, "stored_name", None)
    if stored_name is not None:
        with storage.open(stored_name(path)) as file:
            return bytes(file.read())
    found = finders.find(path)
    if not found:
        raise NotConfigured(f"The static file {path} does not exist.")
    return Path(str(found)).read_bytes()
